#pragma once
// All that a contract sees: who calls, the block, its own storage, other contracts by their ABI, and priced
// crypto. Every operation charges gas (contracts/gas.hpp) before it acts.
#include "contracts/gas.hpp"
#include "contracts/host.hpp"
#include "core/abi/signature.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/secp256k1.hpp"

#include <optional>

namespace farthing::contracts {

/// Deepest frame; the transaction's own call is frame 0.
constexpr std::uint32_t call_depth_max = 32;

/// Stops the call with a custom error: `raise<TooSoon>(from)`.
template <class E, class... A>
[[noreturn]] void raise(const A&... args) {
    throw Revert{E::encode(args...)};
}
/// Raises E unless `ok`.
template <class E, class... A>
void require(bool ok, const A&... args) {
    if (!ok) raise<E>(args...);
}

/// Solidity's panic codes that contracts and their call frame use.
enum class PanicCode : std::uint8_t {
    overflow = 0x11,
    division_by_zero = 0x12,
    pop_of_empty_array = 0x31,
    index_out_of_bounds = 0x32,
};
/// Revert data Panic(code): the frame answers std::overflow_error and std::range_error with code 0x11.
Bytes panic(PanicCode code);
/// Revert data Error(text).
Bytes error_string(std::string_view text);

/// What a ledger counts. Token 0 is the native coin; id is 0 for fungible tokens.
struct Asset {
    Address token;
    U256 id;
};
constexpr Address native_coin{};

/// Every decrease of any ledger passes through here before it happens, so that nothing can leave an account
/// around a guard. For the native coin it also subtracts; a token's Ledger subtracts by itself. Reverts with
/// empty data when the native balance is too small. Unmetered; the chain uses it for value and gas, too.
void debit(Host& host, const Asset& asset, const Address& from, const U256& amount);

/// The account that a native contract's marker code stands for, and where CREATE2 (EIP-1014) puts it.
Bytes marker_code(Marker marker);
std::optional<Marker> parse_marker(ByteView code);
Address create2_address(const Address& creator, const Hash& salt, const Hash& init_code_hash);

class Context {
 public:
    Context(Host& host, const Message& message, GasMeter& gas);
    Context(const Context&) = delete;

    const Address self;
    const Address caller;
    const U256 value;         ///< Wei that came with the call; `self` holds it already.
    const ByteView calldata;  ///< Selector and arguments.
    const BlockInfo& block;
    const std::uint64_t now;  ///< The block's unix seconds.

    // Storage, one word at a time; contracts use the types of storage.hpp.
    Word load(const Word& slot);
    void store(const Word& slot, const Word& word);

    /// Wei of any account.
    U256 balance_of(const Address& who);
    /// Which native contract an account is; nothing when it is none.
    std::optional<Marker> marker_of(const Address& who);
    void debit(const Asset& asset, const Address& from, const U256& amount);
    /// Makes native coin for `self`. Requires: self is Emission; no other contract makes coin.
    void mint(const U256& amount);

    /// Emits an event of this contract.
    template <class E, class... A>
    void emit(const A&... args);

    /// Calls another contract; what it reverts with passes through. A view or pure function is called
    /// read-only. Reverts when there is no contract or it answers in another shape.
    template <class F, class... A>
    typename F::Return call(const Address& to, const A&... args) {
        return call_paying<F>(to, 0, args...);
    }
    template <class F, class... A>
    typename F::Return call_paying(const Address& to, const U256& wei, const A&... args);
    /// A call of any bytes; never throws Revert itself. Fails when self holds less than `wei`. Throws
    /// CallTooDeep from the deepest frame.
    CallResult raw_call(const Address& to, const U256& wei, ByteView data, bool read_only = false);
    /// Sends wei with empty data; what the receiver reverts with passes through.
    void pay(const Address& to, const U256& wei);

    /// Makes a contract account by CREATE2 and runs `construct(Context&)` as that account, called by this
    /// one. Reverts with empty data when the address is taken.
    template <class Construct>
    Address create(Marker marker, const Hash& salt, const Construct& construct);

