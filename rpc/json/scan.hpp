#pragma once
// First look at a request body: checks the whole text against RFC 8259 and cuts it into calls, without
// recursion and without building a tree, so that a hostile body costs one pass and no memory.
#include "core/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace farthing::rpc::json {

/// One element of a body. Slices are raw JSON text of the source (so an id is echoed byte for byte); empty
/// means absent.
struct Element {
    bool is_object = false;
    bool has_duplicate_key = false;
    std::string_view id;
    std::string_view method;
    std::string_view jsonrpc;
    std::string_view params;
    std::size_t params_keys = 0;    ///< Object members inside `params` at any depth.
    std::size_t params_values = 0;  ///< Values inside `params` at any depth, containers too.
};

struct Document {
    bool is_batch = false;
    std::size_t count = 0;          ///< Elements in the text; more than `elements` when over the limit.
    std::vector<Element> elements;  ///< The first `elements_max`.
};

struct ScanLimits {
    std::size_t depth_max = 32;
    std::size_t elements_max = 1000;
};

/// Fails on anything that is not exactly one JSON text in valid UTF-8, and on nesting past the limit.
Result<Document> scan(std::string_view text, const ScanLimits& limits = {});

/// The characters of a JSON string given as raw text; nothing if it is not a string or holds a lone
/// surrogate.
Result<std::string> unquote(std::string_view raw);

}  // namespace farthing::rpc::json
