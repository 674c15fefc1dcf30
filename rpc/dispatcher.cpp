#include "rpc/dispatcher.hpp"

#include "chain/files.hpp"
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

std::unexpected<RpcError> internal_error() {
    return rpc_fail(code::internal_error, "internal error");
}

RpcError invalid_request(std::string message = "invalid request") {
    return {code::invalid_request, std::move(message), {}};
}

/// String, number or null; a structured id or a boolean cannot be echoed (JSON-RPC 2.0 section 4). Nor is
/// what the grammar allows and parsers refuse: half a surrogate pair, a number beyond all numbers.
bool is_valid_id(std::string_view raw) {
    constexpr std::size_t plain_digits_max = 19;
    const auto first = raw.front();
    const bool is_text = first == '"';
    if (!is_text && first != '-' && first != 'n' && (first < '0' || first > '9')) return false;
    const bool is_plain =
        is_text ? raw.find('\\') == std::string_view::npos
                : raw.size() <= plain_digits_max && raw.find_first_of("eE") == std::string_view::npos;
    if (is_plain) return true;
    boost::system::error_code error;
    boost::json::parse({raw.data(), raw.size()}, error);
    return !error;
}

std::size_t count_keys(const boost::json::value& v) {
    std::size_t count = 0;
    if (v.is_object())
        for (const auto& member : v.get_object()) count += 1 + count_keys(member.value());
    if (v.is_array())
        for (const auto& item : v.get_array()) count += count_keys(item);
    return count;
}

/// What an answer to this element carries: its own id if it may be echoed.
std::string_view id_of(const json::Element& e) {
    const bool echo = e.is_object && !e.has_duplicate_key && !e.id.empty() && is_valid_id(e.id);
    return echo ? e.id : "null";
}

/// The method's name when the envelope is in order.
std::optional<std::string> method_of(const json::Element& e) {
    if (!e.is_object || e.has_duplicate_key || (!e.id.empty() && !is_valid_id(e.id))) return std::nullopt;
    const auto version = json::unquote(e.jsonrpc);
    auto method = json::unquote(e.method);
    if (!version || *version != "2.0" || !method) return std::nullopt;
    return *std::move(method);
}

/// Whether `e` calls the same method as `first`, whose envelope is in order. Texts that are equal need not be
/// read again: calls of one batch nearly always are.
bool is_same_method(const json::Element& e, const json::Element& first, const std::string& method) {
    const bool looks_same = e.is_object && !e.has_duplicate_key && e.jsonrpc == first.jsonrpc &&
                            e.method == first.method && (e.id.empty() || is_valid_id(e.id));
    return looks_same || method_of(e) == method;
}

/// Empty for a notification.
std::string answer_of(const json::Element& e, const RpcResult<std::string>& result) {
    if (e.id.empty()) return {};
    return result ? result_answer(e.id, *result) : error_answer(e.id, result.error());
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
    : namespaces_(std::move(namespaces)),
      limits_(limits),
      long_batches_(std::make_unique<Slots>(limits.long_batches)) {
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
            std::ranges::find_if(document.elements, [](const auto& e) { return !e.id.empty(); });
        const auto id = first == document.elements.end() ? "null" : id_of(*first);
        return "[" + error_answer(id, invalid_request("batch too large")) + "]";
    }
    std::string out;
    std::optional<RpcError> ended;
    const auto add = [&](const json::Element& element, std::string one) {
        if (!ended && out.size() + one.size() > limits_.response_bytes_max)
            ended = {code::response_too_large, "response too large", {}};
        if (ended) one = element.id.empty() ? "" : error_answer(id_of(element), *ended);
        if (one.empty()) return;
        out += out.empty() ? '[' : ',';
        out += one;
    };
    const auto begun = std::chrono::steady_clock::now();
    std::optional<Slots::Held> slot;
    const auto check_time = [&]() -> RpcResult<void> {
        const auto passed = std::chrono::steady_clock::now() - begun;
        if (passed > limits_.batch_time_max) return rpc_fail(code::timed_out, "request timed out");
        if (slot || passed <= limits_.batch_time_free) return {};
        TRY(auto taken, long_batches_->take(call.client));
        slot.emplace(std::move(taken));
        return {};
    };
    for (std::size_t i = 0; i < document.elements.size();) {
        if (!ended && i > 0)
            if (auto in_time = check_time(); !in_time) ended = std::move(in_time).error();
        // Once it has ended nothing more is run: each remaining call gets the error.
        auto bulk = ended ? std::vector<std::string>() : answer_bulk(std::span(document.elements).subspan(i));
        if (bulk.empty()) bulk.push_back(ended ? "" : answer(document.elements[i], call));
        for (auto& one : bulk) add(document.elements[i++], std::move(one));
    }
    if (!out.empty()) out += ']';
    return out;
}

