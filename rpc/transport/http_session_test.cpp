// What a connection must bear: any cut of the bytes, slow readers, calls that take long beside it.
#include "core/testing/seed.hpp"
#include "rpc/transport/server_testing.hpp"

#include <cstdlib>
#include <future>
#include <random>

namespace farthing::rpc {
namespace {

using namespace std::chrono_literals;
using namespace testing_tools;
using Clock = std::chrono::steady_clock;

constexpr std::size_t blob_answer_size = 200'000 + 36;

std::string ask_wait(std::uint64_t ms) {
    return R"({"jsonrpc":"2.0","id":1,"method":"eth_wait","params":[)" + std::to_string(ms) + "]}";
}
std::string ask_blob() {
    return R"({"jsonrpc":"2.0","id":1,"method":"eth_blob"})";
}

TEST_F(ServerTest, a_call_that_takes_long_holds_up_no_other_connection) {
    config.threads = 1;  // One loop for all.
    start();
    auto slow = client();
    auto quick = client();
    expect_answer(quick);
    slow.send(post(ask_wait(1000)));
    std::this_thread::sleep_for(20ms);
    const auto begun = Clock::now();
    for (int i = 0; i < 5; ++i) expect_answer(quick);
    EXPECT_LT(Clock::now() - begun, 800ms);
    EXPECT_EQ(slow.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x3e8"})");
}

TEST_F(ServerTest, help_is_there_again_after_much_was_needed_elsewhere) {
    config.threads = 2;
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 6; ++i) {  // By turns on two loops, where there are two cores.
        clients.push_back(client());
        expect_answer(clients.back());
    }
    for (const std::size_t i : {0U, 2U, 4U}) clients[i].send(post(ask_wait(50)));
    for (const std::size_t i : {0U, 2U, 4U})
        EXPECT_EQ(clients[i].response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x32"})");
    std::this_thread::sleep_for(300ms);
    clients[1].send(post(ask_wait(1500)));
    std::this_thread::sleep_for(20ms);
    const auto begun = Clock::now();
    expect_answer(clients[3]);
    EXPECT_LT(Clock::now() - begun, 1000ms);
    EXPECT_EQ(clients[1].response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x5dc"})");
}

TEST_F(ServerTest, more_calls_that_take_long_than_threads_are_all_answered) {
    config.threads = 1;
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 6; ++i) {
        clients.push_back(client());
        clients.back().send(post(ask_wait(100)));
    }
    for (auto& each : clients) EXPECT_EQ(each.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x64"})");
}

TEST_F(ServerTest, probes_and_notifications_are_answered_while_every_thread_for_calls_is_taken) {
    config.threads = 1;
    start();
    auto listener = client();
    ASSERT_TRUE(listener.upgrade());
    listener.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
    EXPECT_EQ(listener.frame().text.substr(0, 10), "{\"jsonrpc\"");
    EXPECT_EQ(listener.frame().text, "first note");
    const auto subscriber = sample.subscriber.lock();
    ASSERT_TRUE(subscriber);
    std::vector<RawClient> slow;
    for (int i = 0; i < 4; ++i) {  // Two at a time.
        slow.push_back(client());
        slow.back().send(post(ask_wait(1500)));
    }
    std::this_thread::sleep_for(50ms);
    const auto begun = Clock::now();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(exchange(get("/livez")), "200|ok\n");
        EXPECT_EQ(exchange(get("/readyz")), "503|{\"synced\":false}");
        subscriber->notify(std::make_shared<const std::string>("note"));
        EXPECT_EQ(listener.frame().text, "note");
    }
    EXPECT_LT(Clock::now() - begun, 1300ms);
    for (auto& each : slow) EXPECT_EQ(each.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0x5dc"})");
}

