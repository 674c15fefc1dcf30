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
    // Calls that run, or wait to run, at the same time: of eth_call and its kin, and of searches through logs
    // and blocks. A counted Client gets half of each at most. With the batches that take long and the sends
    // that wait they must be fewer than ServerConfig::threads, so that short calls always find one.
    std::size_t calls_max = 4;
    std::size_t calls_waiting_max = 8;
    std::size_t searches_max = 4;
    std::size_t searches_waiting_max = 8;
    std::chrono::milliseconds call_timeout{5'000};  ///< Of a search, and of waiting to run.
    std::size_t sync_sends_max = 3;                 ///< eth_sendRawTransactionSync waiting at the same time.
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
    std::size_t subscriptions_max = 1'024;     ///< Per connection.
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
