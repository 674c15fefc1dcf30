#include "core/crypto/hash.hpp"
#include "rpc/api_testing.hpp"

#include <atomic>
#include <future>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using boost::json::value;

TEST_F(ApiTest, says_who_it_is) {
    EXPECT_EQ(text("eth_chainId"), R"("0x7a69")");
    EXPECT_EQ(text("net_version"), R"("31337")");
    EXPECT_EQ(text("eth_blockNumber"), R"("0x0")");
    EXPECT_EQ(text("eth_syncing"), "false");
    EXPECT_EQ(text("eth_accounts"), "[]");
    EXPECT_EQ(text("web3_sha3", R"(["0x"])"), "\"" + hex0x(empty_code_hash) + "\"");
    EXPECT_EQ(result("farthing_status").at("fairness"), "ordering trusted");
    EXPECT_FALSE(result("farthing_contracts").as_array().empty());
    EXPECT_EQ(error("eth_sendTransaction", "[]"),
              "-32601 the method eth_sendTransaction does not exist/is not available");
}

TEST_F(ApiTest, gives_out_abis_by_name_and_address) {
    const auto drip = result("farthing_getAbi", R"(["Drip"])");
    EXPECT_FALSE(drip.as_array().empty());
    EXPECT_EQ(result("farthing_getAbi", R"(["0x0000000000000000000000000000000000fa000d"])"), drip);
    EXPECT_EQ(text("farthing_getAbi", "[" + receiver + "]"), "null");
    EXPECT_TRUE(error("farthing_getAbi", R"(["Nothing"])").starts_with("-32602"));
}

TEST_F(ApiTest, a_transfer_from_pool_to_receipt) {
    const auto hash = "\"" + hex0x(send(0)) + "\"";
    EXPECT_EQ(text("txpool_status"), R"({"pending":"0x1","queued":"0x0"})");
    EXPECT_EQ(result("eth_getTransactionByHash", "[" + hash + "]").at("blockHash"), nullptr);
    EXPECT_EQ(text("eth_getTransactionReceipt", "[" + hash + "]"), "null");
    EXPECT_EQ(text("eth_getTransactionCount", "[" + sender + R"(,"pending"])"), R"("0x1")");
    EXPECT_EQ(text("eth_getTransactionCount", "[" + sender + "]"), R"("0x0")");
    EXPECT_EQ(result("txpool_contentFrom", "[" + sender + "]").at("pending").as_object().size(), 1U);
    EXPECT_EQ(result("txpool_inspect").at("pending").as_object().size(), 1U);
    EXPECT_EQ(result("eth_getBlockByNumber", R"(["pending",true])").at("transactions").as_array().size(), 1U);
    mine();
    const auto tx = result("eth_getTransactionByHash", "[" + hash + "]");
    EXPECT_EQ(tx.at("blockNumber"), "0x1");
    EXPECT_EQ(tx.at("blockTimestamp"), result("eth_getBlockByNumber", R"(["latest"])").at("timestamp"));
    const auto receipt = result("eth_getTransactionReceipt", "[" + hash + "]");
    EXPECT_EQ(receipt.at("status"), "0x1");
    EXPECT_EQ(receipt.at("gasUsed"), "0x5208");
    EXPECT_EQ(receipt.as_object().if_contains("blockTimestamp"), nullptr);
    EXPECT_EQ(receipt.at("effectiveGasPrice"), tx.at("gasPrice"));
    EXPECT_EQ(text("eth_getBalance", "[" + receiver + "]"), "\"" + quantity(coin) + "\"");
    EXPECT_EQ(text("eth_getBalance", "[" + receiver + R"(,"0x0"])"), R"("0x0")");
    EXPECT_EQ(text("eth_getBlockTransactionCountByNumber", R"(["0x1"])"), R"("0x1")");
    EXPECT_EQ(text("eth_getTransactionByBlockNumberAndIndex", R"(["0x1","0x1"])"), "null");
    EXPECT_EQ(result("eth_getBlockReceipts", R"(["latest"])").as_array().at(0), receipt);
    EXPECT_EQ(
        error("eth_sendRawTransaction", "[\"" + hex0x(transfer(key_of(1), 0, nobody, 1).encode()) + "\"]"),
        "-32000 nonce too low: next nonce 1, tx nonce 0");
}

