#include "node/rpc_client.hpp"

#include <arpa/inet.h>
#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace farthing::node {
namespace {

RpcClient answering(const std::string& answer) {
    return RpcClient(std::make_unique<LocalTransport>([answer](std::string_view) { return answer; }));
}

TEST(RpcClient, results_come_through_and_errors_carry_text_and_data) {
    EXPECT_EQ(answering(R"({"jsonrpc":"2.0","id":1,"result":"0x10"})").call_quantity("m").value(), 16U);
    EXPECT_EQ(answering(R"({"jsonrpc":"2.0","id":1,"result":"0x0102"})").call_data("m").value(),
              (Bytes{1, 2}));
    EXPECT_EQ(
        answering(
            R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0xab"}})")
            .call("eth_call")
            .error()
            .message,
        "eth_call: execution reverted (0xab)");
}

TEST(RpcClient, request_is_json_rpc_with_fresh_ids) {
    std::vector<std::string> seen;
    RpcClient client(std::make_unique<LocalTransport>([&](std::string_view body) {
        seen.emplace_back(body);
        return std::string(R"({"id":1,"result":null})");
    }));
    EXPECT_TRUE(client.call("a", {"0x1", true}).value().is_null());
    EXPECT_TRUE(client.call("b"));
    EXPECT_EQ(boost::json::parse(seen.at(0)),
              boost::json::parse(R"({"jsonrpc":"2.0","id":1,"method":"a","params":["0x1",true]})"));
    EXPECT_EQ(boost::json::parse(seen.at(1)).at("id"), 2);
}

TEST(RpcClient, answers_that_are_not_json_rpc_are_refused) {
    for (const auto* bad : {"", "[]", "{}", "nonsense", R"({"id":1})", R"({"id":1,"result":"0x10")"})
        EXPECT_FALSE(answering(bad).call("m")) << bad;
    for (const auto* bad :
         {R"("0x")", R"("10")", "16", R"("0x10000000000000000")", R"("0x1g")", R"("0x-1")", "null"})
        EXPECT_FALSE(answering(std::string(R"({"id":1,"result":)") + bad + '}').call_quantity("m")) << bad;
}

TEST(RpcClient, quantities_have_the_shortest_form) {
    EXPECT_EQ(quantity_text(0), "0x0");
    EXPECT_EQ(quantity_text(UINT64_MAX), "0xffffffffffffffff");
}

TEST(HttpTransport, only_plain_http_urls_are_taken) {
    for (const auto* bad : {"", "127.0.0.1:8545", "https://host", "http://", "http://:80",
                            "http://h:", "http://h:x", "http://h:65536"})
        EXPECT_FALSE(HttpTransport::open(bad)) << bad;
    for (const auto* good : {"http://h", "http://h:1/path", "http://[::1]:8545"})
        EXPECT_TRUE(HttpTransport::open(good)) << good;
}

/// A server of raw bytes on a free port: for each entry of `answers` it reads one request and writes the
/// entry; "close" hangs up instead.
class RawServer {
 public:
    explicit RawServer(std::vector<std::string> answers) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, raw, size), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        EXPECT_EQ(::getsockname(listener_, raw, &size), 0);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this, answers = std::move(answers)] { serve(answers); });
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;
    ~RawServer() {
        thread_.join();
        ::close(listener_);
    }
    const std::string& url() const { return url_; }

 private:
    void serve(const std::vector<std::string>& answers) const {
        int peer = -1;
        for (const auto& answer : answers) {
            if (peer < 0) peer = ::accept(listener_, nullptr, nullptr);
            if (answer == "close") {
                ::close(peer);
                peer = -1;
                continue;
            }
            std::array<char, 4096> buffer{};
            EXPECT_GT(::recv(peer, buffer.data(), buffer.size(), 0), 0);
            EXPECT_EQ(::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL), std::ssize(answer));
        }
        if (peer >= 0) ::close(peer);
    }

    int listener_;
    std::string url_;
    std::thread thread_;
};

constexpr const char* answer_one = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none";

TEST(HttpTransport, one_connection_is_kept_and_reopened_when_the_node_hung_up) {
    const RawServer server({answer_one, answer_one, "close", answer_one});
    const auto transport = HttpTransport::open(server.url()).value();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(transport->post("{}").value(), "one");
}

TEST(HttpTransport, refusals_and_silence_end_in_a_sentence) {
    {
        const RawServer server({"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"});
        const auto error = HttpTransport::open(server.url()).value()->post("{}").error().message;
        EXPECT_EQ(error, "no answer from " + server.url() + ": HTTP status 403");
    }
    EXPECT_FALSE(HttpTransport::open("http://127.0.0.1:1").value()->post("{}"));
}

}  // namespace
}  // namespace farthing::node
