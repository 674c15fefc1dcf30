// What one address can take of the server, and that the others are served beside it.
#include "rpc/transport/server_testing.hpp"

#include <vector>

namespace farthing::rpc {
namespace {

using namespace std::chrono_literals;
using namespace testing_tools;
using Clock = std::chrono::steady_clock;

std::string ask_count(const std::string& method, std::uint64_t count) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":[)" + std::to_string(count) +
           "]}";
}
std::string ask_wait(std::uint64_t ms) {
    return ask_count("eth_wait", ms);
}

/// Much more than the buffers of two sockets hold while nobody reads.
constexpr std::uint64_t much = 20'000'000;
const std::string ask_much = ask_count("eth_much", much);
constexpr std::size_t much_answer_size = much + 36;

TEST_F(ServerTest, slow_calls_of_one_address_leave_half_of_the_calls_to_others) {
    config.threads = 1;  // Two calls at a time.
    start();
    const auto asked = Clock::now();
    std::vector<RawClient> slow;
    for (int i = 0; i < 5; ++i) {
        slow.push_back(client("127.0.0.2"));
        slow.back().send(post(ask_wait(500)));
    }
    auto slow_socket = client("127.0.0.2");
    ASSERT_TRUE(slow_socket.upgrade());
    slow_socket.send_frame(ask_wait(500));
    std::this_thread::sleep_for(50ms);
    const auto begun = Clock::now();
    for (const auto* from : {"127.0.0.3", "127.0.0.1"}) {
        auto other = client(from);
        for (int i = 0; i < 5; ++i) expect_answer(other);
        ASSERT_TRUE(other.upgrade());
        other.send_frame(ask_text);
        EXPECT_EQ(other.frame().text, answer_text);
    }
    EXPECT_LT(Clock::now() - begun, 1'200ms) << "two at a time, the six take 1.5 s";
    for (auto& each : slow) EXPECT_EQ(each.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x1f4"})");
    EXPECT_EQ(slow_socket.frame().text, R"({"jsonrpc":"2.0","id":1,"result":"0x1f4"})");
    EXPECT_GE(Clock::now() - asked, 3s) << "one after the other";
}

TEST_F(ServerTest, calls_of_this_machine_have_no_share) {
    config.threads = 1;
    start();
    std::vector<RawClient> slow;
    for (int i = 0; i < 2; ++i) {
        slow.push_back(client());
        expect_answer(slow.back());
    }
    const auto begun = Clock::now();
    for (auto& each : slow) each.send(post(ask_wait(1'000)));
    for (auto& each : slow) EXPECT_EQ(each.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x3e8"})");
    EXPECT_LT(Clock::now() - begun, 1'900ms) << "beside one another";
}

class UnsentAnswersTest : public ServerTest {
 protected:
    void SetUp() override {
        ServerTest::SetUp();
        config.client_answers_bytes_max = much + much / 2;
        config.all_answers_bytes_max = 2 * much + much / 2;
    }
    /// A client that asks for much, and has begun to get it.
    RawClient deaf(const char* from) {
        auto out = client(from);
        out.send(post(ask_much));
        EXPECT_TRUE(out.has_input());
        std::this_thread::sleep_for(50ms);
        return out;
    }
    RawClient listener(const char* from) {
        auto out = client(from);
        EXPECT_TRUE(out.upgrade());
        return out;
    }
    void expect_connections(std::size_t count) {
        for (int i = 0; i < 500 && server->connections() != count; ++i) std::this_thread::sleep_for(10ms);
        EXPECT_EQ(server->connections(), count);
    }
    static void expect_much(RawClient& c) {
        const auto answer = c.response();
        EXPECT_EQ(answer.size(), 4 + much_answer_size);
        EXPECT_TRUE(answer.starts_with("200|{") && answer.ends_with("xx\"}"));
    }
};

TEST_F(UnsentAnswersTest, one_address_that_reads_no_answers_is_cut_at_its_share_and_others_are_served) {
    start();
    auto first = deaf("127.0.0.2");
    auto second = client("127.0.0.2");
    second.send(post(ask_much));
    EXPECT_TRUE(second.has_input());
    expect_connections(1);
    EXPECT_EQ(second.response(), "") << "it ends within the answer";
    EXPECT_FALSE(second.is_open());
    auto small = client("127.0.0.2");
    expect_answer(small);
    auto other = client("127.0.0.3");
    other.send(post(ask_much));
    std::this_thread::sleep_for(200ms);
    expect_much(other);
    expect_much(first);
    expect_answer(first);
}

TEST_F(UnsentAnswersTest, what_was_sent_or_ended_is_given_back) {
    start();
    auto reader = client("127.0.0.2");
    for (int i = 0; i < 3; ++i) {
        reader.send(post(ask_much));
        EXPECT_TRUE(reader.has_input());
        std::this_thread::sleep_for(50ms);
        expect_much(reader);
    }
    for (int i = 0; i < 3; ++i) {
        {
            const auto unread = deaf("127.0.0.2");
            EXPECT_EQ(server->connections(), 2U) << "it is not cut";
        }
        expect_connections(1);
    }
}

TEST_F(UnsentAnswersTest, all_that_do_not_read_are_bounded_together_and_small_answers_go_on) {
    start();
    const auto first = deaf("127.0.0.2"), second = deaf("127.0.0.3");
    for (const auto* from : {"127.0.0.4", "127.0.0.1"}) {
        auto late = client(from);
        late.send(post(ask_much));
        EXPECT_TRUE(late.has_input());
        expect_connections(2);
        EXPECT_EQ(late.response(), "");
        EXPECT_FALSE(late.is_open());
        auto small = client(from);
        expect_answer(small);
        small.send(post(ask_count("eth_much", 900'000)));
        EXPECT_EQ(small.response().size(), 4U + 900'000 + 36);
    }
}

TEST_F(UnsentAnswersTest, a_websocket_beyond_the_share_is_told_to_try_again_later) {
    start();
    auto first = listener("127.0.0.2"), second = listener("127.0.0.2");
    first.send_frame(ask_much);
    ASSERT_TRUE(first.has_input());
    second.send_frame(ask_text);
    EXPECT_EQ(second.frame().text, answer_text);
    second.send_frame(ask_much);
    EXPECT_EQ(second.frame().close_code, 1013);
    auto other = listener("127.0.0.3");
    other.send_frame(ask_much);
    EXPECT_EQ(other.frame().text.size(), much_answer_size);
    EXPECT_EQ(first.frame().text.size(), much_answer_size);
    for (int i = 0; i < 2; ++i) {  // What is sent is given back.
        first.send_frame(ask_much);
        EXPECT_EQ(first.frame().text.size(), much_answer_size);
    }
}

TEST_F(UnsentAnswersTest, a_websocket_of_this_machine_has_no_share_and_gets_what_is_larger_than_one) {
    config.client_answers_bytes_max = 1'000'000;
    start();
    auto counted = listener("127.0.0.2"), own = listener("127.0.0.1");
    counted.send_frame(ask_much);
    EXPECT_EQ(counted.frame().close_code, 1013);
    own.send_frame(ask_much);
    EXPECT_EQ(own.frame().text.size(), much_answer_size);
}

TEST_F(UnsentAnswersTest, an_answer_that_a_stand_in_begins_to_send_does_not_wait_for_the_next_event) {
    start();
    // Making the answer takes long enough for a stand-in to come, and sending it needs many steps.
    for (int i = 0; i < 12; ++i) {
        auto own = listener("127.0.0.1");
        own.send_frame(ask_much);
        ASSERT_EQ(own.frame().text.size(), much_answer_size) << i;
    }
}

}  // namespace
}  // namespace farthing::rpc