TEST_F(ApiTest, the_pending_block_holds_what_the_next_one_would_and_its_methods_agree) {
    const auto first = "\"" + hex0x(send(0)) + "\"", second = "\"" + hex0x(send(1)) + "\"";
    send(5);  // behind a gap
    const auto hashes = "[" + first + "," + second + "]";
    EXPECT_EQ(
        boost::json::serialize(result("eth_getBlockByNumber", R"(["pending",false])").at("transactions")),
        hashes);
    EXPECT_EQ(text("eth_getBlockTransactionCountByNumber", R"(["pending"])"), R"("0x2")");
    const auto found = result("eth_getTransactionByBlockNumberAndIndex", R"(["pending","0x1"])");
    EXPECT_EQ(boost::json::serialize(found.at("hash")), second);
    EXPECT_EQ(found.at("blockHash"), nullptr);
    EXPECT_EQ(text("eth_getTransactionByBlockNumberAndIndex", R"(["pending","0x2"])"), "null");
    EXPECT_EQ(text("eth_getRawTransactionByBlockNumberAndIndex", R"(["pending","0x1"])"),
              text("eth_getRawTransactionByHash", "[" + second + "]"));
    EXPECT_EQ(text("eth_getBlockReceipts", R"(["pending"])"), "null");
    mine();
    EXPECT_EQ(
        boost::json::serialize(result("eth_getBlockByNumber", R"(["latest",false])").at("transactions")),
        hashes);
    EXPECT_EQ(text("eth_getBlockTransactionCountByNumber", R"(["pending"])"), R"("0x0")");
}

TEST_F(ApiTest, the_pool_names_addresses_as_geth_does_with_the_case_of_eip55) {
    // EIP-55's own example receives; account 1's address is known to all.
    const auto example = literals::address("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, example, 5).encode()));
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 2, example, 5).encode()));
    constexpr auto* from = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
    for (const auto* method : {"txpool_content", "txpool_inspect"})
        for (const auto* queue : {"pending", "queued"}) {
            const auto found = result(method).at(queue).as_object();
            ASSERT_EQ(found.size(), 1U) << method << queue;
            EXPECT_TRUE(found.contains(from)) << method << queue;
        }
    EXPECT_EQ(result("txpool_inspect").at("pending").at(from).at("0"),
              "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed: 5 wei + 21000 gas × 3000000000 wei");
    EXPECT_EQ(result("txpool_content").at("queued").at(from).at("2").at("to"), value(hex0x(example)))
        << "what is no key and no text keeps its case";
}

TEST_F(ApiTest, the_pending_block_is_the_child_of_its_parent_whenever_a_block_comes) {
    std::atomic<bool> is_done = false;
    auto miner = std::async(std::launch::async, [&] {
        for (int i = 0; i < 200; ++i) mine();
        is_done = true;
    });
    do {
        const auto pending = result("eth_getBlockByNumber", R"(["pending",false])");
        const auto parent =
            result("eth_getBlockByHash", "[" + boost::json::serialize(pending.at("parentHash")) + ",false]");
        const std::uint64_t number = std::stoull(parent.at("number").as_string().c_str(), nullptr, 16);
        EXPECT_EQ(pending.at("number"), value(quantity(number + 1)));
        EXPECT_EQ(pending.at("stateRoot"), parent.at("stateRoot"));
    } while (!is_done);
    miner.get();
}

TEST_F(ApiTest, raw_bytes_hash_to_what_the_block_says) {
    send(0);
    mine();
    const auto block = result("eth_getBlockByNumber", R"(["latest",false])");
    const auto header = from_hex(result("debug_getRawHeader", R"(["latest"])").as_string().c_str());
    ASSERT_TRUE(header);
    EXPECT_EQ(hex0x(keccak256(*header)), std::string(block.at("hash").as_string()));
    const auto raw = from_hex(result("debug_getRawBlock", R"(["latest"])").as_string().c_str());
    EXPECT_EQ(quantity(raw->size()), std::string(block.at("size").as_string()));
    const auto tx = from_hex(
        result("debug_getRawTransaction", "[" + boost::json::serialize(block.at("transactions").at(0)) + "]")
            .as_string()
            .c_str());
    EXPECT_EQ(hex0x(keccak256(*tx)), std::string(block.at("transactions").at(0).as_string()));
    EXPECT_EQ(result("debug_getRawReceipts", R"(["latest"])").as_array().size(), 1U);
    EXPECT_EQ(error("debug_getRawHeader", R"(["0x99"])"), "-32000 header not found");
}

