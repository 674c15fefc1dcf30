#include "chain/store_rows.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/rlp/rlp.hpp"

#include <map>

namespace farthing::chain {
namespace {

constexpr std::size_t hash_bytes = 8;
constexpr std::size_t number_bytes = 6;
constexpr std::size_t index_bytes = 3;

ByteView low_bytes(const FixedBytes<8>& v, std::size_t bytes) {
    return ByteView(v).last(bytes);
}

std::uint64_t read_number(ByteView in) {
    std::uint64_t v = 0;
    for (const auto b : in) v = v << 8 | b;
    return v;
}

Bytes tx_key(const Hash& hash, std::uint64_t block, std::size_t index) {
    FARTHING_CHECK(block >> 8 * number_bytes == 0 && index >> 8 * index_bytes == 0);
    const auto number = be64(block);
    const auto place = be64(index);
    return concat(tx_prefix(hash), low_bytes(number, number_bytes), low_bytes(place, index_bytes));
}

Bytes block_key(const Hash& hash, std::uint64_t block) {
    FARTHING_CHECK(block >> 8 * number_bytes == 0);
    const auto number = be64(block);
    return concat(block_prefix(hash), low_bytes(number, number_bytes));
}

Bytes prefix(std::uint8_t kind, const Hash& hash) {
    return concat(Bytes{kind}, ByteView(hash).first(hash_bytes));
}

/// Account: address ‖ rlp[nonce, balance, code]. Slot: address ‖ slot ‖ 32-byte value.
std::optional<Bytes> account_value(const Address& address, const AccountState& account) {
    if (account.is_empty()) return std::nullopt;
    rlp::Encoder out(80 + account.code.size());
    out.add_raw(address);
    const auto list = out.begin_list();
    out.add(account.nonce);
    out.add(account.balance);
    out.add(ByteView(account.code));
    out.end_list(list);
    return out.take();
}

std::optional<Bytes> slot_value(const Address& address, const Word& slot, const Word& word) {
    if (word.is_zero()) return std::nullopt;
    return concat(address, slot, word);
}

Result<AccountState> parse_account(ByteView in) {
    AccountState account;
    rlp::Decoder outer(in);
    TRY(auto fields, outer.list());
    TRY(outer.finish());
    TRY(account.nonce, fields.u64());
    TRY(account.balance, fields.u256());
    TRY(const auto code, fields.string());
    account.code.assign(code.begin(), code.end());
    TRY(fields.finish());
    return account;
}

}  // namespace

Changes state_changes(const BlockRecord& record, Direction direction) {
    const bool apply = direction == Direction::apply;
    // A record's diff is in the order of these keys.
    Changes changes;
    changes.reserve(record.diff.size());
    for (const auto& d : record.diff) {
        if (d.slot) {
            changes.emplace_back(concat(d.address, *d.slot),
                                 slot_value(d.address, *d.slot, apply ? d.word_after : d.word_before));
        } else {
            changes.emplace_back(concat(d.address),
                                 account_value(d.address, apply ? d.account_after : d.account_before));
        }
    }
    return changes;
}

Changes hash_state_keys(const Changes& changes) {
    Changes hashed;
    hashed.reserve(changes.size());
    Address address;
    Hash address_hash = keccak256(address);
    for (const auto& [key, value] : changes) {
        const auto owner = Address::from(ByteView(key).first(Address::size()));
        if (owner != address) address_hash = keccak256(owner);
        address = owner;
        if (key.size() == Address::size())
            hashed.emplace_back(concat(address_hash), value);
        else
            hashed.emplace_back(concat(address_hash, keccak256(ByteView(key).subspan(Address::size()))),
                                value);
    }
    sort_changes(hashed);
    return hashed;
}

std::pair<Bytes, std::optional<Bytes>> change_row(const Diff& change) {
    const auto owner = keccak256(change.address);
    if (!change.slot) return {concat(owner), account_value(change.address, change.account_after)};
    return {concat(owner, keccak256(*change.slot)),
            slot_value(change.address, *change.slot, change.word_after)};
}

Bytes account_row_value(const Address& address, const AccountState& account) {
    auto value = account_value(address, account);
    FARTHING_CHECK(value.has_value());
    return *std::move(value);
}

std::pair<Bytes, Bytes> state_row(const StateEntry& entry) {
    if (!entry.slot) return {concat(entry.address_hash), account_row_value(entry.address, entry.account)};
    auto value = slot_value(entry.address, *entry.slot, entry.word);
    FARTHING_CHECK(value.has_value());
    return {concat(entry.address_hash, entry.slot_hash), *std::move(value)};
}

std::optional<StateEntry> parse_state_row(ByteView key, ByteView value) {
    StateEntry entry;
    if (key.size() == Hash::size() && value.size() > Address::size()) {
        auto account = parse_account(value.subspan(Address::size()));
        if (!account || account->is_empty()) return std::nullopt;
        entry.account = *std::move(account);
    } else if (key.size() == 2 * Hash::size() && value.size() == Address::size() + 2 * Word::size()) {
        entry.slot = Word::from(value.subspan(Address::size(), Word::size()));
        entry.slot_hash = Hash::from(key.last(Hash::size()));
        entry.word = Word::from(value.last(Word::size()));
        if (entry.word.is_zero()) return std::nullopt;
    } else {
        return std::nullopt;
    }
    entry.address = Address::from(value.first(Address::size()));
    entry.address_hash = Hash::from(key.first(Hash::size()));
    return entry;
}

Changes index_changes(const BlockRecord& record, const Hash& hash, std::span<const Hash> tx_hashes,
                      const std::function<std::vector<IndexRow>(const BlockRecord&)>& rows_of,
                      Direction direction) {
    FARTHING_CHECK(tx_hashes.size() == record.transactions.size());
    const bool apply = direction == Direction::apply;
    const auto present = apply ? std::optional(Bytes{}) : std::nullopt;
    Changes changes;
    changes.reserve(1 + tx_hashes.size());
    changes.emplace_back(block_key(hash, record.header.number), present);
    for (std::size_t i = 0; i < tx_hashes.size(); ++i)
        changes.emplace_back(tx_key(tx_hashes[i], record.header.number, i), present);
    // The owner's rows may name a key twice: the last holds.
    std::map<Bytes, std::optional<Bytes>> others;
    if (rows_of)
        for (auto& row : rows_of(record))
            others.insert_or_assign(other_key(row.key),
                                    apply ? std::optional(std::move(row.value)) : std::nullopt);
    changes.insert(changes.end(), others.begin(), others.end());
    sort_changes(changes);
    return changes;
}

std::optional<std::uint64_t> block_of_index_row(
    ByteView key, ByteView value,
    const std::function<std::optional<std::uint64_t>(ByteView value)>& block_of_row) {
    if (key.empty()) return std::nullopt;
    if (key[0] == block_prefix({})[0]) return parse_block_key(key);
    if (key[0] == other_key({})[0]) return block_of_row ? block_of_row(value) : std::nullopt;
    const auto position = parse_tx_key(key);
    return position ? std::optional(position->block) : std::nullopt;
}

std::vector<Hash> hash_transactions(const BlockRecord& record) {
    std::vector<Hash> hashes;
    hashes.reserve(record.transactions.size());
    for (const auto& transaction : record.transactions) hashes.push_back(keccak256(transaction));
    return hashes;
}

Bytes tx_prefix(const Hash& tx_hash) {
    return prefix('t', tx_hash);
}
Bytes block_prefix(const Hash& block_hash) {
    return prefix('b', block_hash);
}
Bytes other_key(ByteView key) {
    return concat(Bytes{'x'}, key);
}

std::optional<TransactionPosition> parse_tx_key(ByteView key) {
    if (key.size() != 1 + hash_bytes + number_bytes + index_bytes) return std::nullopt;
    return TransactionPosition{read_number(key.subspan(1 + hash_bytes, number_bytes)),
                               static_cast<std::uint32_t>(read_number(key.last(index_bytes)))};
}

std::optional<std::uint64_t> parse_block_key(ByteView key) {
    if (key.size() != 1 + hash_bytes + number_bytes) return std::nullopt;
    return read_number(key.last(number_bytes));
}

}  // namespace farthing::chain
