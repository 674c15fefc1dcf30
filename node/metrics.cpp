#include "node/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <mutex>
#include <vector>

namespace farthing::node {

struct Metrics::Parts {
    struct Watched {
        prometheus::Gauge& gauge;
        std::function<double()> read;
    };

    prometheus::Registry registry;
    prometheus::Counter& blocks = counter("farthing_blocks_total", "Blocks committed since the start");
    prometheus::Counter& transactions =
        counter("farthing_transactions_total", "Transactions committed since the start");
    prometheus::Counter& gas = counter("farthing_gas_total", "Gas used since the start");
    prometheus::Gauge& head = gauge("farthing_head_block", "Number of the newest block");
    prometheus::Gauge& head_time = gauge("farthing_head_timestamp_seconds", "Time of the newest block");
    prometheus::Family<prometheus::Counter>& calls = prometheus::BuildCounter()
                                                         .Name("farthing_rpc_calls_total")
                                                         .Help("JSON-RPC calls by method and outcome")
                                                         .Register(registry);
    /// By method: failures and successes. Finding them in the family costs more than a call.
    std::map<std::string, std::array<prometheus::Counter*, 2>, std::less<>> calls_of;
    mutable std::mutex mutex;
    std::vector<Watched> watched;

    prometheus::Counter& counter(const std::string& name, const std::string& help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
    }
    prometheus::Gauge& gauge(const std::string& name, const std::string& help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
    }
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}
Metrics::~Metrics() = default;

void Metrics::count_block(std::uint64_t number, std::uint64_t timestamp, std::size_t transactions,
                          std::uint64_t gas_used) {
    parts_->blocks.Increment();
    parts_->transactions.Increment(static_cast<double>(transactions));
    parts_->gas.Increment(static_cast<double>(gas_used));
    parts_->head.Set(static_cast<double>(number));
    parts_->head_time.Set(static_cast<double>(timestamp));
}

void Metrics::count_call(std::string_view method, bool ok) {
    const std::lock_guard lock(parts_->mutex);
    auto found = parts_->calls_of.find(method);
    if (found == parts_->calls_of.end())
        found = parts_->calls_of.emplace(std::string(method), std::array<prometheus::Counter*, 2>{}).first;
    auto& counter = found->second[ok ? 1 : 0];
    if (counter == nullptr)
        counter = &parts_->calls.Add({{"method", std::string(method)}, {"outcome", ok ? "ok" : "error"}});
    counter->Increment();
}

void Metrics::watch(const std::string& name, const std::string& help, std::function<double()> read) {
    const std::lock_guard lock(parts_->mutex);
    parts_->watched.push_back({parts_->gauge(name, help), std::move(read)});
}

std::string Metrics::text() const {
    {
        const std::lock_guard lock(parts_->mutex);
        for (auto& each : parts_->watched) each.gauge.Set(each.read());
    }
    return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace farthing::node
