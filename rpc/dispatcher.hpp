#pragma once
// JSON-RPC 2.0: from the text of a body to the text of its answer.
#include "rpc/json/scan.hpp"
#include "rpc/method.hpp"
#include "rpc/slots.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <type_traits>

namespace farthing::rpc {

struct DispatcherLimits {
    std::size_t batch_max = 1000;
    std::size_t response_bytes_max = 25'000'000;
    std::size_t depth_max = 32;
    /// Values inside the params of one call, and of all calls that are run in bulk: they are counted before a
    /// tree is made of them, which takes many times the memory of their text. The largest filter has about
    /// 5,000, the largest access list that fits into a transaction about 17,000.
    std::size_t params_values_max = 20'000;
    /// After this long nothing more of a batch is run, as geth does: its other calls get -32002.
    std::chrono::milliseconds batch_time_max{30'000};
    /// After this long a batch needs one of these slots to go on.
    std::chrono::milliseconds batch_time_free{250};
    Slots::Limits long_batches{.running = 4, .waiting = 8, .patience = std::chrono::milliseconds(1'000)};
};

/// Register first, then serve: `handle` may run in any number of threads, `add` in none beside it.
class Dispatcher {
 public:
    /// Only methods of `namespaces` are registered; empty: all.
    explicit Dispatcher(std::set<std::string, std::less<>> namespaces = {}, DispatcherLimits limits = {});

    /// `self` must outlive the dispatcher. A name may be declared once in the process.
    template <class Self, std::size_t N>
    void add(const std::array<Method<Self>, N>& rows, Self& self) {
        for (const auto& row : rows) add_row(row, &self);
    }

    /// Neighbours in a batch that call `name` are handed over together, arguments in order, as many as have
    /// no more than `params_values_max` values between them; as many results come back. For a method whose
    /// work on many is cheaper than the sum.
    using Bulk = std::function<std::vector<RpcResult<std::string>>(const std::vector<boost::json::array>&)>;
    void add_bulk(std::string_view name, Bulk bulk) { bulks_.emplace(name, std::move(bulk)); }

    /// The answer; empty when the body asks for none (notifications only). A method that throws, which none
    /// should, costs its own call a -32603; chain::StorageFailure alone goes on to the caller.
    std::string handle(std::string_view body, const Call& call) const;

    /// Told after each call: name (of a known method only), success. For metrics; must be thread-safe.
    void observe(std::function<void(std::string_view method, bool ok)> observer) {
        observer_ = std::move(observer);
    }
    /// Told of each method that threw, with what it said. For a log; must be thread-safe.
    void on_failure(std::function<void(std::string_view method, std::string_view what)> listener) {
        failure_listener_ = std::move(listener);
    }

    struct Entry {
        MethodRow row;
        void* self = nullptr;
    };
    /// In order of name.
    const std::map<std::string_view, Entry>& entries() const { return entries_; }

    Json modules();   ///< rpc_modules: namespace → version.
    Json discover();  ///< rpc_discover: OpenRPC 1.3 of what is registered.

 private:
    void add_row(const MethodRow& row, void* self);
    std::string answer(const json::Element& element, const Call& call) const;
    RpcResult<std::string> run(const json::Element& element, std::string_view method, const Call& call) const;
    RpcResult<boost::json::array> arguments_of(const json::Element& element,
                                               boost::json::storage_ptr memory) const;
    /// What `work` gives; nothing where it threw.
    template <class Work>
    std::optional<std::invoke_result_t<Work>> guarded(std::string_view method, const Work& work) const;
    std::string handle_batch(const json::Document& document, const Call& call) const;
    /// How many calls at the start of `rest` are of that method and may be run in bulk.
    std::size_t bulk_size(std::span<const json::Element> rest, const std::string& method) const;
    /// Answers the longest run of bulk calls that `rest` begins with; nothing when there are fewer than two.
    std::vector<std::string> answer_bulk(std::span<const json::Element> rest) const;

    std::set<std::string, std::less<>> namespaces_;
    DispatcherLimits limits_;
    std::map<std::string_view, Entry> entries_;
    std::map<std::string_view, Bulk> bulks_;
    std::unique_ptr<Slots> long_batches_;
    std::function<void(std::string_view, bool)> observer_;
    std::function<void(std::string_view, std::string_view)> failure_listener_;
};

/// One line a method, for `--help` and the docs.
std::string help_text(const Dispatcher& dispatcher);

}  // namespace farthing::rpc
