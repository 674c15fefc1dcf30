#include "node/runtime.hpp"

#include "chain/files.hpp"
#include "consensus/solo/solo.hpp"
#include "node/clock_watch.hpp"
#include "node/dev_clock.hpp"
#include "node/dev_methods.hpp"
#include "node/log.hpp"
#include "node/metrics.hpp"
#include "node/sequencer_secrets.hpp"
#include "node/text.hpp"
#include "rpc/api.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/server.hpp"

#include <atomic>
#include <chrono>

namespace farthing::node {
namespace {

std::uint64_t unix_seconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

chain::BlockchainOptions chain_options(const DataDirectory& data, const RuntimeOptions& options,
                                       const consensus::SoloOptions& engine) {
    chain::BlockchainOptions out;
    out.data_dir = data.root;
    out.mempool.count_max = options.mempool_count;
    out.history_bytes = options.history_bytes;
    out.block_cache_bytes = options.block_cache_bytes;
    out.checkpoint_blocks = options.checkpoint_blocks;
    out.retain_blocks = options.retain_blocks;
    out.next_timestamp = [engine](std::uint64_t parent) { return consensus::next_timestamp(engine, parent); };
    out.log = [](const std::string& line) { log(LogLevel::warning, line); };
    return out;
}

/// A development chain that makes a block at once has it before it answers, as its peers do.
std::chrono::milliseconds send_patience(const RuntimeOptions& options) {
    const bool at_once = options.development && options.block_time.count() == 0;
    return std::chrono::milliseconds(at_once ? 1'000 : 0);
}

}  // namespace

struct Runtime::Parts {
    StopSignal* stop_signal = nullptr;
    DevClock clock{unix_seconds};  ///< Only a development chain moves it.
    std::unique_ptr<chain::Blockchain> chain;
    std::unique_ptr<SequencerSecrets> secrets;
    std::unique_ptr<consensus::SoloEngine> engine;
    std::unique_ptr<DevMethods> dev_methods;
    rpc::Dispatcher dispatcher;
    std::unique_ptr<rpc::Api> api;
    Metrics metrics;
    std::unique_ptr<rpc::Server> server;
    std::unique_ptr<rpc::Server> metrics_server;
    std::uint16_t port = 0;
    std::uint64_t head_token = 0;
    ClockWatch clock_watch;
    std::atomic<bool> is_stopping = false;
    std::atomic<bool> has_failed = false;  ///< What is on this disk is decided by the next start.

    ~Parts() {
        is_stopping = true;
        // First nobody asks any more, then nothing is made any more; the chain closes last.
        if (metrics_server) metrics_server->stop();
        if (api) api->stop();
        if (server) server->stop();
        if (engine && has_failed) engine->stop();
        if (engine && !has_failed) engine->finish();
        if (engine && !has_failed) tell_what_waits();
        if (chain && head_token != 0) chain->unsubscribe(head_token);
    }

    void open(const DataDirectory& data, const chain::Genesis& genesis, const SecretKey& sequencer,
              const RuntimeOptions& options, std::uint64_t seed_chain_length) {
        const consensus::SoloOptions engine_options{
            .interval = options.block_time,
            .now = [this] { return clock.now(); },
            .strictly_later = options.development,
            .replace_lost_chain = options.replace_lost_chain,
            .warn = [](const std::string& line) { log(LogLevel::warning, line); }};
        chain = chain::Blockchain::open(genesis, chain_options(data, options, engine_options));
        secrets = std::make_unique<SequencerSecrets>(data.sequencer_seeds(), seed_chain_length);
        engine = std::make_unique<consensus::SoloEngine>(*chain, *secrets, sequencer, engine_options);
        head_token = chain->on_head([this](const chain::BlockPtr& block) { note(*block); });
        metrics.watch("farthing_mempool_transactions", "Transactions that wait",
                      [this] { return static_cast<double>(chain->mempool().size()); });
        metrics.watch("farthing_blocks_decoded", "Blocks read from disk and decoded since the start",
                      [this] { return static_cast<double>(chain->blocks_decoded()); });
        api = std::make_unique<rpc::Api>(*chain,
                                         rpc::ApiOptions{.client_version = "Farthing/v" FARTHING_VERSION,
                                                         .send_patience = send_patience(options),
                                                         .client_filters_max = options.client_filters});
        api->add_to(dispatcher);
        if (const auto ahead = time_ahead(chain->head()->header.timestamp, clock.now());
            ahead && !options.development)
            log(LogLevel::warning, *ahead);
        if (options.development) {
            // A clock that was moved before the last stop goes on from the last block.
            clock.reach(chain->head()->header.timestamp);
            dev_methods = std::make_unique<DevMethods>(*chain, *engine, clock);
            dev_methods->add_to(dispatcher);
        }
        dispatcher.on_failure([](std::string_view method, std::string_view what) {
            log(LogLevel::error,
                "the method " + std::string(method) + " failed inside, which is a bug: " + std::string(what));
        });
        dispatcher.observe([this](std::string_view method, bool ok) { metrics.count_call(method, ok); });
    }

