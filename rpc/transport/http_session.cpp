#include "rpc/transport/connection.hpp"
#include "rpc/transport/policy.hpp"
#include "rpc/transport/upgrade.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <sys/socket.h>

#include <array>

namespace farthing::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

/// Large bodies are read in pieces of this size: measured, small reads cost more than parsing on batches of
/// transactions.
constexpr std::size_t read_buffer_size = 128 * 1024;
constexpr std::size_t first_read_size = 4096;
constexpr std::chrono::seconds linger_timeout{2};

std::string_view view(beast::string_view s) {
    return {s.data(), s.size()};
}

/// Assigning an empty string would keep it.
void free_memory(std::string& text) {
    std::string().swap(text);
}

/// One request after the other. All handlers run on the loop, one at a time, because each operation starts
/// the next; only `shutdown` and `check_deadline` come from elsewhere. They end the traffic and leave the
/// socket open, so that its number cannot mean another connection before the last user is gone.
///
/// The parser is fed by hand and answers are written at once, for Beast's own operations go through the queue
/// between their steps: they cost as much again as the request.
class HttpSession final : public Connection {
 public:
    HttpSession(asio::ip::tcp::socket socket, const Client& client, Loop& loop, TransportState& transport)
        : Connection(transport, client),
          loop_(loop),
          socket_(std::move(socket)),
          unsent_answer_(transport.unsent_answers, client) {}

    void start() {
        enroll();
        set_deadline(config().header_timeout);
        asio::post(loop_.io(), [self = self()] {
            error_code ignored;
            self->socket_.non_blocking(true, ignored);
            self->wait(self->config().header_timeout);
        });
    }

    void shutdown() override {
        if (is_waiting_) cut();
    }

    void check_deadline(Clock::time_point now) override {
        if (now > deadline_.load()) cut();
    }

 private:
    std::shared_ptr<HttpSession> self() { return std::static_pointer_cast<HttpSession>(shared_from_this()); }
    const ServerConfig& config() const { return transport_.config; }
    const http::request<http::string_body>& request() const { return parser_->get(); }

    void set_deadline(std::chrono::seconds timeout) { deadline_ = Clock::now() + timeout; }
    void clear_deadline() { deadline_ = Clock::time_point::max(); }

    /// From any thread: the operation that runs fails, which ends the session.
    void cut() {
        const std::lock_guard lock(socket_mutex_);
        if (!is_given_away_) ::shutdown(socket_.native_handle(), SHUT_RDWR);
    }

    /// For the first byte of a request: nothing is owed to the peer until then.
    void wait(std::chrono::seconds timeout) {
        is_waiting_ = true;
        if (transport_.is_stopping) return;  // `shutdown` may have looked before.
        set_deadline(timeout);
        if (buffer_.size() == 0) return read(first_read_size);
        // Pipelined. Through the queue, so that a peer who sends thousands does not grow the stack.
        asio::post(loop_.io(), [self = self()] { self->begin(); });
    }

    void read(std::size_t size) {
        socket_.async_read_some(buffer_.prepare(size), [self = self()](error_code error, std::size_t got) {
            if (error) return;
            self->buffer_.commit(got);
            self->parser_ ? self->parse() : self->begin();
        });
    }

    void begin() {
        is_waiting_ = false;
        parser_.emplace();
        parser_->body_limit(config().body_bytes_max);
        set_deadline(config().header_timeout);
        parse();
    }

    void parse() {
        while (true) {
            error_code error;
            buffer_.consume(parser_->put(buffer_.data(), error));
            if (error && error != http::error::need_more) return refuse_request(error);
            if (!is_routed_ && parser_->is_header_done()) {
                is_routed_ = true;
                parser_->eager(true);
                if (!route()) return;
            }
            if (parser_->is_done()) return answer();
            if (error || buffer_.size() == 0) return read_more();
        }
    }

    void read_more() {
        const auto length = is_routed_ ? parser_->content_length() : boost::none;
        if (!length || *length <= first_read_size) return read(first_read_size);
        buffer_.reserve(read_buffer_size);
        read(read_buffer_size - buffer_.size());
    }

