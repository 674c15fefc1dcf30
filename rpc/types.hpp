#pragma once
// The words of a method declaration and their C++ types: how each is read from JSON, strictly as geth reads
// it except where a known client needs more (each case is named), and how results are written.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/u256.hpp"
#include "core/types/transaction.hpp"
#include "rpc/json/writer.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace farthing::rpc {

/// Which block a call speaks of: a number, a name, or (EIP-1898) an object with blockHash or blockNumber.
struct BlockTag {
    enum class Name : std::uint8_t { latest, pending, earliest, safe, finalized };
    std::variant<Name, std::uint64_t, Hash> at = Name::latest;
    bool operator==(const BlockTag&) const = default;
    bool is(Name name) const { return at == decltype(at)(name); }
};

/// A storage key: 1 to 32 bytes of hex, odd lengths allowed (web3.py asks getProof for `0x0`).
struct StorageKey {
    Word word;
    std::string text;  ///< As asked; eth_getProof answers with it.
};

/// An integer given as QUANTITY or as a JSON number (blockCount of eth_feeHistory; test RPCs).
struct Count {
    std::uint64_t value = 0;
};

/// A transaction that is not signed: the argument of eth_call and its kin.
struct CallRequest {
    std::optional<Address> from;
    std::optional<Address> to;
    std::optional<U256> gas;
    std::optional<U256> gas_price;
    std::optional<U256> max_fee_per_gas;
    std::optional<U256> max_priority_fee_per_gas;
    std::optional<U256> value;
    std::optional<U256> nonce;
    std::optional<U256> chain_id;
    Bytes data;
    std::vector<AccessListEntry> access_list;
};

/// The argument of eth_getLogs, eth_newFilter and the `logs` subscription (EIP-234).
struct LogFilter {
    std::optional<BlockTag> from;
    std::optional<BlockTag> to;
    std::optional<Hash> block_hash;
    std::vector<Address> addresses;         ///< Empty: any.
    std::vector<std::vector<Hash>> topics;  ///< At each place the alternatives; empty: any.
};

/// Any JSON; for arguments that a method reads itself.
struct AnyJson {
    boost::json::value value;
};

/// `is(word)`: may `word` of a declaration stand for T; `read`: from JSON, errors without the argument's
/// place.
template <class T>
struct Codec;

#define FARTHING_RPC_READABLE(type, condition)                    \
    template <>                                                   \
    struct Codec<type> {                                          \
        static constexpr bool is(std::string_view word) {         \
            return condition;                                     \
        }                                                         \
        static Result<type> read(const boost::json::value& from); \
    }
FARTHING_RPC_READABLE(Address, word == "address");
FARTHING_RPC_READABLE(Hash, word == "hash");
FARTHING_RPC_READABLE(Bytes, word == "data");
FARTHING_RPC_READABLE(U256, word == "quantity");
FARTHING_RPC_READABLE(std::uint64_t, word == "quantity");
FARTHING_RPC_READABLE(Count, word == "count");
FARTHING_RPC_READABLE(bool, word == "bool");
FARTHING_RPC_READABLE(double, word == "number");
FARTHING_RPC_READABLE(std::string, word == "string");
FARTHING_RPC_READABLE(BlockTag, word == "blockTag");
FARTHING_RPC_READABLE(StorageKey, word == "storageKey");
FARTHING_RPC_READABLE(CallRequest, word == "call");
FARTHING_RPC_READABLE(LogFilter, word == "filter");
FARTHING_RPC_READABLE(AnyJson, word == "any");
#undef FARTHING_RPC_READABLE

template <class T>
struct Codec<std::vector<T>> {
    static constexpr bool is(std::string_view word) {
        return word.ends_with("[]") && Codec<T>::is(word.substr(0, word.size() - 2));
    }
    static Result<std::vector<T>> read(const boost::json::value& from) {
        if (!from.is_array()) return fail("expected an array");
        std::vector<T> out;
        for (const auto& item : from.get_array()) {
            TRY(auto one, Codec<T>::read(item));
            out.push_back(std::move(one));
        }
        return out;
    }
};

inline void write(Writer& w, const Address& v) {
    w.data(v);
}
inline void write(Writer& w, const Hash& v) {
    w.data(v);
}
inline void write(Writer& w, const Bytes& v) {
    w.data(v);
}
inline void write(Writer& w, const U256& v) {
    w.quantity(v);
}
inline void write(Writer& w, std::uint64_t v) {
    w.quantity(v);
}
inline void write(Writer& w, bool v) {
    w.boolean(v);
}
inline void write(Writer& w, const std::string& v) {
    w.string(v);
}
inline void write(Writer& w, const Json& v) {
    w.raw(v.text);
}
template <class T>
void write(Writer& w, const std::vector<T>& v) {
    w.begin_array();
    for (const auto& item : v) write(w, item);
    w.end_array();
}
template <class T>
void write(Writer& w, const std::optional<T>& v) {
    v ? write(w, *v) : static_cast<void>(w.null());
}

/// Whether a result of type T may stand behind `word`; Json may be anything.
template <class T>
struct ResultIs {
    static constexpr bool is(std::string_view word) { return Codec<T>::is(word); }
};
template <class T>
struct ResultIs<std::optional<T>> : ResultIs<T> {};
template <>
struct ResultIs<Json> {
    static constexpr bool is(std::string_view) { return true; }
};

}  // namespace farthing::rpc
