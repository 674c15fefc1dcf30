#pragma once
// One declaration a method, written beside its C++ function:
//     method<"eth_getBalance(address who, blockTag at = latest) returns (quantity)",
//     &Eth::get_balance>("doc")
// The compiler parses it and refuses C++ types that disagree. From the row come the argument parser and its
// errors, help text, OpenRPC and rpc_modules. `name?` marks an optional argument (std::optional in C++),
// `name = word` one with a default.
#include "rpc/error.hpp"
#include "rpc/types.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <functional>
#include <memory>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace farthing::rpc {

/// A connection that can be told things unasked.
class Subscriber {
 public:
    virtual ~Subscriber() = default;
    /// Queues a message and returns at once; from any thread. A peer that reads too slowly is closed (1013).
    virtual void notify(std::shared_ptr<const std::string> message) = 0;
};

/// Whom a share of something limited is for: a remote address, IPv6's by its first 64 bits, for whoever has
/// one such address has the rest of them, too.
struct Client {
    /// False for this machine's own tools (127.0.0.1, ::1, calls within the process): they have no share of
    /// their own, and neither has a proxy beside the node, which counts its clients itself.
    bool is_counted = false;
    std::array<std::uint8_t, 16> address{};  ///< IPv6, or IPv4 mapped into it.
    auto operator<=>(const Client&) const = default;
};

/// What surrounds one body.
struct Call {
    std::shared_ptr<Subscriber> subscriber;  ///< Null where notifications cannot be sent (HTTP).
    /// Run once the answer is queued: so a subscription's id goes out before its first notification.
    std::vector<std::function<void()>>* after_answer = nullptr;
    Client client{};
};

template <std::size_t N>
struct Text {
    char chars[N]{};
    consteval Text(const char (&s)[N]) { std::copy_n(s, N, chars); }
    constexpr std::string_view view() const { return {chars, N - 1}; }
};

struct Parameter {
    std::string_view type;
    std::string_view name;
    bool optional = false;
    std::string_view standard;  ///< The default's text; empty when there is none.
};

struct Declaration {
    static constexpr std::size_t parameters_max = 6;
    std::string_view name;
    std::array<Parameter, parameters_max> parameters{};
    std::size_t count = 0;
    std::string_view result;

    /// "eth" of "eth_call".
    constexpr std::string_view space() const { return name.substr(0, name.find('_')); }
};

/// Thrown strings become the compiler's error message.
consteval Declaration parse_declaration(std::string_view s) {
    const auto skip = [&] {
        while (s.starts_with(' ')) s.remove_prefix(1);
    };
    const auto eat = [&](char c) {
        skip();
        if (!s.starts_with(c)) return false;
        s.remove_prefix(1);
        return true;
    };
    const auto need = [&](char c) {
        if (!eat(c)) throw "rpc declaration: unexpected character";
    };
    const auto word = [&] {
        skip();
        const auto size = std::min(s.find_first_of(" (),?="), s.size());
        const auto w = s.substr(0, size);
        if (w.empty()) throw "rpc declaration: a word is missing";
        s.remove_prefix(size);
        return w;
    };
    Declaration out;
    out.name = word();
    if (out.name.find('_') == std::string_view::npos) throw "rpc declaration: a name is namespace_method";
    need('(');
    if (!eat(')')) {
        do {
            if (out.count == out.parameters.size()) throw "rpc declaration: too many parameters";
            auto& p = out.parameters[out.count++];
            p.type = word();
            p.name = word();
            if (eat('?')) p.optional = true;
            if (eat('=')) p.standard = word();
        } while (eat(','));
        need(')');
    }
    if (word() != "returns") throw "rpc declaration: expected returns (type)";
    need('(');
    out.result = word();
    need(')');
    skip();
    if (!s.empty()) throw "rpc declaration: text after the end";
    return out;
}

/// One row, free of templates: the printers and the dispatcher need no more.
struct MethodRow {
    std::string_view text;
    Declaration declaration;
    std::string_view doc;
    RpcResult<std::string> (*run)(void* self, const Call& call,
                                  const boost::json::array& arguments) = nullptr;
};

/// A row whose function belongs to Self, so that a table cannot be registered with the wrong object.
template <class Self>
struct Method : MethodRow {};

/// The error of argument `index`; `what` empty: it is missing.
RpcError argument_error(std::size_t index, std::string_view what);
RpcError too_many_arguments(std::size_t max);
/// The JSON a default's text stands for.
boost::json::value standard_value(std::string_view text);

