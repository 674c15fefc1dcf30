#pragma once
// What the listener and the two kinds of connection share. Boost.Beast stays in http_session.cpp and
// ws_session.cpp: it is the dearest header of the project to compile.
#include "rpc/server.hpp"
#include "rpc/transport/loops.hpp"
#include "rpc/transport/unsent_answers.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

namespace farthing::rpc {

struct TransportState;

/// One socket, counted and findable for shutdown while it lives.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    Connection(TransportState& transport, const Client& client) : transport_(transport), client_(client) {}
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Ends after the call that runs now; from any thread.
    virtual void shutdown() = 0;
    /// Told now and then what time it is, from any thread: ends when a deadline has passed.
    virtual void check_deadline(std::chrono::steady_clock::time_point) {}

 protected:
    void enroll();  ///< Once, when a shared_ptr owns it.

    TransportState& transport_;
    Client client_;
};

struct TransportState {
    TransportState(ServerConfig settings, ServerHooks handlers)
        : config(std::move(settings)),
          hooks(std::move(handlers)),
          unsent_answers({.all = config.all_answers_bytes_max,
                          .client = config.client_answers_bytes_max,
                          .kept = config.answers_bytes_kept}),
          loops(config.threads) {}

    /// All that live now, to be called without the lock.
    std::vector<std::shared_ptr<Connection>> alive();
    /// Answers a body on the loop's thread. Requires: a call of its client has begun (Loops::try_begin_call).
    std::string answer(Loop& loop, std::string_view body, const Call& call) {
        const Loop::Busy busy(loop, call.client);
        return hooks.handle(body, call);
    }

    const ServerConfig config;
    const ServerHooks hooks;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<const Connection*, std::weak_ptr<Connection>> connections;  ///< Guarded by `mutex`.
    std::map<Client, std::size_t> counted;  ///< Connections of each counted client. Guarded by `mutex`.
    std::atomic<bool> is_stopping = false;
    std::atomic<std::size_t> unsent_notifications = 0;  ///< Bytes, of all connections.
    UnsentAnswers unsent_answers;
    Loops loops;  ///< Last: its destructor drops the sessions, which use the members above.
};

/// Starts serving a fresh socket of that loop.
void serve_http(boost::asio::ip::tcp::socket socket, const Client& client, Loop& loop,
                TransportState& transport);

}  // namespace farthing::rpc
