// Filters that are polled, and their bounds.
#include "rpc/api_testing.hpp"

#include <set>
#include <thread>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using boost::json::value;

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

TEST_F(LimitedApiTest, logs_that_are_too_large_together_come_over_several_polls_and_none_is_lost) {
    ApiOptions options;
    options.log_bytes_max = 3'000;  // Two blocks of two deposits, which are 736 bytes each, and not three.
    limit(options);
    const auto filter = "[" + boost::json::serialize(ask_limited("eth_newFilter", "[{}]").at("result")) + "]";
    for (int i = 0; i < 4; ++i) wrap_in_one_block(2);
    wrap_in_one_block(6);  // More than that, by itself.
    wrap_in_one_block(1);
    const auto refused = ask_limited("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x6"}])").at("error");
    EXPECT_EQ(refused.at("code"), code::limit_exceeded);
    EXPECT_EQ(refused.at("message"),
              "query returned more than 3000 bytes; try with this block range [0x1, 0x2]");
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"fromBlock":"0x1","toBlock":"0x2"}])"), 8U);
    EXPECT_EQ(count_logs("eth_getLogs", R"([{"fromBlock":"0x5","toBlock":"0x5"}])"), 12U);
    std::vector<std::size_t> polls;
    std::set<std::string> places;
    do {
        const auto logs = ask_limited("eth_getFilterChanges", filter).at("result").as_array();
        polls.push_back(logs.size());
        for (const auto& log : logs)
            places.insert(boost::json::serialize(log.at("blockNumber")) +
                          boost::json::serialize(log.at("logIndex")));
    } while (polls.back() != 0 && polls.size() < 10);
    EXPECT_EQ(polls, (std::vector<std::size_t>{8, 8, 12, 2, 0}));
    EXPECT_EQ(places.size(), 30U) << "each once";
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

TEST_F(LimitedApiTest, installed_filters_share_a_bounded_number_of_addresses_and_topics) {
    ApiOptions options;
    options.alternatives_max = 10;
    options.client_alternatives_max = 6;
    options.own_alternatives_reserve = 3;
    limit(options);
    // The id of a filter with so many addresses and two topics; else what refused it.
    const auto install = [&](const Client& client, std::size_t addresses) {
        const std::string topic = "\"0x" + std::string(64, '1') + "\"";
        std::string filter = R"({"topics":[)" + topic + ",null,[" + topic + R"(]],"address":[)";
        for (std::size_t i = 0; i < addresses; ++i) filter += (i == 0 ? "" : ",") + receiver;
        const auto answer = boost::json::parse(limited_dispatcher->handle(
            R"({"jsonrpc":"2.0","id":1,"method":"eth_newFilter","params":[)" + filter + "]}]}",
            {.subscriber = nullptr, .after_answer = nullptr, .client = client}));
        const auto* failed = answer.as_object().if_contains("error");
        return std::string((failed ? failed->at("message") : answer.at("result")).as_string());
    };
    const std::string own_full =
        "too many addresses and topics in installed filters from this address (max 6)";
    EXPECT_EQ(install(numbered(1), 5), own_full);
    const auto first = install(numbered(1), 4);
    EXPECT_TRUE(first.starts_with("0x")) << first;
    EXPECT_EQ(install(numbered(1), 1), own_full);
    EXPECT_TRUE(ask_limited("eth_newBlockFilter", "[]").as_object().contains("result")) << "it names none";
    EXPECT_TRUE(install(numbered(2), 2).starts_with("0x"));
    EXPECT_EQ(install(numbered(2), 0), "too many addresses and topics in installed filters (max 10)");
    EXPECT_TRUE(install(Client{}, 1).starts_with("0x")) << "the reserve";
    EXPECT_EQ(install(Client{}, 0), "too many addresses and topics in installed filters (max 13)");
    EXPECT_EQ(ask_limited("eth_uninstallFilter", "[\"" + first + "\"]").at("result"), true);
    EXPECT_TRUE(install(numbered(1), 1).starts_with("0x")) << "given back";
}

}  // namespace
}  // namespace farthing::rpc
