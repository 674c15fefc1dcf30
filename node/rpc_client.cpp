#include "node/rpc_client.hpp"

#include "core/base/hex.hpp"
#include "node/revert_text.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace farthing::node {

namespace json = boost::json;

namespace {

/// An error's data: a contract's refusal, or any text.
std::string data_text(std::string_view data) {
    const auto bytes = from_hex(data);
    return bytes ? revert_text(*bytes) : std::string(data);
}

}  // namespace

Result<std::uint64_t> quantity_from(const json::value& value) {
    if (!value.is_string()) return fail("expected a quantity");
    const std::string_view text(value.get_string().data(), value.get_string().size());
    std::uint64_t out = 0;
    if (!text.starts_with("0x")) return fail("expected a quantity, got \"" + std::string(text) + '"');
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), out, 16);
    if (error != std::errc{} || end != text.data() + text.size())
        return fail("expected a quantity of 64 bits, got \"" + std::string(text) + '"');
    return out;
}

std::string quantity_text(std::uint64_t value) {
    std::array<char, 18> digits{'0', 'x'};
    const auto end = std::to_chars(digits.data() + 2, digits.data() + digits.size(), value, 16).ptr;
    return {digits.data(), end};
}

Result<json::value> RpcClient::call(std::string_view method, json::array params) {
    const auto id = next_id_++;
    const json::object request{
        {"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
    TRY(const auto text, transport_->post(json::serialize(request)));
    boost::system::error_code error;
    auto answer = json::parse(text, error);
    const auto* object = error ? nullptr : answer.if_object();
    if (!object || !object->contains("id"))
        return fail("the node's answer to " + std::string(method) + " is not JSON-RPC");
    if (const auto* refused = object->if_contains("error")) {
        const auto* details = refused->if_object();
        const auto* message = details ? details->if_contains("message") : nullptr;
        std::string sentence = message && message->is_string() ? std::string(message->get_string()) : "error";
        if (const auto* data = details ? details->if_contains("data") : nullptr; data && data->is_string())
            sentence += " (" + data_text({data->get_string().data(), data->get_string().size()}) + ')';
        return fail(std::string(method) + ": " + sentence);
    }
    auto* result = answer.get_object().if_contains("result");
    if (!result) return fail("the node's answer to " + std::string(method) + " has no result");
    return std::move(*result);
}

Result<std::uint64_t> RpcClient::call_quantity(std::string_view method, json::array params) {
    TRY(const auto result, call(method, std::move(params)));
    auto value = quantity_from(result);
    if (!value) return fail(std::string(method) + ": " + value.error().message);
    return value;
}

Result<Bytes> RpcClient::call_data(std::string_view method, json::array params) {
    TRY(const auto result, call(method, std::move(params)));
    if (!result.is_string()) return fail(std::string(method) + " did not answer with data");
    return from_hex({result.get_string().data(), result.get_string().size()});
}

}  // namespace farthing::node
