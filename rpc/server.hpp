#pragma once
// One port for HTTP/1.1 and WebSocket. A pool of threads runs every connection on a strand of its own; all
// that a peer can make grow is bounded by ServerConfig.
#include "core/base/result.hpp"
#include "rpc/method.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace farthing::rpc {

struct ServerConfig {
    std::string host = "127.0.0.1";  ///< An IP address.
    std::uint16_t port = 8545;       ///< 0: any free one.
    /// Calls at the same time; one more for each core. More than all kinds of long calls may be together.
    std::size_t threads = 48;

    /// Names allowed in the Host header beside loopback names and IP literals (against DNS rebinding); "*":
    /// all.
    std::vector<std::string> hosts;
    /// Web origins, beside loopback ones, whose pages may open a WebSocket and read answers over HTTP (CORS);
    /// "*": all. Who sends no Origin is no page and passes.
    std::vector<std::string> origins;

    std::size_t body_bytes_max = 5 * 1024 * 1024;
    std::size_t sockets_max = 500;
    std::size_t client_sockets_max = 100;  ///< Of them, of one counted Client.
    /// Beyond `sockets_max`, for this machine's own tools: no number of remote addresses shuts them out.
    std::size_t own_sockets_reserve = 20;
    // Notifications not sent yet; what is beyond closes a connection (1013). Of one: those of a block full of
    // logs come at once. Of all together: those hold on who have no more than is kept for each.
    std::size_t notifications_bytes_max = 32 * 1024 * 1024;
    std::size_t all_notifications_bytes_max = 256 * 1024 * 1024;
    std::size_t notifications_bytes_kept = 1024 * 1024;
    // Answers of which the peer has not taken all yet. Beside what is kept for each connection: of all
    // together, and of one counted Client; what is beyond closes a connection (WebSocket: 1013).
    std::size_t all_answers_bytes_max = 512 * 1024 * 1024;
    std::size_t client_answers_bytes_max = 64 * 1024 * 1024;
    std::size_t answers_bytes_kept = 1024 * 1024;
    std::chrono::seconds header_timeout{10};
    std::chrono::seconds body_timeout{30};
    std::chrono::seconds write_timeout{30};
    std::chrono::seconds idle_timeout{120};     ///< Between requests of one connection.
    std::chrono::seconds ws_idle_timeout{300};  ///< Pings go out at half of it.
    std::chrono::milliseconds stop_timeout{1500};
};

struct Page {
    std::string type = "text/plain; charset=utf-8";
    std::string body;
    unsigned status = 200;
};

struct ServerHooks {
    /// Answers a JSON-RPC body; see Dispatcher::handle.
    std::function<std::string(std::string_view body, const Call& call)> handle;
    /// Other GET paths ("/" too); nothing: 404. May be empty.
    std::function<std::optional<Page>(std::string_view path)> page;
    /// GET /readyz; status 503 while the node should get no traffic. May be empty.
    std::function<Page()> ready;
};

class Server {
 public:
    Server(ServerConfig config, ServerHooks hooks);
    ~Server();  ///< Stops.
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens; gives the port. The error is a sentence for the operator.
    Result<std::uint16_t> start();
    /// Takes no more connections, finishes the calls that run, closes WebSockets with 1001; at most
    /// `stop_timeout`. No hook is called after it returns. Must not be called from a hook.
    void stop();

    std::size_t connections() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::rpc
