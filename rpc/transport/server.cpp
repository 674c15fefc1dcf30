#include "rpc/server.hpp"

#include "rpc/transport/connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <pthread.h>

#include <thread>

namespace farthing::rpc {

namespace asio = boost::asio;
using asio::ip::tcp;

void Connection::enroll() {
    const std::lock_guard lock(transport_.mutex);
    transport_.connections.emplace(this, weak_from_this());
}

Connection::~Connection() {
    const std::lock_guard lock(transport_.mutex);
    transport_.connections.erase(this);
    transport_.changed.notify_all();
}

struct Server::Parts {
    TransportState transport;
    tcp::acceptor acceptor{asio::make_strand(transport.io)};
    asio::steady_timer pause{acceptor.get_executor()};
    std::vector<std::thread> threads;

    void accept() {
        acceptor.async_accept(asio::make_strand(transport.io),
                              [this](boost::system::error_code error, tcp::socket socket) {
                                  if (error == asio::error::operation_aborted || transport.is_stopping)
                                      return;
                                  if (error) return accept_later();
                                  take(std::move(socket));
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

    void take(tcp::socket socket) {
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const bool is_full = [&] {
            const std::lock_guard lock(transport.mutex);
            return transport.connections.size() >= transport.config.sockets_max;
        }();
        if (!is_full) return serve_http(std::move(socket), transport);
        constexpr std::string_view busy =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: "
            "close\r\n\r\n";
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(busy), ignored);
    }
};

Server::Server(ServerConfig config, ServerHooks hooks) : parts_(std::make_unique<Parts>()) {
    parts_->transport.config = std::move(config);
    parts_->transport.hooks = std::move(hooks);
}

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
    for (std::size_t i = 0; i < std::max<std::size_t>(1, config.threads); ++i)
        parts_->threads.emplace_back([this] {
            pthread_setname_np(pthread_self(), "rpc");
            parts_->transport.io.run();
        });
    return port;
}

void Server::stop() {
    auto& transport = parts_->transport;
    if (transport.is_stopping.exchange(true)) return;
    asio::post(parts_->acceptor.get_executor(), [this] {
        boost::system::error_code ignored;
        parts_->acceptor.close(ignored);
        parts_->pause.cancel();
    });
    if (!parts_->threads.empty()) {
        std::unique_lock lock(transport.mutex);
        std::vector<std::shared_ptr<Connection>> alive;
        for (const auto& [key, weak] : transport.connections)
            if (auto connection = weak.lock()) alive.push_back(std::move(connection));
        lock.unlock();
        for (const auto& connection : alive) connection->shutdown();
        alive.clear();
        lock.lock();
        transport.changed.wait_for(lock, transport.config.stop_timeout,
                                   [&] { return transport.connections.empty(); });
    }
    transport.io.stop();
    for (auto& thread : parts_->threads) thread.join();
    parts_->threads.clear();
}

std::size_t Server::connections() const {
    const std::lock_guard lock(parts_->transport.mutex);
    return parts_->transport.connections.size();
}

}  // namespace farthing::rpc
