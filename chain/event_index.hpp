#pragma once
// Look-up rows for events that people ask for by what they name: the bet by its id, the seed by house and
// round. A row gives the block; the block's own logs are the proof.
#include "chain/store.hpp"

#include <span>

namespace farthing::chain {

/// What every store of a chain in `directory` is opened with, whatever for: one that is opened without these
/// rows and catches up with its journal lacks them from then on.
StoreOptions chain_store_options(const std::filesystem::path& directory);

/// The rows of a block's logs: one for each event of Games that happens once for its indexed subject.
std::vector<IndexRow> event_rows(const BlockRecord& record);

/// The key of an event's row: 8 bytes of keccak256(topic0 ‖ subject topics), behind a prefix of its own.
Bytes event_row_key(const Hash& event_topic, std::span<const Hash> subject);

/// The block number that a row holds; nothing when it is no such row.
std::optional<std::uint64_t> read_event_row(ByteView value);

}  // namespace farthing::chain
