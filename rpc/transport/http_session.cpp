#include "rpc/transport/connection.hpp"
#include "rpc/transport/policy.hpp"
#include "rpc/transport/upgrade.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace farthing::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

/// Read in pieces of 64 KiB: measured, small reads cost more than parsing on batches of transactions.
constexpr std::size_t read_buffer_size = 128 * 1024;
constexpr std::size_t first_read_size = 4096;
constexpr std::chrono::seconds linger_timeout{2};

std::string_view view(beast::string_view s) {
    return {s.data(), s.size()};
}

class HttpSession final : public Connection {
 public:
    HttpSession(asio::ip::tcp::socket socket, TransportState& transport)
        : Connection(transport), stream_(std::move(socket)) {}

    void start() {
        enroll();
        asio::dispatch(stream_.get_executor(),
                       [self = self()] { self->wait(self->transport_.config.header_timeout); });
    }

    void shutdown() override {
        asio::post(stream_.get_executor(), [self = self()] {
            if (self->is_waiting_) self->close();
        });
    }

 private:
    std::shared_ptr<HttpSession> self() { return std::static_pointer_cast<HttpSession>(shared_from_this()); }
    const ServerConfig& config() const { return transport_.config; }
    const http::request<http::string_body>& request() const { return parser_->get(); }

    /// For the first byte of a request, so that an idle connection holds no parser and no deadline of its
    /// own.
    void wait(std::chrono::seconds timeout) {
        if (transport_.is_stopping) return close();
        if (buffer_.size() > 0) return read_header();
        is_waiting_ = true;
        stream_.expires_after(timeout);
        stream_.async_read_some(buffer_.prepare(first_read_size),
                                [self = self()](error_code error, std::size_t size) {
                                    self->is_waiting_ = false;
                                    if (error) return self->close();
                                    self->buffer_.commit(size);
                                    self->read_header();
                                });
    }

    void read_header() {
        parser_.emplace();
        parser_->body_limit(config().body_bytes_max);
        stream_.expires_after(config().header_timeout);
        http::async_read_header(stream_, buffer_, *parser_, [self = self()](error_code error, std::size_t) {
            if (error == http::error::body_limit)
                return self->refuse(http::status::payload_too_large, "request body too large");
            if (error == http::error::header_limit)
                return self->refuse(http::status::request_header_fields_too_large, "header too large");
            if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
                error != http::error::end_of_stream && error != http::error::partial_message)
                return self->refuse(http::status::bad_request, "malformed HTTP request");
            if (error) return self->close();
            self->route();
        });
    }

    void route() {
        const auto host = request().find(http::field::host);
        if (host != request().end() && !is_host_allowed(view(host->value()), config().hosts))
            return refuse(http::status::forbidden, "invalid host specified");
        const auto target = view(request().target());
        const auto path = target.substr(0, target.find('?'));
        switch (request().method()) {
            case http::verb::get:
            case http::verb::head:
                return beast::websocket::is_upgrade(request()) && path == "/" ? upgrade() : get(path);
            case http::verb::post:
                return post(path);
            case http::verb::options:
                return preflight();
            default:
                return refuse(http::status::method_not_allowed, "method not allowed");
        }
    }

    void upgrade() {
        const auto origin = request().find(http::field::origin);
        if (origin != request().end() && !is_origin_allowed(view(origin->value()), config().origins))
            return refuse(http::status::forbidden, "origin not allowed");
        stream_.expires_never();
        serve_websocket(std::move(stream_), parser_->release(), transport_);
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
        if (config().cors.empty()) return refuse(http::status::method_not_allowed, "method not allowed");
        respond(http::status::no_content, "", "");
    }

    void post(std::string_view path) {
        if (path != "/") return refuse(http::status::not_found, "404 page not found");
        if (!is_json_type(view(request()[http::field::content_type])))
            return refuse(http::status::unsupported_media_type,
                          "invalid content type, only application/json is supported");
        const auto length = parser_->content_length();
        if (length && *length > first_read_size) buffer_.reserve(std::max(read_buffer_size, buffer_.size()));
        stream_.expires_after(config().body_timeout);
        if (!beast::iequals(request()[http::field::expect], "100-continue")) return read_body();
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(go_on), [self = self()](error_code error, std::size_t) {
            error ? self->close() : self->read_body();
        });
    }

    void read_body() {
        http::async_read(stream_, buffer_, *parser_, [self = self()](error_code error, std::size_t) {
            if (error == http::error::body_limit)
                return self->refuse(http::status::payload_too_large, "request body too large");
            if (error && error != beast::error::timeout && error != http::error::partial_message &&
                error.category() == http::make_error_code(http::error::bad_method).category())
                return self->refuse(http::status::bad_request, "malformed HTTP request");
            if (error) return self->close();
            self->answer();
        });
    }

    void answer() {
        auto out = transport_.hooks.handle(request().body(), Call{});
        respond(http::status::ok, "application/json", std::move(out));
    }

    /// An answer in words, after which the connection ends if a body was announced and not read.
    void refuse(http::status status, std::string_view why) {
        respond(status, "text/plain; charset=utf-8", std::string(why) + "\n");
    }

    void respond(http::status status, std::string_view type, std::string body) {
        const bool parsed = parser_->is_done();
        response_ = {};
        response_.result(status);
        response_.version(11);
        if (!type.empty())
            response_.set(http::field::content_type, beast::string_view(type.data(), type.size()));
        if (status == http::status::method_not_allowed) response_.set(http::field::allow, "GET, HEAD, POST");
        add_cors();
        response_.keep_alive(parsed && request().keep_alive() && !transport_.is_stopping);
        response_.content_length(body.size());
        if (status == http::status::no_content) response_.erase(http::field::content_length);
        if (request().method() != http::verb::head) response_.body() = std::move(body);
        write();
    }

    void add_cors() {
        const auto origin = request().find(http::field::origin);
        if (config().cors.empty() || origin == request().end()) return;
        response_.set(http::field::vary, "Origin");
        if (!is_listed(view(origin->value()), config().cors)) return;
        response_.set(http::field::access_control_allow_origin, origin->value());
        if (request().method() != http::verb::options) return;
        response_.set(http::field::access_control_allow_methods, "POST, GET");
        response_.set(http::field::access_control_allow_headers, "Content-Type");
        response_.set(http::field::access_control_max_age, "600");
    }

    void write() {
        stream_.expires_after(config().write_timeout);
        http::async_write(stream_, response_, [self = self()](error_code error, std::size_t) {
            if (error) return self->close();
            if (!self->response_.keep_alive()) return self->linger();
            self->parser_.reset();
            self->response_ = {};
            if (self->buffer_.capacity() > read_buffer_size) self->buffer_.shrink_to_fit();
            self->wait(self->config().idle_timeout);
        });
    }

    /// Reads what the peer still sends, for a while: closing at once would reset the connection and could
    /// take the answer away from a peer that is still writing its body.
    void linger() {
        error_code ignored;
        stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        if (transport_.is_stopping) return close();
        buffer_.clear();
        stream_.expires_after(linger_timeout);
        drain();
    }

    void drain() {
        is_waiting_ = true;
        stream_.async_read_some(
            buffer_.prepare(read_buffer_size),
            [self = self()](error_code error, std::size_t) { error ? self->close() : self->drain(); });
    }

    void close() { stream_.close(); }

    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    bool is_waiting_ = false;  ///< Nothing is owed to the peer: shutdown may close at once.
};

}  // namespace

void serve_http(asio::ip::tcp::socket socket, TransportState& transport) {
    std::make_shared<HttpSession>(std::move(socket), transport)->start();
}

}  // namespace farthing::rpc
