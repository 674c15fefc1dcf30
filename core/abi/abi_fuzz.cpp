// The codec for run-time types: what decodes is the one encoding of what it decodes to; what encodes comes
// back, through bytes and through text; and the compile-time codec accepts exactly the same bytes.
#include "core/abi/codec.hpp"
#include "core/abi/value.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/testing/fuzz.hpp"

namespace farthing::abi {
namespace {

using enum Type::Kind;

struct Pair {
    std::uint8_t n = 0;
    std::string name;
    using Abi = Struct<"struct Pair { uint8 n; string name; }", &Pair::n, &Pair::name>;
};
struct Place {
    Address who;
    Uint<24> x;
    bool open = false;
    using Abi =
        Struct<"struct Place { address who; uint24 x; bool open; }", &Place::who, &Place::x, &Place::open>;
};

/// Both codecs on the same bytes.
template <class... T>
void check_both(std::string_view type_text, ByteView in) {
    const auto type = parse_type(type_text);
    FARTHING_CHECK(type.has_value());
    const auto typed = decode<T...>(in);
    const auto values = decode_values(*type, in);
    FARTHING_CHECK(typed.has_value() == values.has_value());
    if (!typed) return;
    const auto again = std::apply([](const auto&... each) { return encode(each...); }, *typed);
    FARTHING_CHECK(std::ranges::equal(again, in));
    FARTHING_CHECK(encode_values(*type, *values) == again);
    // A call may carry more behind its arguments, and nothing else changes.
    Bytes longer(in.begin(), in.end());
    longer.push_back(1);
    FARTHING_CHECK(!decode<T...>(longer) && decode_arguments<T...>(longer));
}

void check_declared(std::size_t which, ByteView in) {
    switch (which) {
        case 0:
            return check_both<U256, Address, bool>("(uint256,address,bool)", in);
        case 1:
            return check_both<std::string, Bytes>("(string,bytes)", in);
        case 2:
            return check_both<std::vector<Address>, std::vector<U256>, std::vector<Bytes>, std::string>(
                "(address[],uint256[],bytes[],string)", in);
        case 3:
            return check_both<std::vector<Pair>, std::uint64_t>("((uint8,string)[],uint64)", in);
        case 4:
            return check_both<std::array<Place, 2>, FixedBytes<4>>("((address,uint24,bool)[2],bytes4)", in);
        case 5:
            return check_both<std::array<std::string, 3>, std::uint8_t, std::uint16_t, std::uint32_t>(
                "(string[3],uint8,uint16,uint32)", in);
        case 6:
            return check_both<std::vector<std::vector<std::uint16_t>>, Uint<48>, Uint<96>>(
                "(uint16[][],uint48,uint96)", in);
        default:
            return check_both<std::vector<std::array<Pair, 2>>, FixedBytes<32>>(
                "((uint8,string)[2][],bytes32)", in);
    }
}
constexpr std::size_t declared_count = 8;

/// A type from text, then bytes of it.
void check_type_text(fuzz::Source from) {
    const auto text = as_text(from.bytes(from.below(120)));
    if (const auto signature = parse_signature(text))
        FARTHING_CHECK(parse_signature(signature->canonical).has_value());
    const auto type = parse_type(text);
    if (!type || type->kind != tuple) return;
    const auto values = decode_values(*type, from.rest());
    if (!values) return;
    const auto again = encode_values(*type, *values);
    FARTHING_CHECK(again && std::ranges::equal(*again, from.rest()));
}

Type any_type(fuzz::Source& from, int depth) {
    const auto kind = static_cast<Type::Kind>(from.below(depth < 4 ? 10 : 7));
    Type out{.kind = kind, .size = 0, .parts = {}};
    if (kind == uint_n || kind == int_n) out.size = 8 * (1 + from.below(32));
    if (kind == bytes_n) out.size = 1 + from.below(32);
    if (kind == fixed_array) out.size = 1 + from.below(3);
    const auto parts = kind == tuple ? 1 + from.below(3) : kind == array || kind == fixed_array ? 1u : 0u;
    for (std::size_t i = 0; i < parts; ++i) out.parts.push_back(any_type(from, depth + 1));
    return out;
}

/// As decoding would write it.
Value any_value(const Type& type, fuzz::Source& from) {
    switch (type.kind) {
        case uint_n: {
            const auto bytes = from.bytes(std::min<std::size_t>(type.size / 8, from.below(33)));
            return {to_decimal(to_u256(bytes)), {}};
        }
        case int_n: {
            const U256 v = to_u256(from.bytes(std::min<std::size_t>(type.size / 8 - 1, from.below(32))));
            return {(v > 0 && from.flag() ? "-" : "") + to_decimal(v), {}};
        }
        case boolean:
            return {from.flag() ? "true" : "false", {}};
        case address:
            return {hex0x(from.fixed<20>()), {}};
        case bytes_n: {
            Bytes out(type.size);
            std::ranges::copy(from.bytes(type.size), out.begin());
            return {hex0x(out), {}};
        }
        case bytes:
            return {hex0x(from.bytes(from.below(70))), {}};
        case string:
            return {std::string(as_text(from.bytes(from.below(40)))), {}};
        default:
            break;
    }
    Value out;
    const auto count = type.kind == tuple   ? type.parts.size()
                       : type.kind == array ? from.below(4)
                                            : type.size;
    for (std::size_t i = 0; i < count; ++i)
        out.items.push_back(any_value(type.kind == tuple ? type.parts[i] : type.parts[0], from));
    return out;
}

void check_round_trip(fuzz::Source from) {
    Type type{.kind = tuple, .size = 0, .parts = {}};
    for (auto parts = 1 + from.below(4); parts > 0; --parts) type.parts.push_back(any_type(from, 0));
    const auto value = any_value(type, from);
    const auto encoded = encode_values(type, value);
    FARTHING_CHECK(encoded.has_value());
    FARTHING_CHECK(decode_values(type, *encoded) == value);
    const auto text = to_text(type, value);
    FARTHING_CHECK(parse_value(type, text) == value);
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    const auto add = [&](std::uint8_t mode, std::uint8_t which, const Bytes& bytes) {
        out.push_back({mode, which});
        append(out.back(), bytes);
    };
    const std::vector<Bytes> calls{{1, 2, 3}, {}};
    add(0, 0, encode(U256(5), Address{}, true));
    add(0, 1, encode(std::string("text"), Bytes(40, 1)));
    add(0, 2, encode(std::vector<Address>(2), std::vector<U256>{1, 2}, calls, std::string("why")));
    add(0, 3, encode(std::vector<Pair>{{1, "a"}, {2, ""}}, std::uint64_t{9}));
    add(0, 4, encode(std::array<Place, 2>{}, FixedBytes<4>{}));
    add(0, 5,
        encode(std::array<std::string, 3>{"a", "", "c"}, std::uint8_t{1}, std::uint16_t{2},
               std::uint32_t{3}));
    add(0, 6, encode(std::vector<std::vector<std::uint16_t>>{{1, 2}, {}}, Uint<48>(7), Uint<96>(U256(8))));
    add(0, 7, encode(std::vector<std::array<Pair, 2>>(1), FixedBytes<32>{}));
    for (const auto* text :
         {"(uint256,(address,bytes)[2],string)", "transfer(address,uint256)(bool)", "int8[][3]"})
        add(1, static_cast<std::uint8_t>(std::string_view(text).size()), fuzz::bytes_of(text));
    Bytes plan;
    for (std::uint8_t i = 0; i < 150; ++i) plan.push_back(static_cast<std::uint8_t>(i * 7));
    add(2, 3, plan);
    return out;
}

FARTHING_FUZZ(abi, seeds) {
    fuzz::Source from(in);
    switch (from.below(3)) {
        case 0: {
            const auto which = from.below(declared_count);
            return check_declared(which, from.rest());
        }
        case 1:
            return check_type_text(from);
        default:
            return check_round_trip(from);
    }
}

}  // namespace
}  // namespace farthing::abi
