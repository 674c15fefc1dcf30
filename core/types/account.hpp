#pragma once
// An account as the state trie stores it (Yellow Paper 4.1).
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"

namespace farthing {

struct Account {
    std::uint64_t nonce = 0;
    U256 balance;       ///< Wei.
    Hash storage_root;  ///< empty_trie_root when there is no storage.
    Hash code_hash;     ///< empty_code_hash when there is no code.
    bool operator==(const Account&) const = default;

    Bytes encode() const;
};

Result<Account> decode_account(ByteView encoded);

}  // namespace farthing
