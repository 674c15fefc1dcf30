#include "rpc/types.hpp"

#include "core/base/hex.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <limits>

namespace farthing::rpc {
namespace {

using boost::json::value;

Result<std::string_view> text_of(const value& from) {
    if (!from.is_string()) return fail("expected a string");
    const auto& s = from.get_string();
    return std::string_view(s.data(), s.size());
}

/// DATA: even digits behind 0x.
Result<std::string_view> hex_text(const value& from) {
    TRY(const auto text, text_of(from));
    if (!text.starts_with("0x") && !text.starts_with("0X")) return fail("hex string without 0x prefix");
    return text;
}

template <std::size_t N>
Result<FixedBytes<N>> fixed_data(const value& from) {
    TRY(const auto text, hex_text(from));
    if (text.size() != 2 + 2 * N)
        return fail("hex string has length " + std::to_string(text.size() - 2) + ", want " +
                    std::to_string(2 * N));
    return fixed_from_hex<N>(text);
}

Result<U256> quantity_text(std::string_view text) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) return fail("hex string without 0x prefix");
    const auto digits = text.substr(2);
    if (digits.empty()) return fail("empty hex string");
    if (digits.size() > 1 && digits[0] == '0') return fail("hex number with leading zero digits");
    if (digits.size() > 64) return fail("hex number > 256 bits");
    TRY(const auto bytes, from_hex(digits.size() % 2 ? "0" + std::string(digits) : std::string(digits)));
    return to_u256(bytes);
}

/// Reads member `name` into `to` when it is there and not null.
template <class T>
Result<void> member(const boost::json::object& from, std::string_view name, std::optional<T>& to) {
    const auto* found = from.if_contains({name.data(), name.size()});
    if (!found || found->is_null()) return {};
    auto read = Codec<T>::read(*found);
    if (!read) return fail(std::string(name) + ": " + read.error().message);
    to = *std::move(read);
    return {};
}

/// null: none; one value or a list of them.
template <class T>
Result<std::vector<T>> one_or_many(const value& from) {
    if (from.is_null()) return std::vector<T>{};
    if (from.is_array()) return Codec<std::vector<T>>::read(from);
    TRY(auto one, Codec<T>::read(from));
    return std::vector<T>{std::move(one)};
}

Result<std::vector<AccessListEntry>> access_list(const value& from) {
    if (!from.is_array()) return fail("accessList: expected an array");
    std::vector<AccessListEntry> out;
    for (const auto& item : from.get_array()) {
        if (!item.is_object()) return fail("accessList: expected objects");
        std::optional<Address> address;
        std::optional<std::vector<Hash>> keys;
        TRY(member(item.get_object(), "address", address));
        TRY(member(item.get_object(), "storageKeys", keys));
        if (!address) return fail("accessList: missing address");
        out.push_back({*address, keys.value_or(std::vector<Hash>{})});
    }
    return out;
}

/// `data` and `input` name the same thing; both are accepted when equal (cast sends both).
Result<Bytes> call_data(const boost::json::object& from) {
    std::optional<Bytes> data, input;
    TRY(member(from, "data", data));
    TRY(member(from, "input", input));
    if (data && input && *data != *input)
        return fail(
            R"(both "data" and "input" are set and not equal. Please use "input" to pass transaction call data)");
    return input ? *std::move(input) : std::move(data).value_or(Bytes{});
}

Result<BlockTag> tag_from_text(std::string_view text) {
    using enum BlockTag::Name;
    if (text == "latest") return BlockTag{latest};
    if (text == "pending") return BlockTag{pending};
    if (text == "earliest") return BlockTag{earliest};
    if (text == "safe") return BlockTag{safe};
    if (text == "finalized") return BlockTag{finalized};
    if (text.size() == 66) {  // A hash where a number is expected, as geth takes it.
        TRY(const auto hash, hash_from_hex(text));
        return BlockTag{hash};
    }
    TRY(const auto number, quantity_text(text));
    if (number > std::numeric_limits<std::int64_t>::max()) return fail("block number larger than int64");
    return BlockTag{low_u64(number)};
}

}  // namespace

Result<Address> Codec<Address>::read(const value& from) {
    return fixed_data<20>(from);
}
Result<Hash> Codec<Hash>::read(const value& from) {
    return fixed_data<32>(from);
}

Result<Bytes> Codec<Bytes>::read(const value& from) {
    TRY(const auto text, hex_text(from));
    return from_hex(text);
}

Result<U256> Codec<U256>::read(const value& from) {
    TRY(const auto text, text_of(from));
    return quantity_text(text);
}

Result<std::uint64_t> Codec<std::uint64_t>::read(const value& from) {
    TRY(const auto wide, Codec<U256>::read(from));
    if (!fits_u64(wide)) return fail("hex number > 64 bits");
    return low_u64(wide);
}