TEST_F(ApiTest, what_is_not_found_is_null_and_state_of_it_an_error) {
    const std::string zero = "\"0x" + std::string(64, '0') + "\"";
    for (const auto& method : std::vector<std::string>{
             "eth_getTransactionByHash", "eth_getTransactionReceipt", "eth_getBlockByHash",
             "eth_getBlockTransactionCountByHash", "eth_getUncleCountByBlockHash"})
        EXPECT_EQ(text(method, "[" + zero + "]"), "null") << method;
    EXPECT_EQ(text("eth_getBlockByNumber", R"(["0x64",false])"), "null");
    EXPECT_EQ(text("eth_getBlockReceipts", R"(["0x64"])"), "null");
    EXPECT_EQ(text("eth_getBlockReceipts", "[" + zero + "]"), "null");
    EXPECT_EQ(error("eth_getBalance", "[" + sender + R"(,"0x64"])"), "-32000 header not found");
    EXPECT_EQ(error("eth_getBalance", "[" + sender + R"(,{"blockHash":)" + zero + "}]"),
              "-32000 header for hash not found");
    EXPECT_EQ(error("eth_call", R"([{},"0x64"])"), "-32000 header not found");
    EXPECT_EQ(text("farthing_verifyBet", "[" + zero + ",0]"), "null");
    EXPECT_EQ(text("farthing_verifyBet", R"(["0x1"])"), "null");
}

TEST_F(ApiTest, many_slots_at_once) {
    const std::string zero = "\"0x" + std::string(64, '0') + "\"";
    EXPECT_EQ(text("eth_getStorageValues", "[{" + sender + R"(:["0x0","0x1"]}])"),
              "{" + sender + ":[" + zero + "," + zero + "]}");
    EXPECT_EQ(error("eth_getStorageValues", "[{}]"), "-32602 invalid argument 0: empty request");
    EXPECT_TRUE(error("eth_getStorageValues", R"([{"0x1":["0x0"]}])").starts_with("-32602"));
    std::string many = "[{" + sender + ":[\"0x0\"";
    for (int i = 0; i < 1024; ++i) many += ",\"0x0\"";
    EXPECT_EQ(error("eth_getStorageValues", many + "]}]"),
              "-32602 invalid argument 0: too many slots (max 1024)");
}

TEST_F(ApiTest, state_outside_the_window_names_the_range) {
    for (int i = 0; i < 200; ++i) mine();
    EXPECT_EQ(text("eth_getBalance", "[" + receiver + R"(,"latest"])"), R"("0x0")");
    EXPECT_EQ(text("eth_getBalance", "[" + receiver + R"(,"0x60"])"), R"("0x0")");
    const auto refused = error("eth_getBalance", "[" + receiver + R"(,"0x1"])");
    EXPECT_TRUE(refused.starts_with(
        "-32000 historical state of block 1 is not available: this node serves the state of blocks "))
        << refused;
}

class PrunedApiTest : public ApiTest {
 protected:
    PrunedApiTest()
        : ApiTest([](chain::BlockchainOptions& options) {
              options.checkpoint_blocks = 8;
              options.retain_blocks = 4;
              options.segment_bytes = 4'000;
              options.background_checkpoints = false;
          }) {}
};

