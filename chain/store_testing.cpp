#include "chain/store_testing.hpp"

#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"
#include "core/types/account.hpp"
#include "core/types/header.hpp"

namespace farthing::chain::testing {

void BlockMaker::add_transaction(BlockCommit& block) {
    auto& record = block.record;
    record.transactions.push_back(random_bytes(40 + below(100)));
    block.tx_hashes.push_back(keccak256(record.transactions.back()));
    record.senders.push_back(random<20>());
    Receipt receipt;
    receipt.tx_type = static_cast<std::uint8_t>(below(3));
    receipt.success = below(4) != 0;
    receipt.cumulative_gas_used = record.header.gas_used += 21'000 + below(1000);
    for (auto logs = below(3); logs > 0; --logs) {
        Log log;
        log.address = random<20>();
        for (auto topics = below(5); topics > 0; --topics) log.topics.push_back(random<32>());
        log.data = random_bytes(below(70));
        receipt.logs.push_back(std::move(log));
    }
    record.receipts.push_back(std::move(receipt));
}

/// Touches few addresses often, so that later blocks change and delete what earlier ones made. A slot needs
/// its account, and an account with slots stays.
std::vector<Diff> BlockMaker::change(Model& model, std::size_t count) {
    const auto before = model;
    std::map<std::pair<Address, std::optional<Word>>, Diff> touched;
    for (std::size_t i = 0; i < count; ++i) {
        Address address;
        address[19] = static_cast<std::uint8_t>(1 + below(24));
        std::optional<Word> slot;
        if (below(2) == 0 && model.accounts.contains(address)) {
            slot.emplace();
            (*slot)[below(2) == 0 ? 31 : 0] = static_cast<std::uint8_t>(below(6));
        }
        touched[{address, slot}] = {};
        const bool remove = below(4) == 0;
        if (slot) {
            const auto value = remove ? Word{} : to_word(U256(below(1000)));
            model.slots.erase({address, *slot});
            if (!value.is_zero()) model.slots[{address, *slot}] = value;
        } else {
            const auto first = model.slots.lower_bound({address, Word{}});
            const bool has_slots = first != model.slots.end() && first->first.first == address;
            AccountState account = {below(100), U256(random_()) << 70, random_bytes(below(2) * 13)};
            if (remove && !has_slots)
                model.accounts.erase(address);
            else
                model.accounts[address] = std::move(account);
        }
    }
    const auto account_in = [](const Model& in, const Address& who) {
        const auto found = in.accounts.find(who);
        return found == in.accounts.end() ? AccountState{} : found->second;
    };
    const auto word_in = [](const Model& in, const Address& who, const Word& slot) {
        const auto found = in.slots.find({who, slot});
        return found == in.slots.end() ? Word{} : found->second;
    };
    std::vector<Diff> out;
    for (auto& [key, d] : touched) {
        std::tie(d.address, d.slot) = key;
        if (d.slot) {
            d.word_before = word_in(before, d.address, *d.slot);
            d.word_after = word_in(model, d.address, *d.slot);
        } else {
            d.account_before = account_in(before, d.address);
            d.account_after = account_in(model, d.address);
        }
        if (d.account_before != d.account_after || d.word_before != d.word_after) out.push_back(std::move(d));
    }
    return out;
}

std::optional<TransactionPosition> find_transaction(const Store& store, const Hash& tx_hash) {
    for (const auto& position : store.transaction_positions(tx_hash)) {
        const auto record = store.read(position.block);
        if (record && position.index < record->transactions.size() &&
            keccak256(record->transactions[position.index]) == tx_hash)
            return position;
    }
    return std::nullopt;
}

namespace {

/// Made by the way that blocks take, not by the one that checkpoints take.
Hash root_of(const std::map<Hash, Bytes>& leaves) {
    std::vector<trie::Update> updates;
    for (const auto& [key, value] : leaves) updates.push_back({key, value, nullptr});
    trie::Change change;
    const auto root = trie::root_hash(trie::apply(nullptr, updates, change));
    trie::release(change.created);
    return root;
}

}  // namespace

Hash state_root(const Model& model) {
    std::map<Hash, Bytes> leaves;
    for (const auto& [address, account] : model.accounts) {
        std::map<Hash, Bytes> slots;
        for (auto it = model.slots.lower_bound({address, Word{}});
             it != model.slots.end() && it->first.first == address; ++it) {
            rlp::Encoder value;
            value.add(to_u256(it->second));
            slots[keccak256(it->first.second)] = value.take();
        }
        leaves[keccak256(address)] = Account{.nonce = account.nonce,
                                             .balance = account.balance,
                                             .storage_root = root_of(slots),
                                             .code_hash = keccak256(account.code)}
                                         .encode();
    }
    return root_of(leaves);
}

namespace {

class FaultyFile final : public File {
 public:
    FaultyFile(FaultyFiles& disk, std::unique_ptr<File> real) : disk_(disk), real_(std::move(real)) {}

    void append(ByteView bytes) override { write_at(real_->size(), bytes); }
    void write_at(std::uint64_t offset, ByteView bytes) override {
        const bool fails = disk_.fails();
        real_->write_at(offset, fails ? bytes.first(bytes.size() / 2) : bytes);
        if (fails) throw StorageFailure("injected: no space left on device");
    }
    void sync() override {
        disk_.step();
        real_->sync();
    }
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        disk_.step();
        return real_->read_at(offset, into);
    }
    void truncate(std::uint64_t size) override {
        disk_.step();
        real_->truncate(size);
    }
    std::uint64_t size() const override { return real_->size(); }

 private:
    FaultyFiles& disk_;
    std::unique_ptr<File> real_;
};

}  // namespace

std::unique_ptr<File> FaultyFiles::open(const std::filesystem::path& path, OpenMode mode) {
    step();
    return std::make_unique<FaultyFile>(*this, real_.open(path, mode));
}

}  // namespace farthing::chain::testing
