#pragma once
// The narrow interface between native contracts and the chain that runs them: contracts see Context, Context
// stands on Host, and `chain` implements Host. Nothing here knows a trie, a disk or a thread.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"
#include "core/types/log.hpp"

#include <span>

namespace farthing::contracts {

/// What a contract may know of the block it runs in.
struct BlockInfo {
    std::uint64_t chain_id = 0;
    std::uint64_t number = 0;
    std::uint64_t timestamp = 0;  ///< Unix seconds.
    std::uint64_t gas_limit = 0;
    U256 base_fee;  ///< Wei.
    Address miner;
    Hash mix_hash;       ///< R of this block; zero in `pending` and in calls on the head.
    Hash extra_data;     ///< The proposer's preimage c_h; zero likewise.
    Hash parent_hash{};  ///< Of block number - 1; zero in block 0.
};

/// One gas meter serves a whole transaction: running out anywhere ends the transaction, so that no contract
/// can observe gas and one execution's use is the exact estimate.
struct OutOfGas {};
/// A frame beyond the deepest one ends the transaction, too. Were it a mere failure, whoever calls could
/// choose by nesting which inner call fails, and with it any contract that goes on without one.
struct CallTooDeep {};
class GasMeter {
 public:
    explicit GasMeter(std::uint64_t limit) : left_(limit), limit_(limit) {}
    void charge(std::uint64_t gas) {
        if (gas > left_) {
            left_ = 0;
            throw OutOfGas{};
        }
        left_ -= gas;
    }
    std::uint64_t used() const { return limit_ - left_; }
    std::uint64_t left() const { return left_; }

 private:
    std::uint64_t left_;
    std::uint64_t limit_;
};

/// A contract says no. Thrown by contracts and Context, caught in exactly one place: the host's call frame.
struct Revert {
    Bytes data;  ///< ABI-encoded custom error, Error(string), Panic(uint256), or empty.
};

/// One call: who calls whom with what.
struct Message {
    Address caller;
    Address self;
    U256 value;  ///< Wei, moved from caller to self before the code runs.
    ByteView data;
    bool read_only = false;   ///< A write, log or value transfer below reverts.
    std::uint32_t depth = 0;  ///< 0 for the transaction's own call; at most 32.
};

struct CallResult {
    bool success = false;
    Bytes output;  ///< Return data, or revert data when !success.
};

/// The marker that is a native contract's code: 0xEF ‖ "farthing" ‖ u16 contract id ‖ u16 version.
struct Marker {
    std::uint16_t contract_id = 0;
    std::uint16_t version = 0;
    bool operator==(const Marker&) const = default;
};

/// State as a running transaction sees it. Every change is rolled back with the frame that made it.
/// Unmetered: Context charges gas before it calls.
class Host {
 public:
    virtual ~Host() = default;

    virtual const BlockInfo& block() const = 0;
    virtual Address origin() const = 0;  ///< The transaction's sender.

    virtual Word load(const Address& account, const Word& slot) = 0;
    virtual void store(const Address& account, const Word& slot, const Word& value) = 0;

    virtual U256 balance_of(const Address& account) = 0;
    /// The native leg of Context::debit and its counterpart. `subtract_balance` requires a sufficient
    /// balance.
    virtual void subtract_balance(const Address& account, const U256& amount) = 0;
    virtual void add_balance(const Address& account, const U256& amount) = 0;
    /// Makes coin. The frame that mints can be rolled back; the block's balance sheet counts what stays.
    virtual void mint(const Address& account, const U256& amount) = 0;

    virtual Bytes code_at(const Address& account) = 0;
    /// Makes a native contract account (nonce 1, marker code). Requires: no code there yet.
    virtual void create_contract(const Address& account, Marker marker) = 0;

    virtual void append_log(Log log) = 0;

    /// Runs one frame: moves the value, finds the implementation in force, catches Revert, overflow and rolls
    /// back. A codeless callee succeeds with empty output. OutOfGas and CallTooDeep pass through.
    virtual CallResult call(const Message& message, GasMeter& gas) = 0;

    /// The reentrancy locks of this transaction, one a contract account (`nonreentrant` in a declaration).
    virtual bool try_lock(const Address& account) = 0;
    virtual void unlock(const Address& account) = 0;
};

}  // namespace farthing::contracts
