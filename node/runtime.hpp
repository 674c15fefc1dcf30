#pragma once
// A running node: chain, engine, JSON-RPC server and metrics, started in that order and stopped in reverse.
#include "chain/blockchain.hpp"
#include "node/data_directory.hpp"
#include "node/stop_signal.hpp"

#include <memory>

namespace farthing::node {

struct RuntimeOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8545;         ///< 0: any free one.
    std::vector<std::string> hosts{};  ///< See rpc::ServerConfig, as of `origins`.
    std::vector<std::string> origins{};
    std::uint16_t metrics_port = 6060;  ///< 0: none.
    std::chrono::milliseconds block_time{0};
    bool development = false;  ///< Blocks at once are allowed, and each is a second later than its parent.
    bool replace_lost_chain = false;  ///< The sequencer's secret is lost: go on from a fresh chain.
    std::size_t history_bytes = 256 << 20;
    std::size_t block_cache_bytes = 128 << 20;
    std::size_t mempool_count = 65'536;
    std::uint64_t checkpoint_blocks = 0;  ///< 0: no checkpoints.
    std::uint64_t retain_blocks = 0;      ///< 0: every block is kept.
    std::size_t client_sockets = 100;     ///< Connections of one remote address; see rpc::Client.
    std::size_t client_filters = 1'000;   ///< Its filters.
};

class Runtime {
 public:
    /// Everything up and answering. Errors: damaged data, a second instance, a port in use, missing secrets.
    static Result<std::unique_ptr<Runtime>> start(const DataDirectory& data, const chain::Genesis& genesis,
                                                  const SecretKey& sequencer, const RuntimeOptions& options,
                                                  StopSignal& stop_signal);
    /// Within 2 seconds, whatever clients do.
    ~Runtime();

    std::uint16_t port() const;
    chain::Blockchain& chain();
    /// A JSON-RPC body from within the process.
    std::string handle(std::string_view body);

 private:
    struct Parts;
    explicit Runtime(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::node