TEST_F(PrunedApiTest, dropped_blocks_are_answered_as_geth_does_and_the_rest_goes_on) {
    for (int i = 0; i < 60; ++i) mine();
    const auto oldest = chain->oldest_block();
    ASSERT_GT(oldest, 8u);
    const auto number = [](std::uint64_t n) { return "\"" + quantity(n) + "\""; };
    const auto gone =
        "4444 pruned history unavailable: the oldest block of this node is " + std::to_string(oldest);
    for (const auto* method :
         {"eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getBlockTransactionCountByNumber",
          "eth_getUncleCountByBlockNumber", "debug_getRawBlock", "debug_getRawReceipts"}) {
        EXPECT_EQ(error(method, "[" + number(oldest - 1) + "]"), gone) << method;
        EXPECT_EQ(error(method, "[" + number(1) + "]"), gone) << method;
        EXPECT_NE(text(method, "[" + number(oldest) + "]"), "null") << method;
    }
    for (const auto* method :
         {"eth_getTransactionByBlockNumberAndIndex", "eth_getRawTransactionByBlockNumberAndIndex"})
        EXPECT_EQ(error(method, "[" + number(1) + R"(,"0x0"])"), gone) << method;
    EXPECT_EQ(error("eth_getBalance", "[\"" + hex0x(nobody) + "\"," + number(1) + "]"), gone);
    for (const auto* from : {"0x0", "earliest", "0x1"})
        EXPECT_EQ(error("eth_getLogs", "[{\"fromBlock\":\"" + std::string(from) + "\"}]"), gone);
    EXPECT_EQ(text("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"0x0"}])"), "[]");
    EXPECT_EQ(text("eth_getLogs", R"([{"fromBlock":)" + number(oldest) + R"(,"toBlock":"latest"}])"), "[]");
    // Block 0 has its header for ever; a block that never was is null, as ever.
    for (const auto* first_block : {R"(["earliest"])", R"(["0x0"])"})
        EXPECT_NE(text("eth_getBlockByNumber", first_block), "null");
    EXPECT_NE(text("eth_getBlockByHash", "[\"" + hex0x(chain->block(std::uint64_t{0})->hash) + "\"]"),
              "null");
    EXPECT_EQ(text("eth_getBlockByNumber", R"(["0xffff"])"), "null");
    const auto fees = boost::json::parse(text("eth_feeHistory", R"(["0x400","latest"])"));
    EXPECT_EQ(fees.at("oldestBlock").as_string(), quantity(oldest));
    EXPECT_EQ(fees.at("gasUsedRatio").as_array().size(), 61 - oldest);
    EXPECT_EQ(boost::json::parse(text("farthing_status", "[]")).at("oldestBlock").as_string(),
              quantity(oldest));
}

TEST_F(ApiTest, calls_and_estimates) {
    EXPECT_EQ(text("eth_call", R"([{"to":)" + receiver + R"(,"value":"0x1","from":)" + sender + "}]"),
              R"("0x")");
    EXPECT_EQ(text("eth_estimateGas", R"([{"to":)" + receiver + R"(,"value":"0x1","from":)" + sender + "}]"),
              R"("0x5208")");
    EXPECT_EQ(text("eth_estimateGas", R"([{"to":)" + receiver + R"(,"gas":"0xffffffffffffffff","from":)" +
                                          sender + R"(},"pending"])"),
              R"("0x5208")");
    EXPECT_TRUE(
        error("eth_estimateGas", R"([{"to":)" + receiver + R"(,"value":"0x1","from":)" + receiver + "}]")
            .starts_with("-32000 insufficient funds"));
    EXPECT_EQ(error("eth_estimateGas", R"([{"to":)" + receiver +
                                           R"(,"value":"0x1","gasPrice":"0xffffffffffff","from":)" +
                                           receiver + "}]"),
              "-32000 insufficient funds for transfer");
    EXPECT_EQ(error("eth_call",
                    R"([{"to":)" + receiver +
                        R"(},"latest",{"0x0000000000000000000000000000000000000001":{"balance":"0x1"}}])"),
              "-32602 state and block overrides are not supported");
    EXPECT_EQ(error("eth_call", R"([{"to":)" + receiver + R"(,"chainId":"0x1"}])"),
              "-32000 chainId does not match node's (have=1, want=31337)");
    EXPECT_TRUE(error("eth_call", R"([{"to":)" + receiver + R"(,"maxFeePerGas":"0x1"}])")
                    .starts_with("-32000 max fee per gas less than block base fee"));
    EXPECT_EQ(text("eth_createAccessList", R"([{"to":)" + receiver + "}]"),
              R"({"accessList":[],"gasUsed":"0x5208"})");
    const auto filled =
        result("eth_fillTransaction", R"([{"from":)" + sender + R"(,"to":)" + receiver + "}]");
    EXPECT_EQ(filled.at("tx").at("gas"), "0x5208");
    EXPECT_EQ(filled.at("tx").at("nonce"), "0x0");
}

