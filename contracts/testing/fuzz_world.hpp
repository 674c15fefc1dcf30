#pragma once
// A development chain's contracts on the memory host, watched: what every call, whatever it is, must keep.
#include "contracts/testing/memory_host.hpp"
#include "core/base/check.hpp"
#include "core/fair/chain.hpp"

namespace farthing::contracts::testing {

/// Remembers what a call touched, so that it can be asked whether anything stayed changed.
class WatchedHost : public MemoryHost {
 public:
    void begin_watch();
    bool touched() const { return !words_.empty() || !balances_.empty() || !made_.empty(); }
    bool changed();
    /// Every contract there is, in the order they were made.
    std::vector<Address> contracts();

    void store(const Address& account, const Word& slot, const Word& value) override;
    void subtract_balance(const Address& account, const U256& amount) override;
    void add_balance(const Address& account, const U256& amount) override;
    void create_contract(const Address& account, Marker marker) override;

 private:
    std::map<std::pair<Address, Word>, Word> words_;  ///< As they were when the watch began.
    std::map<Address, U256> balances_;
    U256 minted_;
    std::set<Address> made_;
    std::vector<Address> all_made_;
};

/// One call as a transaction.
struct WatchedCall {
    Address from, to;
    U256 value;
    Bytes data;
    std::uint64_t gas_limit = 50'000'000;
};
struct WatchedOutcome {
    bool success = false;
    bool out_of_gas = false;
    bool call_too_deep = false;
    Bytes output;
    std::uint64_t gas = 0;
    std::vector<Log> logs;
    bool operator==(const WatchedOutcome&) const = default;
};

class FuzzWorld {
 public:
    static constexpr std::size_t person_count = 4;

    FuzzWorld();
    /// Back to the beginning.
    void reset();

    void next_block(std::uint64_t seconds);
    /// Calls, and checks what holds of any call: a failed one leaves no trace, a view changes nothing, what
    /// comes back and what is logged is what was declared, no lock stays held.
    WatchedOutcome send(const WatchedCall& call);
    /// The totals that the contracts promise, over everybody who ever appeared.
    void check_books();
    /// With exactly the gas that a call used it does the same; with less it runs out and leaves no trace.
    void check_gas(const WatchedCall& call);

    template <class F, class... A>
    typename F::Return ask(const Address& to, const A&... args) {
        const auto data = F::encode(args...);
        GasMeter gas(50'000'000);
        const auto outcome =
            host.call({.caller = people[0], .self = to, .value = 0, .data = data, .read_only = true}, gas);
        FARTHING_CHECK(outcome.success);
        auto values = F::decode_output(outcome.output);
        FARTHING_CHECK(values.has_value());
        if constexpr (std::tuple_size_v<typename F::Tuple> == 1)
            return std::get<0>(*std::move(values));
        else
            return *std::move(values);
    }
    const Module* module_at(const Address& account);

    WatchedHost host;
    std::vector<Address> people, contracts;  ///< Contracts in the order they were made.
    Address keeper, token, stakers_pool, token_pool;
    fair::SeedChain house_seeds;

 private:
    void install_all();
    void furnish();
    void check_output(const Module& module, ByteView data, ByteView output);
    void check_revert(ByteView data);
    void check_log(const Log& log);
    void check_asset(const Address& asset);
    void check_pool(const Address& pool);
    void check_games();
    void check_units();

    fair::SeedChain sequencer_seeds_;
    MemoryHost::State start_;
    BlockInfo start_head_;
    U256 start_minted_, allocated_;
    std::set<Address> seen_, start_seen_;  ///< Everybody who may hold something.
};

/// The types of a row's arguments or results as one tuple's text, structs spelled out.
std::string tuple_text(const Row& row, const abi::Decl::Params& params, std::size_t count,
                       bool only_unindexed = false);

}  // namespace farthing::contracts::testing
