#include "core/abi/value.hpp"

#include "core/abi/codec.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::abi {
namespace {

using enum Type::Kind;

// No declaration needs more; bounds recursion and work on text from outside.
constexpr std::size_t nesting_max = 16;
constexpr std::size_t fixed_items_max = 999;  // Three digits, as declarations have them.
constexpr std::size_t places_max = 65'536;

/// How many values a type spells out, arrays of any length counted as one: "(bool,uint8[4])[2]" has ten.
std::size_t places(const Type& type) {
    if (type.kind == fixed_array) return type.size * places(type.parts[0]);
    std::size_t out = 1;
    if (type.kind == tuple)
        for (const Type& part : type.parts) out += places(part);
    return out;
}

class TypeParser {
 public:
    explicit TypeParser(std::string_view text) : rest_(text) {}

    Result<Type> type(std::size_t depth = 0) {
        if (depth > nesting_max) return fail("abi: type nested too deeply");
        TRY(auto out, rest_.starts_with('(') ? tuple_type(depth) : elementary());
        while (rest_.starts_with('[')) {
            if (++depth > nesting_max) return fail("abi: type nested too deeply");
            if (takes_no_place(out)) return fail("abi: an array of nothing");
            const auto close = rest_.find(']');
            if (close == std::string_view::npos) return fail("abi: unclosed array type");
            const auto digits = rest_.substr(1, close - 1);
            rest_.remove_prefix(close + 1);
            Type of{.kind = array, .size = 0, .parts = {std::move(out)}};
            if (!digits.empty()) {
                of.kind = fixed_array;
                of.size = width_of(digits, "");
                if (of.size == 0 || of.size > fixed_items_max || places(of) > places_max)
                    return fail("abi: bad array length");
            }
            out = std::move(of);
        }
        return out;
    }
    Result<Type> tuple_type(std::size_t depth = 0) {
        Type out;
        if (!eat('(')) return fail("abi: expected (");
        if (eat(')')) return out;
        do {
            TRY(auto part, type(depth + 1));
            if (takes_no_place(part)) return fail("abi: a tuple without parts");
            out.parts.push_back(std::move(part));
        } while (eat(','));
        if (!eat(')')) return fail("abi: expected , or )");
        return out;
    }
    std::string_view rest() const { return rest_; }

