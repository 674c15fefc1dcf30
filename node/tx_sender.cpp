#include "node/tx_sender.hpp"

#include "core/base/hex.hpp"
#include "rpc/json/writer.hpp"

#include <boost/json.hpp>

#include <thread>
#include <utility>

namespace farthing::node {
namespace {

namespace json = boost::json;

/// What the node asks for inclusion: the head's base fee may rise by an eighth a block, so twice it holds for
/// five full blocks.
constexpr std::uint64_t base_fee_factor = 2;
/// How often the fee cap is doubled for a place in a full pool. What is paid is the base fee and the tip all
/// the same, and the node refuses a cap that the account could not pay.
constexpr int raises_max = 10;

bool is_pool_full(const Error& refusal) {
    return refusal.message.find("transaction underpriced: the pool is full") != std::string::npos;
}

Result<U256> base_fee_of(RpcClient& node) {
    TRY(const auto block, node.call("eth_getBlockByNumber", {"latest", false}));
    const auto* fields = block.if_object();
    const auto* fee = fields ? fields->if_contains("baseFeePerGas") : nullptr;
    if (!fee || !fee->is_string()) return fail("the node's latest block has no base fee");
    return parse_u256({fee->get_string().data(), fee->get_string().size()});
}

}  // namespace

Result<Bytes> call_contract(RpcClient& node, const Address& to, const Bytes& data) {
    return node.call_data("eth_call", {json::object{{"to", hex0x(to)}, {"data", hex0x(data)}}, "latest"});
}

Result<Transaction> TxSender::prepare(const Address& to, const Bytes& data, const U256& value) {
    const json::object call{
        {"from", hex0x(address_)}, {"to", hex0x(to)}, {"data", hex0x(data)}, {"value", rpc::quantity(value)}};
    Transaction tx;
    TRY(const auto estimate, node_.call_quantity("eth_estimateGas", {call}));
    TRY(const auto tip, node_.call_quantity("eth_maxPriorityFeePerGas"));
    TRY(const auto base_fee, base_fee_of(node_));
    TRY(tx.nonce, node_.call_quantity("eth_getTransactionCount", {hex0x(address_), "pending"}));
    tx.type = TxType::dynamic_fee;
    tx.chain_id = chain_id_;
    tx.max_priority_fee_per_gas = tip;
    tx.max_fee_per_gas = base_fee * base_fee_factor + tip;
    // The state may have moved on by the time the transaction runs.
    tx.gas_limit = estimate + estimate / 4;
    tx.to = to;
    tx.value = value;
    tx.data = data;
    sign(tx, key_);
    return tx;
}

Result<Sent> TxSender::wait_for(const Hash& hash, std::stop_token stop) {
    const auto until = std::chrono::steady_clock::now() + patience;
    bool was_unknown = false;
    while (!stop.stop_requested()) {
        TRY(const auto answer, node_.call("eth_getTransactionReceipt", {hex0x(hash)}));
        if (const auto* receipt = answer.if_object()) {
            const auto field = [&](std::string_view name) {
                const auto* value = receipt->if_contains(name);
                return value ? quantity_from(*value) : fail("the receipt lacks " + std::string(name));
            };
            TRY(const auto status, field("status"));
            if (status != 1) return fail("transaction " + hex0x(hash) + " reverted");
            Sent out{hash, 0, 0, answer};
            TRY(out.block_number, field("blockNumber"));
            TRY(out.gas_used, field("gasUsed"));
            return out;
        }
        TRY(const auto known, node_.call("eth_getTransactionByHash", {hex0x(hash)}));
        // Between the two questions it may have been included: only a second miss means that it is gone.
        if (known.is_null() && std::exchange(was_unknown, true))
            return fail("transaction " + hex0x(hash) +
                        " is gone: its place was taken, or a development chain went back before it");
        if (std::chrono::steady_clock::now() > until)
            return fail("transaction " + hex0x(hash) + " is still waiting after " +
                        std::to_string(patience.count() / 1000) + " seconds");
        std::this_thread::sleep_for(poll);
    }
    return fail("stopped");
}

Result<Sent> TxSender::send(const Address& to, const Bytes& data, const U256& value, std::stop_token stop) {
    TRY(auto tx, prepare(to, data, value));
    auto sent = node_.call("eth_sendRawTransaction", {hex0x(tx.encode())});
    for (int raises = 0; !sent && is_pool_full(sent.error()) && raises < raises_max; ++raises) {
        tx.max_fee_per_gas *= 2;
        sign(tx, key_);
        sent = node_.call("eth_sendRawTransaction", {hex0x(tx.encode())});
    }
    if (!sent) return std::unexpected(sent.error());
    return wait_for(tx.hash(), std::move(stop));
}

}  // namespace farthing::node
