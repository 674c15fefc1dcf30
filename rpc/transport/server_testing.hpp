#pragma once
// A server over a handful of methods, and a client that can send it anything.
#include "rpc/dispatcher.hpp"
#include "rpc/server.hpp"
#include "rpc/transport/raw_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace farthing::rpc::testing_tools {

struct Sample {
    std::mutex mutex;
    std::weak_ptr<Subscriber> subscriber;
    std::atomic<bool> is_slow = false;

    std::uint64_t answer() {
        if (is_slow) std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return 42;
    }
    std::uint64_t subscribe(const Call& call) {
        const std::lock_guard lock(mutex);
        subscriber = call.subscriber;
        if (call.after_answer)
            call.after_answer->emplace_back(
                [s = call.subscriber] { s->notify(std::make_shared<std::string>("first note")); });
        return 7;
    }
    std::uint64_t wait(const Count& ms) {
        std::this_thread::sleep_for(std::chrono::milliseconds(ms.value));
        return ms.value;
    }
    Json blob() { return {"\"" + std::string(200'000, 'x') + "\""}; }
    Json much(const Count& size) { return {"\"" + std::string(size.value, 'x') + "\""}; }
    static constexpr auto rows =
        methods(method<"eth_answer() returns (quantity)", &Sample::answer>("Answers."),
                method<"eth_listen() returns (quantity)", &Sample::subscribe>("Subscribes."),
                method<"eth_wait(count ms) returns (quantity)", &Sample::wait>("Takes its time."),
                method<"eth_blob() returns (string)", &Sample::blob>("Much."),
                method<"eth_much(count size) returns (string)", &Sample::much>("As much as is asked for."));
};

inline const std::string ask_text = R"({"jsonrpc":"2.0","id":1,"method":"eth_answer"})";
inline const std::string answer_text = R"({"jsonrpc":"2.0","id":1,"result":"0x2a"})";

class ServerTest : public testing::Test {
 protected:
    Sample sample;
    Dispatcher dispatcher;
    ServerConfig config;
    std::unique_ptr<Server> server;
    std::uint16_t port = 0;

    void SetUp() override {
        dispatcher.add(Sample::rows, sample);
        config.port = 0;
        config.threads = 4;
    }
    void start() {
        server = std::make_unique<Server>(
            config, ServerHooks{.handle = [this](std::string_view body,
                                                 const Call& call) { return dispatcher.handle(body, call); },
                                .page = [](std::string_view path) -> std::optional<Page> {
                                    if (path != "/page") return std::nullopt;
                                    return Page{.type = "text/html", .body = "<p>hi"};
                                },
                                .ready =
                                    [] {
                                        return Page{.type = "application/json",
                                                    .body = "{\"synced\":false}",
                                                    .status = 503};
                                    }});
        const auto started = server->start();
        ASSERT_TRUE(started) << started.error().message;
        port = *started;
    }
    RawClient client(const char* from = "127.0.0.1") { return RawClient(port, from); }
    static void expect_answer(RawClient& c) {
        c.send(post(ask_text));
        EXPECT_EQ(c.response(), "200|" + answer_text);
    }
    /// One exchange on a fresh connection; "status|body".
    std::string exchange(const std::string& request) {
        auto c = client();
        c.send(request);
        return c.response();
    }
    static std::string post(const std::string& body,
                            const std::string& headers = "Content-Type: application/json\r\n",
                            const std::string& path = "/") {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string get(const std::string& path, const std::string& headers = "Host: 127.0.0.1:8545\r\n") {
        return "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n";
    }
};

}  // namespace farthing::rpc::testing_tools
