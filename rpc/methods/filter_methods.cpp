#include "rpc/methods/filter_methods.hpp"

#include "rpc/methods/log_query.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

std::unexpected<RpcError> not_found() {
    return rpc_fail(code::server_error, "filter not found");
}

}  // namespace

void RecentTransactions::add(const Hash& hash) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(hash);
    ++next_;
    if (kept_.size() > kept_max) kept_.pop_front();
}

std::uint64_t RecentTransactions::next() const {
    const std::lock_guard lock(mutex_);
    return next_;
}

std::vector<Hash> RecentTransactions::since(std::uint64_t& from) const {
    const std::lock_guard lock(mutex_);
    const auto wanted = std::min<std::uint64_t>(next_ - std::min(from, next_), kept_.size());
    from = next_;
    return {kept_.end() - static_cast<std::ptrdiff_t>(wanted), kept_.end()};
}

FilterMethods::FilterMethods(const Backend& backend)
    : backend_(backend),
      shares_({"filters are installed",
               {.all = backend.options().filters_max,
                .client = backend.options().client_filters_max,
                .reserve = backend.options().own_filters_reserve}},
              {"addresses and topics in installed filters",
               {.all = backend.options().alternatives_max,
                .client = backend.options().client_alternatives_max,
                .reserve = backend.options().own_alternatives_reserve}}) {}

RpcResult<Json> FilterMethods::get_logs(const Call& call, const LogFilter& filter) {
    TRY(const auto slot, backend_.searches().take(call.client));
    TRY(const auto found, find_logs(backend_, filter));
    return logs_json(found);
}

RpcResult<std::string> FilterMethods::install(const Call& call, Kind kind, std::uint64_t next,
                                              const LogFilter& logs) {
    const auto filter = std::make_shared<Filter>();
    filter->kind = kind;
    filter->logs = logs;
    filter->next = next;
    filter->polled = std::chrono::steady_clock::now();
    filter->alternatives = count_alternatives(logs);
    filter->client = call.client;
    const std::lock_guard lock(mutex_);
    forget_idle();
    TRY(shares_.take(filter->client, filter->alternatives));
    U256 id = 0;
    for (int i = 0; i < 4; ++i) id = id << 32 | random_();
    auto text = quantity(U256(id | U256(1) << 127));
    filters_.emplace(text, filter);
    return text;
}

void FilterMethods::forget_idle() {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(filters_, [&](const auto& one) {
        const auto& filter = *one.second;
        const bool is_idle = now - filter.polled > backend_.options().filter_timeout;
        if (is_idle) shares_.give_back(filter.client, filter.alternatives);
        return is_idle;
    });
}

FilterMethods::FilterPtr FilterMethods::find(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = filters_.find(id);
    if (found == filters_.end()) return nullptr;
    found->second->polled = std::chrono::steady_clock::now();
    return found->second;
}

RpcResult<std::string> FilterMethods::new_filter(const Call& call, const LogFilter& filter) {
    const auto* from = filter.from ? std::get_if<std::uint64_t>(&filter.from->at) : nullptr;
    const auto* to = filter.to ? std::get_if<std::uint64_t>(&filter.to->at) : nullptr;
    if (from && to && *from > *to) return rpc_fail(code::invalid_params, "invalid block range params");
    return install(call, Kind::logs, backend_.chain().head()->header.number + 1, filter);
}

RpcResult<std::string> FilterMethods::new_block_filter(const Call& call) {
    return install(call, Kind::blocks, backend_.chain().head()->header.number + 1);
}

RpcResult<std::string> FilterMethods::new_pending_filter(const Call& call, const std::optional<bool>& full) {
    if (full.value_or(false))
        return rpc_fail(code::invalid_params, "a filter gives hashes only; subscribe for whole transactions");
    return install(call, Kind::pending, recent_.next());
}

