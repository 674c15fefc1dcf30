#pragma once
// The rows that a block means in the two databases; FORMAT.md lists them.
#include "chain/block_record.hpp"
#include "chain/store.hpp"
#include "chain/store_database.hpp"

namespace farthing::chain {

enum class Direction { apply, undo };

/// What applying or undoing a block leaves in the flat state, by plain key: address, or address ‖ slot.
Changes state_changes(const BlockRecord& record, Direction direction);
/// The same rows under their hashed keys, as the database holds them.
Changes hash_state_keys(const Changes& changes);
/// The row that one change leaves, as the database holds it.
std::pair<Bytes, std::optional<Bytes>> change_row(const Diff& change);
/// The value of an account's row. Requires: not empty.
Bytes account_row_value(const Address& address, const AccountState& account);
/// Key and value of an entry's row.
std::pair<Bytes, Bytes> state_row(const StateEntry& entry);
/// Nothing when the row is not one of ours.
std::optional<StateEntry> parse_state_row(ByteView key, ByteView value);

/// What applying or undoing a block leaves in the index. `rows_of` may be empty.
Changes index_changes(const BlockRecord& record, const Hash& hash, std::span<const Hash> tx_hashes,
                      const std::function<std::vector<IndexRow>(const BlockRecord&)>& rows_of,
                      Direction direction);
/// The block that a row of the index is about; `block_of_row` says it of the chain's own rows.
std::optional<std::uint64_t> block_of_index_row(
    ByteView key, ByteView value,
    const std::function<std::optional<std::uint64_t>(ByteView value)>& block_of_row);
std::vector<Hash> hash_transactions(const BlockRecord& record);

/// Prefixes of the index. A hash row holds eight bytes of a hash and all of its place, so that hashes which
/// share eight bytes simply have two rows; the journal says which is meant.
Bytes tx_prefix(const Hash& tx_hash);
Bytes block_prefix(const Hash& block_hash);
Bytes other_key(ByteView key);
/// The place in a key that begins with tx_prefix or block_prefix.
std::optional<TransactionPosition> parse_tx_key(ByteView key);
std::optional<std::uint64_t> parse_block_key(ByteView key);

}  // namespace farthing::chain