Result<Count> Codec<Count>::read(const value& from) {
    if (from.is_int64() && from.get_int64() >= 0) return Count{static_cast<std::uint64_t>(from.get_int64())};
    if (from.is_uint64()) return Count{from.get_uint64()};
    if (from.is_string() && !from.get_string().starts_with("0x")) {
        TRY(const auto text, text_of(from));
        const auto decimal = parse_u256(text);  // Test tools send seconds as decimal text too.
        if (decimal && fits_u64(*decimal)) return Count{low_u64(*decimal)};
    }
    TRY(const auto v, Codec<std::uint64_t>::read(from));
    return Count{v};
}

Result<bool> Codec<bool>::read(const value& from) {
    if (!from.is_bool()) return fail("expected true or false");
    return from.get_bool();
}

Result<double> Codec<double>::read(const value& from) {
    if (from.is_double()) return from.get_double();
    if (from.is_int64()) return static_cast<double>(from.get_int64());
    if (from.is_uint64()) return static_cast<double>(from.get_uint64());
    return fail("expected a number");
}

Result<std::string> Codec<std::string>::read(const value& from) {
    TRY(const auto text, text_of(from));
    return std::string(text);
}

Result<BlockTag> Codec<BlockTag>::read(const value& from) {
    if (!from.is_object()) {
        TRY(const auto text, text_of(from));
        return tag_from_text(text);
    }
    std::optional<Hash> hash;
    std::optional<std::string> number;
    std::optional<bool> canonical;  // Only canonical blocks are served, so the answer is the same.
    TRY(member(from.get_object(), "blockHash", hash));
    TRY(member(from.get_object(), "blockNumber", number));
    TRY(member(from.get_object(), "requireCanonical", canonical));
    if (hash && number) return fail("cannot specify both BlockHash and BlockNumber, choose one or the other");
    if (hash) return BlockTag{*hash};
    if (number) return tag_from_text(*number);
    return fail("invalid arguments; neither block nor hash specified");
}

Result<StorageKey> Codec<StorageKey>::read(const value& from) {
    TRY(const auto text, text_of(from));
    auto digits = text;
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
    if (digits.empty()) return fail("empty hex string");
    if (digits.size() > 64) return fail("storage key too long (want at most 32 bytes)");
    TRY(const auto bytes, from_hex(digits.size() % 2 ? "0" + std::string(digits) : std::string(digits)));
    return StorageKey{to_word(to_u256(bytes)), std::string(text)};
}

Result<CallRequest> Codec<CallRequest>::read(const value& from) {
    if (!from.is_object()) return fail("expected a transaction object");
    const auto& o = from.get_object();
    CallRequest out;
    // Unknown members are ignored: web3.js sends `chain`, `hardfork`, `networkId`.
    TRY(member(o, "from", out.from));
    TRY(member(o, "to", out.to));
    TRY(member(o, "gas", out.gas));
    TRY(member(o, "gasPrice", out.gas_price));
    TRY(member(o, "maxFeePerGas", out.max_fee_per_gas));
    TRY(member(o, "maxPriorityFeePerGas", out.max_priority_fee_per_gas));
    TRY(member(o, "value", out.value));
    TRY(member(o, "nonce", out.nonce));
    TRY(member(o, "chainId", out.chain_id));
    TRY(out.data, call_data(o));
    if (const auto* list = o.if_contains("accessList"); list && !list->is_null()) {
        TRY(out.access_list, access_list(*list));
    }
    if (out.gas_price && (out.max_fee_per_gas || out.max_priority_fee_per_gas))
        return fail("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
    return out;
}

Result<LogFilter> Codec<LogFilter>::read(const value& from) {
    constexpr std::size_t addresses_max = 1000, places_max = 4, alternatives_max = 1000;
    if (!from.is_object()) return fail("expected a filter object");
    const auto& o = from.get_object();
    LogFilter out;
    TRY(member(o, "blockHash", out.block_hash));
    TRY(member(o, "fromBlock", out.from));
    TRY(member(o, "toBlock", out.to));
    if (out.block_hash && (out.from || out.to))
        return fail("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
    if (const auto* address = o.if_contains("address")) {
        TRY(out.addresses, one_or_many<Address>(*address));
        if (out.addresses.size() > addresses_max) return fail("exceed max addresses (1000)");
    }
    if (const auto* topics = o.if_contains("topics"); topics && !topics->is_null()) {
        if (!topics->is_array()) return fail("topics: expected an array");
        if (topics->get_array().size() > places_max) return fail("exceed max topics (4)");
        for (const auto& place : topics->get_array()) {
            // null among alternatives allows anything, as geth reads it.
            if (place.is_array() && std::ranges::any_of(place.get_array(), &value::is_null)) {
                out.topics.emplace_back();
                continue;
            }
            TRY(auto alternatives, one_or_many<Hash>(place));
            if (alternatives.size() > alternatives_max) return fail("exceed max topics (1000 at one place)");
            out.topics.push_back(std::move(alternatives));
        }
    }
    return out;
}

Result<AnyJson> Codec<AnyJson>::read(const value& from) {
    return AnyJson{from};
}

}  // namespace farthing::rpc
