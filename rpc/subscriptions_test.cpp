// Subscriptions that are told as things come, and their bounds.
#include "rpc/api_testing.hpp"

#include <algorithm>
#include <thread>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using boost::json::value;

/// A connection's end that keeps what it is told.
class Listener : public Subscriber {
 public:
    void notify(std::shared_ptr<const std::string> message) override {
        std::unique_lock lock(mutex_);
        told_.push_back(*message);
        changed_.notify_all();
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !is_held_; });
    }
    /// Waits for `count` messages; gives all.
    std::vector<std::string> wait(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return told_.size() >= count; });
        return told_;
    }
    /// As no real peer can, lets who tells it wait until that ends.
    void hold(bool is_held) {
        const std::lock_guard lock(mutex_);
        is_held_ = is_held;
        changed_.notify_all();
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> told_;
    bool is_held_ = false;
};

/// A connection to a node.
class Peer {
 public:
    explicit Peer(const Dispatcher& node, const Client& client = {}) : node_(node), client_(client) {}

    /// The id, or else what refused it.
    std::string subscribe(const std::string& params) {
        const auto answer = ask("eth_subscribe", params);
        const auto* failed = answer.as_object().if_contains("error");
        return std::string((failed ? failed->at("message") : answer.at("result")).as_string());
    }
    bool unsubscribe(const std::string& id) {
        return ask("eth_unsubscribe", "[\"" + id + "\"]").at("result").as_bool();
    }
    /// Waits for so many notifications; gives what each tells.
    std::vector<value> told(std::size_t count) {
        std::vector<value> out;
        for (const auto& message : listener_->wait(count))
            out.push_back(boost::json::parse(message).at("params").at("result"));
        return out;
    }
    void hold(bool is_held) { listener_->hold(is_held); }
    void close() { listener_.reset(); }

 private:
    /// What is to run after the answer has run.
    value ask(const std::string& method, const std::string& params) {
        std::vector<std::function<void()>> after;
        auto answer = boost::json::parse(
            node_.handle(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}",
                         Call{listener_, &after, client_}));
        for (const auto& action : after) action();
        return answer;
    }

    const Dispatcher& node_;
    Client client_;
    std::shared_ptr<Listener> listener_ = std::make_shared<Listener>();
};

/// A second node with other options on the same chain.
class SubscriptionsTest : public ApiTest {
 protected:
    void limit(const ApiOptions& options) {
        limited = std::make_unique<Api>(*chain, options);
        limited->add_to(node);
    }
    void wrap_one_coin(std::uint64_t nonce) {
        auto tx = transfer(key_of(1), nonce, literals::address("fa0001"), coin);
        tx.gas_limit = 200'000;
        sign(tx, key_of(1));
        ASSERT_TRUE(chain->submit(tx.encode()));
        mine();
    }
    /// The argument of a subscription to logs that names so many addresses.
    std::string logs_of(std::size_t addresses) const {
        std::string out = R"(["logs",{"address":[)";
        for (std::size_t i = 0; i < addresses; ++i) out += (i == 0 ? "" : ",") + receiver;
        return out + "]}]";
    }

    Dispatcher node;
    std::unique_ptr<Api> limited;
};

const std::string heads = R"(["newHeads"])";
const std::string pending = R"(["newPendingTransactions"])";

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

TEST_F(SubscriptionsTest, a_connection_has_a_bounded_number_of_subscriptions) {
    Peer peer(dispatcher), other(dispatcher);
    for (int i = 0; i < 1024; ++i) ASSERT_TRUE(peer.subscribe(logs_of(0)).starts_with("0x")) << i;
    EXPECT_EQ(peer.subscribe(logs_of(0)), "too many subscriptions on this connection (max 1024)");
    EXPECT_TRUE(other.subscribe(logs_of(0)).starts_with("0x"));
}

