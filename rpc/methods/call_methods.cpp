#include "rpc/methods/call_methods.hpp"

#include "core/rlp/rlp.hpp"
#include "rpc/methods/fee_methods.hpp"
#include "rpc/methods/render.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

/// What no transaction can do without.
constexpr std::uint64_t least_gas = 21'000;
/// What a call gets that offers a price and names no gas: geth's cap, for the caller must be able to pay it.
constexpr std::uint64_t priced_gas = 50'000'000;

/// Offers are any number at all, so that a plain sum would throw.
U256 sum_or_max(const U256& a, const U256& b) {
    return u256_max - a < b ? u256_max : U256(a + b);
}

/// Wei that a unit of gas costs the caller, and that it offers at most; both 0 when the request names no
/// price: then no fee is checked.
struct Fees {
    U256 price;
    U256 cap;
};

RpcResult<Fees> fees_of(const CallRequest& request, const U256& base_fee) {
    if (!request.gas_price && !request.max_fee_per_gas && !request.max_priority_fee_per_gas) return Fees{};
    const U256 tip = request.max_priority_fee_per_gas.value_or(0);
    const U256 full = sum_or_max(base_fee, tip);
    const U256 cap = request.gas_price ? *request.gas_price : request.max_fee_per_gas.value_or(full);
    if (tip > cap)
        return rpc_fail(code::server_error,
                        "max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: " +
                            to_decimal(tip) + ", maxFeePerGas: " + to_decimal(cap));
    if (cap == 0) return Fees{};
    if (cap < base_fee)
        return rpc_fail(code::server_error, "max fee per gas less than block base fee: maxFeePerGas: " +
                                                to_decimal(cap) + ", baseFee: " + to_decimal(base_fee));
    return Fees{.price = request.gas_price ? cap : std::min(cap, full), .cap = cap};
}

RpcResult<chain::CallRequest> prepare(const CallRequest& request, const chain::Rules& rules,
                                      const U256& base_fee) {
    if (request.chain_id && *request.chain_id != rules.chain_id)
        return rpc_fail(code::server_error,
                        "chainId does not match node's (have=" + to_decimal(*request.chain_id) +
                            ", want=" + std::to_string(rules.chain_id) + ")");
    chain::CallRequest out;
    out.from = request.from.value_or(Address{});
    out.to = request.to;
    out.value = request.value.value_or(0);
    out.data = request.data;
    TRY(const auto fees, fees_of(request, base_fee));
    const U256 gas = request.gas.value_or(fees.price == 0 ? rules.tx_gas_max : priced_gas);
    out.gas_limit = gas > rules.tx_gas_max ? rules.tx_gas_max : low_u64(gas);
    out.access_list = request.access_list;
    out.gas_price = fees.price;
    return out;
}

bool is_given(const std::optional<AnyJson>& overrides) {
    return overrides && !(overrides->value.is_object() && overrides->value.get_object().empty());
}

std::unexpected<RpcError> overrides_refused() {
    return rpc_fail(code::invalid_params, "state and block overrides are not supported");
}

}  // namespace

RpcResult<chain::TxResult<chain::TxOutcome>> CallMethods::execute(const Client& client, const StateAt& at,
                                                                  const chain::CallRequest& request) {
    TRY(const auto slot, backend_.calls().take(client));
    return backend_.chain().call(at.state, at.info, request);
}

RpcResult<chain::TxOutcome> CallMethods::run(const Client& client, const StateAt& at,
                                             const chain::CallRequest& request) {
    TRY(auto outcome, execute(client, at, request));
    if (!outcome) return std::unexpected(refused(outcome.error()));
    return *std::move(outcome);
}

RpcResult<Bytes> CallMethods::call(const Call& asked, const CallRequest& request, const BlockTag& at,
                                   const std::optional<AnyJson>& overrides,
                                   const std::optional<AnyJson>& block_overrides) {
    if (is_given(overrides) || is_given(block_overrides)) return overrides_refused();
    TRY(const auto where, backend_.state(at));
    TRY(const auto prepared, prepare(request, backend_.chain().rules(), where.info.base_fee));
    TRY(auto outcome, run(asked.client, where, prepared));
    if (!outcome.success) return std::unexpected(execution_failed(outcome));
    return std::move(outcome.output);
}