TEST_F(ApiTest, a_transaction_without_fees_of_its_own_is_filled_in_whatever_it_tips) {
    const auto tip = "\"0x" + std::string(64, 'f') + "\"";
    EXPECT_EQ(
        error("eth_fillTransaction", R"([{"to":)" + receiver + R"(,"maxPriorityFeePerGas":)" + tip + "}]"),
        "-32000 gas required exceeds allowance (0)");
    EXPECT_EQ(result("eth_fillTransaction",
                     R"([{"gas":"0x5208","to":)" + receiver + R"(,"maxPriorityFeePerGas":)" + tip + "}]")
                  .at("tx")
                  .at("maxFeePerGas"),
              value(quantity(u256_max)));
    EXPECT_EQ(error("eth_fillTransaction", R"([{"maxFeePerGas":"0x1","maxPriorityFeePerGas":)" + tip +
                                               R"(,"to":)" + receiver + "}]"),
              "-32000 max priority fee per gas higher than max fee per gas");
}

TEST_F(ApiTest, an_estimate_is_no_more_than_the_account_can_pay_for) {
    const auto estimate = [&](const std::string& from, const std::string& members) {
        return R"([{"from":)" + from + R"(,"to":)" + sender + members + "}]";
    };
    const std::string price = R"(,"maxFeePerGas":"0x77359400","maxPriorityFeePerGas":"0x0")";
    EXPECT_EQ(error("eth_estimateGas", estimate(receiver, price)),
              "-32000 gas required exceeds allowance (0)");
    EXPECT_EQ(text("eth_estimateGas", estimate(receiver, "")), R"("0x5208")");
    send(0, gwei * 2 * 20'999);
    mine();
    EXPECT_EQ(error("eth_estimateGas", estimate(receiver, price)),
              "-32000 gas required exceeds allowance (20999)");
    send(1, gwei * 2);
    mine();
    EXPECT_EQ(text("eth_estimateGas", estimate(receiver, price)), R"("0x5208")");
    EXPECT_EQ(error("eth_estimateGas", estimate(receiver, price + R"(,"value":"0x1")")),
              "-32000 gas required exceeds allowance (20999)");
    // geth takes a limit below any transaction's need for none.
    EXPECT_EQ(text("eth_estimateGas", estimate(receiver, R"(,"gas":"0x0")")), R"("0x5208")");
}

TEST_F(ApiTest, a_call_has_the_gas_it_names_and_must_be_able_to_pay_for_it) {
    const auto call = [&](const std::string& members) {
        return R"([{"from":)" + receiver + R"(,"to":)" + sender + members + "}]";
    };
    for (const auto* gas : {"0x0", "0x5207"})
        EXPECT_TRUE(error("eth_call", call(R"(,"gas":")" + std::string(gas) + "\""))
                        .starts_with("-32000 intrinsic gas too low: gas "));
    EXPECT_EQ(text("eth_call", call(R"(,"gas":"0x5208")")), R"("0x")");
    for (const auto* price : {R"(,"gasPrice":"0x77359400")",
                              R"(,"maxFeePerGas":"0x77359400","maxPriorityFeePerGas":"0x77359400")"})
        EXPECT_EQ(error("eth_call", call(R"(,"gas":"0x5208")" + std::string(price))),
                  "-32000 insufficient funds for gas * price + value: address " + hex0x(nobody) +
                      " have 0 want 42000000000000");
    EXPECT_EQ(error("eth_call", call(R"(,"gasPrice":"0x77359400")")),
              "-32000 insufficient funds for gas * price + value: address " + hex0x(nobody) +
                  " have 0 want 100000000000000000")
        << "as much gas as geth gives where none is named";
    for (const auto* method : {"eth_call", "eth_estimateGas", "eth_createAccessList"}) {
        EXPECT_TRUE(error(method, call(R"(,"gasPrice":"0x1")"))
                        .starts_with("-32000 max fee per gas less than block base fee: maxFeePerGas: 1, "));
        EXPECT_TRUE(
            boost::json::parse(ask(method, call(R"(,"gasPrice":"0x0")"))).as_object().contains("result"));
    }
}

TEST_F(ApiTest, a_contract_that_says_no_is_code_3_with_data) {
    // Drip dispenses once; an unknown selector reverts with nothing, as on Ethereum.
    const auto answer = boost::json::parse(
        ask("eth_call", R"([{"to":"0x0000000000000000000000000000000000fa0001","data":"0xdeadbeef"}])"));
    EXPECT_EQ(answer.at("error").at("code"), 3);
    EXPECT_EQ(answer.at("error").at("message"), "execution reverted");
    EXPECT_EQ(answer.at("error").at("data"), "0x");
}

