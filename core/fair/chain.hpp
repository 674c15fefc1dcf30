#pragma once
// Committed seed chains and the block randomness made from them.
//
// A chain is s_0 ← s_1 ← … ← s_L with s_{i-1} = SHA-256(lower-case hex text of s_i). The owner publishes the
// tip s_0 and reveals upward, so each revealed link hashes to the one before it. Links hash text and not
// bytes because every Stake-style verifier then prints the previous link as "hashed server seed".
#include "core/base/bytes.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace farthing::fair {

/// SHA-256 of the 64 lower-case digits of `link`: what was committed before `link` was revealed.
Hash previous_link(const Hash& link);

/// How many steps lead from `link` down to `head`; nothing when more than `steps_max` would be needed. 0 when
/// they are equal.
std::optional<std::uint64_t> links_between(const Hash& link, const Hash& head, std::uint64_t steps_max);

/// A whole chain known from its secret end, in O(√length) memory and O(√length) hashes a look-up; walking
/// upward link by link costs two hashes a link on average. Not thread-safe (look-ups refill a cache).
class SeedChain {
 public:
    /// `secret` is s_length. Costs `length` hashes (about 4 million a few seconds). Requires: length ≥ 1.
    SeedChain(const Hash& secret, std::uint64_t length);

    std::uint64_t length() const { return length_; }
    const Hash& tip() const { return tip_; }
    /// s_index. Requires: index ≤ length.
    Hash link(std::uint64_t index) const;
    /// The index of a link, found by hashing it down to the next checkpoint; nothing when it is not of this
    /// chain.
    std::optional<std::uint64_t> index_of(const Hash& link) const;

 private:
    std::uint64_t length_;
    std::uint64_t stride_;
    Hash tip_;
    std::vector<Hash> checkpoints_;  ///< s_0, s_stride, s_2·stride, …, and s_length at the end.
    std::map<Hash, std::uint64_t> checkpoint_index_;
    mutable std::vector<Hash> segment_;  ///< Links of one stride, by index - segment_first_.
    mutable std::uint64_t segment_first_ = 0;

    std::uint64_t index_at(std::size_t checkpoint) const;
};

/// R_0 = SHA-256("farthing.genesis.v1" ‖ the genesis file's bytes).
Hash genesis_randomness(ByteView genesis_file);

/// R_h = SHA-256("farthing.randao.v1" ‖ R_{h-1} ‖ be64(h) ‖ c_h), where c_h is the proposer's preimage. A
/// hash accumulator and not XOR, so that copied contributions cannot cancel (EIP-8321 argues the same).
Hash block_randomness(const Hash& previous, std::uint64_t block_number, const Hash& preimage);

}  // namespace farthing::fair