    /// Waiting transactions live in memory only.
    void tell_what_waits() const {
        const auto [executable, queued] = chain->mempool_counts();
        if (executable + queued == 0) return;
        log(LogLevel::warning, counted(executable + queued, "waiting transaction") +
                                   " not made into a block and forgotten: " + std::to_string(queued) +
                                   " behind a gap in their senders' nonces, " + std::to_string(executable) +
                                   " that no block took before the stop");
    }

    void end_with(const std::string& why) {
        has_failed = true;
        // Nobody waits for the signal any more.
        if (is_stopping) log(LogLevel::error, why);
        stop_signal->fail(why);
    }

    void note(const chain::Block& block) {
        if (const auto jump = clock_watch.look(unix_seconds(), std::chrono::steady_clock::now()))
            log(LogLevel::warning, *jump);
        if (dev_methods) clock.reach(block.header.timestamp);
        const auto gas = block.header.gas_used;
        metrics.count_block(block.header.number, block.header.timestamp, block.transactions.size(), gas);
        log(block.transactions.empty() ? LogLevel::debug : LogLevel::info,
            "block " + std::to_string(block.header.number) + ": " +
                counted(block.transactions.size(), "transaction") + ", " + std::to_string(gas) + " gas");
    }

    /// A read that finds damage ends the process: after that nothing from this disk is to be trusted.
    std::string answer(std::string_view body, const rpc::Call& call) {
        try {
            return dispatcher.handle(body, call);
        } catch (const chain::StorageFailure& failure) {
            end_with(failure.what());
            return R"({"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal error"}})";
        }
    }

    Result<void> serve(const RuntimeOptions& options) {
        rpc::ServerConfig config;
        config.host = options.host;
        config.port = options.port;
        config.client_sockets_max = options.client_sockets;
        config.hosts = options.hosts;
        config.origins = options.origins;
        rpc::ServerHooks hooks;
        hooks.handle = [this](std::string_view body, const rpc::Call& call) { return answer(body, call); };
        server = std::make_unique<rpc::Server>(std::move(config), std::move(hooks));
        TRY(port, server->start());
        if (options.metrics_port == 0) return {};
        rpc::ServerConfig metrics_config;
        metrics_config.port = options.metrics_port;
        metrics_config.threads = 1;
        rpc::ServerHooks metrics_hooks;
        metrics_hooks.handle = [](std::string_view, const rpc::Call&) { return std::string(); };
        metrics_hooks.page = [this](std::string_view path) -> std::optional<rpc::Page> {
            if (path != "/metrics") return std::nullopt;
            return rpc::Page{"text/plain; version=0.0.4", metrics.text(), 200};
        };
        metrics_server = std::make_unique<rpc::Server>(std::move(metrics_config), std::move(metrics_hooks));
        // Metrics are a convenience: a second node on the machine goes on without them.
        if (const auto started = metrics_server->start(); !started) {
            log(LogLevel::warning, "no metrics (--metrics-port): " + started.error().message);
            metrics_server.reset();
        }
        return {};
    }
};

Runtime::Runtime(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Runtime::~Runtime() = default;

Result<std::unique_ptr<Runtime>> Runtime::start(const DataDirectory& data, const chain::Genesis& genesis,
                                                const SecretKey& sequencer, const RuntimeOptions& options,
                                                StopSignal& stop_signal) {
    if (!options.development && options.block_time.count() == 0)
        return fail("block-time must not be 0 except in `farthing dev`: deadlines need blocks");
    if (options.retain_blocks != 0 && options.checkpoint_blocks == 0)
        return fail("retain-blocks needs checkpoints: set checkpoint-blocks too, or keep every block");
    TRY(const auto seed_chain_length, seed_chain_length(genesis));
    auto parts = std::make_unique<Parts>();
    parts->stop_signal = &stop_signal;
    try {
        parts->open(data, genesis, sequencer, options, seed_chain_length);
    } catch (const std::exception& error) {
        return fail(error.what());
    }
    TRY(parts->serve(options));
    parts->engine->start([parts = parts.get()](const std::string& why) { parts->end_with(why); });
    return std::unique_ptr<Runtime>(new Runtime(std::move(parts)));
}

std::uint16_t Runtime::port() const {
    return parts_->port;
}
chain::Blockchain& Runtime::chain() {
    return *parts_->chain;
}
std::string Runtime::handle(std::string_view body) {
    return parts_->answer(body, {});
}

}  // namespace farthing::node
