#include "rpc/methods/farthing_methods.hpp"

#include "contracts/context.hpp"
#include "contracts/print.hpp"
#include "core/base/hex.hpp"
#include "core/fair/verify.hpp"
#include "rpc/methods/bet_events.hpp"

namespace farthing::rpc {
namespace {

/// What BetSettled says of a bet that silence decided.
constexpr std::uint64_t no_result = ~std::uint64_t{0};
/// A house's rules allow the randomness of at most the eighth block after the bets.
constexpr std::uint64_t entropy_delay_max = 8;

/// The block after the bet whose header carries this randomness; null when no header does.
chain::BlockPtr entropy_block(const chain::Blockchain& chain, const BetPlaced& bet, const Hash& randomness) {
    const auto placed = bet.at.block_number;
    for (auto number = placed + 1; number <= placed + entropy_delay_max; ++number) {
        auto block = chain.block(number);
        if (block && block->header.mix_hash == randomness) return block;
    }
    return nullptr;
}

void write_placed(Writer& w, const BetPlaced& bet) {
    w.key("betId").quantity(bet.bet).key("house").quantity(bet.house).key("round").quantity(bet.round);
    w.key("player")
        .data(bet.player)
        .key("nonce")
        .quantity(bet.nonce)
        .key("game")
        .quantity(std::uint64_t{bet.game});
    w.key("params")
        .data(bet.params)
        .key("stake")
        .quantity(bet.stake)
        .key("maxPayout")
        .quantity(bet.payout_max);
    w.key("clientSeed").string(bet.client_seed);
    w.key("blockNumber").quantity(bet.at.block_number).key("transactionHash").data(bet.at.tx_hash);
}

void write_steps(Writer& w, const std::vector<fair::Step>& steps) {
    w.key("steps").begin_array();
    for (const auto& step : steps)
        w.begin_object().key("name").string(step.name).key("value").string(step.value).end_object();
    w.end_array();
}

void write_settled(Writer& w, const std::optional<BetSettled>& settled) {
    w.key("settled");
    if (!settled) {
        w.null();
        return;
    }
    w.begin_object().key("result").quantity(settled->result).key("payout").quantity(settled->payout);
    w.key("blockNumber").quantity(settled->at.block_number);
    w.key("transactionHash").data(settled->at.tx_hash).end_object();
}

/// JSON text without its line feeds, which only stand between tokens.
std::string one_line(std::string text) {
    std::erase(text, '\n');
    return text;
}

RpcResult<std::optional<BetPlaced>> find_bet(const BetEvents& events, const AnyJson& what,
                                             std::uint64_t index) {
    if (const auto hash = Codec<Hash>::read(what.value)) return events.placed_in(*hash, index);
    const auto bet = Codec<Count>::read(what.value);
    if (!bet) return std::unexpected(argument_error(0, "expected a transaction hash or a bet's id"));
    return events.placed(bet->value);
}

}  // namespace

Json FarthingMethods::status() {
    const auto& chain = backend_.chain();
    const auto head = chain.head();
    const auto states = chain.state_range();
    Writer w;
    w.begin_object().key("client").string(backend_.options().client_version);
    w.key("chainId").quantity(chain.rules().chain_id).key("symbol").string(chain.genesis().symbol);
    w.key("genesisHash").data(chain.block(std::uint64_t{0})->hash);
    w.key("head").begin_object().key("number").quantity(head->header.number).key("hash").data(head->hash);
    w.key("timestamp").quantity(head->header.timestamp).end_object();
    w.key("states")
        .begin_object()
        .key("oldest")
        .quantity(states.oldest)
        .key("newest")
        .quantity(states.newest);
    w.end_object()
        .key("oldestBlock")
        .quantity(chain.oldest_block())
        .key("waiting")
        .quantity(std::uint64_t{chain.mempool().size()});
    w.key("consensus").string("solo").key("sequencer").data(chain.genesis().sequencer);
    // One sequencer orders the transactions of a solo chain; seeds and randomness are checked, order is not.
    w.key("fairness").string("ordering trusted");
    return w.end_object().take();
}

/// By name, or by address: of any account, for the marker that is its code says what runs there.
RpcResult<Json> FarthingMethods::get_abi(const std::string& name_or_address) {
    const auto* module = contracts::find_module(name_or_address);
    if (!module) {
        const auto who = address_from_hex(name_or_address);
        if (!who)
            return rpc_fail(code::invalid_params,
                            "invalid argument 0: expected a contract's name or an address");
        const auto code = backend_.chain().head_state().code(*who);
        if (const auto marker = contracts::parse_marker(code))
            module = contracts::find_module(marker->contract_id, marker->version);
    }
    return module ? Json{one_line(contracts::abi_json(*module))} : Json{"null"};
}

Json FarthingMethods::contracts() {
    Writer w;
    w.begin_array();
    for (const auto* module : contracts::all_modules()) {
        w.begin_object().key("name").string(module->name).key("address");
        module->identity.address ? w.data(*module->identity.address) : w.null();
        w.key("id").number(module->identity.id).key("version").number(module->identity.version);
        w.key("doc").string(module->doc).key("abi").raw(one_line(contracts::abi_json(*module))).end_object();
    }
    w.end_array();
    return w.take();
}

RpcResult<Json> FarthingMethods::get_seal(const BlockTag& at) {
    TRY(const auto block, backend_.known_block(at));
    Writer w;
    w.begin_object().key("number").quantity(block->header.number).key("hash").data(block->hash);
    w.key("seal").data(block->seal).key("sequencer").data(backend_.chain().genesis().sequencer);
    return w.end_object().take();
}

RpcResult<Json> FarthingMethods::verify_bet(const Call& call, const AnyJson& tx_or_bet,
                                            const std::optional<Count>& index) {
    TRY(const auto slot, backend_.searches().take(call.client));
    const BetEvents events(backend_);
    TRY(const auto bet, find_bet(events, tx_or_bet, index.value_or(Count{}).value));
    if (!bet) return Json{"null"};
    TRY(const auto settled, events.settled(*bet));
    TRY(const auto revealed, events.revealed(*bet));
    Writer w;
    w.begin_object();
    write_placed(w, *bet);
    w.key("fairness").string("ordering trusted");
    if (!revealed) {
        TRY(const auto forfeited, events.forfeited(*bet));
        w.key("status").string(forfeited ? "forfeited" : "open");
        write_settled(w, settled);
        return w.end_object().take();
    }
    TRY(const auto committed, events.committed(*bet, *revealed));
    const auto entropy = entropy_block(backend_.chain(), *bet, revealed->randomness);
    const auto recomputed =
        fair::recompute({revealed->seed, bet->client_seed, bet->player, revealed->randomness, bet->nonce,
                         bet->game, bet->params, bet->stake, committed});
    w.key("serverSeed").data(revealed->seed).key("randomness").data(revealed->randomness);
    w.key("revealTransactionHash").data(revealed->at.tx_hash).key("committed");
    committed ? w.data(*committed) : w.null();
    w.key("entropyBlock");
    entropy ? w.quantity(entropy->header.number) : w.null();
    write_settled(w, settled);
    if (!recomputed) {
        w.key("status").string("wrong").key("reason").string(recomputed.error().message);
        return w.end_object().take();
    }
    w.key("verifierClientSeed").string(recomputed->client_seed);
    write_steps(w, recomputed->steps);
    w.key("result").quantity(recomputed->result).key("payout").quantity(recomputed->payout);
    // A forfeited round pays its maximum even when its seed turns up later.
    const bool forfeited = settled && settled->result == no_result;
    const bool agrees = !settled || (forfeited ? settled->payout == recomputed->payout_max
                                               : settled->result == recomputed->result &&
                                                     settled->payout == recomputed->payout);
    w.key("status").string(!entropy || !agrees ? "wrong"
                           : forfeited         ? "forfeited"
                           : settled           ? "verified"
                                               : "revealed");
    if (!entropy) w.key("reason").string("no block header after the bet carries this randomness");
    if (entropy && !agrees) w.key("reason").string("the chain settled the bet otherwise");
    return w.end_object().take();
}

void FarthingMethods::add_to(Dispatcher& dispatcher) {
    using Self = FarthingMethods;
    static constexpr auto rows = methods(
        method<"farthing_status() returns (object)", &Self::status>(
            "Chain, head, served states, who orders."),
        method<"farthing_contracts() returns (object[])", &Self::contracts>(
            "Name, address, id, version and ABI of each native contract; no address: made by a factory."),
        method<"farthing_getAbi(string nameOrAddress) returns (object[])", &Self::get_abi>(
            "The Solidity ABI of a contract, as solc writes it; null where no contract is."),
        method<"farthing_getSeal(blockTag at = latest) returns (object)", &Self::get_seal>(
            "The signature that makes a block the sequencer's."),
        method<"farthing_verifyBet(any txOrBet, count index?) returns (object)", &Self::verify_bet>(
            "Recomputes a bet from events and headers, step by step. By transaction hash and place, "
            "or by id."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