TEST_F(ApiTest, proofs_verify_against_the_root) {
    const auto root =
        hash_from_hex(result("eth_getBlockByNumber", R"(["latest"])").at("stateRoot").as_string().c_str());
    for (const auto& who : {key_of(1).address(), nobody}) {
        const auto proof = result("eth_getProof", "[\"" + hex0x(who) + R"(",["0x0"],"latest"])");
        std::vector<Bytes> nodes;
        for (const auto& node : proof.at("accountProof").as_array())
            nodes.push_back(*from_hex(node.as_string().c_str()));
        const auto leaf = trie::verify_proof(*root, keccak256(who), nodes);
        ASSERT_TRUE(leaf) << leaf.error().message;
        EXPECT_EQ(leaf->has_value(), who != nobody);
        EXPECT_EQ(proof.at("storageProof").at(0).at("key"), "0x0");
        EXPECT_EQ(proof.at("storageProof").at(0).at("value"), "0x0");
        EXPECT_EQ(proof.at("storageHash"), value(hex0x(empty_trie_root)));
        EXPECT_EQ(proof.at("codeHash"), value(hex0x(empty_code_hash)));
    }
}

TEST_F(ApiTest, a_batch_of_transactions_is_answered_each) {
    std::string batch = "[";
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce)
        batch += R"({"jsonrpc":"2.0","id":)" + std::to_string(nonce) +
                 R"(,"method":"eth_sendRawTransaction","params":[")" +
                 hex0x(transfer(key_of(1), nonce == 2 ? 0 : nonce, nobody, 5).encode()) + "\"]},";
    batch +=
        R"({"jsonrpc":"2.0","id":9,"method":"eth_sendRawTransaction","params":["0x00"]},{"jsonrpc":"2.0","id":10,"method":"eth_sendRawTransaction"}])";
    const auto answers = boost::json::parse(dispatcher.handle(batch, {})).as_array();
    ASSERT_EQ(answers.size(), 5U);
    EXPECT_TRUE(answers[0].as_object().contains("result"));
    EXPECT_TRUE(answers[1].as_object().contains("result"));
    EXPECT_EQ(answers[2].at("error").at("message"), "already known");
    EXPECT_EQ(answers[3].at("error").at("code"), -32000);
    EXPECT_EQ(answers[4].at("error").at("message"), "missing value for required argument 0");
    EXPECT_EQ(text("txpool_status"), R"({"pending":"0x2","queued":"0x0"})");
}

TEST_F(ApiTest, sync_send_waits_and_gives_up_with_the_hash) {
    const auto tx = transfer(key_of(1), 0, nobody, 1);
    std::thread miner([&] {
        while (chain->mempool().size() == 0) std::this_thread::yield();
        mine();
    });
    EXPECT_EQ(result("eth_sendRawTransactionSync", "[\"" + hex0x(tx.encode()) + "\",5000]").at("status"),
              "0x1");
    miner.join();
    const auto late = transfer(key_of(1), 1, nobody, 1);
    const auto answer =
        boost::json::parse(ask("eth_sendRawTransactionSync", "[\"" + hex0x(late.encode()) + "\",20]"));
    EXPECT_EQ(answer.at("error").at("code"), 4);
    EXPECT_EQ(answer.at("error").at("data"), value(hex0x(late.hash())));
}

TEST_F(ApiTest, fees) {
    send(0);
    mine();
    mine();
    const auto history = result("eth_feeHistory", R"([10,"latest",[20.0,50]])");
    EXPECT_EQ(history.at("oldestBlock"), "0x0");
    EXPECT_EQ(history.at("baseFeePerGas").as_array().size(), 4U);
    EXPECT_EQ(history.at("gasUsedRatio").as_array().size(), 3U);
    EXPECT_EQ(history.at("reward").at(1).at(0), value(quantity(gwei)));
    EXPECT_EQ(history.at("reward").at(2).at(1), "0x0");
    EXPECT_EQ(result("eth_feeHistory", R"(["0x1","0x1"])").at("oldestBlock"), "0x1");
    EXPECT_EQ(error("eth_feeHistory", R"([1,"0x99"])"),
              "-32000 request beyond head block: requested 153, head 2");
    EXPECT_EQ(error("eth_feeHistory", R"([1,"latest",[50,20]])"),
              "-32602 invalid reward percentile: not in ascending order");
    EXPECT_EQ(error("eth_feeHistory", R"([1,"latest",[101]])"),
              "-32602 invalid reward percentile: not between 0 and 100");
    EXPECT_EQ(text("eth_maxPriorityFeePerGas"), R"("0x0")");
    EXPECT_EQ(text("eth_gasPrice"), text("eth_baseFee"));
}

