#include "node/runtime.hpp"

#include "core/base/hex.hpp"
#include "node/dev_chain.hpp"
#include "node/files.hpp"
#include "node/rpc_client.hpp"
#include "node/tx_sender.hpp"
#include "rpc/transport/raw_client.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace farthing::node {
namespace {

class RuntimeTest : public testing::Test {
 protected:
    void TearDown() override { std::filesystem::remove_all(data.root); }

    Result<std::unique_ptr<Runtime>> start(std::uint16_t port = 0) {
        const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
        return Runtime::start(data, dev.genesis, dev.sequencer,
                              {.port = port, .metrics_port = 0, .development = true}, stop_signal);
    }

    DataDirectory data{std::filesystem::temp_directory_path() / ("farthing-runtime-" + hex(random_bytes(8)))};
    StopSignal stop_signal;
};

TEST_F(RuntimeTest, second_instance_and_taken_port_are_refused_in_a_sentence) {
    const auto first = start().value();
    EXPECT_NE(start().error().message.find("another farthing is running"), std::string::npos);
    const DataDirectory own = data;
    data.root += "-2";
    EXPECT_NE(start(first->port()).error().message.find("choose another --port"), std::string::npos);
    std::filesystem::remove_all(data.root);
    data = own;
}

TEST_F(RuntimeTest, transfer_is_mined_at_once_and_survives_a_restart) {
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    Address to;
    to[19] = 0x77;
    {
        const auto runtime = start().value();
        RpcClient node(HttpTransport::open("http://127.0.0.1:" + std::to_string(runtime->port())).value());
        TxSender sender(node, dev.accounts[0].key, 31337);
        const auto sent = sender.send(to, {}, 5);
        ASSERT_TRUE(sent) << sent.error().message;
        EXPECT_EQ(sent->block_number, 1U);
        EXPECT_EQ(sent->gas_used, 21'000U);
    }
    const auto again = start().value();
    EXPECT_EQ(again->chain().head()->header.number, 1U);
    EXPECT_EQ(again->chain().head_state().account(to).balance, U256(5));
}

TEST_F(RuntimeTest, stopping_takes_less_than_two_seconds_with_open_connections) {
    auto runtime = start().value();
    RpcClient node(HttpTransport::open("http://127.0.0.1:" + std::to_string(runtime->port())).value());
    EXPECT_EQ(node.call_quantity("eth_chainId").value(), 31337U);
    const auto before = std::chrono::steady_clock::now();
    runtime.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
    EXPECT_FALSE(node.call_quantity("eth_chainId"));
}

TEST_F(RuntimeTest, each_address_has_its_share_of_connections_and_filters) {
    using rpc::testing_tools::RawClient;
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    const auto runtime =
        Runtime::start(
            data, dev.genesis, dev.sequencer,
            {.port = 0, .metrics_port = 0, .development = true, .client_sockets = 2, .client_filters = 3},
            stop_signal)
            .value();
    const auto install = [](RawClient& client) {
        const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_newFilter","params":[{}]})";
        client.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.response();
    };
    const std::string too_many = R"(200|{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":)"
                                 "\"too many filters are installed from this address (max 3)\"}}";
    RawClient greedy(runtime->port(), "127.0.0.2");
    RawClient second(runtime->port(), "127.0.0.2");
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(install(greedy).contains("result"));
    EXPECT_EQ(install(greedy), too_many);
    EXPECT_EQ(install(second), too_many) << "another connection is no other client";
    EXPECT_TRUE(RawClient(runtime->port(), "127.0.0.2").response().starts_with("429|"));
    RawClient other(runtime->port(), "127.0.0.3");
    EXPECT_TRUE(install(other).contains("result"));
    std::vector<RawClient> own;
    for (int i = 0; i < 5; ++i) {
        own.emplace_back(runtime->port());
        EXPECT_TRUE(install(own.back()).contains("result"));
    }
}

TEST_F(RuntimeTest, lost_secret_of_the_sequencer_is_named) {
    {
        ASSERT_TRUE(start());
    }
    std::filesystem::remove_all(data.sequencer_seeds());
    EXPECT_NE(start().error().message.find("restore"), std::string::npos);
}

TEST_F(RuntimeTest, a_damaged_seed_file_stops_only_the_chain_that_needs_it) {
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    const auto start_node = [&](bool replace) {
        return Runtime::start(
            data, dev.genesis, dev.sequencer,
            {.port = 0, .metrics_port = 0, .development = true, .replace_lost_chain = replace}, stop_signal);
    };
    const auto other = data.sequencer_seeds() / (std::string(64, '0') + ".json");
    ASSERT_TRUE(write_file(other, "", Privacy::owner_only));
    EXPECT_TRUE(start_node(false));
    const auto needed = data.sequencer_seeds() / (hex(dev.genesis.sequencer_tip) + ".json");
    ASSERT_TRUE(write_file(needed, "", Privacy::owner_only));
    const auto refused = start_node(false).error().message;
    EXPECT_NE(refused.find("restore the folder sequencer/seeds"), std::string::npos) << refused;
    EXPECT_NE(refused.find(needed.string() + " is not a JSON object"), std::string::npos) << refused;
    EXPECT_TRUE(start_node(true));
}

TEST_F(RuntimeTest, a_clean_stop_loses_no_transaction_that_was_answered_with_its_hash) {
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    const auto start_node = [&] {
        return Runtime::start(
                   data, dev.genesis, dev.sequencer,
                   {.port = 0, .metrics_port = 0, .block_time = std::chrono::seconds(5), .development = true},
                   stop_signal)
            .value();
    };
    auto runtime = start_node();
    std::vector<Hash> sent;
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
        Transaction tx;
        tx.type = TxType::dynamic_fee;
        tx.chain_id = 31337;
        tx.nonce = nonce;
        tx.max_fee_per_gas = 5'000'000'000;
        tx.gas_limit = 21'000;
        tx.to = Address{};
        sign(tx, dev.accounts[0].key);
        sent.push_back(runtime->chain().submit(tx.encode()).value());
    }
    const auto before = std::chrono::steady_clock::now();
    runtime.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
    runtime = start_node();
    for (const auto& hash : sent) EXPECT_TRUE(runtime->chain().locate(hash));
}

TEST_F(RuntimeTest, a_disk_that_fails_during_the_stop_is_told) {
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    auto runtime =
        Runtime::start(
            data, dev.genesis, dev.sequencer,
            {.port = 0, .metrics_port = 0, .block_time = std::chrono::minutes(1), .development = true},
            stop_signal)
            .value();
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = 31337;
    tx.max_fee_per_gas = 5'000'000'000;
    tx.gas_limit = 21'000;
    tx.to = Address{};
    sign(tx, dev.accounts[0].key);
    ASSERT_TRUE(runtime->chain().submit(tx.encode()));
    // No file may grow from here on.
    rlimit whole{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &whole), 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = whole.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
    runtime.reset();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &whole), 0);
    ASSERT_TRUE(stop_signal.failure());
    EXPECT_TRUE(stop_signal.failure()->starts_with("cannot write ")) << *stop_signal.failure();
    EXPECT_EQ(stop_signal.wait(), stop_signal.failure()) << "takes the signal that the failure sent";
}

TEST_F(RuntimeTest, at_once_production_exists_only_in_development) {
    const auto dev = open_dev_chain(data, {}, 1'700'000'000).value();
    EXPECT_TRUE(Runtime::start(data, dev.genesis, dev.sequencer, {.port = 0, .metrics_port = 0}, stop_signal)
                    .error()
                    .message.starts_with("block-time must not be 0"));
}

}  // namespace
}  // namespace farthing::node
