#pragma once
// What a block changed: the unit that the journal records, the flat state applies and a replay repeats.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"

#include <optional>

namespace farthing::chain {

/// The part of an account that is not derived. An empty one (EIP-161) is the same as none.
struct AccountState {
    std::uint64_t nonce = 0;
    U256 balance;  ///< Wei.
    Bytes code;
    bool operator==(const AccountState&) const = default;
    bool is_empty() const { return nonce == 0 && balance == 0 && code.empty(); }
};

/// One changed key: an account (no slot) or one of its storage slots. `before != after`.
struct Diff {
    Address address;
    std::optional<Word> slot;
    AccountState account_before;  ///< For an account.
    AccountState account_after;
    Word word_before;  ///< For a slot.
    Word word_after;

    bool operator==(const Diff&) const = default;
};

/// The order diffs are kept in: by address, the account before its slots, slots ascending.
inline bool comes_before(const Diff& a, const Diff& b) {
    if (a.address != b.address) return a.address < b.address;
    return a.slot < b.slot;
}

}  // namespace farthing::chain