 private:
    /// () itself stands for "no arguments"; as a part it would let few bytes hold any number of values.
    static bool takes_no_place(const Type& t) { return t.kind == tuple && t.parts.empty(); }
    bool eat(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    Result<Type> elementary() {
        const auto word = rest_.substr(0, rest_.find_first_of("[](),"));
        rest_.remove_prefix(word.size());
        if (!is_elementary(word)) return fail("abi: unknown type \"" + std::string(word) + "\"");
        if (word == "bool") return Type{.kind = boolean};
        if (word == "address") return Type{.kind = address};
        if (word == "string") return Type{.kind = string};
        if (word == "bytes") return Type{.kind = bytes};
        if (const auto n = width_of(word, "uint")) return Type{.kind = uint_n, .size = n};
        if (const auto n = width_of(word, "int")) return Type{.kind = int_n, .size = n};
        return Type{.kind = bytes_n, .size = width_of(word, "bytes")};
    }

    std::string_view rest_;
};

/// The types of an array's or tuple's `count` items.
const Type& item_type(const Type& type, std::size_t i) {
    return type.kind == tuple ? type.parts[i] : type.parts[0];
}
bool is_list(const Type& type) {
    return type.kind == tuple || type.kind == array || type.kind == fixed_array;
}

// --- words --------------------------------------------------------------------------------------

U256 power_of_two(std::size_t n) {
    return U256(1) << static_cast<unsigned>(n);
}
/// 2^256 − v, for v > 0.
U256 negated(const U256& v) {
    return u256_max - v + 1;
}

Result<Word> word_of(const Type& type, const std::string& text) {
    Word out;
    switch (type.kind) {
        case boolean:
            if (text != "true" && text != "false")
                return fail("abi: expected true or false, got \"" + text + "\"");
            out[31] = text == "true";
            return out;
        case address: {
            TRY(const auto who, address_from_hex(text));
            Codec<Address>::write(out.data(), who);
            return out;
        }
        case bytes_n: {
            TRY(const auto b, from_hex(text));
            if (b.size() != type.size)
                return fail("abi: expected " + std::to_string(type.size) + " bytes of hex");
            std::ranges::copy(b, out.begin());
            return out;
        }
        default:
            break;
    }
    const bool negative = type.kind == int_n && text.starts_with('-');
    TRY(const auto magnitude, parse_u256(std::string_view(text).substr(negative ? 1 : 0)));
    const auto bits = type.kind == int_n ? type.size - 1 : type.size;
    const bool fits =
        bits == 256 || magnitude < power_of_two(bits) || (negative && magnitude == power_of_two(bits));
    if (!fits) return fail("abi: " + text + " is out of range");
    return to_word(negative && magnitude != 0 ? negated(magnitude) : magnitude);
}

Result<std::string> text_of_word(const Type& type, ByteView word) {
    const auto clean = [&](ByteView padding) { return detail::all_zero(padding); };
    switch (type.kind) {
        case boolean:
            if (!clean(word.first(31)) || word[31] > 1) return fail("abi: not a bool");
            return word[31] == 1 ? "true" : "false";
        case address:
            if (!clean(word.first(12))) return fail("abi: dirty padding");
            return hex0x(word.last(20));
        case bytes_n:
            if (!clean(word.subspan(type.size))) return fail("abi: dirty padding");
            return hex0x(word.first(type.size));
        default:
            break;
    }
    const U256 v = to_u256(word);
    if (type.kind == uint_n) {
        if (type.size < 256 && v >= power_of_two(type.size)) return fail("abi: integer out of range");
        return to_decimal(v);
    }
    const U256 half = power_of_two(type.size - 1);
    if (v < half) return to_decimal(v);
    const U256 magnitude = v == 0 ? v : negated(v);
    if (magnitude > half) return fail("abi: integer out of range");
    return "-" + to_decimal(magnitude);
}

// --- encoding -----------------------------------------------------------------------------------

Result<void> append_list(Bytes& out, const Type& type, const Value& value);

/// The item itself, at the end of the output.
Result<void> append_item(Bytes& out, const Type& type, const Value& value) {
    if (type.kind == string) {
        detail::append_padded(out, as_bytes(value.text));
    } else if (type.kind == bytes) {
        TRY(const auto b, from_hex(value.text));
        detail::append_padded(out, b);
    } else if (type.kind == array) {
        detail::append_u64(out, value.items.size());
        return append_list(out, type, value);
    } else if (is_list(type)) {
        return append_list(out, type, value);
    } else {
        TRY(const auto word, word_of(type, value.text));
        append(out, word);
    }
    return {};
}

/// Heads, then tails.
Result<void> append_list(Bytes& out, const Type& type, const Value& value) {
    const auto expected = type.kind == tuple   ? type.parts.size()
                          : type.kind == array ? value.items.size()
                                               : type.size;
    if (value.items.size() != expected)
        return fail("abi: expected " + std::to_string(expected) + " values, got " +
                    std::to_string(value.items.size()));
    std::size_t head_size = 0;
    for (std::size_t i = 0; i < expected; ++i) head_size += item_type(type, i).head_size();
    Bytes heads, tails;
    for (std::size_t i = 0; i < expected; ++i) {
        const Type& item = item_type(type, i);
        if (item.is_dynamic()) detail::append_u64(heads, head_size + tails.size());
        TRY(append_item(item.is_dynamic() ? tails : heads, item, value.items[i]));
    }
    append(out, heads);
    append(out, tails);
    return {};
}

// --- decoding -----------------------------------------------------------------------------------

/// Follows Reader's rule: after the first error it reads zeros, and `finish` tells.
class ValueReader {
 public:
    explicit ValueReader(ByteView in) : in_(in) {}

    Value list(const Type& type, std::size_t count) {
        std::size_t head_size = 0;
        for (std::size_t i = 0; i < count; ++i) head_size += item_type(type, i).head_size();
        const auto base = in_.claim(head_size);
        auto head = base;
        Value out;
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            const Type& item = item_type(type, i);
            const auto at = std::exchange(head, head + item.head_size());
            if (item.is_dynamic()) in_.expect_offset(at, base);
            out.items.push_back(item.is_dynamic() ? dynamic_item(item) : static_item(item, at));
        }
        return out;
    }
    Result<void> finish() const {
        if (!error_.empty()) return fail(error_);
        return in_.finish();
    }

 private:
    Value dynamic_item(const Type& type) {
        if (type.kind == string) return {std::string(as_text(detail::read_padded(in_)))};
        if (type.kind == bytes) return {hex0x(detail::read_padded(in_))};
        if (type.kind != array) return list(type, type.kind == tuple ? type.parts.size() : type.size);
        const auto at = in_.claim(32);
        return list(type, in_.count(at, std::max<std::size_t>(type.parts[0].head_size(), 1)));
    }
    Value static_item(const Type& type, std::size_t at) {
        if (!is_list(type)) {
            auto text = text_of_word(type, in_.word(at));
            if (!text && error_.empty()) error_ = text.error().message;
            return {text ? *text : std::string()};
        }
        Value out;
        const auto count = type.kind == tuple ? type.parts.size() : type.size;
        for (std::size_t i = 0; i < count; ++i) {
            out.items.push_back(static_item(item_type(type, i), at));
            at += item_type(type, i).head_size();
        }
        return out;
    }