    void refuse_request(error_code error) {
        if (error == http::error::body_limit)
            return refuse(http::status::payload_too_large, "request body too large");
        if (error == http::error::header_limit)
            return refuse(http::status::request_header_fields_too_large, "header too large");
        refuse(http::status::bad_request, "malformed HTTP request");
    }

    /// Once the header is there; true: it is a call, whose body is to be read.
    bool route() {
        const auto host = request().find(http::field::host);
        if (host != request().end() && !is_allowed(view(host->value())))
            return refuse(http::status::forbidden, "invalid host specified"), false;
        const auto target = view(request().target());
        const auto path = target.substr(0, target.find('?'));
        switch (request().method()) {
            case http::verb::get:
            case http::verb::head:
                beast::websocket::is_upgrade(request()) && path == "/" ? upgrade() : get(path);
                return false;
            case http::verb::post:
                return post(path);
            case http::verb::options:
                preflight();
                return false;
            default:
                refuse(http::status::method_not_allowed, "method not allowed");
                return false;
        }
    }

    /// A client names the same host in each request.
    bool is_allowed(std::string_view host) {
        if (!allowed_host_.empty() && host == allowed_host_) return true;
        if (!is_host_allowed(host, config().hosts)) return false;
        allowed_host_ = host;
        return true;
    }

    void upgrade() {
        const auto origin = request().find(http::field::origin);
        if (origin != request().end() && !is_origin_allowed(view(origin->value()), config().origins))
            return refuse(http::status::forbidden, "origin not allowed");
        error_code error;
        const auto protocol = socket_.local_endpoint(error).protocol();
        if (error) return;
        asio::ip::tcp::socket::native_handle_type handle{};
        {
            const std::lock_guard lock(socket_mutex_);
            handle = socket_.release(error);
            is_given_away_ = true;
        }
        if (!error) serve_websocket(protocol, handle, parser_->release(), client_, loop_, transport_);
    }

    void get(std::string_view path) {
        std::optional<Page> page;
        if (path == "/livez") {
            page = Page{.body = "ok\n"};
        } else if (path == "/readyz") {
            page = transport_.hooks.ready ? transport_.hooks.ready() : Page{.body = "ok\n"};
        } else {
            if (transport_.hooks.page) page = transport_.hooks.page(path);
            if (!page && path == "/") page = Page{};
        }
        if (!page) return refuse(http::status::not_found, "404 page not found");
        respond(static_cast<http::status>(page->status), page->type, std::move(page->body));
    }

    void preflight() {
        if (request().find(http::field::origin) == request().end())
            return refuse(http::status::method_not_allowed, "method not allowed");
        respond(http::status::no_content, "", "");
    }

    bool post(std::string_view path) {
        const auto no = [this](http::status status, std::string_view why) {
            refuse(status, why);
            return false;
        };
        if (path != "/") return no(http::status::not_found, "404 page not found");
        if (!is_json_type(view(request()[http::field::content_type])))
            return no(http::status::unsupported_media_type,
                      "invalid content type, only application/json is supported");
        set_deadline(config().body_timeout);
        if (parser_->is_done() || !beast::iequals(request()[http::field::expect], "100-continue"))
            return true;
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(socket_, asio::buffer(go_on), [self = self()](error_code error, std::size_t) {
            if (!error) self->parse();
        });
        return false;
    }

    void answer() {
        clear_deadline();
        if (transport_.loops.try_begin_call(client_)) return run();
        transport_.loops.begin_call(loop_, client_, [self = self()] { self->run(); });
    }

    void run() {
        respond(http::status::ok, "application/json",
                transport_.answer(loop_, request().body(), Call{nullptr, nullptr, client_}));
    }

    /// An answer in words, after which the connection ends if a body was announced and not read.
    void refuse(http::status status, std::string_view why) {
        respond(status, "text/plain; charset=utf-8", std::string(why) + "\n");
    }

