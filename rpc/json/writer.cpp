#include "rpc/json/writer.hpp"

#include <charconv>

namespace farthing::rpc {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// Bytes of one well-formed UTF-8 character at the front; 0 if malformed. Overlong forms are not our output's
/// concern beyond being valid lead and continuation bytes, so the check is the simple one.
std::size_t character_size(std::string_view text) {
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size > text.size()) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((static_cast<std::uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
    return size;
}

void append_quantity(std::string& out, std::uint64_t v) {
    char buffer[16];
    const auto end = std::to_chars(std::begin(buffer), std::end(buffer), v, 16).ptr;
    out += "0x";
    out.append(std::begin(buffer), end);
}

void append_quantity(std::string& out, const U256& v) {
    if (fits_u64(v)) return append_quantity(out, low_u64(v));
    const auto bytes = to_minimal_bytes(v);
    out += "0x";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0 || bytes[i] > 15) out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
}

}  // namespace

std::string quantity(std::uint64_t v) {
    std::string out;
    append_quantity(out, v);
    return out;
}

std::string quantity(const U256& v) {
    std::string out;
    append_quantity(out, v);
    return out;
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const char c = text[0];
        const auto size = character_size(text);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<std::uint8_t>(c) < 0x20) {
            out += "\\u00";
            out += digits[static_cast<std::size_t>(c) >> 4];
            out += digits[static_cast<std::size_t>(c) & 15];
        } else if (size == 0) {
            out += "\\ufffd";
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(size == 0 ? 1 : size);
    }
    out += '"';
    return out;
}

void Writer::separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
}

Writer& Writer::open(char bracket) {
    separate();
    out_ += bracket;
    needs_comma_ = false;
    return *this;
}

Writer& Writer::close(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    needs_comma_ = false;
    return *this;
}

Writer& Writer::raw(std::string_view json_text) {
    separate();
    out_ += json_text;
    return *this;
}

Writer& Writer::data(ByteView bytes) {
    separate();
    out_.reserve(out_.size() + 4 + 2 * bytes.size());
    out_ += "\"0x";
    for (const auto b : bytes) {
        out_ += digits[b >> 4];
        out_ += digits[b & 15];
    }
    out_ += '"';
    return *this;
}

Writer& Writer::quantity(std::uint64_t v) {
    separate();
    out_ += '"';
    append_quantity(out_, v);
    out_ += '"';
    return *this;
}

Writer& Writer::quantity(const U256& v) {
    separate();
    out_ += '"';
    append_quantity(out_, v);
    out_ += '"';
    return *this;
}

}  // namespace farthing::rpc
