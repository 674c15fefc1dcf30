#include "core/testing/seed.hpp"
#include "rpc/transport/policy.hpp"
#include "rpc/transport/server_testing.hpp"

#include <random>
#include <thread>

namespace farthing::rpc {
namespace {

using namespace std::chrono_literals;
using namespace testing_tools;

TEST_F(ServerTest, answers_and_keeps_the_connection) {
    start();
    auto c = client();
    for (int i = 0; i < 3; ++i) expect_answer(c);
    c.send(post(ask_text) + post(ask_text));  // Pipelined.
    EXPECT_EQ(c.response(), "200|" + answer_text);
    EXPECT_EQ(c.response(), "200|" + answer_text);
    c.send(post(R"({"jsonrpc":"2.0","method":"eth_answer"})"));
    EXPECT_EQ(c.response(), "200|");
}

TEST_F(ServerTest, hostile_bodies_get_json_rpc_errors_on_http_200_and_the_server_lives) {
    start();
    auto c = client();
    const std::string parse_error =
        R"(200|{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}})";
    const std::string invalid =
        R"(200|{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request"}})";
    const auto nul = std::string("{\"id\":\"\0\"}", 10);
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", parse_error},
        {"{", parse_error},
        {"null", invalid},
        {"[]", R"(200|{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"empty batch"}})"},
        {nul, parse_error},
        {std::string(20'000, '['), parse_error},
        {std::string(1'000'000, '{'), parse_error},
        {"\xff\xfe", parse_error},
        {ask_text + ask_text, parse_error},
        {ask_text + "x", parse_error},
        {"[1e99999999]", "200|[" + invalid.substr(4) + "]"},
        {R"({"jsonrpc":"2.0","id":1,"method":"eth_answer","params":{}})",
         R"(200|{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"non-array args"}})"}};
    for (const auto& [body, wanted] : table) {
        c.send(post(body));
        EXPECT_EQ(c.response(), wanted) << body.substr(0, 100);
    }
    c.send(post("[" + std::string(1'000'000, ' ') + ask_text + "]"));
    EXPECT_EQ(c.response(), "200|[" + answer_text + "]");
}

TEST_F(ServerTest, paths_methods_and_types) {
    start();
    EXPECT_EQ(exchange(get("/")), "200|");
    EXPECT_EQ(exchange(get("/livez")), "200|ok\n");
    EXPECT_EQ(exchange(get("/readyz")), "503|{\"synced\":false}");
    EXPECT_EQ(exchange(get("/page?x=1")), "200|<p>hi");
    EXPECT_EQ(exchange(get("/none")).substr(0, 3), "404");
    EXPECT_EQ(exchange(post(ask_text, "Content-Type: application/json\r\n", "/x")).substr(0, 3), "404");
    EXPECT_EQ(exchange("PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").substr(0, 3), "405");
    EXPECT_EQ(exchange("OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n").substr(0, 3), "405");
    EXPECT_EQ(exchange(post(ask_text, "Content-Type: text/plain\r\n")).substr(0, 3), "415");
    EXPECT_EQ(exchange(post(ask_text, "")).substr(0, 3), "415");
    EXPECT_EQ(exchange(post(ask_text, "content-type: Application/JSON ; charset=utf-8\r\n")),
              "200|" + answer_text);
    EXPECT_EQ(exchange("garbage\r\n\r\n").substr(0, 3), "400");
    EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n")
                  .substr(0, 3),
              "431");
}