TEST_F(ServerTest, calls_of_any_length_from_many_connections_are_all_answered) {
    config.threads = 3;
    start();
    const auto seed = test_seed();
    std::vector<std::future<int>> wrong;
    for (std::uint64_t c = 0; c < 12; ++c)
        wrong.push_back(std::async(std::launch::async, [&, c] {
            std::mt19937_64 random(seed + c);
            auto own = client();
            int bad = 0;
            for (int i = 0; i < 40; ++i) {
                const bool waits = random() % 8 == 0;
                const auto ms = random() % 12;
                own.send(post(waits ? ask_wait(ms) : ask_text));
                const auto answer = own.response();
                const auto wanted =
                    waits ? R"(200|{"jsonrpc":"2.0","id":1,"result":)" + json_string(quantity(ms)) + "}"
                          : "200|" + answer_text;
                if (answer != wanted) ++bad;
            }
            return bad;
        }));
    for (auto& each : wrong) EXPECT_EQ(each.get(), 0);
}

TEST_F(ServerTest, a_request_may_arrive_in_any_pieces) {
    start();
    std::mt19937_64 random(test_seed());
    const auto padded = post(ask_text + std::string(20'000, ' '));
    const std::string chunked =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n14\r\n" +
        ask_text.substr(0, 20) + "\r\n1a\r\n" + ask_text.substr(20) + "\r\n0\r\n\r\n";
    ASSERT_EQ(ask_text.size(), 46U);
    for (int i = 0; i < 30; ++i) {
        auto c = client();
        const auto whole = i % 3 == 0 ? padded : i % 3 == 1 ? chunked : chunked + padded + chunked;
        std::string_view rest = whole;
        while (!rest.empty()) {
            const auto size =
                std::min<std::size_t>(rest.size(), random() % 4 ? 1 + random() % 8'000 : 1 + random() % 9);
            c.send(rest.substr(0, size));
            rest.remove_prefix(size);
            if (random() % 3 == 0) std::this_thread::sleep_for(200us);
        }
        for (int answers = i % 3 == 2 ? 3 : 1; answers > 0; --answers)
            EXPECT_EQ(c.response(), "200|" + answer_text);
    }
}

TEST_F(ServerTest, thousands_of_pipelined_requests_are_answered_in_order) {
    start();
    auto c = client();
    std::string all;
    constexpr int count = 5000;
    for (int i = 0; i < count; ++i)
        all += post(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"eth_answer"})");
    std::thread sender([&] { c.send(all); });
    bool in_order = true;
    for (int i = 0; i < count; ++i)
        in_order = in_order && c.response() == R"(200|{"jsonrpc":"2.0","id":)" + std::to_string(i) +
                                                   R"(,"result":"0x2a"})";
    sender.join();
    EXPECT_TRUE(in_order);
}

TEST_F(ServerTest, a_reader_slower_than_the_answers_gets_them_whole) {
    start();
    auto c = client();
    constexpr int count = 40;  // 8 MB: more than any socket buffer holds.
    for (int i = 0; i < count; ++i) c.send(post(ask_blob()));
    std::this_thread::sleep_for(100ms);
    for (int i = 0; i < count; ++i) {
        const auto answer = c.response();
        ASSERT_EQ(answer.size(), 4 + blob_answer_size);
        EXPECT_TRUE(answer.starts_with(R"(200|{"jsonrpc":"2.0","id":1,"result":"xxx)") &&
                    answer.ends_with("xx\"}"));
    }
}

TEST_F(ServerTest, a_peer_that_does_not_read_its_answers_is_dropped) {
    config.write_timeout = 1s;
    start();
    auto c = client();
    for (int i = 0; i < 200; ++i) c.send(post(ask_blob()));
    for (int i = 0; i < 100 && server->connections() > 0; ++i) std::this_thread::sleep_for(50ms);
    EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, stop_ends_within_its_time_though_calls_run_and_connections_idle) {
    config.stop_timeout = 500ms;
    start();
    std::vector<RawClient> idle;
    for (int i = 0; i < 5; ++i) {
        idle.push_back(client());
        expect_answer(idle.back());
    }
    auto busy = client();
    busy.send(post(ask_wait(200)));
    std::this_thread::sleep_for(50ms);
    const auto begun = Clock::now();
    std::thread stopper([&] { server->stop(); });
    EXPECT_EQ(busy.response(), R"(200|{"jsonrpc":"2.0","id":1,"result":"0xc8"})");
    stopper.join();
    EXPECT_LT(Clock::now() - begun, 2s);
}

}  // namespace
}  // namespace farthing::rpc