    Hash keccak256(ByteView in);
    Hash sha256(ByteView in);
    Hash hmac_sha256(ByteView key, ByteView message);
    /// Who signed `digest`; nothing when the signature is no signature.
    std::optional<Address> recover(const Hash& digest, const Signature& signature);

    /// Pays for work that a contract does with pure functions of core.
    void charge(std::uint64_t gas) { gas_.charge(gas); }

    /// From here on a write, log or value transfer reverts: a view is running.
    void forbid_writes() { read_only_ = true; }

 private:
    void require_writable() const;
    void append_log(const std::vector<Hash>& topics, Bytes data);
    Address create_account(Marker marker, const Hash& salt);

    Host& host_;
    GasMeter& gas_;
    std::uint32_t depth_;
    bool read_only_;
};

/// The chain's own look at a contract's storage, read-only and unmetered: `read(Contract&)`.
template <class Contract, class Read>
auto inspect(Host& host, const Address& at, const Read& read) {
    GasMeter unmetered(~std::uint64_t{0});
    const Message message{.caller = at, .self = at, .value = 0, .data = {}, .read_only = true};
    Context ctx(host, message, unmetered);
    Contract contract{ctx};
    return read(contract);
}

// --- templates ----------------------------------------------------------------------------------

namespace detail {
/// A topic: the value's word, or the hash of a string or bytes.
template <class T>
Hash topic_of(const T& v) {
    if constexpr (std::same_as<T, std::string>) {
        return farthing::keccak256(as_bytes(v));
    } else if constexpr (std::same_as<T, Bytes>) {
        return farthing::keccak256(v);
    } else {
        static_assert(!abi::Codec<T>::dynamic && abi::Codec<T>::head_size == 32,
                      "this type cannot be indexed");
        Hash word;
        abi::Codec<T>::write(word.data(), v);
        return word;
    }
}
template <class E, class... T, std::size_t... I>
Bytes event_data(const std::tuple<const T&...>& args, std::index_sequence<I...>) {
    const auto part = []<std::size_t At>(const auto& v) {
        if constexpr (E::decl.in[At].indexed)
            return std::tuple<>{};
        else
            return std::tie(v);
    };
    return std::apply([](const auto&... v) { return abi::encode(v...); },
                      std::tuple_cat(part.template operator()<I>(std::get<I>(args))...));
}
}  // namespace detail

template <class E, class... A>
void Context::emit(const A&... args) {
    static_assert(abi::types_match<A...>(E::decl.in, E::decl.in_count),
                  "the event's arguments do not match its declaration");
    std::vector<Hash> topics{E::topic};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        const auto add_topic = [&]<std::size_t At>(const auto& v) {
            if constexpr (E::decl.in[At].indexed) topics.push_back(detail::topic_of(v));
        };
        (add_topic.template operator()<I>(args), ...);
    }(std::index_sequence_for<A...>{});
    append_log(topics, detail::event_data<E, A...>(std::tie(args...), std::index_sequence_for<A...>{}));
}

template <class F, class... A>
typename F::Return Context::call_paying(const Address& to, const U256& wei, const A&... args) {
    if (host_.code_at(to).empty()) throw Revert{};
    auto result = raw_call(to, wei, F::encode(args...), F::decl.read_only());
    if (!result.success) throw Revert{std::move(result.output)};
    auto output = F::decode_output(result.output);
    if (!output) throw Revert{};
    if constexpr (std::tuple_size_v<typename F::Tuple> == 1)
        return std::get<0>(*std::move(output));
    else if constexpr (std::tuple_size_v<typename F::Tuple> > 1)
        return *std::move(output);
}

template <class Construct>
Address Context::create(Marker marker, const Hash& salt, const Construct& construct) {
    const Address made = create_account(marker, salt);
    Context child(host_,
                  {.caller = self, .self = made, .value = 0, .data = {}, .read_only = false, .depth = depth_},
                  gas_);
    construct(child);
    return made;
}

}  // namespace farthing::contracts
