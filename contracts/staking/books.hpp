#pragma once
// The arithmetic of a pool: what is staked, what rewards it holds and to whom they belong. Pure; tokens and
// callers are the business of pool.cpp.
#include "contracts/staking/reward_index.hpp"
#include "core/abi/codec.hpp"

namespace farthing::contracts {

/// All rewards that one pool can ever take in, units.
extern const U256 pool_rewards_max;

/// A staker. Words: stake and tip, index, due.
struct Staker {
    abi::Uint<208> stake;       ///< Units of the stake asset.
    std::uint16_t tip_bps = 0;  ///< Share of a reward for whoever compounds it; 0 lets nobody else do it.
    U256 index;                 ///< The pool's index when this record was last settled.
    U256 due;                   ///< Q128 units of the reward asset, not paid yet.

    using Abi =
        abi::Struct<"struct Staker { uint208 stake; uint16 tipBps; uint256 rewardIndex; uint256 due; }",
                    &Staker::stake, &Staker::tip_bps, &Staker::index, &Staker::due>;
};

/// A pool's totals. Invariant, exact in Q128:
///     held = streaming + unallocated + carry + Σ over stakers of due.
struct Books {
    abi::Uint<208> staked;   ///< Units of the stake asset, all stakers.
    abi::Uint<48> finish;    ///< Unix seconds when the stream has run out.
    abi::Uint<208> carry;    ///< Of the index, Q128.
    abi::Uint<48> updated;   ///< Unix seconds up to which the stream is shared out.
    U256 index;              ///< Q128 units of reward per unit of stake.
    U256 streaming;          ///< Q128: what the stream has still to give, evenly until `finish`.
    U256 unallocated;        ///< Q128: rewards of a time when nobody was staked.
    abi::Uint<128> held;     ///< Units of the reward asset that this pool owes or has still to share out.
    abi::Uint<128> rewards;  ///< Units of the reward asset that ever came in.

    using Abi = abi::Struct<
        "struct Books { uint208 staked; uint48 finish; uint208 carry; uint48 updated; uint256 rewardIndex; "
        "uint256 streaming; uint256 unallocated; uint128 held; uint128 rewards; }",
        &Books::staked, &Books::finish, &Books::carry, &Books::updated, &Books::index, &Books::streaming,
        &Books::unallocated, &Books::held, &Books::rewards>;

    /// Shares out what the stream gave until `now`. When it has run out and somebody is staked, what nobody
    /// earned meanwhile begins to stream over `duration` seconds. Views do the same on a copy.
    void settle(std::uint64_t now, std::uint64_t duration);

    /// Units that may still come in.
    U256 room() const { return pool_rewards_max - rewards.value(); }
    /// Shares `reward` units out among those who are staked now. Requires: settled; reward within room().
    void add(const U256& reward);
    /// Streams `reward` units, what is left of the running stream and what is unallocated, evenly until
    /// now + duration. Returns false and changes nothing when that is nothing. Requires as add().
    bool stream(const U256& reward, std::uint64_t now, std::uint64_t duration);

    /// Brings a staker's due up to the index. Requires: settled.
    void settle(Staker& staker) const;
    /// Takes the whole units that are due out of the books; the fraction stays due.
    U256 take_due(Staker& staker);
    void stake(Staker& staker, const U256& amount);
    void unstake(Staker& staker, const U256& amount);

    /// Units a second that stream now, rounded down. Requires: settled at `now`.
    U256 rate(std::uint64_t now) const;

 private:
    void share(const U256& amount);
    void receive(const U256& reward);
};

}  // namespace farthing::contracts