    Reader in_;
    std::string error_;
};

// --- text ---------------------------------------------------------------------------------------

class ValueParser {
 public:
    explicit ValueParser(std::string_view text) : rest_(text) {}

    Result<Value> value(const Type& type) {
        skip();
        if (!is_list(type)) return Value{word()};
        const bool round = type.kind == tuple;
        if (!eat(round ? '(' : '[')) return fail(round ? "abi: expected (" : "abi: expected [");
        const char close = round ? ')' : ']';
        Value out;
        if (eat(close)) return out;
        do {
            if (round && out.items.size() == type.parts.size()) return fail("abi: too many values");
            TRY(auto item, value(item_type(type, out.items.size())));
            out.items.push_back(std::move(item));
        } while (eat(','));
        if (!eat(close)) return fail(std::string("abi: expected , or ") + close);
        return out;
    }
    bool done() {
        skip();
        return rest_.empty();
    }

 private:
    void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
    bool eat(char c) {
        skip();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string word() {
        std::string out;
        if (!eat('"')) {
            out = rest_.substr(0, rest_.find_first_of(",()[]\""));
            rest_.remove_prefix(out.size());
            out.resize(out.find_last_not_of(' ') + 1);
            return out;
        }
        while (!rest_.empty() && rest_[0] != '"') {
            if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
            out += rest_[0];
            rest_.remove_prefix(1);
        }
        eat('"');
        return out;
    }

    std::string_view rest_;
};

}  // namespace

bool Type::is_dynamic() const {
    if (kind == string || kind == Kind::bytes || kind == array) return true;
    if (kind == fixed_array) return parts[0].is_dynamic();
    return kind == tuple && std::ranges::any_of(parts, [](const Type& t) { return t.is_dynamic(); });
}

std::size_t Type::head_size() const {
    if (is_dynamic()) return 32;
    if (kind == fixed_array) return size * parts[0].head_size();
    if (kind != tuple) return 32;
    std::size_t out = 0;
    for (const Type& part : parts) out += part.head_size();
    return out;
}

Result<Type> parse_type(std::string_view text) {
    TypeParser parser(text);
    TRY(auto out, parser.type());
    if (!parser.rest().empty()) return fail("abi: unexpected text behind the type");
    return out;
}

Result<Signature> parse_signature(std::string_view text) {
    const auto open = text.find('(');
    if (open == std::string_view::npos || open == 0) return fail("abi: expected name(types)");
    TypeParser inputs(text.substr(open));
    Signature out;
    TRY(out.inputs, inputs.tuple_type());
    out.canonical = text.substr(0, text.size() - inputs.rest().size());
    if (!inputs.rest().empty()) {
        TypeParser outputs(inputs.rest());
        TRY(out.outputs, outputs.tuple_type());
        if (!outputs.rest().empty()) return fail("abi: unexpected text behind the signature");
    }
    out.selector = FixedBytes<4>::from(ByteView(keccak256(as_bytes(out.canonical)).bytes).first(4));
    return out;
}

Result<Value> parse_value(const Type& type, std::string_view text) {
    if (type.kind == string) return Value{std::string(text)};
    ValueParser parser(text);
    TRY(auto out, parser.value(type));
    if (!parser.done()) return fail("abi: unexpected text behind the value");
    return out;
}

std::string to_text(const Type& type, const Value& value) {
    if (!is_list(type)) {
        if (type.kind != string || value.text.find_first_of(",()[]\"\\ ") == std::string::npos)
            return value.text;
        std::string out = "\"";
        for (const char c : value.text) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        return out + '"';
    }
    std::string out(1, type.kind == tuple ? '(' : '[');
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        const auto text = to_text(item_type(type, i), value.items[i]);
        // An empty string is still an item: [] would be none.
        out += (i > 0 ? ", " : "") + (text.empty() ? "\"\"" : text);
    }
    return out + (type.kind == tuple ? ')' : ']');
}

Result<Bytes> encode_values(const Type& tuple_type, const Value& values) {
    Bytes out;
    TRY(append_list(out, tuple_type, values));
    return out;
}

Result<Value> decode_values(const Type& tuple_type, ByteView in) {
    ValueReader reader(in);
    auto out = reader.list(tuple_type, tuple_type.parts.size());
    TRY(reader.finish());
    return out;
}

}  // namespace farthing::abi