TEST_F(SubscriptionsTest, one_address_cannot_take_all_of_them_with_many_connections) {
    ApiOptions options;
    options.subscriptions_max = 5;
    options.client_subscriptions_max = 3;
    options.connection_subscriptions_max = 2;
    options.own_subscriptions_reserve = 1;
    limit(options);
    Peer first(node, numbered(1)), second(node, numbered(1)), other(node, numbered(2));
    Peer late(node, numbered(3)), own(node);
    EXPECT_TRUE(first.subscribe(heads).starts_with("0x"));
    EXPECT_TRUE(first.subscribe(pending).starts_with("0x"));
    EXPECT_EQ(first.subscribe(heads), "too many subscriptions on this connection (max 2)");
    const auto id = second.subscribe(heads);
    EXPECT_EQ(second.subscribe(heads), "too many subscriptions from this address (max 3)");
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(other.subscribe(heads).starts_with("0x"));
    EXPECT_EQ(late.subscribe(heads), "too many subscriptions (max 5)");
    EXPECT_TRUE(own.subscribe(heads).starts_with("0x")) << "the reserve";
    EXPECT_EQ(own.subscribe(heads), "too many subscriptions (max 6)");
    other.close();
    EXPECT_TRUE(late.subscribe(heads).starts_with("0x")) << "a closed connection gives its own back";
    EXPECT_EQ(second.subscribe(heads), "too many subscriptions from this address (max 3)");
    EXPECT_FALSE(first.unsubscribe(id)) << "it is another connection's";
    EXPECT_TRUE(second.unsubscribe(id));
    EXPECT_TRUE(second.subscribe(heads).starts_with("0x"));
    EXPECT_EQ(second.subscribe(heads), "too many subscriptions from this address (max 3)");
    first.close();
    EXPECT_TRUE(second.subscribe(heads).starts_with("0x"));
}

TEST_F(SubscriptionsTest, log_filters_share_a_bounded_number_of_addresses_and_topics) {
    ApiOptions options;
    options.alternatives_max = 10;
    options.client_alternatives_max = 6;
    options.own_alternatives_reserve = 3;
    limit(options);
    const std::string topic = "\"0x" + std::string(64, '1') + "\"";
    Peer own(node), own_second(node), own_third(node), first(node, numbered(1)), second(node, numbered(1));
    EXPECT_TRUE(own.subscribe(logs_of(6)).starts_with("0x"));
    EXPECT_EQ(own.subscribe(logs_of(1)),
              "too many addresses and topics in subscriptions on this connection (max 6)");
    EXPECT_TRUE(own.subscribe(logs_of(0)).starts_with("0x"));
    EXPECT_TRUE(own_second.subscribe(logs_of(4)).starts_with("0x"));
    EXPECT_EQ(first.subscribe(logs_of(1)), "too many addresses and topics in subscriptions (max 10)");
    EXPECT_TRUE(first.subscribe(heads).starts_with("0x")) << "it names none";
    EXPECT_TRUE(own_third.subscribe(logs_of(3)).starts_with("0x")) << "the reserve";
    EXPECT_EQ(own_second.subscribe(logs_of(1)), "too many addresses and topics in subscriptions (max 13)");
    own.close();
    EXPECT_TRUE(first.subscribe(R"(["logs",{"topics":[[)" + topic + "," + topic + "],null," + topic + "]}]")
                    .starts_with("0x"));
    EXPECT_EQ(second.subscribe(logs_of(4)),
              "too many addresses and topics in subscriptions from this address (max 6)");
}

TEST_F(SubscriptionsTest, logs_are_told_to_those_whose_filter_they_match) {
    const std::string wrapped_coin = "\"" + hex0x(literals::address("fa0001")) + "\"";
    const std::string topic = "\"0x" + std::string(64, '1') + "\"";
    Peer any(dispatcher), coins(dispatcher), others(dispatcher), topics(dispatcher);
    any.subscribe(R"(["logs"])");
    coins.subscribe(R"(["logs",{"address":[)" + receiver + "," + wrapped_coin + "]}]");
    others.subscribe(R"(["logs",{"address":)" + receiver + "}]");
    topics.subscribe(R"(["logs",{"address":)" + wrapped_coin + R"(,"topics":[)" + topic + "]}]");
    // A head comes after the logs of its block, as it was asked for after them.
    for (auto* each : {&any, &coins, &others, &topics}) each->subscribe(heads);
    wrap_one_coin(0);
    for (auto* each : {&any, &coins}) {
        const auto told = each->told(3);
        ASSERT_EQ(told.size(), 3U);
        EXPECT_EQ(told[0].at("logIndex"), "0x0");
        EXPECT_EQ(told[1].at("logIndex"), "0x1");
        EXPECT_EQ(told[2].at("number"), "0x1");
    }
    for (auto* each : {&others, &topics}) {
        const auto told = each->told(1);
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].at("number"), "0x1");
    }
}

