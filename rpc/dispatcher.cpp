#include "rpc/dispatcher.hpp"

#include "core/base/check.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace farthing::rpc {
namespace {

/// What a body's first stretch of arguments lives in before the heap is touched.
constexpr std::size_t arguments_buffer_size = 4096;

std::string error_answer(std::string_view id, const RpcError& error) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    out += id;
    out += R"(,"error":{"code":)";
    out += std::to_string(error.code);
    out += R"(,"message":)";
    out += json_string(error.message);
    if (!error.data.empty()) {
        out += R"(,"data":)";
        out += error.data;
    }
    out += "}}";
    return out;
}

std::string result_answer(std::string_view id, std::string_view result) {
    std::string out;
    out.reserve(id.size() + result.size() + 40);
    out += R"({"jsonrpc":"2.0","id":)";
    out += id;
    out += R"(,"result":)";
    out += result;
    out += '}';
    return out;
}

RpcError invalid_request(std::string message = "invalid request") {
    return {code::invalid_request, std::move(message), {}};
}

/// String, number or null; a structured id or a boolean cannot be echoed (JSON-RPC 2.0 section 4).
bool is_valid_id(std::string_view raw) {
    return raw.front() == '"' || raw.front() == '-' || raw.front() == 'n' ||
           (raw.front() >= '0' && raw.front() <= '9');
}

std::size_t count_keys(const boost::json::value& v) {
    std::size_t count = 0;
    if (v.is_object())
        for (const auto& member : v.get_object()) count += 1 + count_keys(member.value());
    if (v.is_array())
        for (const auto& item : v.get_array()) count += count_keys(item);
    return count;
}

}  // namespace

RpcError argument_error(std::size_t index, std::string_view what) {
    if (what.empty())
        return {code::invalid_params, "missing value for required argument " + std::to_string(index), {}};
    return {code::invalid_params, "invalid argument " + std::to_string(index) + ": " + std::string(what), {}};
}

RpcError too_many_arguments(std::size_t max) {
    return {code::invalid_params, "too many arguments, want at most " + std::to_string(max), {}};
}

boost::json::value standard_value(std::string_view text) {
    if (text == "true" || text == "false") return text == "true";
    return boost::json::string_view(text.data(), text.size());
}

Dispatcher::Dispatcher(std::set<std::string, std::less<>> namespaces, DispatcherLimits limits)
    : namespaces_(std::move(namespaces)), limits_(limits) {
    static constexpr auto rows = methods(method<"rpc_modules() returns (object)", &Dispatcher::modules>(
                                             "The namespaces served here, with their version."),
                                         method<"rpc_discover() returns (object)", &Dispatcher::discover>(
                                             "This interface as an OpenRPC document."));
    if (!namespaces_.empty()) namespaces_.insert("rpc");
    add(rows, *this);
}

void Dispatcher::add_row(const MethodRow& row, void* self) {
    if (!namespaces_.empty() && !namespaces_.contains(row.declaration.space())) return;
    FARTHING_CHECK(entries_.emplace(row.declaration.name, Entry{row, self}).second);
}

std::string Dispatcher::handle(std::string_view body, const Call& call) const {
    const auto document = json::scan(body, {limits_.depth_max, limits_.batch_max});
    if (!document) return error_answer("null", {code::parse_error, document.error().message, {}});
    if (document->is_batch) return handle_batch(*document, call);
    auto out = answer(document->elements.front(), call);
    if (out.size() <= limits_.response_bytes_max) return out;
    return error_answer(document->elements.front().id, {code::response_too_large, "response too large", {}});
}

std::string Dispatcher::handle_batch(const json::Document& document, const Call& call) const {
    if (document.count == 0) return error_answer("null", invalid_request("empty batch"));
    if (document.count > limits_.batch_max) {
        const auto first =
            std::ranges::find_if(document.elements, [](const json::Element& e) { return !e.id.empty(); });
        const bool echo = first != document.elements.end() && is_valid_id(first->id);
        return "[" + error_answer(echo ? first->id : "null", invalid_request("batch too large")) + "]";
    }
    std::string out;
    bool is_full = false;
    for (const auto& element : document.elements) {
        // Once the answer is too large, nothing more is run: each remaining call gets the error.
        auto one = is_full ? std::string() : answer(element, call);
        if (is_full || out.size() + one.size() > limits_.response_bytes_max) {
            is_full = true;
            if (element.id.empty() || !is_valid_id(element.id)) continue;
            one = error_answer(element.id, {code::response_too_large, "response too large", {}});
        }
        if (one.empty()) continue;
        out += out.empty() ? '[' : ',';
        out += one;
    }
    if (!out.empty()) out += ']';
    return out;
}

std::string Dispatcher::answer(const json::Element& element, const Call& call) const {
    const bool has_id = !element.id.empty();
    const bool echo = element.is_object && has_id && is_valid_id(element.id) && !element.has_duplicate_key;
    const auto id = echo ? element.id : std::string_view("null");
    if (!element.is_object || element.has_duplicate_key || (has_id && !echo))
        return error_answer(id, invalid_request());
    const auto version = json::unquote(element.jsonrpc);
    const auto method = json::unquote(element.method);
    if (!version || *version != "2.0" || !method) return error_answer(id, invalid_request());
    const auto result = run(element, *method, call);
    if (!has_id) return {};
    return result ? result_answer(id, *result) : error_answer(id, result.error());
}

RpcResult<std::string> Dispatcher::run(const json::Element& element, std::string_view method,
                                       const Call& call) const {
    const auto found = entries_.find(method);
    if (found == entries_.end())
        return rpc_fail(code::method_not_found, "the method " + std::string(method.substr(0, 128)) +
                                                    " does not exist/is not available");
    unsigned char buffer[arguments_buffer_size];
    boost::json::monotonic_resource memory(buffer, sizeof buffer);
    boost::json::value params(boost::json::array{}, &memory);
    if (!element.params.empty() && element.params != "null") {
        boost::json::parse_options options;
        options.max_depth = limits_.depth_max + 1;
        boost::system::error_code error;
        params = boost::json::parse({element.params.data(), element.params.size()}, error, &memory, options);
        if (error) return rpc_fail(code::invalid_params, "invalid params: " + error.message());
        if (!params.is_array()) return rpc_fail(code::invalid_params, "non-array args");
        // The tree keeps the last of two equal keys; the scan counted both.
        if (count_keys(params) != element.params_keys) return std::unexpected(invalid_request());
    }
    auto result = found->second.row.run(found->second.self, call, params.get_array());
    if (observer_) observer_(found->first, result.has_value());
    return result;
}

}  // namespace farthing::rpc
