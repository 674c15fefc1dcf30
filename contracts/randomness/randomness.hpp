#pragma once
// What the chain does with Randomness outside transactions: the silent system write that opens each block.
#include "contracts/host.hpp"
#include "core/base/hex.hpp"
#include "core/base/result.hpp"

#include <optional>

namespace farthing::contracts {

inline constexpr Address randomness_address = literals::address("fa0003");

/// What a block says before its first transaction.
struct BlockStart {
    std::uint64_t number = 0;
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    Hash preimage;                ///< c_h, the header's extraData.
    /// The tip of the block's first transaction when that is the sequencer's replaceTip(tip): only for a lost
    /// chain.
    std::optional<Hash> replacement;
    Hash parent_hash{};  ///< Of block number - 1.
};

/// Opens block `number`: checks the preimage against the sequencer's chain, moves the chain's head, stores
/// the block's randomness (kept for longer when somebody asked) and returns it: the header's mixHash. Changes
/// nothing when it fails: the block is invalid. Emits no log and costs no gas (as EIP-4788's write).
/// Requires: `number` follows the block opened last.
Result<Hash> begin_block(Host& host, const BlockStart& start);

/// The link that the next block's preimage must hash to: the head, or the next tip when the chain has ended.
/// Nothing when the chain has ended and no next tip is registered.
std::optional<Hash> next_commitment(Host& host);

/// How far the sequencer's chain is used up.
struct ChainUse {
    std::uint64_t used = 0;
    std::uint64_t length = 0;
    bool next_registered = false;
};
ChainUse sequencer_chain_use(Host& host);

}  // namespace farthing::contracts
