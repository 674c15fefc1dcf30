#include "chain/world_state.hpp"

#include "core/base/check.hpp"

namespace farthing::chain {

WorldState::AccountEntry& WorldState::entry(const Address& who) {
    auto& slot = accounts_[who];
    if (slot == nullptr) slot = unchanged(base_.account(who));
    return *slot;
}

std::unique_ptr<WorldState::AccountEntry> WorldState::unchanged(const Account& account) const {
    AccountState state{account.nonce, account.balance, base_.code_of(account.code_hash)};
    return std::make_unique<AccountEntry>(AccountEntry{state, state});
}

void WorldState::preload(std::span<const Address> accounts) {
    std::vector<Address> missing;
    missing.reserve(accounts.size());
    for (const auto& who : accounts)
        if (!accounts_.contains(who)) missing.push_back(who);
    const auto found = base_.accounts(missing);
    for (std::size_t i = 0; i < missing.size(); ++i)
        if (auto& slot = accounts_[missing[i]]; slot == nullptr) slot = unchanged(found[i]);
}

WorldState::AccountEntry& WorldState::change(const Address& who) {
    auto& account = entry(who);
    undo_.push_back({who, std::nullopt, {}, account.now});
    return account;
}

WorldState::SlotEntry& WorldState::slot_entry(const Address& who, const Word& slot) {
    const auto [at, is_new] = slots_.try_emplace(SlotKey{who, slot});
    if (is_new) {
        const auto value = base_.storage(who, slot);
        at->second = {value, value};
    }
    return at->second;
}

std::uint64_t WorldState::nonce(const Address& who) {
    return entry(who).now.nonce;
}
const U256& WorldState::balance(const Address& who) {
    return entry(who).now.balance;
}
const Bytes& WorldState::code(const Address& who) {
    return entry(who).now.code;
}
Word WorldState::load(const Address& who, const Word& slot) {
    return slot_entry(who, slot).now;
}

void WorldState::set_nonce(const Address& who, std::uint64_t nonce) {
    change(who).now.nonce = nonce;
}
void WorldState::set_balance(const Address& who, const U256& balance) {
    change(who).now.balance = balance;
}
void WorldState::set_code(const Address& who, Bytes code) {
    change(who).now.code = std::move(code);
}

void WorldState::store(const Address& who, const Word& slot, const Word& value) {
    auto& entry = slot_entry(who, slot);
    undo_.push_back({who, slot, entry.now, {}});
    entry.now = value;
}

void WorldState::append_log(Log log) {
    logs_.push_back(std::move(log));
}

void WorldState::mint(const Address& who, const U256& amount) {
    minted_ += amount;
    set_balance(who, balance(who) + amount);
}

void WorldState::roll_back(const Mark& mark) {
    FARTHING_CHECK(mark.undo <= undo_.size() && mark.logs <= logs_.size());
    while (undo_.size() > mark.undo) {
        auto& last = undo_.back();
        if (last.slot)
            slots_.at({last.address, *last.slot}).now = last.word;
        else
            accounts_.at(last.address)->now = std::move(last.account);
        undo_.pop_back();
    }
    logs_.resize(mark.logs);
    minted_ = mark.minted;
}

std::vector<Log> WorldState::end_transaction() {
    undo_.clear();
    return std::exchange(logs_, {});
}

std::vector<Diff> WorldState::diff() const {
    // Diffs are large: what is sorted is only what orders them.
    struct Changed {
        Address address;
        const Word* slot = nullptr;  ///< Null: the account itself.
        const AccountEntry* account = nullptr;
        const SlotEntry* word = nullptr;
    };
    std::vector<Changed> changed;
    changed.reserve(accounts_.size() + slots_.size());
    for (const auto& [who, entry] : accounts_)  // tidy: allow unordered_iteration: sorted below
        if (entry->now != entry->before) changed.push_back({.address = who, .account = entry.get()});
    for (const auto& [key, entry] : slots_)  // tidy: allow unordered_iteration: sorted below
        if (entry.now != entry.before)
            changed.push_back({.address = key.address, .slot = &key.slot, .word = &entry});
    std::ranges::sort(changed, [](const Changed& a, const Changed& b) {
        if (const auto order = a.address <=> b.address; order != 0) return order < 0;
        if (a.slot == nullptr || b.slot == nullptr) return a.slot == nullptr && b.slot != nullptr;
        return *a.slot < *b.slot;
    });
    std::vector<Diff> out;
    out.reserve(changed.size());
    for (const auto& [address, slot, account, word] : changed) {
        auto& diff = out.emplace_back();
        diff.address = address;
        if (account != nullptr) {
            diff.account_before = account->before;
            diff.account_after = account->now;
        } else {
            diff.slot = *slot;
            diff.word_before = word->before;
            diff.word_after = word->now;
        }
    }
    return out;
}

}  // namespace farthing::chain