TEST_F(SubscriptionsTest, pooled_transactions_are_told_whole_or_by_hash_while_anybody_asks) {
    Peer whole(dispatcher), whole_too(dispatcher), hashes(dispatcher);
    const auto id = hashes.subscribe(pending);
    whole.subscribe(R"(["newPendingTransactions",true])");
    whole_too.subscribe(R"(["newPendingTransactions",true])");
    const auto first = send(0);
    ASSERT_EQ(whole.told(1).size(), 1U);
    EXPECT_EQ(whole.told(1)[0].at("hash"), value(hex0x(first)));
    EXPECT_EQ(whole.told(1)[0].at("blockHash"), nullptr);
    EXPECT_EQ(whole.told(1), whole_too.told(1));
    EXPECT_EQ(hashes.told(1), (std::vector<value>{value(hex0x(first))}));
    // The one that is left is told still, and one that comes when there was none.
    EXPECT_FALSE(whole.unsubscribe(id));
    EXPECT_TRUE(hashes.unsubscribe(id));
    whole.close();
    send(1);
    EXPECT_EQ(whole_too.told(2).size(), 2U);
    EXPECT_EQ(hashes.told(1).size(), 1U);
    whole_too.close();
    mine();
    Peer late(dispatcher);
    late.subscribe(pending);
    const auto third = send(2);
    EXPECT_EQ(late.told(1), (std::vector<value>{value(hex0x(third))}));
}

TEST_F(SubscriptionsTest, a_new_head_does_not_wait_until_all_pooled_transactions_are_told) {
    constexpr std::size_t more = 400;
    Peer slow(dispatcher), peer(dispatcher);
    slow.subscribe(pending);
    peer.subscribe(pending);
    peer.subscribe(heads);
    slow.hold(true);
    send(0);
    ASSERT_EQ(slow.told(1).size(), 1U);
    for (std::uint64_t nonce = 1; nonce <= more; ++nonce)
        ASSERT_TRUE(chain->submit(transfer(key_of(1), nonce, nobody, 1).encode()));
    mine();
    slow.hold(false);
    const auto told = peer.told(more + 2);
    ASSERT_EQ(told.size(), more + 2) << "all are told in the end";
    const auto head = std::ranges::find_if(told, &value::is_object);
    EXPECT_LE(head - told.begin(), 257) << "the first, and those of one turn";
    EXPECT_EQ(slow.told(more + 1).size(), more + 1);
}

TEST_F(SubscriptionsTest, who_subscribes_while_a_block_is_told_is_told_the_next) {
    Peer slow(dispatcher), late(dispatcher);
    slow.subscribe(heads);
    slow.hold(true);
    mine();
    ASSERT_EQ(slow.told(1).size(), 1U);
    late.subscribe(heads);
    mine();
    slow.hold(false);
    const auto told = late.told(1);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].at("number"), "0x2");
    EXPECT_EQ(slow.told(2).size(), 2U);
}

TEST_F(SubscriptionsTest, after_a_chain_went_back_the_blocks_it_has_now_are_told) {
    Peer slow(dispatcher);
    slow.subscribe(heads);
    slow.hold(true);
    mine();
    ASSERT_EQ(slow.told(1).size(), 1U);
    for (int i = 0; i < 2; ++i) mine();
    chain->rewind(1);
    send(0);  // So that the second block is another.
    mine();
    slow.hold(false);
    auto told = slow.told(2);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].at("hash"), value(hex0x(chain->head()->hash)));
    chain->rewind(0);
    mine();
    told = slow.told(3);
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[2].at("number"), "0x1") << "told anew";
}

}  // namespace
}  // namespace farthing::rpc
