#include "contracts/staking/books.hpp"

#include <algorithm>

namespace farthing::contracts {

const U256 pool_rewards_max = (U256(1) << q128_bits) - 1;

void Books::settle(std::uint64_t now, std::uint64_t duration) {
    const auto from = updated.value(), until = finish.value();
    if (from < now) {
        updated = now;
        if (streaming != 0) {
            // Rounded down until the end, when all that is left goes out: the stream strands nothing.
            const U256 given =
                now >= until ? streaming : mul_div(streaming, now - from, until - from, Rounding::down);
            streaming -= given;
            share(given);
        }
    }
    if (streaming == 0 && unallocated != 0 && staked.value() != 0) {
        streaming = std::exchange(unallocated, U256(0));
        finish = now + duration;
    }
}

void Books::add(const U256& reward) {
    receive(reward);
    share(to_q128(reward));
}

bool Books::stream(const U256& reward, std::uint64_t now, std::uint64_t duration) {
    const U256 total = to_q128(reward) + streaming + unallocated;
    if (total == 0) return false;
    receive(reward);
    streaming = total;
    unallocated = 0;
    finish = now + duration;
    return true;
}

void Books::settle(Staker& staker) const {
    const RewardIndex now{index, carry};
    staker.due += now.due(staker.stake, staker.index);
    staker.index = index;
}

U256 Books::take_due(Staker& staker) {
    const U256 paid = q128_floor(staker.due);
    staker.due = q128_fraction(staker.due);
    held = held.value() - paid;
    return paid;
}

void Books::stake(Staker& staker, const U256& amount) {
    staker.stake = staker.stake.value() + amount;
    staked = staked.value() + amount;
}

void Books::unstake(Staker& staker, const U256& amount) {
    staker.stake = staker.stake.value() - amount;
    staked = staked.value() - amount;
}

U256 Books::rate(std::uint64_t now) const {
    const auto until = finish.value();
    return until > now ? q128_floor(streaming / (until - now)) : U256(0);
}

void Books::share(const U256& amount) {
    if (staked.value() == 0) {
        unallocated += amount;
        return;
    }
    RewardIndex sharing{index, carry};
    sharing.add(amount, staked);
    index = sharing.value;
    carry = sharing.carry;
}

void Books::receive(const U256& reward) {
    held = held.value() + reward;
    rewards = rewards.value() + reward;
}

}  // namespace farthing::contracts
