// Calls that take long leave threads for those that do not.
#include "rpc/api_testing.hpp"
#include "rpc/server.hpp"
#include "rpc/transport/raw_client.hpp"

#include <chrono>
#include <future>
#include <thread>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using namespace std::chrono_literals;
using testing_tools::RawClient;

const std::string refused =
    R"("error":{"code":-32005,"message":"too many calls that take long at the same time"})";

std::string question(const std::string& method, const std::string& params) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}
std::string post(const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A node with other options on the same chain.
class LongCallsTest : public ApiTest {
 protected:
    void limit(const ApiOptions& options) {
        limited = std::make_unique<Api>(*chain, options);
        limited->add_to(limited_dispatcher);
    }
    std::string ask_limited(const std::string& method, const std::string& params) {
        return limited_dispatcher.handle(question(method, params), {});
    }

    Dispatcher limited_dispatcher;
    std::unique_ptr<Api> limited;
};

TEST_F(LongCallsTest, short_calls_and_probes_are_answered_while_no_more_searches_can_run) {
    // Searches find no slot: as many as may wait keep a thread until their patience ends.
    ApiOptions options;
    options.searches_max = 0;
    options.searches_waiting_max = 2;
    options.call_timeout = 3s;
    limit(options);
    ServerConfig config;
    config.port = 0;
    config.threads = 2;
    Server server(config, {.handle = [&](std::string_view body,
                                         const Call& call) { return limited_dispatcher.handle(body, call); },
                           .page = {},
                           .ready = {}});
    const auto port = server.start();
    ASSERT_TRUE(port) << port.error().message;
    std::vector<RawClient> searchers;
    for (int i = 0; i < 12; ++i) {
        searchers.emplace_back(*port);
        searchers.back().send(post(question("eth_getLogs", "[{}]")));
    }
    std::this_thread::sleep_for(100ms);
    const auto begun = std::chrono::steady_clock::now();
    RawClient other(*port);
    for (int i = 0; i < 3; ++i) {
        other.send(post(question("eth_blockNumber", "[]")));
        EXPECT_EQ(other.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x0"})");
        for (const auto* probe : {"/livez", "/readyz"}) {
            other.send("GET " + std::string(probe) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            EXPECT_EQ(other.response(), "200|ok\n");
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2500ms);
    int waited = 0, turned_away = 0;
    for (auto& each : searchers) {
        const auto answer = each.response();
        if (answer.contains(refused)) ++turned_away;
        if (answer.contains(R"("code":-32002)")) ++waited;
    }
    EXPECT_EQ(waited, 2);
    EXPECT_EQ(turned_away, 10);
    server.stop();
}

TEST_F(LongCallsTest, every_method_that_may_take_long_needs_a_slot) {
    ApiOptions options;
    options.calls_max = options.calls_waiting_max = 0;
    options.searches_max = options.searches_waiting_max = 0;
    limit(options);
    for (int i = 0; i < 25; ++i) mine();
    const auto filter =
        boost::json::serialize(boost::json::parse(ask_limited("eth_newFilter", "[{}]")).at("result"));
    const auto tx = R"([{"from":)" + sender + R"(,"to":)" + receiver + "}]";
    for (const auto& [method, params] : std::vector<std::pair<std::string, std::string>>{
             {"eth_call", tx},
             {"eth_estimateGas", tx},
             {"eth_createAccessList", tx},
             {"eth_fillTransaction", tx},
             {"eth_getLogs", "[{}]"},
             {"eth_getFilterLogs", "[" + filter + "]"},
             {"eth_getFilterChanges", "[" + filter + "]"},
             {"eth_feeHistory", R"([1024,"latest",[50]])"},
             {"farthing_verifyBet", R"(["0x1"])"},
             {"txpool_status", "[]"},
             {"txpool_content", "[]"},
             {"txpool_inspect", "[]"},
             {"eth_getBlockByNumber", R"(["pending",false])"},
             {"eth_getBlockTransactionCountByNumber", R"(["pending"])"},
             {"eth_getTransactionByBlockNumberAndIndex", R"(["pending","0x0"])"},
             {"eth_getRawTransactionByBlockNumberAndIndex", R"(["pending","0x0"])"}})
        EXPECT_TRUE(ask_limited(method, params).contains(refused)) << method;
    EXPECT_TRUE(ask_limited("eth_getBlockByNumber", R"(["latest",false])").contains("result"));
    EXPECT_TRUE(ask_limited("txpool_contentFrom", "[" + sender + "]").contains("result"));
    EXPECT_TRUE(ask_limited("eth_feeHistory", R"([10,"latest",[20.0]])").contains("result"));
}

TEST_F(LongCallsTest, one_address_gets_half_of_the_sends_that_wait_for_their_block) {
    ApiOptions options;
    options.sync_sends_max = 3;
    limit(options);
    const auto send_sync = [&](const Client& client, std::uint64_t from, int timeout_ms) {
        const auto tx = transfer(key_of(from), 0, nobody, 1).encode();
        return limited_dispatcher.handle(
            question("eth_sendRawTransactionSync",
                     "[\"" + hex0x(tx) + "\"," + std::to_string(timeout_ms) + "]"),
            {.subscriber = nullptr, .after_answer = nullptr, .client = client});
    };
    const std::string too_many =
        R"("error":{"code":-32005,"message":"too many synchronous sends are waiting"})";
    auto first = std::async(std::launch::async, [&] { return send_sync(numbered(1), 1, 30'000); });
    while (chain->mempool().size() < 1) std::this_thread::yield();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(send_sync(numbered(1), 2, 30'000).contains(too_many)) << "half of three is one";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s) << "refused at once";
    EXPECT_EQ(chain->mempool().size(), 1U) << "what was refused is not sent";
    auto second = std::async(std::launch::async, [&] { return send_sync(numbered(2), 2, 30'000); });
    while (chain->mempool().size() < 2) std::this_thread::yield();
    EXPECT_TRUE(send_sync(Client{}, 3, 20).contains(R"("code":4)")) << "the third, and it is given back";
    auto third =
        std::async(std::launch::async, [&] { return send_sync(Client{}, sequencer_number, 30'000); });
    while (chain->mempool().size() < 4) std::this_thread::yield();
    EXPECT_TRUE(send_sync(Client{}, 3, 20).contains(too_many)) << "there are no more than three";
    mine();
    for (auto* each : {&first, &second, &third}) EXPECT_TRUE(each->get().contains(R"("status":"0x1")"));
}

TEST_F(LongCallsTest, all_that_may_take_long_together_leave_a_thread_over) {
    const ApiOptions api_options;
    const DispatcherLimits limits;
    EXPECT_LT(api_options.calls_max + api_options.calls_waiting_max + api_options.searches_max +
                  api_options.searches_waiting_max + api_options.sync_sends_max +
                  limits.long_batches.running + limits.long_batches.waiting,
              ServerConfig{}.threads);
}

}  // namespace
}  // namespace farthing::rpc
