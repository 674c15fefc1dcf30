// Filters that are polled and subscriptions that are told, and the bounds of both.
#include "rpc/api_testing.hpp"

#include <thread>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using boost::json::value;

/// A peer that keeps what it is told.
class Listener : public Subscriber {
 public:
    void notify(std::shared_ptr<const std::string> message) override {
        const std::lock_guard lock(mutex_);
        told_.push_back(*message);
        changed_.notify_all();
    }
    /// Waits for `count` messages; gives all.
    std::vector<std::string> wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return told_.size() >= count; });
        return told_;
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> told_;
};

TEST_F(ApiTest, filters_give_what_is_new_and_then_nothing) {
    const auto blocks = "[" + text("eth_newBlockFilter") + "]";
    const auto logs = "[" + text("eth_newFilter", "[{}]") + "]";
    const auto pending = "[" + text("eth_newPendingTransactionFilter") + "]";
    EXPECT_EQ(text("eth_getFilterChanges", blocks), "[]");
    const auto hash = send(0);
    mine();
    mine();
    EXPECT_EQ(result("eth_getFilterChanges", blocks).as_array().size(), 2U);
    EXPECT_EQ(text("eth_getFilterChanges", blocks), "[]");
    EXPECT_EQ(text("eth_getFilterChanges", pending), "[\"" + hex0x(hash) + "\"]");
    EXPECT_EQ(text("eth_getFilterChanges", pending), "[]");
    EXPECT_EQ(text("eth_getFilterChanges", logs), "[]");
    EXPECT_EQ(text("eth_getFilterLogs", logs), "[]");
    EXPECT_EQ(error("eth_getFilterLogs", blocks), "-32000 filter not found");
    EXPECT_EQ(text("eth_uninstallFilter", blocks), "true");
    EXPECT_EQ(text("eth_uninstallFilter", blocks), "false");
    EXPECT_EQ(error("eth_getFilterChanges", blocks), "-32000 filter not found");
}

/// A node with other options on the same chain, whose wrapped coin writes two logs for each coin it is sent.
class LimitedApiTest : public ApiTest {
 protected:
    void limit(const ApiOptions& options) {
        limited_dispatcher = std::make_unique<Dispatcher>();
        limited = std::make_unique<Api>(*chain, options);
        limited->add_to(*limited_dispatcher);
    }
    value ask_limited(const std::string& method, const std::string& params) {
        return boost::json::parse(limited_dispatcher->handle(
            R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}", Call{}));
    }
    std::size_t count_logs(const std::string& method, const std::string& params) {
        const auto answer = ask_limited(method, params);
        EXPECT_TRUE(answer.as_object().contains("result")) << boost::json::serialize(answer);
        return answer.at("result").as_array().size();
    }
    void wrap_in_one_block(int count) {
        for (int i = 0; i < count; ++i) {
            auto tx = transfer(key_of(1), nonce++, literals::address("fa0001"), coin);
            tx.gas_limit = 200'000;
            sign(tx, key_of(1));
            ASSERT_TRUE(chain->submit(tx.encode()));
        }
        mine();
    }

    std::uint64_t nonce = 0;
    std::unique_ptr<Dispatcher> limited_dispatcher;
    std::unique_ptr<Api> limited;
};

TEST_F(LimitedApiTest, too_many_logs_name_the_range_that_can_be_had_and_polls_go_on_by_themselves) {
    ApiOptions options;
    options.log_results_max = 5;
    limit(options);
    const auto filter = "[" + boost::json::serialize(ask_limited("eth_newFilter", "[{}]").at("result")) + "]";
    for (int i = 0; i < 4; ++i) wrap_in_one_block(1);
    const auto refused = ask_limited("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x4"}])").at("error");
    EXPECT_EQ(refused.at("code"), code::limit_exceeded);
    EXPECT_EQ(refused.at("message"),
              "query returned more than 5 results; try with this block range [0x1, 0x2]");
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x2"}])"), 4U);
    EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 4U);
    EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 4U);
    EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 0U);
    wrap_in_one_block(3);
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"fromBlock":"0x5","toBlock":"0x5"}])"), 6U)
        << "what one block holds can be had";
    EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 6U);
}

TEST_F(LimitedApiTest, null_among_alternatives_of_a_topic_allows_any) {
    limit({});
    wrap_in_one_block(1);
    const std::string none = "\"0x" + std::string(64, '1') + "\"";
    for (const std::string topics : {"[[null]]", "[null]", "[[]]"})
        EXPECT_EQ(count_logs("eth_getLogs", R"([{"topics":)" + topics + "}]"), 2U) << topics;
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"topics":[[)" + none + ",null]]}]"), 2U);
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"topics":[[)" + none + "]]}]"), 0U);
}

