#include "core/base/hex.hpp"
#include "node/commands/commands.hpp"
#include "node/data_directory.hpp"
#include "node/files.hpp"
#include "node/keeper.hpp"
#include "node/password.hpp"
#include "node/stop_signal.hpp"
#include "node/text.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

namespace farthing::node {
namespace {

constexpr Address wrapped_coin = literals::address("fa0001");
/// Shares of the bankroll, in hundredths of a percent: the most that the chain's rules allow at first.
constexpr std::uint16_t bet_bps = 100;
constexpr std::uint16_t round_bps = 150;
constexpr std::uint16_t open_bps = 2500;

/// What both commands stand on: a node, an unlocked account, the seed files.
struct Operator {
    std::unique_ptr<RpcClient> node;
    SecretKey key;
    SeedFolder seeds;
    std::uint64_t chain_id = 0;
};

Result<Operator> open_operator(const Arguments& arguments, Progress progress) {
    const DataDirectory data{arguments.path("data")};
    TRY(const auto address, named("account", parse_address(arguments.text("account"))));
    TRY(auto transport, HttpTransport::open(arguments.text("rpc")));
    auto node = std::make_unique<RpcClient>(std::move(transport));
    TRY(const auto chain_id, node->call_quantity("eth_chainId"));
    TRY(auto password, ask_password(arguments, {}));
    progress("unlocking the account " + checksummed(address));
    TRY(const auto key, Keystore(data.keystore()).unlock(address, password));
    SeedFolder seeds(data.house_seeds(), {std::move(password), {}}, std::move(progress));
    return Operator{std::move(node), key, std::move(seeds), chain_id};
}

/// Before anything is locked: that the account holds bond and vault, and something for the fees.
Result<void> require_coins(RpcClient& node, const Address& who, const U256& bond, const U256& vault) {
    TRY(const auto answer, node.call("eth_getBalance", {hex0x(who), "latest"}));
    const auto* text = answer.if_string();
    if (text == nullptr) return fail("the node's answer to eth_getBalance is no quantity");
    TRY(const auto balance, parse_u256({text->data(), text->size()}));
    if (bond <= balance && vault < balance - bond) return {};
    return fail("the account " + checksummed(who) + " holds " + coins(balance) +
                " coins; bond and vault need " + coins(bond) + " + " + coins(vault) +
                " and a little for the fees: choose less, or send it more first");
}

/// The house that a receipt's HouseRegistered names.
Result<std::uint64_t> registered_house(const boost::json::value& receipt) {
    const auto topic = hex0x(contracts::Games::HouseRegistered::topic);
    const auto* fields = receipt.if_object();
    const auto* logs = fields ? fields->if_contains("logs") : nullptr;
    if (!logs || !logs->is_array()) return fail("the receipt has no logs");
    for (const auto& each : logs->get_array()) {
        const auto* log = each.if_object();
        const auto* topics = log ? log->if_contains("topics") : nullptr;
        if (!topics || !topics->is_array() || topics->get_array().size() < 2) continue;
        const auto& list = topics->get_array();
        if (list[0] != boost::json::value(topic) || !list[1].is_string()) continue;
        TRY(const auto word, hash_from_hex({list[1].get_string().data(), list[1].get_string().size()}));
        return low_u64(to_u256(word));
    }
    return fail("the receipt does not say which house was registered");
}

Result<int> init(const Arguments& arguments) {
    TRY(const auto bond, named("bond", parse_coins(arguments.text("bond"))));
    TRY(const auto vault, named("vault", parse_coins(arguments.text("vault"))));
    TRY(const auto stake_min, named("min-stake", parse_coins(arguments.text("min-stake"))));
    if ((stake_min >> 128) != 0) return fail("--min-stake is too large");
    TRY(auto self, open_operator(arguments, tell_on_stderr));
    TxSender sender(*self.node, self.key, self.chain_id);
    TRY(require_coins(*self.node, sender.address(), bond, vault));
    TRY(const auto seeds, self.seeds.create(arguments.whole("seeds")));
    contracts::Limits limits;
    limits.min_stake = stake_min;
    limits.bet_bps = bet_bps;
    limits.round_bps = round_bps;
    limits.open_bps = open_bps;
    limits.games = static_cast<std::uint16_t>(1U << static_cast<unsigned>(fair::Game::dice) |
                                              1U << static_cast<unsigned>(fair::Game::crash));
    tell_on_stderr("registering the house at " + arguments.text("rpc"));
    TRY(const auto sent,
        sender.send(games_address, GamesClient::register_house(wrapped_coin, bond, seeds->tip(), limits),
                    bond));
    TRY(const auto id, registered_house(sent.receipt));
    std::cout << "House " << id << " is registered; tip " << hex0x(seeds->tip()) << '\n' << std::flush;
    if (vault > 0) {
        tell_on_stderr("filling its vault");
        if (const auto filled = sender.send(games_address, GamesClient::fund(id, vault), vault); !filled)
            return fail("house " + std::to_string(id) +
                        " is registered and holds its bond, but its vault is empty: " +
                        filled.error().message + "; fill it with Games' fund(uint64,uint256) at " +
                        checksummed(games_address) + " instead of registering another");
    }
    std::cout << "Back up " << DataDirectory{arguments.path("data")}.house_seeds().string()
              << ": without the seed file every open bet is lost to the bond.\nKeep it running: farthing "
                 "house run --house "
              << id << " --account " << checksummed(sender.address()) << " --rpc " << arguments.text("rpc")
              << " --data " << arguments.text("data");
    if (arguments.has("password-file")) std::cout << " --password-file " << arguments.text("password-file");
    std::cout << '\n';
    return 0;
}

Result<int> run(const Arguments& arguments) {
    start_log(arguments.text("log-level"));
    StopSignal stop_signal;
    TRY(auto self, open_operator(arguments, [](const std::string& line) { log(LogLevel::info, line); }));
    const auto house = arguments.whole("house");
    Keeper keeper(*self.node, self.seeds, self.key, self.chain_id,
                  {.house = house,
                   .chain_length = arguments.whole("seeds"),
                   .log = [](LogLevel level, const std::string& line) { log(level, line); }});
    GamesClient games(*self.node);
    TRY(const auto record, games.house(house));
    if (record.operator_account != self.key.address())
        log(LogLevel::warning, "house " + std::to_string(house) + " belongs to " +
                                   checksummed(record.operator_account) +
                                   ": this account can reveal, but not register the next seeds");
    TRY(const auto chain, self.seeds.containing(record.head));
    if (!chain)
        return fail("the seed file of house " + std::to_string(house) + " (committed link " +
                    hex0x(record.head) + ") is not in " +
                    DataDirectory{arguments.path("data")}.house_seeds().string() +
                    "; restore it from a backup before the rounds are overdue");
    log(LogLevel::info, "keeping house " + std::to_string(house) + " at " + arguments.text("rpc"));
    std::promise<void> ended;
    std::jthread worker([&](std::stop_token stop) {
        std::string last_error;
        while (!stop.stop_requested()) {
            const auto done = keeper.step(stop);
            if (!done && !stop.stop_requested() && done.error().message != last_error) {
                last_error = done.error().message;
                log(LogLevel::error, last_error + "; trying again");
            }
            if (done) last_error.clear();
            if (!done || !*done) std::this_thread::sleep_for(std::chrono::milliseconds(500));
        }
        ended.set_value();
    });
    const auto failure = stop_signal.wait();
    worker.request_stop();
    // Walking a long seed chain takes seconds and cannot be interrupted; there is nothing to lose by leaving.
    if (ended.get_future().wait_for(std::chrono::milliseconds(1500)) != std::future_status::ready)
        std::_Exit(0);
    if (failure) return fail(*failure);
    return 0;
}

constexpr Option rpc{"rpc", Kind::text, "http://127.0.0.1:8545", "The node to work with"};
constexpr Option account{"account", Kind::text, "",  "The operator's account, from the keystore",
                         0,         false,      true};
constexpr Option password_file{"password-file", Kind::path, "",
                               "File whose first line is the password of key and seed file"};
constexpr Option seeds{"seeds", Kind::whole, "1048576", "Links of a new seed chain",
                       1 << 26, false,       false,     32};

}  // namespace

std::vector<Command> house_commands() {
    return {
        {"house init",
         "Register a house: make its seed chain, post its bond, fill its vault",
         "farthing house init --account 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 --bond 1000 --vault 4000",
         {setting("data"), rpc, account, password_file, seeds,
          Option{"bond", Kind::text, "", "Coins that answer for silence", 0, false, true},
          Option{"vault", Kind::text, "0", "Coins that wins are paid from"},
          Option{"min-stake", Kind::text, "0.000001", "Coins that a bet stakes at least"}},
         init},
        {"house run",
         "Keep a house: reveal its seeds, settle its bets, register its next seeds",
         "farthing house run --house 1 --account 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
         {setting("data"), rpc, account, password_file, seeds, setting("log-level"),
          Option{"house", Kind::whole, "", "The house's number", (1 << 24) - 1, false, true, 1}},
         run}};
}

}  // namespace farthing::node
