#pragma once
// A value over time: OpenZeppelin's Checkpoints.Trace208, whose layout it has. One slot a checkpoint; keys
// are unix seconds that never fall.
//
//   Slot<Trace208, 3, "_totalCheckpoints">, Mapping<Address, Trace208, 4, "_delegateCheckpoints">
#include "contracts/storage.hpp"

namespace farthing::contracts {

/// What the value was from `key` on.
struct Checkpoint208 {
    abi::Uint<48> key;  ///< Unix seconds.
    abi::Uint<208> value;
    using Abi = abi::Struct<"struct Checkpoint208 { uint48 _key; uint208 _value; }", &Checkpoint208::key,
                            &Checkpoint208::value>;
    bool operator==(const Checkpoint208&) const = default;
};
static_assert(record_words<Checkpoint208> == 1);

struct Trace208 {};  ///< Only names a type, as Array does.

namespace detail {
template <>
struct MakeStorageType<Trace208> {
    static constexpr StorageMember list{"_checkpoints", &storage_type<Array<Checkpoint208>>, 0, 0};
    static constexpr StorageType make() {
        return {.kind = StorageType::Kind::record, .label = "Trace208", .members = &list, .member_count = 1};
    }
};
}  // namespace detail

template <>
class Place<Trace208> {
 public:
    struct Change {
        U256 before;
        U256 after;
    };

    Place(Context& ctx, const Word& slot) : ctx_(ctx), slot_(slot) {}

    std::uint64_t size() const { return Place<std::uint64_t>(ctx_, slot_); }
    /// Panics with 0x32 beyond the end.
    Checkpoint208 operator[](std::uint64_t i) const;
    /// 0 while there is none.
    U256 latest() const;
    /// The value of the last checkpoint that is not after `time`; 0 before the first. Looks at recent ones
    /// first: O(log n) reads, few for a recent time.
    U256 at(std::uint64_t time) const;

    /// Sets the value from `time` on; a second change in the same second takes the first one's place.
    /// Costs the same gas in either case. Panics with 0x11 beyond 2^208 − 1 and below 0. Requires: no
    /// checkpoint after `time`.
    Change set(std::uint64_t time, const U256& value);
    Change add(std::uint64_t time, const U256& more);
    Change subtract(std::uint64_t time, const U256& less);

 private:
    template <class Next>
    Change push(std::uint64_t time, const Next& next);
    Place<Checkpoint208> item(std::uint64_t i) const { return {ctx_, slot_after(first(), i)}; }
    Word first() const { return slot_of_content(slot_); }

    Context& ctx_;
    Word slot_;
};

}  // namespace farthing::contracts
