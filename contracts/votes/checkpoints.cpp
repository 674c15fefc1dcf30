#include "contracts/votes/checkpoints.hpp"

#include "core/base/check.hpp"

namespace farthing::contracts {
namespace {

/// Up to here a plain binary search is as good.
constexpr std::uint64_t few = 5;

}  // namespace

Checkpoint208 Place<Trace208>::operator[](std::uint64_t i) const {
    if (i >= size()) throw Revert{panic(PanicCode::index_out_of_bounds)};
    return item(i);
}

U256 Place<Trace208>::latest() const {
    const auto n = size();
    return n == 0 ? U256(0) : item(n - 1).get().value.value();
}

U256 Place<Trace208>::at(std::uint64_t time) const {
    std::uint64_t low = 0, high = size();  // The first checkpoint after `time` is in [low, high].
    U256 found = 0;                        // Of the checkpoint below `low`.
    const auto look = [&](std::uint64_t i) {
        const Checkpoint208 c = item(i);
        if (c.key > time) {
            high = i;
        } else {
            low = i + 1;
            found = c.value.value();
        }
    };
    if (high > few) look(high - low_u64(isqrt(high)));
    while (low < high) look(low + (high - low) / 2);
    return found;
}

template <class Next>
Place<Trace208>::Change Place<Trace208>::push(std::uint64_t time, const Next& next) {
    const auto n = size();
    const Checkpoint208 last = n == 0 ? Checkpoint208{} : item(n - 1).get();
    FARTHING_CHECK(last.key <= time);
    const U256 before = last.value.value(), after = next(before);
    if (n != 0 && last.key.value() == time) {
        // Gas as for a new one: an estimate made within this second must hold in the next, too.
        const auto stored = after == before ? gas::read : gas::write_changed;
        ctx_.charge(gas::write_new + gas::write_changed - stored);
        item(n - 1) = Checkpoint208{time, after};
    } else {
        item(n) = Checkpoint208{time, after};
        ctx_.store(slot_, slot_word(n + 1));
    }
    return {before, after};
}

Place<Trace208>::Change Place<Trace208>::set(std::uint64_t time, const U256& value) {
    return push(time, [&](const U256&) { return value; });
}

Place<Trace208>::Change Place<Trace208>::add(std::uint64_t time, const U256& more) {
    return push(time, [&](const U256& before) { return U256(before + more); });
}

Place<Trace208>::Change Place<Trace208>::subtract(std::uint64_t time, const U256& less) {
    return push(time, [&](const U256& before) { return U256(before - less); });
}

}  // namespace farthing::contracts
