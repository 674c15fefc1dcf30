#pragma once
// A native contract as data: one constexpr row per function, event, error and slot, checked by the compiler
// against the C++ that stands behind it. Dispatcher, ABI, interface, docs and storage layout all read these
// rows.
#include "contracts/genesis.hpp"
#include "contracts/storage.hpp"
#include "core/base/hex.hpp"

#include <optional>
#include <span>

namespace farthing::contracts {

using literals::address;

/// Runs one function: decodes the arguments, calls, encodes the result.
using Thunk = Bytes (*)(Context&, ByteView arguments);

struct Row {
    abi::Decl decl;
    std::string_view text;
    std::string_view doc;
    abi::Name signature;
    Hash topic;
    abi::Selector selector;
    std::array<const abi::StructInfo*, 6> structs{};  ///< Those the declaration names, first to last.
    Thunk call = nullptr;
};

struct SlotRow {
    std::size_t slot = 0;
    std::size_t offset = 0;
    std::string_view name;
    const StorageType* type = nullptr;
    std::string_view doc;
};

/// What the dispatcher looks at.
struct Entry {
    abi::Selector selector;
    Thunk call = nullptr;
    bool payable = false;
    bool read_only = false;
    bool nonreentrant = false;
};

/// Where and as what a contract is known to the chain.
struct Identity {
    std::uint16_t id = 0;
    std::uint16_t version = 1;
    std::optional<Address> address{};  ///< None: made by a factory.
    /// Writes the state that the genesis file asks for.
    void (*genesis)(Context&, const GenesisParams&) = nullptr;
};

struct Module {
    std::string_view name;
    std::string_view doc;
    Identity identity;
    std::span<const Row> rows;
    std::span<const SlotRow> slots;
    std::span<const Entry> entries;  ///< Sorted by selector.
    Thunk receive = nullptr;         ///< Value with empty calldata.

    Marker marker() const { return {identity.id, identity.version}; }
};

/// Every contract of this binary, by id and version (contracts/all.cpp).
std::span<const Module* const> all_modules();
/// Null when this binary lacks it.
const Module* find_module(std::uint16_t id, std::uint16_t version);
/// The fixed contract of that name ("Games"); null when there is none.
const Module* find_module(std::string_view name);

/// Runs one call; the value has moved already. Throws Revert, OutOfGas, CallTooDeep, and std::overflow_error
/// or std::range_error from checked arithmetic: the caller's frame rolls back.
Bytes run(const Module& module, Host& host, const Message& message, GasMeter& gas);

// --- rows ---------------------------------------------------------------------------------------

namespace detail {

/// The structs that a C++ type mentions, as a tuple; those within a struct come before it.
template <class T>
struct StructsOf {
    using Type = std::tuple<>;
};
template <abi::AbiStruct T>
struct StructsOf<T> {
    using Type =
        decltype(std::tuple_cat(typename StructsOf<typename T::Abi::Fields>::Type{}, std::tuple<T>{}));
};
template <class T>
struct StructsOf<std::vector<T>> : StructsOf<T> {};
template <class T, std::size_t N>
struct StructsOf<std::array<T, N>> : StructsOf<T> {};
template <class... T>
struct StructsOf<std::tuple<T...>> {
    using Type = decltype(std::tuple_cat(typename StructsOf<T>::Type{}...));
};

template <class R>
struct ReturnOf {
    static constexpr bool matches(const abi::Decl& d) { return abi::types_match<R>(d.out, d.out_count); }
    static Bytes encode(const R& v) { return abi::encode(v); }
};
template <>
struct ReturnOf<void> {
    static constexpr bool matches(const abi::Decl& d) { return d.out_count == 0; }
};
template <class... R>
struct ReturnOf<std::tuple<R...>> {
    static constexpr bool matches(const abi::Decl& d) { return abi::types_match<R...>(d.out, d.out_count); }
    static Bytes encode(const std::tuple<R...>& v) {
        return std::apply([](const auto&... each) { return abi::encode(each...); }, v);
    }
};

template <class M>
struct Method;
template <class C, class R, class... A>
struct Method<R (C::*)(A...)> {
    using Returned = std::conditional_t<std::is_void_v<R>, std::tuple<>, R>;
    using Structs = typename StructsOf<std::tuple<std::remove_cvref_t<A>..., Returned>>::Type;

