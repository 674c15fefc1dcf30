#pragma once
// The node's own methods, over a chain. Further namespaces (`dev` in the node) register their rows with the
// same dispatcher.
#include "chain/blockchain.hpp"
#include "rpc/dispatcher.hpp"

#include <chrono>
#include <memory>

namespace farthing::rpc {

struct ApiOptions {
    std::string client_version = "Farthing/v0.1.0";
    std::uint64_t log_blocks_max = 10'000;  ///< Of one eth_getLogs.
    std::size_t log_results_max = 10'000;
    /// As chain::log_bytes counts them. Their text is twice as long and must stay below
    /// DispatcherLimits::response_bytes_max: what a poll found and could not give would be lost.
    std::size_t log_bytes_max = 8'000'000;
    // Calls that run, or wait to run, at the same time: of eth_call and its kin, and of searches through
    // logs, blocks and the whole pool. A counted Client gets half of each at most, and of the sends that
    // wait. With the batches that take long they must be fewer than ServerConfig::threads, so that short
    // calls always find one.
    std::size_t calls_max = 4;
    std::size_t calls_waiting_max = 8;
    std::size_t searches_max = 4;
    std::size_t searches_waiting_max = 8;
    std::chrono::milliseconds call_timeout{5'000};  ///< Of a search, and of waiting to run.
    std::size_t sync_sends_max = 8;                 ///< eth_sendRawTransactionSync waiting at the same time.
    /// How long one eth_sendRawTransaction may wait for its block before it answers; not those of a batch. A
    /// chain that makes a block for each transaction and none after it needs this: a client that asks for the
    /// receipt a moment too early would wait for a head that never comes.
    std::chrono::milliseconds send_patience{0};
    std::chrono::milliseconds sync_timeout{20'000};
    std::chrono::milliseconds sync_timeout_max{60'000};
    std::size_t filters_max = 10'000;
    std::size_t client_filters_max = 1'000;    ///< Of them, of one counted Client.
    std::size_t own_filters_reserve = 100;     ///< Beyond `filters_max`, for this machine's own tools.
    std::chrono::seconds filter_timeout{300};  ///< Since the last poll, as geth.
    std::size_t subscriptions_max = 20'000;
    std::size_t client_subscriptions_max = 2'048;      ///< Of them, of one counted Client,
    std::size_t connection_subscriptions_max = 1'024;  ///< of one connection.
    std::size_t own_subscriptions_reserve = 1'024;     ///< Beyond `subscriptions_max`, as with filters.
    // Addresses and topics that may stand in log filters: of all that are installed together, and of all
    // subscriptions together. One filter has 5,000 at most.
    std::size_t alternatives_max = 200'000;
    std::size_t client_alternatives_max = 10'000;   ///< Of them, of one counted Client, or one connection.
    std::size_t own_alternatives_reserve = 10'000;  ///< Beyond `alternatives_max`, as with filters.
};

/// Thread-safe. The chain must outlive it; it must outlive every server that uses the dispatcher.
class Api {
 public:
    Api(chain::Blockchain& chain, ApiOptions options = {});
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    void add_to(Dispatcher& dispatcher);
    /// Ends waiting calls; after it no callback of the chain reaches us. Call before stopping the server.
    void stop();

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::rpc