TEST_F(ApiTest, log_ranges) {
    EXPECT_EQ(text("eth_getLogs", "[{}]"), "[]");
    EXPECT_EQ(error("eth_getLogs", R"([{"fromBlock":"0x5","toBlock":"0x1"}])"),
              "-32602 invalid block range params");
    EXPECT_EQ(error("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"0x9"}])"),
              "-32602 block range extends beyond current head block");
    EXPECT_EQ(error("eth_getLogs", R"([{"blockHash":"0x)" + std::string(64, '1') + "\"}]"),
              "-32000 unknown block");
    for (int i = 0; i < 60; ++i) mine();
    EXPECT_EQ(error("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"latest"}])"),
              "-32602 block range too large: at most 50 blocks");
    EXPECT_EQ(text("eth_getLogs", R"([{"fromBlock":"0x9","toBlock":"0x3a"}])"), "[]");
}

TEST_F(ApiTest, no_method_but_those_declared_and_none_fails_inside_on_odd_arguments) {
    // Every method, called with odd but well-formed arguments, answers with a result or a known error.
    const std::string huge = "\"0x" + std::string(64, 'f') + "\"", huge_u64 = R"("0xffffffffffffffff")",
                      huge_block = R"("0x7fffffffffffffff")";
    const auto tx = [&](const std::string& members) {
        return R"([{"from":)" + sender + R"(,"to":)" + receiver + members + "}]";
    };
    const std::vector<std::string> oddities = {
        "[]",
        "[null]",
        "[1]",
        R"(["latest"])",
        R"(["0x0",true])",
        R"([{},"latest"])",
        "[" + sender + "]",
        "[" + sender + R"(,"0x0","earliest"])",
        R"([["x"],{}])",
        "[" + huge + "]",
        "[" + huge + "," + huge + "]",
        "[" + huge_u64 + "]",
        "[" + huge_block + "]",
        "[" + huge_block + "," + huge_u64 + "]",
        "[" + huge_u64 + "," + huge_block + ",[100]]",
        R"(["latest",)" + huge_u64 + "]",
        R"([18446744073709551615])",
        R"([{"fromBlock":"0x0","toBlock":)" + huge_block + "}]",
        R"([{"fromBlock":)" + huge_block + "}]",
        "[" + receiver + "," + huge + "]",
        "[" + receiver + ",[" + huge + R"(],"latest"])",
        tx(R"(,"maxPriorityFeePerGas":)" + huge),
        tx(R"(,"maxFeePerGas":)" + huge),
        tx(R"(,"maxFeePerGas":)" + huge + R"(,"maxPriorityFeePerGas":)" + huge),
        tx(R"(,"maxFeePerGas":"0x1","maxPriorityFeePerGas":)" + huge),
        tx(R"(,"gasPrice":)" + huge),
        tx(R"(,"value":)" + huge),
        tx(R"(,"value":)" + huge + R"(,"gasPrice":)" + huge),
        tx(R"(,"value":"0x1","gas":)" + huge),
        tx(R"(,"gas":)" + huge_u64 + R"(,"gasPrice":)" + huge),
        tx(R"(,"gas":)" + huge_u64 + R"(,"maxFeePerGas":)" + huge),
        tx(R"(,"nonce":)" + huge),
        tx(R"(,"nonce":)" + huge_u64),
        tx(R"(,"chainId":)" + huge),
        R"([{"maxPriorityFeePerGas":)" + huge + "}]"};
    for (const auto& [name, entry] : dispatcher.entries())
        for (const auto& params : oddities) {
            const auto answer = boost::json::parse(ask(std::string(name), params));
            const auto* failed = answer.as_object().if_contains("error");
            if (failed) {
                EXPECT_NE(failed->at("code"), code::internal_error) << name << params;
            }
        }
}

}  // namespace
}  // namespace farthing::rpc
