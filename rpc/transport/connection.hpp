#pragma once
// What the listener and the two kinds of connection share. Boost.Beast stays in http_session.cpp and
// ws_session.cpp: it is the dearest header of the project to compile.
#include "rpc/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

namespace farthing::rpc {

struct TransportState;

/// One socket, counted and findable for shutdown while it lives.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    explicit Connection(TransportState& transport) : transport_(transport) {}
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Ends after the call that runs now; from any thread.
    virtual void shutdown() = 0;

 protected:
    void enroll();  ///< Once, when a shared_ptr owns it.

    TransportState& transport_;
};

struct TransportState {
    ServerConfig config;
    ServerHooks hooks;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<const Connection*, std::weak_ptr<Connection>> connections;  ///< Guarded by `mutex`.
    std::atomic<bool> is_stopping = false;
    boost::asio::io_context io;  ///< Last: its destructor drops the sessions, which use the members above.
};

/// Starts serving a fresh socket, whose executor is a strand.
void serve_http(boost::asio::ip::tcp::socket socket, TransportState& transport);

}  // namespace farthing::rpc
