#include "rpc/json/scan.hpp"

#include <boost/container/small_vector.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <list>

namespace farthing::rpc::json {
namespace {

/// Members of one call beyond which it is refused: keeps the search for duplicate keys short.
constexpr std::size_t members_max = 64;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
std::uint8_t byte(char c) {
    return static_cast<std::uint8_t>(c);
}

/// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0 if there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto lead = byte(text[at]);
    const std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || text.size() - at < length) return 0;
    const auto second = byte(text[at + 1]);
    const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((byte(text[at + i]) & 0xc0) != 0x80) return 0;
    return length;
}

/// The keys of one object so far. Keys without escapes, which is all that anyone sends, cost no memory.
class Keys {
 public:
    /// What a key's raw text says; lives as long as this.
    std::string_view text_of(std::string_view raw) {
        if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
        return unescaped_.emplace_back(unquote(raw).value_or(""));
    }
    /// False: it is there already, or there are too many.
    bool add(std::string_view key) {
        if (keys_.size() == members_max || std::ranges::find(keys_, key) != keys_.end()) return false;
        keys_.push_back(key);
        return true;
    }

 private:
    boost::container::small_vector<std::string_view, 8> keys_;
    std::list<std::string> unescaped_;
};

/// What one value holds, itself included.
struct Counts {
    std::size_t keys = 0;
    std::size_t values = 0;
};

/// Every function returns false on bad text and then leaves the position where it stood.
class Scanner {
 public:
    Scanner(std::string_view text, const ScanLimits& limits) : text_(text), limits_(limits) {}

    Result<Document> document() {
        Document out;
        skip_space();
        out.is_batch = peek() == '[';
        if (!(out.is_batch ? batch(out) : element(out, 0))) return fail("parse error");
        skip_space();
        if (at_ != text_.size()) return fail("parse error");
        return out;
    }

 private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool eat(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void skip_space() {
        while (at_ < text_.size() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t'))
            ++at_;
    }

    bool batch(Document& out) {
        eat('[');
        skip_space();
        if (eat(']')) return true;
        do {
            skip_space();
            if (!element(out, 1)) return false;
            skip_space();
        } while (eat(','));
        return eat(']');
    }

    bool element(Document& out, std::size_t depth) {
        Element parsed;
        Counts counts;
        parsed.is_object = peek() == '{';
        if (!(parsed.is_object ? members(parsed, depth + 1) : value(depth, counts))) return false;
        if (++out.count <= limits_.elements_max) out.elements.push_back(parsed);
        return true;
    }

    bool members(Element& out, std::size_t depth) {
        eat('{');
        skip_space();
        if (eat('}')) return true;
        Keys seen;
        do {
            skip_space();
            const auto key_at = at_;
            if (!string()) return false;
            const auto key = seen.text_of(text_.substr(key_at, at_ - key_at));
            skip_space();
            if (!eat(':')) return false;
            skip_space();
            const auto value_at = at_;
            Counts counts;
            if (!value(depth, counts)) return false;
            const auto raw = text_.substr(value_at, at_ - value_at);
            if (key == "id") out.id = raw;
            if (key == "method") out.method = raw;
            if (key == "jsonrpc") out.jsonrpc = raw;
            if (key == "params") {
                out.params = raw;
                out.params_keys = counts.keys;
                out.params_values = counts.values - 1;  // Without `params` itself.
            }
            if (!seen.add(key)) out.has_duplicate_key = true;
            skip_space();
        } while (eat(','));
        return eat('}');
    }

    /// Any value, standing at its first character, inside `depth` containers. Adds what it meets.
    bool value(std::size_t depth, Counts& counts) {
        std::string open;  // One bracket for each container this value has open.
        while (true) {     // A value each time round.
            ++counts.values;
            skip_space();
            const char c = peek();
            if (c == '{' || c == '[') {
                if (depth + open.size() >= limits_.depth_max) return false;
                open += c;
                ++at_;
                skip_space();
                if (!eat(c == '{' ? '}' : ']')) {
                    if (c == '{' && !key(counts)) return false;
                    continue;
                }
                open.pop_back();
            } else if (!scalar()) {
                return false;
            }
            if (!close(open, counts)) return false;
            if (open.empty()) return true;
        }
    }

    /// After a value: closes what ends here; stops before the next value or when nothing is open.
    bool close(std::string& open, Counts& counts) {
        while (!open.empty()) {
            skip_space();
            const bool object = open.back() == '{';
            if (eat(',')) {
                skip_space();
                return !object || key(counts);
            }
            if (!eat(object ? '}' : ']')) return false;
            open.pop_back();
        }
        return true;
    }

    bool key(Counts& counts) {
        ++counts.keys;
        if (!string()) return false;
        skip_space();
        return eat(':');
    }

    bool scalar() {
        if (peek() == '"') return string();
        for (const std::string_view word : {"true", "false", "null"})
            if (text_.substr(at_).starts_with(word)) {
                at_ += word.size();
                return true;
            }
        return number();
    }

    bool string() {
        if (!eat('"')) return false;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (byte(c) < 0x20) return false;
            if (c == '\\') {
                if (!escape()) return false;
            } else if (byte(c) < 0x80) {
                ++at_;
            } else {
                const auto length = utf8_length(text_, at_);
                if (length == 0) return false;
                at_ += length;
            }
        }
        return false;
    }

    bool escape() {
        eat('\\');
        if (eat('u')) {
            for (int i = 0; i < 4; ++i, ++at_)
                if (!is_hex(peek())) return false;
            return true;
        }
        if (at_ >= text_.size() || std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos)
            return false;
        ++at_;
        return true;
    }

    bool digits() {
        if (!is_digit(peek())) return false;
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool number() {
        eat('-');
        if (!eat('0') && !digits()) return false;
        if (eat('.') && !digits()) return false;
        if (eat('e') || eat('E')) {
            if (!eat('+')) eat('-');
            return digits();
        }
        return true;
    }

    std::string_view text_;
    const ScanLimits& limits_;
    std::size_t at_ = 0;
};

}  // namespace

Result<Document> scan(std::string_view text, const ScanLimits& limits) {
    return Scanner(text, limits).document();
}

Result<std::string> unquote(std::string_view raw) {
    if (raw.size() < 2 || raw.front() != '"') return fail("expected a string");
    if (raw.find('\\') == std::string_view::npos) return std::string(raw.substr(1, raw.size() - 2));
    boost::system::error_code error;
    const auto value = boost::json::parse({raw.data(), raw.size()}, error);
    if (error || !value.is_string()) return fail("invalid string");
    return std::string(value.get_string());
}

}  // namespace farthing::rpc::json
