#include "rpc/methods/log_query.hpp"

#include "rpc/methods/render.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

struct Range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;

    /// Block 0 is always there, which says nothing of the blocks after it.
    std::uint64_t first_with_logs() const { return to == 0 ? 0 : std::max<std::uint64_t>(from, 1); }
};

RpcResult<std::uint64_t> bound(const Backend& backend, const BlockTag& tag) {
    if (const auto* number = std::get_if<std::uint64_t>(&tag.at)) return *number;
    if (tag.is(BlockTag::Name::pending))
        return rpc_fail(code::invalid_params, "pending logs are not supported");
    TRY(const auto block, backend.known_block(tag));
    return block->header.number;
}

RpcResult<Range> range_of(const Backend& backend, const LogFilter& filter) {
    if (filter.block_hash) {
        const auto block = backend.chain().block(*filter.block_hash);
        if (!block) return rpc_fail(code::server_error, "unknown block");
        return Range{block->header.number, block->header.number};
    }
    TRY(const auto from, bound(backend, filter.from.value_or(BlockTag{})));
    TRY(const auto to, bound(backend, filter.to.value_or(BlockTag{})));
    // The tag first and the head after: a block made in between must not look like the future.
    const auto head = backend.chain().head()->header.number;
    if (from > to) return rpc_fail(code::invalid_params, "invalid block range params");
    if (to > head) return rpc_fail(code::invalid_params, "block range extends beyond current head block");
    TRY(backend.check_kept(Range{from, to}.first_with_logs()));
    const auto blocks_max = backend.options().log_blocks_max;
    if (to - from >= blocks_max)
        return rpc_fail(code::invalid_params,
                        "block range too large: at most " + std::to_string(blocks_max) + " blocks");
    return Range{from, to};
}

/// With the range that can be had, as public endpoints say it.
std::unexpected<RpcError> refused_range(const chain::LogPage& found, const Range& range,
                                        const ApiOptions& options) {
    const auto hint =
        "; try with this block range [" + quantity(range.from) + ", " + quantity(found.next_block - 1) + "]";
    if (found.end == chain::LogPage::End::time) return rpc_fail(code::timed_out, "request timed out" + hint);
    const auto most = found.end == chain::LogPage::End::bytes
                          ? std::to_string(options.log_bytes_max) + " bytes"
                          : std::to_string(options.log_results_max) + " results";
    return rpc_fail(code::limit_exceeded, "query returned more than " + most + hint);
}

}  // namespace

chain::LogLimits log_limits(const ApiOptions& options) {
    return {.results = options.log_results_max,
            .bytes = options.log_bytes_max,
            .is_over = [until = std::chrono::steady_clock::now() + options.call_timeout] {
                return std::chrono::steady_clock::now() > until;
            }};
}

chain::LogFilter place_free(const LogFilter& filter) {
    chain::LogFilter out;
    out.addresses = filter.addresses;
    out.topics = filter.topics;
    return out;
}

std::size_t count_alternatives(const LogFilter& filter) {
    auto count = filter.addresses.size();
    for (const auto& alternatives : filter.topics) count += alternatives.size();
    return count;
}

RpcResult<std::vector<chain::LogEntry>> find_logs(const Backend& backend, const LogFilter& filter) {
    TRY(const auto range, range_of(backend, filter));
    auto asked = place_free(filter);
    asked.from_block = range.from;
    asked.to_block = range.to;
    auto found = backend.chain().logs(asked, log_limits(backend.options()));
    if (found.end != chain::LogPage::End::range) return refused_range(found, range, backend.options());
    // What was dropped while the search went on would be missing without a word.
    TRY(backend.check_kept(range.first_with_logs()));
    return std::move(found.entries);
}

Json logs_json(const std::vector<chain::LogEntry>& logs) {
    Writer w;
    w.begin_array();
    for (const auto& entry : logs) write_log(w, entry);
    w.end_array();
    return w.take();
}

}  // namespace farthing::rpc
