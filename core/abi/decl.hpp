#pragma once
// Parser for one-line Solidity declarations ("human-readable ABI"), run by the compiler. A declaration is
//     function name(type name, ...) [view|pure|payable] [nonreentrant] [returns (type [name], ...)]
//     event Name(type [indexed] name, ...)
//     error Name(type name, ...)
//     struct Name { type name; ... }
//     receive() payable
// A struct may be named as a type wherever its C++ counterpart is known. A thrown string in a constant
// expression becomes the compiler's error message.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace farthing::abi {

/// A string literal as a template argument.
template <std::size_t N>
struct Text {
    char chars[N]{};
    // Implicit: a literal is written where a Text is expected.
    consteval Text(const char (&s)[N]) { std::copy_n(s, N, chars); }
    constexpr std::string_view view() const { return {chars, N - 1}; }
};

/// A short text composed by the compiler: a canonical type or signature.
struct Name {
    std::array<char, 256> chars{};
    std::size_t size = 0;

    constexpr Name() = default;
    constexpr explicit Name(std::string_view s) { add(s); }
    constexpr Name& add(std::string_view s) {
        if (size + s.size() > chars.size()) throw "abi declaration: signature too long";
        for (const char c : s) chars[size++] = c;
        return *this;
    }
    constexpr Name& add_number(std::size_t n) {
        if (n >= 10) add_number(n / 10);
        const char digit = static_cast<char>('0' + n % 10);
        return add({&digit, 1});
    }
    constexpr std::string_view view() const { return {chars.data(), size}; }
};

struct Param {
    std::string_view type;  ///< As written: "uint64", "bytes32[]", "Limits".
    std::string_view name;
    bool indexed = false;
};

enum class Kind : std::uint8_t { function, event, error, structure, receive };
enum class Mutability : std::uint8_t { pure, view, nonpayable, payable };

constexpr std::string_view text_of(Mutability m) {
    constexpr std::array<std::string_view, 4> texts{"pure", "view", "nonpayable", "payable"};
    return texts[static_cast<std::size_t>(m)];
}

struct Decl {
    static constexpr std::size_t params_max = 24;
    using Params = std::array<Param, params_max>;

    Kind kind = Kind::function;
    std::string_view name;
    Mutability mutability = Mutability::nonpayable;
    bool nonreentrant = false;
    Params in{}, out{};  ///< `in` holds a struct's fields, too.
    std::size_t in_count = 0, out_count = 0;

    constexpr bool read_only() const {
        return mutability == Mutability::view || mutability == Mutability::pure;
    }
};

/// A type as text, taken apart: "uint128[4][]" is base "uint128" with the suffix "[4][]".
struct TypeText {
    std::string_view base;
    std::string_view suffix;

    constexpr explicit TypeText(std::string_view type)
        : base(type.substr(0, type.find('['))), suffix(type.substr(base.size())) {}
};

/// The number that ends `type` behind `prefix` ("uint128", "uint" → 128), or 0 when there is none.
constexpr std::size_t width_of(std::string_view type, std::string_view prefix) {
    if (!type.starts_with(prefix) || type.size() > prefix.size() + 3) return 0;
    std::size_t n = 0;
    for (const char c : type.substr(prefix.size())) {
        if (c < '0' || c > '9' || (n == 0 && c == '0')) return 0;
        n = n * 10 + static_cast<std::size_t>(c - '0');
    }
    return n;
}
constexpr bool is_integer_width(std::size_t bits) {
    return bits > 0 && bits <= 256 && bits % 8 == 0;
}

/// Whether `base` (no suffix) is one of Solidity's own types; aliases such as `uint` are refused.
constexpr bool is_elementary(std::string_view base) {
    if (base == "address" || base == "bool" || base == "string" || base == "bytes") return true;
    const auto bytes = width_of(base, "bytes");
    return is_integer_width(width_of(base, "uint")) || is_integer_width(width_of(base, "int")) ||
           (bytes >= 1 && bytes <= 32);
}

class DeclParser {
 public:
    constexpr explicit DeclParser(std::string_view text) : rest_(text) {}

