#pragma once
// What the node counts, in Prometheus' text form.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace farthing::node {

/// Thread-safe.
class Metrics {
 public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void count_block(std::uint64_t number, std::uint64_t timestamp, std::size_t transactions,
                     std::uint64_t gas_used);
    void count_call(std::string_view method, bool ok);
    /// Values read at each scrape.
    void watch(const std::string& name, const std::string& help, std::function<double()> read);

    /// The body of GET /metrics (text format 0.0.4).
    std::string text() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::node
