#pragma once
// The state as it was at one block. Any thread may read a view; it never waits for the writer. Holding one
// keeps its version (and, because versions are reclaimed in order, every later one) in memory: hold it for
// one call, not longer.
#include "core/trie/trie.hpp"
#include "core/types/account.hpp"

#include <memory>

namespace farthing::chain {

struct StorageProof {
    Word slot;
    Word value;
    std::vector<Bytes> nodes;
};
struct AccountProof {
    Account account;
    std::vector<Bytes> nodes;
    std::vector<StorageProof> storage;
};

class CodeTable;
struct StateVersion;

class StateView {
 public:
    StateView() = default;
    StateView(std::shared_ptr<const StateVersion> version, const CodeTable* codes)
        : version_(std::move(version)), codes_(codes) {}

    Hash root() const;
    /// The account, or an empty one (nonce 0, balance 0, no code, no storage).
    Account account(const Address& who) const;
    /// `account` of each, in less time than one by one.
    std::vector<Account> accounts(std::span<const Address> who) const;
    bool exists(const Address& who) const;
    Bytes code(const Address& who) const;
    Bytes code_of(const Hash& code_hash) const;
    Word storage(const Address& who, const Word& slot) const;
    /// EIP-1186.
    AccountProof prove(const Address& who, std::span<const Word> slots) const;

 private:
    std::shared_ptr<const StateVersion> version_;
    const CodeTable* codes_ = nullptr;
};

}  // namespace farthing::chain
