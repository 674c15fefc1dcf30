#pragma once
// Writes answers straight to text. Keys and order are the caller's; commas are the writer's.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"

#include <string>
#include <string_view>

namespace farthing::rpc {

/// A finished JSON text.
struct Json {
    std::string text;
};

/// QUANTITY of the Ethereum JSON-RPC: hex behind 0x without leading zeros.
std::string quantity(std::uint64_t v);
std::string quantity(const U256& v);

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// Usage: `w.begin_object().key("number").quantity(7).key("logs").begin_array()...end_array().end_object()`.
class Writer {
 public:
    Writer& begin_object() { return open('{'); }
    Writer& end_object() { return close('}'); }
    Writer& begin_array() { return open('['); }
    Writer& end_array() { return close(']'); }

    Writer& key(std::string_view name);  ///< Requires: a name that needs no escaping.

    Writer& raw(std::string_view json_text);
    Writer& null() { return raw("null"); }
    Writer& boolean(bool v) { return raw(v ? "true" : "false"); }
    Writer& number(std::uint64_t v) { return raw(std::to_string(v)); }
    Writer& string(std::string_view text) { return raw(json_string(text)); }
    Writer& data(ByteView bytes);
    Writer& quantity(std::uint64_t v);
    Writer& quantity(const U256& v);

    std::size_t size() const { return out_.size(); }
    Json take() { return {std::move(out_)}; }

 private:
    Writer& open(char bracket);
    Writer& close(char bracket);
    void separate();

    std::string out_;
    bool needs_comma_ = false;
};

}  // namespace farthing::rpc
