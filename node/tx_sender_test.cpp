#include "node/tx_sender.hpp"

#include "core/base/hex.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <map>

namespace farthing::node {
namespace {

namespace json = boost::json;

/// Answers each method from a table and keeps what was sent.
struct FakeNode {
    std::map<std::string, json::value> results{{"eth_estimateGas", "0xea60"},
                                               {"eth_maxPriorityFeePerGas", "0x5"},
                                               {"eth_getTransactionCount", "0x7"},
                                               {"eth_getBlockByNumber", {{"baseFeePerGas", "0x3b9aca00"}}},
                                               {"eth_getTransactionByHash", {{"blockHash", nullptr}}},
                                               {"eth_sendRawTransaction", "0x00"}};
    std::optional<Transaction> sent;
    int receipts_asked = 0;
    int blocks_until_included = 0;
    std::string status = "0x1";
    U256 cheapest_waiting = 0;  ///< A full pool takes what offers more only.

    std::string answer(std::string_view body) {
        const auto request = json::parse({body.data(), body.size()});
        const std::string method(request.at("method").as_string());
        if (method == "eth_sendRawTransaction")
            sent = decode_transaction(from_hex(request.at("params").at(0).as_string()).value()).value();
        if (method == "eth_sendRawTransaction" && sent->max_fee_per_gas <= cheapest_waiting)
            return R"({"id":1,"error":{"code":-32000,"message":"transaction underpriced: the pool is full"}})";
        json::value result;
        if (const auto found = results.find(method); found != results.end()) result = found->second;
        if (method == "eth_getTransactionReceipt" && sent && receipts_asked++ >= blocks_until_included)
            result = {{"status", status}, {"blockNumber", "0x9"}, {"gasUsed", "0xc350"}};
        if (result.is_object() && result.get_object().contains("error"))
            return json::serialize(json::object{{"id", 1}, {"error", result.at("error")}});
        return json::serialize(json::object{{"id", 1}, {"result", result}});
    }
};

class TxSenderTest : public testing::Test {
 protected:
    static SecretKey make_key() {
        Hash bytes;
        bytes[31] = 1;
        return SecretKey::from(bytes).value();
    }
    FakeNode fake;
    RpcClient node{
        std::make_unique<LocalTransport>([this](std::string_view body) { return fake.answer(body); })};
    SecretKey key = make_key();
    TxSender sender{node, key, 31337};
    Address to = address_from_hex("0x0000000000000000000000000000000000fa0004").value();
    void SetUp() override { sender.poll = std::chrono::milliseconds(1); }
};

TEST_F(TxSenderTest, sends_a_signed_transaction_with_room_in_gas_and_fees) {
    fake.blocks_until_included = 2;
    const auto sent = sender.send(to, {1, 2, 3}, 9).value();
    const auto& tx = *fake.sent;
    EXPECT_EQ(recover_sender(tx).value(), key.address());
    EXPECT_EQ(tx.chain_id, 31337U);
    EXPECT_EQ(tx.nonce, 7U);
    EXPECT_EQ(tx.gas_limit, 75'000U);
    EXPECT_EQ(tx.max_fee_per_gas, U256(2'000'000'005));
    EXPECT_EQ(tx.max_priority_fee_per_gas, U256(5));
    EXPECT_EQ(tx.to, to);
    EXPECT_EQ(tx.value, U256(9));
    EXPECT_EQ(tx.data, (Bytes{1, 2, 3}));
    EXPECT_EQ(sent.hash, tx.hash());
    EXPECT_EQ(sent.block_number, 9U);
    EXPECT_EQ(sent.gas_used, 50'000U);
    EXPECT_EQ(fake.receipts_asked, 3);
}

TEST_F(TxSenderTest, a_full_pool_is_offered_more_as_often_as_is_reasonable) {
    fake.cheapest_waiting = 5'000'000'000;
    EXPECT_TRUE(sender.send(to, {}));
    EXPECT_EQ(fake.sent->max_fee_per_gas, U256(8'000'000'020));
    EXPECT_EQ(fake.sent->max_priority_fee_per_gas, U256(5));
    EXPECT_EQ(recover_sender(*fake.sent).value(), key.address());
    fake.cheapest_waiting = U256(1) << 100;
    EXPECT_EQ(sender.send(to, {}).error().message,
              "eth_sendRawTransaction: transaction underpriced: the pool is full");
}

TEST_F(TxSenderTest, nothing_is_sent_when_the_estimate_reverts) {
    fake.results["eth_estimateGas"] = {
        {"error", {{"code", 3}, {"message", "execution reverted"}, {"data", "0x01"}}}};
    EXPECT_EQ(sender.send(to, {}).error().message, "eth_estimateGas: execution reverted (0x01)");
    EXPECT_FALSE(fake.sent);
}

TEST_F(TxSenderTest, revert_in_the_block_refusal_silence_and_stop_are_told_apart) {
    fake.status = "0x0";
    EXPECT_TRUE(sender.send(to, {}).error().message.ends_with(" reverted"));
    fake.blocks_until_included = 1'000'000;
    sender.patience = std::chrono::milliseconds(20);
    EXPECT_TRUE(sender.send(to, {}).error().message.find("still waiting") != std::string::npos);
    fake.results["eth_getTransactionByHash"] = nullptr;
    EXPECT_NE(sender.send(to, {}).error().message.find(" is gone"), std::string::npos);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(sender.send(to, {}, 0, stop.get_token()).error().message, "stopped");
    fake.results["eth_sendRawTransaction"] = {
        {"error", {{"code", -32000}, {"message", "insufficient funds"}}}};
    EXPECT_EQ(sender.send(to, {}).error().message, "eth_sendRawTransaction: insufficient funds");
}

}  // namespace
}  // namespace farthing::node