std::size_t Dispatcher::bulk_size(std::span<const json::Element> rest, const std::string& method) const {
    std::size_t count = 1, values = rest[0].params_values;
    for (; count < rest.size() && is_same_method(rest[count], rest[0], method); ++count) {
        values += rest[count].params_values;
        if (values > limits_.params_values_max) break;  // The next run begins with this one.
    }
    return count;
}

std::vector<std::string> Dispatcher::answer_bulk(std::span<const json::Element> rest) const {
    const auto method = method_of(rest[0]);
    const auto bulk = method ? bulks_.find(*method) : bulks_.end();
    if (bulk == bulks_.end() || !entries_.contains(*method)) return {};
    const auto count = bulk_size(rest, *method);
    if (count < 2) return {};
    std::vector<RpcResult<std::string>> results(count);
    // The arguments of all live and go together.
    boost::json::monotonic_resource memory;
    std::vector<boost::json::array> arguments;
    std::vector<std::size_t> places;
    arguments.reserve(count);
    places.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (auto read = arguments_of(rest[i], &memory)) {
            arguments.push_back(*std::move(read));
            places.push_back(i);
        } else {
            results[i] = std::unexpected(std::move(read).error());
        }
    }
    auto ran = guarded(bulk->first, [&] {
                   return bulk->second(arguments);
               }).value_or(std::vector<RpcResult<std::string>>(places.size(), internal_error()));
    FARTHING_CHECK(ran.size() == places.size());
    for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(ran[i]);
    std::vector<std::string> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (observer_) observer_(bulk->first, results[i].has_value());
        out.push_back(answer_of(rest[i], results[i]));
    }
    return out;
}

std::string Dispatcher::answer(const json::Element& element, const Call& call) const {
    const auto method = method_of(element);
    if (!method) return error_answer(id_of(element), invalid_request());
    return answer_of(element, run(element, *method, call));
}

RpcResult<std::string> Dispatcher::run(const json::Element& element, std::string_view method,
                                       const Call& call) const {
    const auto found = entries_.find(method);
    if (found == entries_.end())
        return rpc_fail(code::method_not_found, "the method " + std::string(method.substr(0, 128)) +
                                                    " does not exist/is not available");
    const auto& [row, self] = found->second;
    unsigned char buffer[arguments_buffer_size];
    boost::json::monotonic_resource memory(buffer, sizeof buffer);
    TRY(const auto arguments, arguments_of(element, &memory));
    auto result =
        guarded(found->first, [&] { return row.run(self, call, arguments); }).value_or(internal_error());
    if (observer_) observer_(found->first, result.has_value());
    return result;
}

// Anyone may ask anything, so a slip in one method must not end the node. Damage on the disk must: it is for
// whoever runs the node to handle.
template <class Work>
std::optional<std::invoke_result_t<Work>> Dispatcher::guarded(std::string_view method,
                                                              const Work& work) const {
    try {
        return work();
    } catch (const chain::StorageFailure&) {
        throw;
    } catch (const std::exception& error) {
        if (failure_listener_) failure_listener_(method, error.what());
    } catch (...) {
        if (failure_listener_) failure_listener_(method, "something that is no std::exception was thrown");
    }
    return std::nullopt;
}

RpcResult<boost::json::array> Dispatcher::arguments_of(const json::Element& element,
                                                       boost::json::storage_ptr memory) const {
    if (element.params.empty() || element.params == "null") return boost::json::array(memory);
    if (element.params_values > limits_.params_values_max)
        return std::unexpected(invalid_request("too many values in params (max " +
                                               std::to_string(limits_.params_values_max) + ")"));
    boost::json::parse_options options;
    options.max_depth = limits_.depth_max + 1;
    boost::system::error_code error;
    auto params = boost::json::parse({element.params.data(), element.params.size()}, error, memory, options);
    if (error) return rpc_fail(code::invalid_params, "invalid params: " + error.message());
    if (!params.is_array()) return rpc_fail(code::invalid_params, "non-array args");
    // The tree keeps the last of two equal keys; the scan counted both.
    if (count_keys(params) != element.params_keys) return std::unexpected(invalid_request());
    return std::move(params.get_array());
}

}  // namespace farthing::rpc
