// The scan accepts what Boost.JSON, a parser of another make, accepts, to the same depth; and it cuts a body
// into the elements that the other one finds.
#include "core/base/check.hpp"
#include "core/testing/fuzz.hpp"
#include "rpc/json/scan.hpp"
#include "rpc/json/writer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace farthing::rpc::json {
namespace {

constexpr std::size_t depth_max = 8;

struct Counts {
    std::size_t keys = 0;
    std::size_t values = 0;
};

/// What is inside `v`, at any depth.
Counts count_inside(const boost::json::value& v) {
    Counts out;
    const auto add = [&](const boost::json::value& inner) {
        const auto within = count_inside(inner);
        out.keys += within.keys;
        out.values += 1 + within.values;
    };
    if (v.is_object())
        for (const auto& member : v.get_object()) {
            ++out.keys;
            add(member.value());
        }
    if (v.is_array())
        for (const auto& item : v.get_array()) add(item);
    return out;
}

boost::json::value parse(std::string_view text, boost::system::error_code& error) {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    return boost::json::parse({text.data(), text.size()}, error, {}, options);
}

/// What the grammar allows and a tree of values cannot hold: lone surrogates, exponents beyond any number.
bool is_about_values(const boost::system::error_code& error) {
    using enum boost::json::error;
    for (const auto value :
         {illegal_leading_surrogate, illegal_trailing_surrogate, expected_utf16_escape, exponent_overflow})
        if (error == value) return true;
    return false;
}

/// Boost calls some surrogates that do not pair a syntax error, too.
bool spells_surrogates(std::string_view text) {
    for (auto at = text.find("\\u"); at != std::string_view::npos; at = text.find("\\u", at + 1)) {
        const auto digits = text.substr(at + 2, 2);
        if (digits.size() == 2 && (digits[0] == 'd' || digits[0] == 'D') && digits[1] >= '8') return true;
    }
    return false;
}

void check_member(std::string_view name, std::string_view raw, const boost::json::value& whole) {
    const auto* found = whole.get_object().if_contains(boost::json::string_view(name.data(), name.size()));
    FARTHING_CHECK(raw.empty() == (found == nullptr));
    if (found == nullptr) return;
    boost::system::error_code error;
    FARTHING_CHECK(parse(raw, error) == *found && !error);
    const auto text = unquote(raw);
    FARTHING_CHECK(text.has_value() == found->is_string());
    if (text) FARTHING_CHECK(*text == std::string(found->get_string()));
    if (text) FARTHING_CHECK(unquote(json_string(*text)) == *text);
}

void check_element(const Element& element, const boost::json::value& value) {
    FARTHING_CHECK(element.is_object == value.is_object());
    if (!element.is_object || element.has_duplicate_key) return;
    for (const auto& [name, raw] : {std::pair{"id", element.id},
                                    {"method", element.method},
                                    {"jsonrpc", element.jsonrpc},
                                    {"params", element.params}})
        check_member(name, raw, value);
    const auto* params = value.get_object().if_contains("params");
    if (params == nullptr) {
        FARTHING_CHECK(element.params_keys == 0 && element.params_values == 0);
        return;
    }
    // The tree keeps the last of two equal keys; the scan counts both, and what is within both.
    const auto inside = count_inside(*params);
    FARTHING_CHECK(element.params_keys >= inside.keys && element.params_values >= inside.values);
    if (element.params_keys == inside.keys) FARTHING_CHECK(element.params_values == inside.values);
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    for (const auto* text :
         {R"({"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x00","data":"0x"},"latest"]})",
          R"([{"jsonrpc":"2.0","id":"a\u00e9\ud83d\ude00","method":"net_version"},{"id":null},7,[],"x"])",
          R"({"id":-0.5e+10,"params":{"a":[[[{}]]],"a":true},"\u0069d":false})",
          R"({"params":[[],{},[0,{"b":[null,"x"]}],1.5]})", "[]", "{}", " \t\r\n null "})
        out.push_back(fuzz::bytes_of(text));
    return out;
}

FARTHING_FUZZ(scan, seeds) {
    const auto text = as_text(in);
    const auto document = scan(text, {.depth_max = depth_max, .elements_max = 4});
    boost::system::error_code error;
    const auto tree = parse(text, error);
    if (!document) {
        FARTHING_CHECK(error);
        return;
    }
    if (error) {
        FARTHING_CHECK(is_about_values(error) || spells_surrogates(text));
        return;
    }
    FARTHING_CHECK(document->is_batch == tree.is_array());
    const std::size_t count = tree.is_array() ? tree.get_array().size() : 1;
    FARTHING_CHECK(document->count == count);
    FARTHING_CHECK(document->elements.size() == std::min<std::size_t>(count, 4));
    for (std::size_t i = 0; i < document->elements.size(); ++i)
        check_element(document->elements[i], tree.is_array() ? tree.get_array()[i] : tree);
}

}  // namespace
}  // namespace farthing::rpc::json
