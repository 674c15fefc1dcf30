#pragma once
// Functions, events and errors as types: `abi::Event<"event Sipped(address indexed who, uint256 amount)">`.
// Structs that a declaration names follow it: `abi::Function<"function limits() view returns (Limits l)",
// Limits>`.
#include "core/abi/codec.hpp"
#include "core/crypto/keccak_constexpr.hpp"

namespace farthing::abi {

/// The first four bytes of a signature's hash.
using Selector = FixedBytes<4>;

namespace detail {
/// Adds the canonical form of a declared type.
template <class... Structs>
constexpr void add_canonical(Name& out, std::string_view type) {
    const TypeText t(type);
    if (is_elementary(t.base)) {
        out.add(t.base);
    } else {
        bool found = false;
        [[maybe_unused]] const auto consider = [&](const Name& name, const Name& canonical) {
            if (found || t.base != name.view()) return;
            out.add(canonical.view());
            found = true;
        };
        (consider(Codec<Structs>::name, Codec<Structs>::canonical), ...);
        if (!found) throw "abi declaration: list the structs that it names behind it";
    }
    out.add(t.suffix);
}
}  // namespace detail

/// name(type,...) with structs spelled out: what selectors and topics hash.
template <class... Structs>
constexpr Name canonical(const Decl& d) {
    Name out(d.name);
    out.add("(");
    for (std::size_t i = 0; i < d.in_count; ++i) {
        if (i > 0) out.add(",");
        detail::add_canonical<Structs...>(out, d.in[i].type);
    }
    return out.add(")");
}

constexpr Selector selector_of(const Hash& hash) {
    return {{hash[0], hash[1], hash[2], hash[3]}};
}
constexpr Selector selector(std::string_view signature) {
    return selector_of(keccak256_constexpr(signature));
}

namespace detail {
template <class... T, std::size_t... I>
constexpr bool types_match_at(const Decl::Params& params, std::index_sequence<I...>) {
    return (... && (params[I].type == Codec<T>::name.view()));
}
}  // namespace detail

/// Whether the declared types are those of T...
template <class... T>
constexpr bool types_match(const Decl::Params& params, std::size_t count) {
    return count == sizeof...(T) && detail::types_match_at<T...>(params, std::index_sequence_for<T...>{});
}

template <Text D, class... Structs>
struct Declared {
    static constexpr std::string_view text = D.view();
    static constexpr Decl decl = parse(text);
    static constexpr Name signature = canonical<Structs...>(decl);
    static constexpr Hash topic = keccak256_constexpr(signature.view());
    static constexpr Selector selector = selector_of(topic);
    static constexpr std::array<const StructInfo*, sizeof...(Structs)> structs{&Structs::Abi::info...};
};

template <Text D, class... Structs>
struct Event : Declared<D, Structs...> {
    static_assert(Event::decl.kind == Kind::event);
};

template <Text D, class... Structs>
struct Error : Declared<D, Structs...> {
    static_assert(Error::decl.kind == Kind::error);

    /// Selector and arguments: revert data.
    template <class... A>
    static Bytes encode(const A&... args) {
        static_assert(types_match<A...>(Error::decl.in, Error::decl.in_count),
                      "the error's arguments do not match its declaration");
        Bytes out(Error::selector.begin(), Error::selector.end());
        append_encoded(out, args...);
        return out;
    }
};

// --- calls --------------------------------------------------------------------------------------

namespace detail {
/// The C++ type of uintN, as std::type_identity.
template <std::size_t Bits>
consteval auto uint_type() {
    if constexpr (Bits == 8)
        return std::type_identity<std::uint8_t>{};
    else if constexpr (Bits == 16)
        return std::type_identity<std::uint16_t>{};
    else if constexpr (Bits == 32)
        return std::type_identity<std::uint32_t>{};
    else if constexpr (Bits == 64)
        return std::type_identity<std::uint64_t>{};
    else if constexpr (Bits == 256)
        return std::type_identity<U256>{};
    else
        return std::type_identity<Uint<Bits>>{};
}
/// The struct of that name among Structs: a tuple keeps only those whose name is equal.
template <class Declaration, std::size_t I, class... Structs>
consteval auto struct_type() {
    using Found = decltype(std::tuple_cat(
        std::conditional_t < Codec<Structs>::name.view() == TypeText(Declaration::decl.out[I].type).base,
        std::tuple<std::type_identity<Structs>>, std::tuple < >> {}...));
    static_assert(std::tuple_size_v<Found> == 1, "list the structs that the declaration names behind it");
    return std::tuple_element_t<0, Found>{};
}
template <class Declaration, std::size_t I, class... Structs>
consteval auto base_type() {
    constexpr auto base = TypeText(Declaration::decl.out[I].type).base;
    constexpr auto bits = width_of(base, "uint");
    constexpr auto bytes = width_of(base, "bytes");
    if constexpr (base == "address")
        return std::type_identity<Address>{};
    else if constexpr (base == "bool")
        return std::type_identity<bool>{};
    else if constexpr (base == "string")
        return std::type_identity<std::string>{};
    else if constexpr (base == "bytes")
        return std::type_identity<Bytes>{};
    else if constexpr (bits != 0)
        return uint_type<bits>();
    else if constexpr (bytes != 0)
        return std::type_identity<FixedBytes<bytes>>{};
    else
        return struct_type<Declaration, I, Structs...>();
}
/// The C++ type of the I-th returned value.
template <class Declaration, std::size_t I, class... Structs>
consteval auto output_type() {
    constexpr auto suffix = TypeText(Declaration::decl.out[I].type).suffix;
    static_assert(suffix.empty() || suffix == "[]", "calls return at most one-dimensional dynamic arrays");
    using Base = typename decltype(base_type<Declaration, I, Structs...>())::type;
    if constexpr (suffix.empty())
        return std::type_identity<Base>{};
    else
        return std::type_identity<std::vector<Base>>{};
}
template <class Declaration, class Indices, class... Structs>
struct Outputs;
template <class Declaration, std::size_t... I, class... Structs>
struct Outputs<Declaration, std::index_sequence<I...>, Structs...> {
    using Tuple = std::tuple<typename decltype(output_type<Declaration, I, Structs...>())::type...>;
};
/// void, the one value, or a tuple.
template <class Tuple>
struct Single {
    using Type = Tuple;
};
template <>
struct Single<std::tuple<>> {
    using Type = void;
};
template <class T>
struct Single<std::tuple<T>> {
    using Type = T;
};
template <class Tuple>
struct DecodeTuple;
template <class... T>
struct DecodeTuple<std::tuple<T...>> {
    static Result<std::tuple<T...>> decode(ByteView in) { return abi::decode<T...>(in); }
};
}  // namespace detail

/// A function to call: encodes its arguments and decodes what it returns.
template <Text D, class... Structs>
struct Function : Declared<D, Structs...> {
    static_assert(Function::decl.kind == Kind::function);
    using Tuple =
        typename detail::Outputs<Declared<D, Structs...>, std::make_index_sequence<parse(D.view()).out_count>,
                                 Structs...>::Tuple;
    /// void, the declared type, or a std::tuple of several.
    using Return = typename detail::Single<Tuple>::Type;

    template <class... A>
    static Bytes encode(const A&... args) {
        static_assert(types_match<A...>(Function::decl.in, Function::decl.in_count),
                      "the call's arguments do not match its declaration");
        Bytes out(Function::selector.begin(), Function::selector.end());
        append_encoded(out, args...);
        return out;
    }
    static Result<Tuple> decode_output(ByteView in) { return detail::DecodeTuple<Tuple>::decode(in); }
};

}  // namespace farthing::abi
