#include "rpc/server.hpp"

#include "rpc/transport/connection.hpp"
#include "rpc/transport/policy.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace farthing::rpc {

namespace asio = boost::asio;
using asio::ip::tcp;

void Connection::enroll() {
    const std::lock_guard lock(transport_.mutex);
    transport_.connections.emplace(this, weak_from_this());
    if (client_.is_counted) ++transport_.counted[client_];
}

Connection::~Connection() {
    const std::lock_guard lock(transport_.mutex);
    if (transport_.connections.erase(this) != 0 && client_.is_counted && --transport_.counted[client_] == 0)
        transport_.counted.erase(client_);
    transport_.changed.notify_all();
}

std::vector<std::shared_ptr<Connection>> TransportState::alive() {
    std::vector<std::shared_ptr<Connection>> out;
    const std::lock_guard lock(mutex);
    for (const auto& [key, weak] : connections)
        if (auto connection = weak.lock()) out.push_back(std::move(connection));
    return out;
}

/// Everything here runs on the first loop, on a strand: a stand-in may serve that loop too.
struct Server::Parts {
    Parts(ServerConfig config, ServerHooks hooks) : transport(std::move(config), std::move(hooks)) {
        const auto& c = transport.config;
        const auto shortest = std::min({c.header_timeout, c.body_timeout, c.write_timeout, c.idle_timeout});
        look_interval = std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(50),
                                                              std::chrono::seconds(1));
    }

    TransportState transport;
    tcp::acceptor acceptor{asio::make_strand(transport.loops.first().io())};
    asio::steady_timer pause{acceptor.get_executor()};
    asio::steady_timer deadlines{acceptor.get_executor()};
    std::chrono::milliseconds look_interval{};
    bool is_looking = false;  ///< The timer `deadlines` runs.
    bool is_started = false;

    void accept() {
        auto& loop = transport.loops.next();
        acceptor.async_accept(loop.io(), [this, &loop](boost::system::error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || transport.is_stopping) return;
            if (error) return accept_later();
            take(std::move(socket), loop);
            accept();
        });
    }

    /// Out of file descriptors, most likely: spinning would not give one back.
    void accept_later() {
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([this](boost::system::error_code error) {
            if (!error) accept();
        });
    }

    /// One timer for all connections: a timer for each read and write of each cost a third of a request.
    void look_at_deadlines() {
        is_looking = true;
        deadlines.expires_after(look_interval);
        deadlines.async_wait([this](boost::system::error_code error) {
            if (error || transport.is_stopping) return;
            const auto alive = transport.alive();
            const auto now = std::chrono::steady_clock::now();
            for (const auto& connection : alive) connection->check_deadline(now);
            if (alive.empty())
                is_looking = false;
            else
                look_at_deadlines();
        });
    }

    void take(tcp::socket socket, Loop& loop) {
        boost::system::error_code error;
        const auto remote = socket.remote_endpoint(error);
        if (error) return;  // Gone already.
        socket.set_option(tcp::no_delay(true), error);
        const auto client = client_of(remote.address());
        if (const auto refusal = refusal_of(client); !refusal.empty()) {
            socket.non_blocking(true, error);
            socket.write_some(asio::buffer(refusal), error);
            return;
        }
        serve_http(std::move(socket), client, loop, transport);
        if (!is_looking) look_at_deadlines();
    }

    /// What a further connection of that client is told instead of being served; empty: it is served.
    std::string refusal_of(const Client& client) {
        const auto& config = transport.config;
        const std::lock_guard lock(transport.mutex);
        const auto own = transport.counted.find(client);
        if (own != transport.counted.end() && own->second >= config.client_sockets_max)
            return refusal("429 Too Many Requests", "too many connections from this address (max " +
                                                        std::to_string(config.client_sockets_max) + ")\n");
        const auto reserve = client.is_counted ? 0 : config.own_sockets_reserve;
        if (transport.connections.size() >= config.sockets_max + reserve)
            return refusal("503 Service Unavailable", "");
        return {};
    }

    static std::string refusal(std::string_view status, std::string_view why) {
        std::string out = "HTTP/1.1 ";
        out += status;
        out += "\r\nRetry-After: 1\r\nContent-Length: " + std::to_string(why.size());
        if (!why.empty()) out += "\r\nContent-Type: text/plain; charset=utf-8";
        out += "\r\nConnection: close\r\n\r\n";
        out += why;
        return out;
    }
};

Server::Server(ServerConfig config, ServerHooks hooks)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(hooks))) {}

Server::~Server() {
    stop();
}

Result<std::uint16_t> Server::start() {
    const auto& config = parts_->transport.config;
    auto& acceptor = parts_->acceptor;
    boost::system::error_code error;
    const auto address = asio::ip::make_address(config.host, error);
    if (error)
        return fail("cannot listen on \"" + config.host +
                    "\": it is not an IP address (use 127.0.0.1, ::1 or 0.0.0.0)");
    const tcp::endpoint endpoint(address, config.port);
    const auto where = config.host + ":" + std::to_string(config.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        boost::system::error_code ignored;
        acceptor.close(ignored);
        if (error == asio::error::address_in_use)
            return fail("cannot listen on " + where +
                        ": the port is in use; stop the other program or choose another --port");
        return fail("cannot listen on " + where + ": " + error.message());
    }
    const auto port = acceptor.local_endpoint().port();
    parts_->accept();
    parts_->transport.loops.start();
    parts_->is_started = true;
    return port;
}

void Server::stop() {
    auto& transport = parts_->transport;
    if (transport.is_stopping.exchange(true)) return;
    asio::post(parts_->acceptor.get_executor(), [this] {
        boost::system::error_code ignored;
        parts_->acceptor.close(ignored);
        parts_->pause.cancel();
        parts_->deadlines.cancel();
    });
    if (parts_->is_started) {
        for (const auto& connection : transport.alive()) connection->shutdown();
        std::unique_lock lock(transport.mutex);
        transport.changed.wait_for(lock, transport.config.stop_timeout,
                                   [&] { return transport.connections.empty(); });
    }
    transport.loops.stop();
}

std::size_t Server::connections() const {
    const std::lock_guard lock(parts_->transport.mutex);
    return parts_->transport.connections.size();
}

}  // namespace farthing::rpc
