#pragma once
// A client made of a socket and nothing else, for tests that need to send what no library would.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace farthing::rpc::testing_tools {

struct WsFrame {
    int opcode = 0;
    std::string text;
    int close_code = 0;  ///< Set for close frames.
};

class RawClient {
 public:
    /// `from`: the client's own address, for instance 127.0.0.2.
    explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        if (::inet_pton(AF_INET, from, &own.sin_addr) != 1 ||
            ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own) != 0)
            throw std::runtime_error("bind");
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("connect");
    }
    RawClient(RawClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          in_(std::move(other.in_)),
          headers_(std::move(other.headers_)) {}
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient() {
        if (socket_ >= 0) ::close(socket_);
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // The peer has closed; what it said before is still to be read.
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// "status|body"; the body by Content-Length. Empty when the peer closed or 5 s passed.
    std::string response() {
        while (in_.find("\r\n\r\n") == std::string::npos)
            if (!receive()) return {};
        const auto end = in_.find("\r\n\r\n") + 4;
        headers_ = in_.substr(0, end);
        in_.erase(0, end);
        const auto field = headers_.find("Content-Length: ");
        const std::size_t size = field == std::string::npos ? 0 : std::stoul(headers_.substr(field + 16));
        while (in_.size() < size)
            if (!receive()) return {};
        const auto body = in_.substr(0, size);
        in_.erase(0, size);
        return headers_.substr(9, 3) + "|" + body;
    }
    /// Whether something comes within 5 s; leaves it unread.
    bool has_input() const {
        pollfd waited{socket_, POLLIN, 0};
        return ::poll(&waited, 1, 5'000) == 1;
    }
    const std::string& headers() const { return headers_; }
    bool is_open() const { return is_open_; }

    bool is_closed_within(std::chrono::milliseconds time) {
        const auto until = std::chrono::steady_clock::now() + time;
        while (is_open_ && std::chrono::steady_clock::now() < until) receive(time);
        return !is_open_;
    }

    static std::string upgrade_request(const std::string& headers) {
        return "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               headers + "\r\n";
    }
    bool upgrade() {
        send(upgrade_request(""));
        return response().starts_with("101");
    }

    /// One masked text frame (RFC 6455 section 5.2).
    void send_frame(const std::string& text, int opcode = 1) {
        std::string out(1, static_cast<char>(0x80 | opcode));
        const auto put = [&](std::size_t v, int bytes) {
            for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(v >> (8 * i) & 0xff);
        };
        if (text.size() < 126) {
            put(0x80 | text.size(), 1);
        } else if (text.size() < 65536) {
            put(0x80 | 126, 1);
            put(text.size(), 2);
        } else {
            put(0x80 | 127, 1);
            put(text.size(), 8);
        }
        const std::string mask = "mask";
        out += mask;
        for (std::size_t i = 0; i < text.size(); ++i) out += static_cast<char>(text[i] ^ mask[i % 4]);
        send(out);
    }
    void send_close() { send_frame(std::string("\x03\xe9", 2), 8); }

    /// The next text or close frame; an empty one when the peer closed or 5 s passed.
    WsFrame frame() {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::size_t>(static_cast<unsigned char>(in_[i]));
        };
        const auto need = [&](std::size_t n) {
            while (in_.size() < n)
                if (!receive()) return false;
            return true;
        };
        if (!need(2)) return {};
        std::size_t size = byte(1) & 127;
        const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (!need(2 + extra)) return {};
        if (extra > 0) size = 0;
        for (std::size_t i = 0; i < extra; ++i) size = size << 8 | byte(2 + i);
        if (!need(2 + extra + size)) return {};
        WsFrame out{static_cast<int>(byte(0) & 15), in_.substr(2 + extra, size), 0};
        in_.erase(0, 2 + extra + size);
        if (out.opcode == 8 && out.text.size() >= 2)
            out.close_code =
                static_cast<unsigned char>(out.text[0]) << 8 | static_cast<unsigned char>(out.text[1]);
        return out.opcode == 9 ? frame() : out;
    }

 private:
    bool receive(std::chrono::milliseconds timeout = std::chrono::seconds(5)) {
        pollfd waited{socket_, POLLIN, 0};
        if (::poll(&waited, 1, static_cast<int>(timeout.count())) != 1) return false;
        char buffer[65536];
        const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
        if (size <= 0) {
            is_open_ = false;
            return false;
        }
        in_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }

    int socket_;
    std::string in_;
    std::string headers_;
    bool is_open_ = true;
};

}  // namespace farthing::rpc::testing_tools