    void respond(http::status status, std::string_view type, std::string body) {
        keep_alive_ = parser_->is_done() && request().keep_alive() && !transport_.is_stopping;
        head_ = "HTTP/1.1 ";
        head_ += std::to_string(static_cast<unsigned>(status));
        head_ += ' ';
        head_ += view(http::obsolete_reason(status));
        head_ += "\r\n";
        if (!type.empty()) add_field("Content-Type", type);
        if (status == http::status::method_not_allowed) add_field("Allow", "GET, HEAD, POST");
        add_cors();
        if (!keep_alive_) add_field("Connection", "close");
        if (status != http::status::no_content) add_field("Content-Length", std::to_string(body.size()));
        head_ += "\r\n";
        body_ = request().method() == http::verb::head ? std::string() : std::move(body);
        write();
    }

    void add_field(std::string_view name, std::string_view value) {
        head_ += name;
        head_ += ": ";
        head_ += value;
        head_ += "\r\n";
    }

    /// Without these fields a browser keeps the answer from the page.
    void add_cors() {
        const auto origin = request().find(http::field::origin);
        if (origin == request().end()) return;
        add_field("Vary", "Origin");
        if (!is_origin_allowed(view(origin->value()), config().origins)) return;
        add_field("Access-Control-Allow-Origin", view(origin->value()));
        if (request().method() != http::verb::options) return;
        add_field("Access-Control-Allow-Methods", "POST, GET");
        add_field("Access-Control-Allow-Headers", "Content-Type");
        add_field("Access-Control-Max-Age", "600");
    }

    /// At once what the socket takes at once, which is nearly always everything.
    void write() {
        set_deadline(config().write_timeout);
        std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(body_)};
        error_code error;
        const auto sent = socket_.write_some(parts, error);
        if (error && error != asio::error::would_block) return;
        if (sent == head_.size() + body_.size()) return written();
        if (!unsent_answer_.hold(body_.size())) return;  // Too much waits already: the connection ends here.
        free_memory(parser_->get().body());
        const auto of_head = std::min(sent, head_.size());
        parts[0] += of_head;
        parts[1] += sent - of_head;
        asio::async_write(socket_, parts, [self = self()](error_code failed, std::size_t) {
            if (!failed) self->written();
        });
    }

    void written() {
        free_memory(body_);
        unsent_answer_.give_back();
        if (!keep_alive_) return linger();
        parser_.reset();
        is_routed_ = false;
        if (buffer_.capacity() > read_buffer_size) buffer_.shrink_to_fit();
        wait(config().idle_timeout);
    }

    /// Reads what the peer still sends, for a while: closing at once would reset the connection and could
    /// take the answer away from a peer that is still writing its body.
    void linger() {
        error_code ignored;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        is_waiting_ = true;
        if (transport_.is_stopping) return;
        buffer_.clear();
        set_deadline(linger_timeout);
        drain();
    }

    void drain() {
        socket_.async_read_some(buffer_.prepare(read_buffer_size),
                                [self = self()](error_code error, std::size_t) {
                                    if (!error) self->drain();
                                });
    }

    Loop& loop_;
    asio::ip::tcp::socket socket_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>>
        parser_;  ///< While a request is being read or answered.
    std::string head_;
    std::string body_;
    UnsentAnswers::Held unsent_answer_;
    std::string allowed_host_;  ///< The last Host that passed.
    bool is_routed_ = false;    ///< The header has been looked at.
    bool keep_alive_ = false;
    std::atomic<bool> is_waiting_ = false;  ///< Nothing is owed to the peer: shutdown may end at once.
    std::atomic<Clock::time_point> deadline_ = Clock::time_point::max();
    std::mutex socket_mutex_;  ///< Between `cut` and the end of the socket here.
    bool is_given_away_ = false;
};

}  // namespace

void serve_http(asio::ip::tcp::socket socket, const Client& client, Loop& loop, TransportState& transport) {
    std::make_shared<HttpSession>(std::move(socket), client, loop, transport)->start();
}

}  // namespace farthing::rpc