    static constexpr bool matches(const abi::Decl& d) {
        return abi::types_match<std::remove_cvref_t<A>...>(d.in, d.in_count) && ReturnOf<R>::matches(d);
    }
    template <auto Fn>
    static Bytes call(Context& ctx, ByteView in) {
        auto arguments = abi::decode_arguments<std::remove_cvref_t<A>...>(in);
        if (!arguments) throw Revert{};
        C contract{ctx};
        const auto invoke = [&](auto&... each) { return (contract.*Fn)(each...); };
        if constexpr (std::is_void_v<R>) {
            std::apply(invoke, *arguments);
            return {};
        } else {
            return ReturnOf<R>::encode(std::apply(invoke, *arguments));
        }
    }
};
template <class C, class R, class... A>
struct Method<R (C::*)(A...) const> : Method<R (C::*)(A...)> {};

/// A declaration whose structs are a tuple's.
template <abi::Text D, class Structs>
struct DeclaredWith;
template <abi::Text D, class... Structs>
struct DeclaredWith<D, std::tuple<Structs...>> {
    using Type = abi::Declared<D, Structs...>;
};

template <class D>
consteval Row row(std::string_view doc) {
    Row r{D::decl, D::text, doc, D::signature, D::topic, D::selector};
    static_assert(D::structs.size() <= r.structs.size());
    std::ranges::copy(D::structs, r.structs.begin());
    return r;
}

constexpr bool ids_unique(std::span<const Row> rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (rows[i].decl.kind == rows[j].decl.kind && rows[i].selector == rows[j].selector) return false;
    return true;
}
constexpr bool placed_as_solidity_would(std::span<const SlotRow> slots) {
    Position next;
    for (const auto& s : slots) {
        const bool packs = s.type->kind == StorageType::Kind::value;
        if (!packs && next.offset > 0) next = {next.slot + 1, 0};
        const auto here = next.place(packs ? s.type->bytes : 32);
        if (s.slot != here.slot || s.offset != here.offset) return false;
        if (!packs) next = {here.slot + s.type->bytes / 32, 0};
    }
    return true;
}
template <const auto& Rows>
consteval auto sorted_entries() {
    constexpr auto count = static_cast<std::size_t>(
        std::ranges::count_if(Rows, [](const Row& r) { return r.decl.kind == abi::Kind::function; }));
    std::array<Entry, count> out{};
    std::size_t n = 0;
    for (const Row& r : Rows)
        if (r.decl.kind == abi::Kind::function)
            out[n++] = {r.selector, r.call, r.decl.mutability == abi::Mutability::payable, r.decl.read_only(),
                        r.decl.nonreentrant};
    std::ranges::sort(out, {}, &Entry::selector);
    return out;
}
template <const auto& Rows>
inline constexpr auto entries = sorted_entries<Rows>();

}  // namespace detail

/// Binds a declared function to a member function of the contract's struct.
template <abi::Text D, auto Fn>
consteval Row function(std::string_view doc) {
    using M = detail::Method<decltype(Fn)>;
    using Declared = typename detail::DeclaredWith<D, typename M::Structs>::Type;
    static_assert(Declared::decl.kind == abi::Kind::function);
    static_assert(M::matches(Declared::decl), "the C++ signature and the Solidity declaration disagree");
    Row r = detail::row<Declared>(doc);
    r.call = &M::template call<Fn>;
    return r;
}
/// What value with empty calldata does: `receive<&WrappedCoin::deposit>("...")`.
template <auto Fn>
consteval Row receive(std::string_view doc) {
    Row r = detail::row<abi::Declared<"receive() payable">>(doc);
    r.call = &detail::Method<decltype(Fn)>::template call<Fn>;
    return r;
}
template <class E>
consteval Row event(std::string_view doc) {
    static_assert(E::decl.kind == abi::Kind::event);
    return detail::row<E>(doc);
}
template <class E>
consteval Row error(std::string_view doc) {
    static_assert(E::decl.kind == abi::Kind::error);
    return detail::row<E>(doc);
}
template <auto Field>
consteval SlotRow slot(std::string_view doc) {
    using F = abi::FieldType<Field>;
    return {F::slot, F::offset, F::name, F::type, doc};
}

/// A list of rows; lists of a shared base are joined with `join`.
template <class R, std::size_t N>
consteval std::array<R, N> table(const R (&rows)[N]) {
    return std::to_array(rows);
}
template <class R, std::size_t... N>
consteval auto join(const std::array<R, N>&... tables) {
    std::array<R, (... + N)> out{};
    auto at = out.begin();
    ((at = std::ranges::copy(tables, at).out), ...);
    return out;
}

/// Makes a contract's genesis member function the module's hook.
template <auto Fn>
constexpr void (*at_genesis)(Context&, const GenesisParams&) = [](Context& ctx, const GenesisParams& params) {
    typename abi::MemberOf<decltype(Fn)>::Owner contract{ctx};
    (contract.*Fn)(params);
};

inline constexpr std::array<SlotRow, 0> no_slots{};

template <const auto& Rows, const auto& Slots>
consteval Module module(std::string_view name, Identity identity, std::string_view doc) {
    static_assert(std::ranges::none_of(Rows, [](const auto& r) { return r.doc.empty(); }) &&
                      std::ranges::none_of(Slots, [](const auto& s) { return s.doc.empty(); }),
                  "every entry needs a sentence of documentation");
    static_assert(detail::ids_unique(Rows), "two entries share a selector or a topic");
    static_assert(detail::placed_as_solidity_would(Slots),
                  "list the slots in order, placed as Solidity would");
    Module m{name, doc, identity, Rows, Slots, detail::entries<Rows>};
    for (const Row& r : Rows)
        if (r.decl.kind == abi::Kind::receive) m.receive = r.call;
    return m;
}

}  // namespace farthing::contracts
