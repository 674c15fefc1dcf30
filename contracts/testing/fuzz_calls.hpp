#pragma once
// Calls made up from bytes: any function of any contract with arguments of its types, leaning towards values
// that were seen before, so that what one call makes another can use.
#include "contracts/testing/fuzz_world.hpp"
#include "core/abi/value.hpp"
#include "core/testing/fuzz.hpp"

namespace farthing::contracts::testing {

class CallMaker {
 public:
    CallMaker(fuzz::Source& plan, FuzzWorld& world) : plan_(plan), world_(world) {}

    WatchedCall any_call();
    /// What came out of a call may go into the next ones.
    void learn(const WatchedOutcome& outcome);
    Address person() { return world_.people[plan_.below(world_.people.size())]; }
    U256 amount();
    /// A call of a contract as bytes within another call, and whom it is for.
    std::pair<Address, Bytes> inner_call(int depth);

 private:
    Bytes arguments(const Row& row, int depth);
    abi::Value value(const abi::Type& type, int depth);
    U256 number(std::size_t bits);
    Address account();
    Bytes byte_string(int depth);
    std::string text();
    Word word();

    fuzz::Source& plan_;
    FuzzWorld& world_;
    std::vector<Word> words_;
    std::vector<Bytes> byte_strings_;
    std::map<std::string, std::vector<abi::Value>> arrays_;  ///< By type: proposals are named by theirs.
    U256 last_amount_;
};

}  // namespace farthing::contracts::testing
