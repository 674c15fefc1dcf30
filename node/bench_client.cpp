#include "node/bench_client.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace farthing::node {

Poster::Poster(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    FARTHING_CHECK(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
}

Poster::~Poster() {
    close(socket_);
}

const std::string& Poster::post(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
        const auto n = send(socket_, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        FARTHING_CHECK(n > 0);
        sent += static_cast<std::size_t>(n);
    }
    received_.clear();
    auto head_end = std::string::npos;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) receive();
    auto head = received_.substr(0, head_end);
    received_.erase(0, head_end + 4);
    std::ranges::transform(head, head.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto length = head.find("content-length: ");
    if (length != std::string::npos)
        receive_until(std::stoul(head.substr(length + 16)));
    else
        join_chunks();
    return received_;
}

void Poster::receive() {
    char buffer[65'536];
    const auto n = recv(socket_, buffer, sizeof buffer, 0);
    FARTHING_CHECK(n > 0);
    received_.append(buffer, static_cast<std::size_t>(n));
}

void Poster::receive_until(std::size_t size) {
    while (received_.size() < size) receive();
}

void Poster::join_chunks() {
    for (std::size_t at = 0;;) {
        auto line_end = std::string::npos;
        while ((line_end = received_.find("\r\n", at)) == std::string::npos) receive();
        const auto size = std::stoul(received_.substr(at, line_end - at), nullptr, 16);
        receive_until(line_end + 2 + size + 2);
        received_.erase(at + size + (line_end + 2 - at), 2);
        received_.erase(at, line_end + 2 - at);
        if (size == 0) return;
        at += size;
    }
}

std::string http_post(const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

SecretKey bench_key(std::uint64_t index) {
    return *SecretKey::from(keccak256(concat(as_bytes("farthing.bench.sender"), be64(index))));
}

void Batches::add(const Transaction& tx) {
    body_ += calls_ == 0 ? "[" : ",";
    body_ += R"({"jsonrpc":"2.0","id":)" + std::to_string(calls_) +
             R"(,"method":"eth_sendRawTransaction","params":[")" + hex0x(tx.encode()) + "\"]}";
    if (++calls_ == size_) flush();
}

std::vector<std::string> Batches::take() {
    flush();
    return std::exchange(requests_, {});
}

void Batches::flush() {
    if (calls_ == 0) return;
    requests_.push_back(http_post(body_ + "]"));
    body_.clear();
    calls_ = 0;
}

}  // namespace farthing::node
