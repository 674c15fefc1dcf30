// Over a real socket: readers are answered while a block is being executed.
#include "chain/testing.hpp"
#include "rpc/api.hpp"
#include "rpc/json/writer.hpp"
#include "rpc/server.hpp"
#include "rpc/transport/raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using literals::address;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ask(std::uint16_t port, const std::string& method, const std::string& params) {
    const auto body = R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
    testing_tools::RawClient client(port);
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.response();  // Empty after five seconds.
}

TEST(ExecutorLatch, calls_proofs_and_sends_are_answered_while_the_executor_is_held_within_a_block) {
    const TemporaryDirectory directory;
    const fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    const auto nobody = address("b0b");
    std::latch executor_is_inside{1};
    std::latch go_on{1};
    chain::BlockchainOptions options;
    options.data_dir = directory.path();
    options.before_transaction = [&](const chain::SignedTx& tx) {
        if (tx.tx.nonce != 1) return;  // One transaction is executed, the next hangs.
        executor_is_inside.count_down();
        go_on.wait();
    };
    const auto chain = chain::Blockchain::open(small_genesis(preimages.tip(), 4096), options);
    Api api(*chain);
    Dispatcher dispatcher;
    api.add_to(dispatcher);
    ServerConfig config;
    config.port = 0;
    Server server(config, {.handle = [&](std::string_view body,
                                         const Call& call) { return dispatcher.handle(body, call); },
                           .page = {},
                           .ready = {}});
    const auto port = server.start();
    ASSERT_TRUE(port) << port.error().message;
    for (std::uint64_t nonce = 0; nonce < 2; ++nonce)
        ASSERT_TRUE(chain->submit(transfer(key_of(1), nonce, nobody, coin).encode()));

    std::thread engine([&] { chain::testing::mine(*chain, preimages); });
    executor_is_inside.wait();

    const auto to = "\"" + hex0x(nobody) + "\"";
    // Wrapped coin's totalSupply().
    const auto call = R"([{"to":"0x0000000000000000000000000000000000fa0001","data":"0x18160ddd"},"latest"])";
    EXPECT_THAT(ask(*port, "eth_call", call), HasSubstr("\"result\":\"0x000000"));
    EXPECT_THAT(ask(*port, "eth_getProof", "[" + to + ",[\"0x0\"],\"latest\"]"),
                AllOf(HasSubstr("\"accountProof\""), HasSubstr("\"balance\":\"0x0\"")));
    EXPECT_THAT(ask(*port, "eth_getBalance", "[" + to + ",\"latest\"]"), HasSubstr("\"0x0\""))
        << "a block in the making must not be visible";
    EXPECT_THAT(ask(*port, "eth_estimateGas", "[{\"to\":" + to + "}]"), HasSubstr("\"0x5208\""));
    EXPECT_THAT(ask(*port, "eth_blockNumber", "[]"), HasSubstr("\"0x0\""));
    EXPECT_THAT(ask(*port, "eth_getLogs", "[{}]"), HasSubstr("\"result\":[]"));
    const auto raw = hex0x(transfer(key_of(2), 0, nobody, coin).encode());
    EXPECT_THAT(ask(*port, "eth_sendRawTransaction", "[\"" + raw + "\"]"),
                AllOf(HasSubstr("\"result\""), Not(HasSubstr("error"))));

    go_on.count_down();
    engine.join();
    EXPECT_THAT(ask(*port, "eth_blockNumber", "[]"), HasSubstr("\"0x1\""));
    EXPECT_THAT(ask(*port, "eth_getBalance", "[" + to + ",\"latest\"]"), HasSubstr(quantity(coin * 2)));
    api.stop();
    server.stop();
}

}  // namespace
}  // namespace farthing::rpc