RpcResult<std::uint64_t> CallMethods::estimate(const Client& client, const CallRequest& request,
                                               const BlockTag& at) {
    // An estimate is for a transaction to come: on the head it runs as the next block's first.
    const auto tag = at.is(BlockTag::Name::latest) ? BlockTag{BlockTag::Name::pending} : at;
    TRY(auto where, backend_.state(tag));
    // And at least a second after the state it runs on: within one second a pool has nothing to pay yet, so
    // that claiming a reward would be estimated as dear as not claiming it, and run out of gas a second
    // later.
    if (const auto block = backend_.block(tag))
        where.info.timestamp = std::max(where.info.timestamp, block->header.timestamp + 1);
    const auto rules = backend_.chain().rules();
    TRY(auto prepared, prepare(request, rules, where.info.base_fee));
    // As geth: a limit below what any transaction needs counts as none.
    if (!request.gas || *request.gas < least_gas) prepared.gas_limit = rules.tx_gas_max;
    TRY(const auto fees, fees_of(request, where.info.base_fee));
    if (fees.cap > 0) {
        const auto balance = where.state.account(prepared.from).balance;
        if (balance < prepared.value) return rpc_fail(code::server_error, "insufficient funds for transfer");
        const U256 allowance = (balance - prepared.value) / fees.cap;
        if (allowance < prepared.gas_limit) prepared.gas_limit = low_u64(allowance);
        prepared.gas_price = 0;
    }
    TRY(const auto outcome, execute(client, where, prepared));
    const bool is_too_little =
        outcome ? outcome->out_of_gas : outcome.error().error == chain::TxError::intrinsic_gas;
    if (is_too_little)
        return rpc_fail(code::server_error,
                        "gas required exceeds allowance (" + std::to_string(prepared.gas_limit) + ")");
    if (!outcome) return std::unexpected(refused(outcome.error()));
    if (!outcome->success) return std::unexpected(execution_failed(*outcome));
    return outcome->gas_used;
}

RpcResult<std::uint64_t> CallMethods::estimate_gas(const Call& asked, const CallRequest& request,
                                                   const BlockTag& at,
                                                   const std::optional<AnyJson>& overrides) {
    if (is_given(overrides)) return overrides_refused();
    return estimate(asked.client, request, at);
}

/// Gas prices know no warm set, so no list would save anything: the list is empty.
RpcResult<Json> CallMethods::create_access_list(const Call& asked, const CallRequest& request,
                                                const BlockTag& at) {
    TRY(const auto where, backend_.state(at));
    TRY(const auto prepared, prepare(request, backend_.chain().rules(), where.info.base_fee));
    TRY(const auto outcome, run(asked.client, where, prepared));
    Writer w;
    w.begin_object().key("accessList").begin_array().end_array().key("gasUsed").quantity(outcome.gas_used);
    if (!outcome.success) w.key("error").string(execution_failed(outcome).message);
    return w.end_object().take();
}

/// What a wallet would ask one by one: nonce, fees, gas, chain id; unsigned.
RpcResult<Json> CallMethods::fill_transaction(const Call& asked, const CallRequest& request) {
    auto& chain = backend_.chain();
    const auto base_fee = chain.pending_info().base_fee;
    chain::SignedTx filled;
    auto& tx = filled.tx;
    filled.sender = request.from.value_or(Address{});
    if (!request.to)
        return rpc_fail(code::invalid_params, "contract creation is not supported: \"to\" is required");
    tx.type = request.gas_price ? (request.access_list.empty() ? TxType::legacy : TxType::access_list)
                                : TxType::dynamic_fee;
    tx.chain_id = chain.rules().chain_id;
    if (request.chain_id && *request.chain_id != *tx.chain_id)
        return rpc_fail(code::server_error, "chainId does not match node's");
    tx.to = request.to;
    tx.value = request.value.value_or(0);
    tx.data = request.data;
    tx.access_list = request.access_list;
    if (request.nonce && !fits_u64(*request.nonce))
        return rpc_fail(code::invalid_params, "nonce has max value");
    tx.nonce = request.nonce ? low_u64(*request.nonce) : chain.pending_nonce(filled.sender);
    const auto tip = request.max_priority_fee_per_gas.value_or(suggested_tip(chain));
    const U256 room = sum_or_max(base_fee * 2, tip);  // For the base fee to double.
    tx.max_fee_per_gas = request.gas_price.value_or(request.max_fee_per_gas.value_or(room));
    tx.max_priority_fee_per_gas = request.gas_price ? tx.max_fee_per_gas : tip;
    if (tx.max_priority_fee_per_gas > tx.max_fee_per_gas)
        return rpc_fail(code::server_error, "max priority fee per gas higher than max fee per gas");
    if (request.gas) {
        if (!fits_u64(*request.gas)) return rpc_fail(code::invalid_params, "gas: hex number > 64 bits");
        tx.gas_limit = low_u64(*request.gas);
    } else {
        TRY(tx.gas_limit, estimate(asked.client, request, BlockTag{}));
    }
    filled.hash = tx.hash();
    Writer w;
    w.begin_object().key("raw").data(tx.encode()).key("tx");
    write_pending_transaction(w, filled);
    return w.end_object().take();
}

void CallMethods::add_to(Dispatcher& dispatcher) {
    using Self = CallMethods;
    static constexpr auto rows = methods(
        method<"eth_call(call tx, blockTag at = latest, any overrides?, any blockOverrides?) returns (data)",
               &Self::call>("Runs a call and forgets it. Overrides are refused."),
        method<"eth_estimateGas(call tx, blockTag at = latest, any overrides?) returns (quantity)",
               &Self::estimate_gas>("Gas that the transaction would use in a later second, exactly, if state "
                                    "does not change before."),
        method<"eth_createAccessList(call tx, blockTag at = latest) returns (accessList)",
               &Self::create_access_list>("An empty list, for none would save gas, and the gas used."),
        method<"eth_fillTransaction(call tx) returns (filledTransaction)", &Self::fill_transaction>(
            "Adds nonce, fees, gas and chain id; signs nothing."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
