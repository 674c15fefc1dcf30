#pragma once
// A typed client for contract tests:
//     const auto done = chain.call<"function sip() returns (uint256 amount)">(alice, tap);
//     EXPECT_EQ(done.revert, error<"error Dry(uint256 balance, uint256 needed)">(U256(0), U256(1)));
#include "contracts/testing/memory_host.hpp"
#include "core/testing/seed.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <set>

namespace farthing::contracts::testing {

template <class R>
struct Outcome {
    bool success = false;
    bool out_of_gas = false;
    bool call_too_deep = false;
    R value{};     ///< What it returned; default when it failed.
    Bytes revert;  ///< Revert data when it failed.
    std::uint64_t gas = 0;
    std::vector<Log> logs;  ///< Of this call.
};

struct Nothing {};

/// Revert data of a custom error.
template <abi::Text D, class... Structs, class... A>
Bytes error(const A&... args) {
    return abi::Error<D, Structs...>::encode(args...);
}

/// The n-th test account.
inline Address account(std::uint64_t n) {
    Address out;
    std::ranges::copy(be64(n), out.begin() + 12);
    return out;
}

class TestChain {
 public:
    MemoryHost host;
    std::uint64_t gas_limit = 200'000'000;

    /// Calls as a transaction from `from`.
    template <abi::Text D, class... Structs, class... A>
    auto call(const Address& from, const Address& to, const A&... args) {
        return pay<D, Structs...>(from, to, U256(0), args...);
    }
    /// The same with wei.
    template <abi::Text D, class... Structs, class... A>
    auto pay(const Address& from, const Address& to, const U256& wei, const A&... args) {
        using F = abi::Function<D, Structs...>;
        using R = std::conditional_t<std::is_void_v<typename F::Return>, Nothing, typename F::Return>;
        auto raw = send(from, to, wei, F::encode(args...));
        Outcome<R> out{raw.success,           raw.out_of_gas, raw.call_too_deep,  {},
                       std::move(raw.revert), raw.gas,        std::move(raw.logs)};
        if (!out.success) return out;
        auto decoded = F::decode_output(raw.value);
        EXPECT_TRUE(decoded) << "the return data is not what the declaration says";
        if constexpr (std::tuple_size_v<typename F::Tuple> == 1) {
            if (decoded) out.value = std::get<0>(*std::move(decoded));
        } else if constexpr (std::tuple_size_v<typename F::Tuple> > 1) {
            if (decoded) out.value = *std::move(decoded);
        }
        return out;
    }
    /// Any bytes.
    Outcome<Bytes> send(const Address& from, const Address& to, const U256& wei, ByteView data) {
        host.sender = from;
        const std::size_t first_log = host.logs.size();
        GasMeter gas(gas_limit);
        Outcome<Bytes> out;
        try {
            auto result = host.call({.caller = from, .self = to, .value = wei, .data = data}, gas);
            out.success = result.success;
            (result.success ? out.value : out.revert) = std::move(result.output);
        } catch (const OutOfGas&) {
            out.out_of_gas = true;
        } catch (const CallTooDeep&) {
            out.call_too_deep = true;
        }
        EXPECT_EQ(host.locks_held(), 0u);
        out.gas = gas.used();
        if (out.success)
            out.logs.assign(host.logs.begin() + static_cast<std::ptrdiff_t>(first_log), host.logs.end());
        if (out.revert.size() >= 4) errors_seen_.insert(abi::Selector::from(ByteView(out.revert).first(4)));
        return out;
    }

    /// Names of the module's errors that no call has raised so far.
    std::vector<std::string> errors_not_raised(const Module& module) const {
        std::vector<std::string> out;
        for (const Row& row : module.rows)
            if (row.decl.kind == abi::Kind::error && !errors_seen_.contains(row.selector))
                out.emplace_back(row.decl.name);
        return out;
    }

 private:
    std::set<abi::Selector> errors_seen_;
};

/// An environment variable, or null. Nobody sets one while tests run.
inline const char* environment(const char* name) {
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

/// How many operations a random test runs: a hundred times as many when FARTHING_LONG is set.
inline std::uint64_t operations(std::uint64_t usual) {
    return environment("FARTHING_LONG") == nullptr ? usual : 100 * usual;
}

/// A random sequence that can be repeated: prints its seed; FARTHING_SEED sets it.
class Random {
 public:
    /// Uniform enough in [0, bound).
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
    std::mt19937_64 engine_{test_seed()};
};

}  // namespace farthing::contracts::testing
