#pragma once
// State while a block or call executes: a scratch overlay over a view, with an undo log for nested frames.
// Single-threaded; every call and every executor has its own.
#include "chain/diff.hpp"
#include "chain/state_view.hpp"
#include "core/types/log.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

namespace farthing::chain {

class WorldState {
 public:
    /// Requires: `base` stays valid for as long as this lives.
    explicit WorldState(StateView base) : base_(std::move(base)) {}

    /// Reads accounts that will be asked for, all at once.
    void preload(std::span<const Address> accounts);

    std::uint64_t nonce(const Address& who);
    const U256& balance(const Address& who);
    const Bytes& code(const Address& who);
    Word load(const Address& who, const Word& slot);

    void set_nonce(const Address& who, std::uint64_t nonce);
    void set_balance(const Address& who, const U256& balance);
    void set_code(const Address& who, Bytes code);
    void store(const Address& who, const Word& slot, const Word& value);
    void append_log(Log log);
    /// Adds new coin to an account.
    void mint(const Address& who, const U256& amount);
    /// Coin made and not rolled back since this state began, wei.
    const U256& minted() const { return minted_; }

    /// A point to roll back to.
    struct Mark {
        std::size_t undo = 0;
        std::size_t logs = 0;
        U256 minted;
    };
    Mark mark() const { return {undo_.size(), logs_.size(), minted_}; }
    void roll_back(const Mark& mark);

    /// Ends a transaction: hands out its logs and forgets how to undo it.
    std::vector<Log> end_transaction();

    /// Everything that differs from the base, sorted by (address, account before slots, slot).
    std::vector<Diff> diff() const;

 private:
    struct AccountEntry {
        AccountState now;
        AccountState before;
    };
    struct SlotKey {
        Address address;
        Word slot;
        bool operator==(const SlotKey&) const = default;
    };
    struct SlotKeyHash {
        std::size_t operator()(const SlotKey& key) const {
            return FixedBytesHash{}(key.slot) * 31 + FixedBytesHash{}(key.address);
        }
    };
    struct SlotEntry {
        Word now;
        Word before;
    };
    struct Undo {
        Address address;
        std::optional<Word> slot;
        Word word;
        AccountState account;
    };

    AccountEntry& entry(const Address& who);
    std::unique_ptr<AccountEntry> unchanged(const Account& account) const;
    AccountEntry& change(const Address& who);
    SlotEntry& slot_entry(const Address& who, const Word& slot);

    StateView base_;
    boost::unordered_flat_map<Address, std::unique_ptr<AccountEntry>, FixedBytesHash> accounts_;
    boost::unordered_flat_map<SlotKey, SlotEntry, SlotKeyHash> slots_;
    std::vector<Undo> undo_;
    std::vector<Log> logs_;
    U256 minted_;
};

}  // namespace farthing::chain