    constexpr Decl parse() {
        Decl d;
        d.kind = kind(word());
        d.name = d.kind == Kind::receive ? std::string_view("receive") : word();
        if (d.name.empty()) throw "abi declaration: a name is missing";
        if (d.kind == Kind::structure) {
            d.in_count = fields(d.in);
        } else {
            d.in_count = params(d.in);
            for (auto w = word(); !w.empty(); w = word()) modifier(d, w);
        }
        skip();
        if (!rest_.empty()) throw "abi declaration: unexpected text at the end";
        check(d);
        return d;
    }

 private:
    static constexpr Kind kind(std::string_view w) {
        if (w == "function") return Kind::function;
        if (w == "event") return Kind::event;
        if (w == "error") return Kind::error;
        if (w == "struct") return Kind::structure;
        if (w == "receive") return Kind::receive;
        throw "abi declaration: must start with function, event, error, struct or receive";
    }

    constexpr void modifier(Decl& d, std::string_view w) {
        if (d.kind != Kind::function && d.kind != Kind::receive)
            throw "abi declaration: only functions have words after their parameters";
        if (w == "view")
            d.mutability = Mutability::view;
        else if (w == "pure")
            d.mutability = Mutability::pure;
        else if (w == "payable")
            d.mutability = Mutability::payable;
        else if (w == "nonreentrant")
            d.nonreentrant = true;
        else if (w == "returns")
            d.out_count = params(d.out, /*named=*/false);
        else
            throw "abi declaration: unknown word after the parameters";
    }

    static constexpr void check(const Decl& d) {
        std::size_t indexed = 0;
        for (std::size_t i = 0; i < d.in_count; ++i) indexed += d.in[i].indexed;
        if (indexed > 0 && d.kind != Kind::event)
            throw "abi declaration: only events have indexed parameters";
        if (indexed > 3) throw "abi declaration: at most three parameters are indexed";
        if (d.kind == Kind::receive && (d.mutability != Mutability::payable || d.in_count + d.out_count > 0))
            throw "abi declaration: write receive() payable";
    }

    constexpr std::size_t params(Decl::Params& to, bool named = true) {
        std::size_t n = 0;
        need('(');
        if (eat(')')) return 0;
        do add(to, n, named);
        while (eat(','));
        need(')');
        return n;
    }
    constexpr std::size_t fields(Decl::Params& to) {
        std::size_t n = 0;
        need('{');
        while (!eat('}')) {
            add(to, n, /*named=*/true);
            need(';');
        }
        if (n == 0) throw "abi declaration: a struct has at least one field";
        return n;
    }
    constexpr void add(Decl::Params& to, std::size_t& n, bool named) {
        if (n == to.size()) throw "abi declaration: too many parameters";
        auto& p = to[n++];
        p.type = type();
        p.name = word();
        if (p.name == "indexed") {
            p.indexed = true;
            p.name = word();
        }
        if (named && p.name.empty()) throw "abi declaration: every parameter needs a type and a name";
    }

    constexpr std::string_view type() {
        skip();
        const auto from = rest_;
        const auto base = word();
        const bool is_struct = !base.empty() && base[0] >= 'A' && base[0] <= 'Z';
        if (!is_struct && !is_elementary(base)) throw "abi declaration: unknown type";
        while (!rest_.empty() && rest_[0] == '[') {
            const auto close = rest_.find(']');
            if (close == std::string_view::npos) throw "abi declaration: unclosed array type";
            const auto count = rest_.substr(1, close - 1);
            if (!count.empty() && width_of(count, "") == 0) throw "abi declaration: bad array length";
            rest_.remove_prefix(close + 1);
        }
        return from.substr(0, from.size() - rest_.size());
    }

    constexpr void skip() {
        while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    }
    constexpr bool eat(char c) {
        skip();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    constexpr void need(char c) {
        if (!eat(c)) throw "abi declaration: unexpected character";
    }
    constexpr std::string_view word() {
        skip();
        const auto part_of_word = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        };
        std::size_t n = 0;
        while (n < rest_.size() && part_of_word(rest_[n])) ++n;
        const auto w = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return w;
    }

    std::string_view rest_;
};

constexpr Decl parse(std::string_view text) {
    return DeclParser(text).parse();
}

}  // namespace farthing::abi