TEST_F(LimitedApiTest, what_takes_too_long_is_given_in_pieces) {
    ApiOptions options;
    options.call_timeout = std::chrono::milliseconds(-1);
    limit(options);
    const auto filter = "[" + boost::json::serialize(ask_limited("eth_newFilter", "[{}]").at("result")) + "]";
    for (int i = 0; i < 3; ++i) wrap_in_one_block(1);
    const auto refused = ask_limited("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x3"}])").at("error");
    EXPECT_EQ(refused.at("code"), code::timed_out);
    EXPECT_EQ(refused.at("message"), "request timed out; try with this block range [0x1, 0x1]");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 2U);
    EXPECT_EQ(count_logs("eth_getFilterChanges", filter), 0U);
    const auto fees = ask_limited("eth_feeHistory", R"(["0x3","latest",[50]])").at("result");
    EXPECT_EQ(fees.at("oldestBlock"), "0x3");
    EXPECT_EQ(fees.at("reward").as_array().size(), 1U);
    EXPECT_EQ(fees.at("baseFeePerGas").as_array().size(), 2U);
}

TEST_F(ApiTest, one_address_cannot_take_all_filters) {
    const auto install = [&](const Client& client) {
        return ask("eth_newBlockFilter", "[]",
                   {.subscriber = nullptr, .after_answer = nullptr, .client = client});
    };
    const auto numbered = [](std::uint8_t number) {
        Client out{.is_counted = true, .address = {}};
        out.address.back() = number;
        return out;
    };
    const std::string too_many = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":)"
                                 "\"too many filters are installed from this address (max 3)\"}}";
    std::string id;
    for (int i = 0; i < 3; ++i) {
        const auto answer = boost::json::parse(install(numbered(1)));
        ASSERT_TRUE(answer.as_object().contains("result")) << boost::json::serialize(answer);
        id = boost::json::serialize(answer.at("result"));
    }
    EXPECT_EQ(install(numbered(1)), too_many);
    EXPECT_NE(install(numbered(2)), too_many);
    for (int i = 0; i < 5; ++i) EXPECT_NE(install(Client{}), too_many) << "this machine has no share";
    EXPECT_EQ(text("eth_uninstallFilter", "[" + id + "]"), "true");
    EXPECT_NE(install(numbered(1)), too_many);
    EXPECT_EQ(install(numbered(1)), too_many);
}

TEST_F(ApiTest, filters_that_nobody_polls_any_more_give_their_share_back) {
    const Call call{
        .subscriber = nullptr, .after_answer = nullptr, .client = {.is_counted = true, .address = {}}};
    ApiOptions options;
    options.filter_timeout = std::chrono::seconds(0);
    options.client_filters_max = 1;
    Dispatcher own;
    Api brief(*chain, options);
    brief.add_to(own);
    for (int i = 0; i < 3; ++i) {
        const auto answer = own.handle(R"({"jsonrpc":"2.0","id":1,"method":"eth_newBlockFilter"})", call);
        EXPECT_NE(answer.find("result"), std::string::npos) << answer;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

TEST_F(ApiTest, subscriptions_begin_after_their_answer_and_end_when_asked) {
    const auto peer = std::make_shared<Listener>();
    std::vector<std::function<void()>> after;
    const Call call{peer, &after};
    const auto id = boost::json::parse(ask("eth_subscribe", R"(["newHeads"])", call)).at("result");
    mine();  // Before the answer is out: must not be told.
    EXPECT_TRUE(ask("eth_subscribe", R"(["newPendingTransactions",true])", call).find("result") !=
                std::string::npos);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_TRUE(peer->wait(0).empty());
    for (const auto& action : after) action();
    const auto hash = send(0);
    auto told = boost::json::parse(peer->wait(1).at(0));
    EXPECT_EQ(told.at("method"), "eth_subscription");
    EXPECT_EQ(told.at("params").at("result").at("hash"), value(hex0x(hash)));
    mine();
    told = boost::json::parse(peer->wait(2).at(1));
    EXPECT_EQ(told.at("params").at("subscription"), id);
    EXPECT_EQ(told.at("params").at("result").at("number"), "0x2");
    EXPECT_FALSE(told.at("params").at("result").as_object().contains("transactions"));
    const auto params = "[" + boost::json::serialize(id) + "]";
    const auto stranger = std::make_shared<Listener>();
    EXPECT_NE(ask("eth_unsubscribe", params, {stranger, &after}).find("false"), std::string::npos);
    EXPECT_NE(ask("eth_unsubscribe", params, call).find("true"), std::string::npos);
    EXPECT_NE(ask("eth_unsubscribe", params, call).find("false"), std::string::npos);
    EXPECT_EQ(error("eth_subscribe", R"(["newHeads"])"), "-32601 notifications not supported");
    EXPECT_NE(ask("eth_subscribe", R"(["nonsense"])", call).find("-32602"), std::string::npos);
    EXPECT_NE(ask("eth_subscribe", R"(["logs",{"address":"0x1"}])", call).find("-32602"), std::string::npos);
}

TEST_F(ApiTest, a_connection_has_a_bounded_number_of_subscriptions) {
    const auto peer = std::make_shared<Listener>();
    std::vector<std::function<void()>> after;
    for (int i = 0; i < 1024; ++i) ask("eth_subscribe", R"(["logs",{}])", {peer, &after});
    EXPECT_NE(ask("eth_subscribe", R"(["logs",{}])", {peer, &after}).find("-32005"), std::string::npos);
}

}  // namespace
}  // namespace farthing::rpc
