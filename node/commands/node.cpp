#include "contracts/module.hpp"
#include "core/base/hex.hpp"
#include "node/commands/commands.hpp"
#include "node/dev_chain.hpp"
#include "node/house_service.hpp"
#include "node/key_file.hpp"
#include "node/log.hpp"
#include "node/runtime.hpp"
#include "node/text.hpp"

#include <chrono>
#include <iostream>

namespace farthing::node {
namespace {

void print_banner(const DevChain& dev, const DataDirectory& data) {
    std::cout << "Farthing " FARTHING_VERSION ", development chain " << dev.genesis.chain_id << ", data in "
              << data.root.string()
              << "\n\nAccounts (the keys are public knowledge: never send real value here)\n";
    std::size_t number = 0;
    for (const auto& account : dev.accounts)
        std::cout << "  (" << number++ << ") " << checksummed(account.key.address()) << "  "
                  << coins(account.balance) << ' ' << dev.genesis.symbol << "\n      "
                  << hex0x(account.key.bytes()) << '\n';
    std::cout << "\nContracts\n";
    for (const auto* module : contracts::all_modules())
        if (module->identity.address)
            std::cout << "  " << checksummed(*module->identity.address) << "  " << module->name << '\n';
    std::cout << "\nHouse 1 takes bets in " << dev.genesis.symbol << "; its operator is "
              << checksummed(dev.house.address()) << "\n\n";
}

void print_url(const std::string& host, std::uint16_t port) {
    const auto shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
    std::cout << "HTTP and WebSocket: http://" << shown << ':' << port << std::endl;
}

std::uint64_t unix_seconds() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

RuntimeOptions runtime_options(const Arguments& arguments) {
    RuntimeOptions out;
    out.host = arguments.text("host");
    out.port = static_cast<std::uint16_t>(arguments.whole("port"));
    out.hosts = arguments.list("hosts");
    out.origins = arguments.list("origins");
    out.metrics_port = static_cast<std::uint16_t>(arguments.whole("metrics-port"));
    out.block_time = arguments.duration("block-time");
    out.history_bytes = arguments.whole("history-mb") << 20;
    out.block_cache_bytes = arguments.whole("block-cache-mb") << 20;
    out.mempool_count = arguments.whole("mempool-count");
    out.checkpoint_blocks = arguments.whole("checkpoint-blocks");
    out.retain_blocks = arguments.whole("retain-blocks");
    out.client_sockets = arguments.whole("client-sockets");
    out.client_filters = arguments.whole("client-filters");
    return out;
}

/// Until a signal comes or something fails inside.
void wait_for_end(StopSignal& stop_signal) {
    if (!stop_signal.wait()) log(LogLevel::info, "stopping");
}

/// Stops the node. A failure, also one of the last blocks, is the sentence to end with.
Result<int> stop(std::unique_ptr<Runtime> runtime, const StopSignal& stop_signal) {
    runtime.reset();
    if (const auto failure = stop_signal.failure()) return fail(*failure);
    return 0;
}

Result<int> dev(const Arguments& arguments) {
    start_log(arguments.text("log-level"));
    StopSignal stop_signal;
    const DataDirectory data{arguments.path("data")};
    const DevRequest request{.chain_id = arguments.whole("chain-id"),
                             .account_count = arguments.whole("accounts"),
                             .chain_id_set = arguments.source("chain-id") != Source::fallback,
                             .account_count_set = arguments.source("accounts") != Source::fallback};
    TRY(const auto chain, open_dev_chain(data, request, unix_seconds()));
    auto options = runtime_options(arguments);
    options.development = true;
    TRY(auto runtime, Runtime::start(data, chain.genesis, chain.sequencer, options, stop_signal));
    {
        const HouseService house(*runtime, chain.house, data.house_seeds());
        print_banner(chain, data);
        print_url(options.host, runtime->port());
        wait_for_end(stop_signal);
    }
    return stop(std::move(runtime), stop_signal);
}

Result<int> node(const Arguments& arguments) {
    start_log(arguments.text("log-level"));
    StopSignal stop_signal;
    const DataDirectory data{arguments.path("data")};
    TRY(const auto genesis, data.read_genesis());
    if (!std::filesystem::exists(data.sequencer_key()))
        return fail(data.sequencer_key().string() +
                    " is missing, and only the sequencer makes blocks: copy the folder sequencer/ from where "
                    "the chain "
                    "ran or from a backup (`farthing db import` does not bring it along)");
    TRY(const auto key, read_key_file(data.sequencer_key()));
    auto options = runtime_options(arguments);
    options.replace_lost_chain = arguments.flag("replace-lost-chain");
    TRY(auto runtime, Runtime::start(data, genesis, key, options, stop_signal));
    print_url(options.host, runtime->port());
    wait_for_end(stop_signal);
    return stop(std::move(runtime), stop_signal);
}

}  // namespace

std::vector<Command> node_commands() {
    return {
        {"dev",
         "Run a development chain with funded accounts and a house that takes bets",
         "farthing dev --port 8545 --block-time 0",
         {setting("data", "~/.farthing/dev"), setting("host"), setting("port"), setting("hosts"),
          setting("origins"), setting("block-time", "0"), setting("accounts"), setting("chain-id"),
          setting("history-mb"), setting("block-cache-mb"), setting("mempool-count"),
          setting("checkpoint-blocks"), setting("retain-blocks"), setting("client-sockets"),
          setting("client-filters"), setting("metrics-port"), setting("log-level")},
         dev},
        {"node",
         "Run the chain of a data directory that `farthing init` made",
         "farthing node --data ~/.farthing --block-time 1",
         {setting("data"), setting("host"), setting("port"), setting("hosts"), setting("origins"),
          setting("block-time"), setting("history-mb"), setting("block-cache-mb"), setting("mempool-count"),
          setting("checkpoint-blocks"), setting("retain-blocks"), setting("client-sockets"),
          setting("client-filters"), setting("metrics-port"), setting("log-level"),
          Option{"replace-lost-chain", Kind::flag, "",
                 "The sequencer's seeds are lost: after the chain's pause, go on from fresh ones"}},
         node}};
}

}  // namespace farthing::node