RpcResult<Json> FilterMethods::changes(const Call& call, const std::string& id) {
    const auto filter = find(id);
    if (!filter) return not_found();
    // Before the lock: else each that polls the same filter would keep a thread until its turn comes.
    std::optional<Slots::Held> slot;
    if (filter->kind == Kind::logs) {
        TRY(auto taken, backend_.searches().take(call.client));
        slot.emplace(std::move(taken));
    }
    const std::lock_guard lock(filter->polling);
    switch (filter->kind) {
        case Kind::logs:
            return log_changes(filter->logs, filter->next);
        case Kind::blocks:
            return block_changes(filter->next);
        case Kind::pending:
            return pending_changes(filter->next);
    }
    return not_found();
}

/// As much as one eth_getLogs may give; the next poll goes on.
Json FilterMethods::log_changes(const LogFilter& filter, std::uint64_t& next) {
    const auto head = backend_.chain().head()->header.number;
    next = std::min(next, head + 1);  // A development chain may have gone back.
    auto asked = place_free(filter);
    const auto* from = filter.from ? std::get_if<std::uint64_t>(&filter.from->at) : nullptr;
    const auto* to = filter.to ? std::get_if<std::uint64_t>(&filter.to->at) : nullptr;
    asked.from_block = from ? std::max(*from, next) : next;
    asked.to_block = std::min(head, asked.from_block + backend_.options().log_blocks_max - 1);
    const auto read_to = asked.to_block;
    if (to) asked.to_block = std::min(asked.to_block, *to);
    if (asked.from_block > asked.to_block || filter.block_hash) {
        if (asked.from_block <= head) next = std::max(next, read_to + 1);
        return Json{"[]"};
    }
    const auto found = backend_.chain().logs(asked, log_limits(backend_.options()));
    next = found.end == chain::LogPage::End::range ? read_to + 1 : found.next_block;
    return logs_json(found.entries);
}

Json FilterMethods::block_changes(std::uint64_t& next) {
    const auto head = backend_.chain().head()->header.number;
    next = std::min(next, head + 1);
    const auto last = std::min(head, next + backend_.options().log_blocks_max - 1);
    Writer w;
    w.begin_array();
    for (; next <= last; ++next)
        if (const auto header = backend_.chain().header(next)) w.data(header->hash());
    w.end_array();
    return w.take();
}

Json FilterMethods::pending_changes(std::uint64_t& next) {
    Writer w;
    write(w, recent_.since(next));
    return w.take();
}

RpcResult<Json> FilterMethods::filter_logs(const Call& call, const std::string& id) {
    const auto filter = find(id);
    if (!filter || filter->kind != Kind::logs) return not_found();
    return get_logs(call, filter->logs);
}

bool FilterMethods::uninstall(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = filters_.find(id);
    if (found == filters_.end()) return false;
    shares_.give_back(found->second->client, found->second->alternatives);
    filters_.erase(found);
    return true;
}

void FilterMethods::add_to(Dispatcher& dispatcher) {
    using Self = FilterMethods;
    static constexpr auto rows = methods(
        method<"eth_getLogs(filter filter) returns (log[])", &Self::get_logs>(
            "Logs of a block or a range of at most 10,000 blocks; at most 10,000, and 8 MB of them."),
        method<"eth_newFilter(filter filter) returns (string)", &Self::new_filter>(
            "A filter for logs of coming blocks; forgotten 5 minutes after its last poll."),
        method<"eth_newBlockFilter() returns (string)", &Self::new_block_filter>(
            "A filter for hashes of coming blocks."),
        method<"eth_newPendingTransactionFilter(bool full?) returns (string)", &Self::new_pending_filter>(
            "A filter for hashes of pooled transactions; the last 20,000 are kept."),
        method<"eth_getFilterChanges(string id) returns (object[])", &Self::changes>(
            "What is new since the last poll."),
        method<"eth_getFilterLogs(string id) returns (log[])", &Self::filter_logs>(
            "All logs of a filter's range."),
        method<"eth_uninstallFilter(string id) returns (bool)", &Self::uninstall>(
            "Forgets a filter; false if unknown."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