TEST_F(ServerTest, host_and_origin_are_checked) {
    config.hosts = {"node.example"};
    config.origins = {"https://app.example"};
    start();
    EXPECT_EQ(exchange(get("/", "Host: evil.com\r\n")).substr(0, 3), "403");
    EXPECT_EQ(exchange(get("/", "Host: Node.Example:80\r\n")).substr(0, 3), "200");
    EXPECT_EQ(exchange(get("/", "Host: [::1]:8545\r\n")).substr(0, 3), "200");
    auto c = client();
    c.send(post(ask_text, "Content-Type: application/json\r\nOrigin: https://app.example\r\n"));
    EXPECT_EQ(c.response(), "200|" + answer_text);
    EXPECT_NE(c.headers().find("Access-Control-Allow-Origin: https://app.example"), std::string::npos);
    c.send(post(ask_text, "Content-Type: application/json\r\nOrigin: https://evil.example\r\n"));
    EXPECT_EQ(c.response(), "200|" + answer_text);
    EXPECT_EQ(c.headers().find("Access-Control"), std::string::npos);
    c.send(post(ask_text, "Content-Type: application/json\r\nOrigin: http://localhost:5173\r\n"));
    EXPECT_EQ(c.response(), "200|" + answer_text);
    EXPECT_NE(c.headers().find("Access-Control-Allow-Origin: http://localhost:5173"), std::string::npos);
    c.send(
        "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: "
        "https://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    EXPECT_EQ(c.response(), "204|");
    EXPECT_EQ(c.headers().find("Access-Control"), std::string::npos);
    c.send(
        "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: "
        "https://app.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    EXPECT_EQ(c.response(), "204|");
    EXPECT_NE(c.headers().find("Access-Control-Allow-Headers: Content-Type"), std::string::npos);
    EXPECT_EQ(exchange(RawClient::upgrade_request("Origin: http://evil.com\r\n")).substr(0, 3), "403");
    for (const auto* page : {"http://localhost:3000", "https://app.example"})
        EXPECT_EQ(exchange(RawClient::upgrade_request("Origin: " + std::string(page) + "\r\n")).substr(0, 3),
                  "101");
}

TEST(Policy, loopback_and_literals_pass_and_names_must_be_listed) {
    for (const auto* host :
         {"localhost", "LOCALHOST:1", "127.0.0.1:8545", "10.1.2.3", "[::1]", "[fe80::1]:80", "a.localhost"})
        EXPECT_TRUE(is_host_allowed(host, {})) << host;
    for (const auto* host :
         {"", "evil.com", "127.0.0.1.evil.com", "localhost.evil.com", "1.2.3", "[", "127.0.0.1@evil.com"})
        EXPECT_FALSE(is_host_allowed(host, {})) << host;
    for (const auto* origin : {"http://localhost", "https://127.0.0.1:3000", "http://[::1]:3000"})
        EXPECT_TRUE(is_origin_allowed(origin, {})) << origin;
    for (const auto* origin : {"null", "http://10.1.2.3", "http://127.0.0.1.evil.com", "http://evil.com",
                               "file://", "", "http://127.evil.com"})
        EXPECT_FALSE(is_origin_allowed(origin, {})) << origin;
    EXPECT_TRUE(is_origin_allowed("null", {"*"}));
}

TEST(Policy, a_client_is_an_ipv4_address_or_an_ipv6_network_and_this_machine_is_not_counted) {
    const auto of = [](const char* text) { return client_of(boost::asio::ip::make_address(text)); };
    for (const auto* own : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) EXPECT_EQ(of(own), Client{}) << own;
    for (const auto* other : {"127.0.0.2", "10.0.0.1", "2001:db8::1", "::2", "fe80::1"})
        EXPECT_TRUE(of(other).is_counted) << other;
    EXPECT_EQ(of("10.0.0.1"), of("::ffff:10.0.0.1"));
    EXPECT_NE(of("10.0.0.1"), of("10.0.0.2"));
    EXPECT_EQ(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
    EXPECT_NE(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
}

TEST_F(ServerTest, a_body_over_the_limit_is_refused_before_it_is_read) {
    config.body_bytes_max = 1000;
    start();
    EXPECT_EQ(exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                       "application/json\r\nContent-Length: 1001\r\n\r\n")
                  .substr(0, 3),
              "413");
    EXPECT_EQ(exchange(post(ask_text + std::string(1000 - ask_text.size(), ' '))), "200|" + answer_text);
    const std::string chunked =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: "
        "chunked\r\n\r\n";
    EXPECT_EQ(exchange(chunked + "7d0\r\n" + std::string(2000, ' ') + "\r\n0\r\n\r\n").substr(0, 3), "413");
    EXPECT_EQ(exchange(chunked + "2e\r\n" + ask_text + "\r\n0\r\n\r\n"), "200|" + answer_text);
}

TEST_F(ServerTest, expect_continue_is_answered) {
    start();
    auto c = client();
    c.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: "
        "100-continue\r\nContent-Length: " +
        std::to_string(ask_text.size()) + "\r\n\r\n");
    EXPECT_EQ(c.response(), "100|");
    c.send(ask_text);
    EXPECT_EQ(c.response(), "200|" + answer_text);
}

TEST_F(ServerTest, slow_peers_are_dropped) {
    config.header_timeout = 1s;
    config.body_timeout = 1s;
    config.idle_timeout = 1s;
    start();
    auto header = client();
    auto body = client();
    auto idle = client();
    header.send("POST / HTTP/1.1\r\nHost:");
    body.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        "100\r\n\r\n{");
    expect_answer(idle);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(header.is_closed_within(3s));
    EXPECT_TRUE(body.is_closed_within(3s));
    EXPECT_TRUE(idle.is_closed_within(3s));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

TEST_F(ServerTest, sockets_are_counted_and_bounded) {
    config.sockets_max = 3;
    config.own_sockets_reserve = 0;
    start();
    std::vector<RawClient> open;
    for (int i = 0; i < 3; ++i) {
        open.push_back(client());
        expect_answer(open.back());
    }
    EXPECT_EQ(client().response().substr(0, 3), "503");
    open.pop_back();
    for (int i = 0; i < 100 && server->connections() == 3; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(exchange(post(ask_text)), "200|" + answer_text);
}

TEST_F(ServerTest, silent_sockets_of_one_address_keep_nobody_else_out) {
    config.sockets_max = 8;
    config.client_sockets_max = 2;
    start();
    std::vector<RawClient> silent;
    for (int i = 0; i < 2; ++i) silent.push_back(client("127.0.0.2"));
    while (server->connections() < 2) std::this_thread::sleep_for(1ms);
    auto refused = client("127.0.0.2");
    EXPECT_EQ(refused.response(), "429|too many connections from this address (max 2)\n");
    EXPECT_NE(refused.headers().find("Retry-After: 1\r\n"), std::string::npos);
    EXPECT_TRUE(refused.is_closed_within(1s));
    // Others have their own share, and this machine's tools take what there is.
    std::vector<RawClient> open;
    for (const auto* from : {"127.0.0.3", "127.0.0.3", "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.4"}) {
        open.push_back(client(from));
        expect_answer(open.back());
    }
    EXPECT_EQ(client("127.0.0.5").response().substr(0, 3), "503");
    auto own = client("127.0.0.1");
    expect_answer(own);
}

TEST_F(ServerTest, a_share_is_free_again_with_the_connection_and_kept_by_a_websocket) {
    config.client_sockets_max = 2;
    start();
    auto first = client("127.0.0.2");
    ASSERT_TRUE(first.upgrade());
    // The HTTP session that the WebSocket came from ends a moment later.
    while (server->connections() > 1) std::this_thread::sleep_for(1ms);
    {
        auto second = client("127.0.0.2");
        ASSERT_TRUE(second.upgrade());
        while (server->connections() > 2) std::this_thread::sleep_for(1ms);
        EXPECT_EQ(client("127.0.0.2").response().substr(0, 3), "429");
        second.send_close();
        EXPECT_TRUE(second.is_closed_within(2s));
    }
    while (server->connections() > 1) std::this_thread::sleep_for(1ms);
    for (int i = 0; i < 5; ++i) {
        auto next = client("127.0.0.2");
        expect_answer(next);
        next.send("garbage\r\n\r\n");
        EXPECT_TRUE(next.is_closed_within(2s));
        {
            const auto gone = std::move(next);
        }
        while (server->connections() > 1) std::this_thread::sleep_for(1ms);
    }
    first.send_frame(ask_text);
    EXPECT_EQ(first.frame().text, answer_text);
}

TEST_F(ServerTest, port_in_use_is_a_sentence_for_the_operator) {
    start();
    config.port = port;
    Server second(config, {});
    const auto failed = second.start();
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message.find("port is in use"), std::string::npos);
    config.host = "localhost";
    EXPECT_FALSE(Server(config, {}).start());
}

TEST_F(ServerTest, websocket_speaks_on_the_same_port) {
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    c.send_frame(ask_text);
    EXPECT_EQ(c.frame().text, answer_text);
    c.send_frame("{bad");
    EXPECT_EQ(c.frame().text,
              R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse error"}})");
    c.send_frame(R"({"jsonrpc":"2.0","method":"eth_answer"})");  // No answer, and the next one still comes.
    c.send_frame("[" + ask_text + "]");
    EXPECT_EQ(c.frame().text, "[" + answer_text + "]");
    c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_blob"})");
    EXPECT_EQ(c.frame().text.size(), 200'000U + 36U);
}

TEST_F(ServerTest, the_answer_precedes_the_first_notification) {
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    for (int i = 0; i < 50; ++i) {
        c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
        EXPECT_EQ(c.frame().text, R"({"jsonrpc":"2.0","id":1,"result":"0x7"})");
        EXPECT_EQ(c.frame().text, "first note");
    }
}

TEST_F(ServerTest, an_over_long_message_closes_with_1009) {
    config.body_bytes_max = 1000;
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    c.send_frame(std::string(1001, ' '));
    EXPECT_EQ(c.frame().close_code, 1009);
}

TEST_F(ServerTest, a_peer_that_does_not_read_is_closed_and_nobody_waits_for_it) {
    config.notifications_bytes_max = 100'000;
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
    EXPECT_EQ(c.frame().text.substr(0, 10), "{\"jsonrpc\"");
    const auto subscriber = sample.subscriber.lock();
    ASSERT_TRUE(subscriber);
    const auto note = std::make_shared<std::string>(std::string(20'000, 'n'));
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 2000; ++i) subscriber->notify(note);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    WsFrame last;
    while (last.close_code == 0 && c.is_open()) last = c.frame();
    EXPECT_EQ(last.close_code, 1013);
}

TEST_F(ServerTest, a_reader_that_keeps_up_gets_all_notifications_of_a_block_full_of_logs) {
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
    EXPECT_EQ(c.frame().text.substr(0, 10), "{\"jsonrpc\"");
    EXPECT_EQ(c.frame().text, "first note");
    const auto subscriber = sample.subscriber.lock();
    ASSERT_TRUE(subscriber);
    constexpr std::size_t count = 20'000;
    const std::string log(800, 'l');
    for (std::size_t i = 0; i < count; ++i)
        subscriber->notify(std::make_shared<const std::string>(std::to_string(i) + log));
    std::size_t got = 0;
    while (got < count && c.frame().text == std::to_string(got) + log) ++got;
    EXPECT_EQ(got, count);
}

TEST_F(ServerTest, one_that_does_not_read_is_closed_after_more_than_a_block_full_of_logs) {
    start();
    auto c = client();
    ASSERT_TRUE(c.upgrade());
    c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
    EXPECT_EQ(c.frame().text.substr(0, 10), "{\"jsonrpc\"");
    const auto subscriber = sample.subscriber.lock();
    ASSERT_TRUE(subscriber);
    const auto log = std::make_shared<const std::string>(std::string(8'000, 'l'));
    for (int i = 0; i < 20'000; ++i) subscriber->notify(log);
    WsFrame last;
    while (last.close_code == 0 && c.is_open()) last = c.frame();
    EXPECT_EQ(last.close_code, 1013);
}

TEST_F(ServerTest, those_that_do_not_read_cannot_fill_the_memory_together_and_others_are_told) {
    config.all_notifications_bytes_max = 1'000'000;
    config.notifications_bytes_kept = 100'000;
    start();
    std::vector<std::shared_ptr<Subscriber>> subscribers;
    const auto listen = [&] {
        auto c = client();
        EXPECT_TRUE(c.upgrade());
        c.send_frame(R"({"jsonrpc":"2.0","id":1,"method":"eth_listen"})");
        EXPECT_EQ(c.frame().text.substr(0, 10), "{\"jsonrpc\"");
        EXPECT_EQ(c.frame().text, "first note");
        subscribers.push_back(sample.subscriber.lock());
        return c;
    };
    auto deaf = listen();
    auto reader = listen();
    const auto note = std::make_shared<const std::string>(std::string(20'000, 'n'));
    for (int i = 0; i < 1'000; ++i) subscribers[0]->notify(note);  // Less than one connection may hold alone.
    for (int i = 0; i < 4; ++i) subscribers[1]->notify(note);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(reader.frame().text, *note);
    WsFrame last;
    while (last.close_code == 0 && deaf.is_open()) last = deaf.frame();
    EXPECT_EQ(last.close_code, 1013);
}

TEST_F(ServerTest, stop_finishes_calls_and_closes_websockets_with_1001) {
    start();
    auto http = client();
    auto idle = client();
    auto ws = client();
    ASSERT_TRUE(ws.upgrade());
    sample.is_slow = true;
    http.send(post(ask_text));
    std::this_thread::sleep_for(100ms);
    const auto begun = std::chrono::steady_clock::now();
    std::thread stopper([&] { server->stop(); });
    EXPECT_EQ(http.response(), "200|" + answer_text);
    EXPECT_EQ(ws.frame().close_code, 1001);
    ws.send_close();
    {
        const auto gone = std::move(ws);
    }
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
    EXPECT_TRUE(idle.is_closed_within(1s));
    EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, random_bytes_do_not_harm) {
    start();
    std::mt19937_64 random(test_seed());
    for (int i = 0; i < 100; ++i) {
        auto c = client();
        std::string noise = i % 2 ? post(ask_text) : RawClient::upgrade_request("");
        for (int edits = 0; edits < 5; ++edits) noise[random() % noise.size()] = static_cast<char>(random());
        c.send(noise);
        if (i % 3 == 0) c.send(std::string(1000, static_cast<char>(random())));
    }
    EXPECT_EQ(exchange(post(ask_text)), "200|" + answer_text);
}

}  // namespace
}  // namespace farthing::rpc