namespace detail {

template <class T>
struct Optional : std::false_type {
    using Value = T;
};
template <class T>
struct Optional<std::optional<T>> : std::true_type {
    using Value = T;
};

template <class T>
RpcResult<T> read_argument(const Parameter& p, std::size_t index, const boost::json::array& arguments) {
    const bool given = index < arguments.size() && !arguments[index].is_null();
    if (!given && Optional<T>::value) return T{};
    if (!given && p.standard.empty()) return std::unexpected(argument_error(index, ""));
    auto read =
        Codec<typename Optional<T>::Value>::read(given ? arguments[index] : standard_value(p.standard));
    if (!read) return std::unexpected(argument_error(index, read.error().message));
    return T(*std::move(read));
}

template <class T>
struct Returned {
    using Value = T;
};
template <class T>
struct Returned<RpcResult<T>> {
    using Value = T;
};

template <class F>
struct Signature;
template <class S, class R, class... A>
struct Signature<R (S::*)(A...)> {
    using Self = S;
    using Result = R;
    using Arguments = std::tuple<std::decay_t<A>...>;
    static constexpr bool wants_call = false;
};
template <class S, class R, class... A>
struct Signature<R (S::*)(const Call&, A...)> {
    using Self = S;
    using Result = R;
    using Arguments = std::tuple<std::decay_t<A>...>;
    static constexpr bool wants_call = true;
};

template <Text text, auto function>
struct MethodMaker {
    using Shape = Signature<decltype(function)>;
    using Arguments = typename Shape::Arguments;
    using Value = typename Returned<typename Shape::Result>::Value;
    static constexpr Declaration declaration = parse_declaration(text.view());
    static constexpr std::size_t count = std::tuple_size_v<Arguments>;

    template <std::size_t... I>
    static consteval bool agrees(std::index_sequence<I...>) {
        if (declaration.count != count) throw "rpc declaration: C++ takes another number of arguments";
        [[maybe_unused]] const auto one = []<class T>(std::type_identity<T>, const Parameter& p) {
            if (!Codec<typename Optional<T>::Value>::is(p.type))
                throw "rpc declaration: C++ argument type differs";
            if (Optional<T>::value != p.optional) throw "rpc declaration: `?` is std::optional in C++";
        };
        (one(std::type_identity<std::tuple_element_t<I, Arguments>>{}, declaration.parameters[I]), ...);
        if (!ResultIs<Value>::is(declaration.result)) throw "rpc declaration: C++ result type differs";
        return true;
    }

    template <std::size_t... I>
    static RpcResult<std::string> read_and_run(void* self, const Call& call, const boost::json::array& given,
                                               std::index_sequence<I...>) {
        if (given.size() > count) return std::unexpected(too_many_arguments(count));
        std::tuple<RpcResult<std::tuple_element_t<I, Arguments>>...> read{
            read_argument<std::tuple_element_t<I, Arguments>>(declaration.parameters[I], I, given)...};
        const RpcError* wrong = nullptr;
        ((!wrong && !std::get<I>(read) ? void(wrong = &std::get<I>(read).error()) : void()), ...);
        if (wrong) return std::unexpected(*wrong);
        auto* object = static_cast<typename Shape::Self*>(self);
        auto result = [&] {
            if constexpr (Shape::wants_call)
                return (object->*function)(call, *std::move(std::get<I>(read))...);
            else
                return (object->*function)(*std::move(std::get<I>(read))...);
        }();
        Writer w;
        if constexpr (std::is_same_v<typename Shape::Result, RpcResult<Value>>) {
            if (!result) return std::unexpected(std::move(result).error());
            write(w, *result);
        } else {
            write(w, result);
        }
        return w.take().text;
    }

    static RpcResult<std::string> run(void* self, const Call& call, const boost::json::array& given) {
        return read_and_run(self, call, given, std::make_index_sequence<count>{});
    }

    consteval auto operator()(std::string_view doc) const {
        static_assert(agrees(std::make_index_sequence<count>{}));
        if (doc.empty()) throw "rpc declaration: the doc is missing";
        return Method<typename Shape::Self>{{text.view(), declaration, doc, &run}};
    }
};

template <class T>
struct Returned<std::expected<T, Error>>;  // Not allowed: a method fails with an RpcError.

}  // namespace detail

template <Text text, auto function>
inline constexpr detail::MethodMaker<text, function> method{};

/// The rows of one object's methods.
template <class... Rows>
consteval auto methods(Rows... rows) {
    return std::array{rows...};
}

}  // namespace farthing::rpc
