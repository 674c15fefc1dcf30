#include "node/rpc_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <charconv>
#include <optional>

namespace farthing::node {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::size_t answer_bytes_max = 64 << 20;

struct Url {
    std::string host;
    std::string port = "80";
    std::string path = "/";
};

Result<Url> parse_url(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    const auto refuse = [&] {
        return fail('"' + std::string(text) + "\" is not of the form http://host:port");
    };
    if (!text.starts_with(scheme)) return refuse();
    auto rest = text.substr(scheme.size());
    Url out;
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
        out.path = rest.substr(slash);
        rest = rest.substr(0, slash);
    }
    // The last colon behind a bracketed IPv6 address, if any, starts the port.
    const auto bracket = rest.find(']');
    const auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    out.host = rest.substr(0, colon);
    if (colon != std::string_view::npos) out.port = rest.substr(colon + 1);
    if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(out.port.data(), out.port.data() + out.port.size(), number);
    if (out.host.empty() || error != std::errc{} || end != out.port.data() + out.port.size()) return refuse();
    return out;
}

}  // namespace

struct HttpTransport::Parts {
    Url url;
    std::chrono::seconds timeout;
    asio::io_context io{1};
    std::optional<beast::tcp_stream> stream;

    asio::awaitable<void> connect() {
        asio::ip::tcp::resolver resolver(io);
        const auto found = co_await resolver.async_resolve(url.host, url.port, asio::use_awaitable);
        stream.emplace(io);
        stream->expires_after(timeout);
        co_await stream->async_connect(found, asio::use_awaitable);
    }

    asio::awaitable<std::string> exchange(std::string_view body) {
        if (!stream) co_await connect();
        http::request<http::string_body> request(http::verb::post, url.path, 11);
        request.set(http::field::host, url.host + ':' + url.port);
        request.set(http::field::content_type, "application/json");
        request.body() = body;
        request.prepare_payload();
        stream->expires_after(timeout);
        co_await http::async_write(*stream, request, asio::use_awaitable);
        beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.body_limit(answer_bytes_max);
        co_await http::async_read(*stream, buffer, parser, asio::use_awaitable);
        if (!parser.get().keep_alive()) stream.reset();
        if (parser.get().result() != http::status::ok)
            throw std::runtime_error("HTTP status " + std::to_string(parser.get().result_int()));
        co_return std::move(parser.get().body());
    }

    Result<std::string> try_once(std::string_view body) {
        Result<std::string> out = fail("no answer");
        asio::co_spawn(io, exchange(body), [&](std::exception_ptr error, std::string answer) {
            if (!error) {
                out = std::move(answer);
                return;
            }
            stream.reset();
            try {
                std::rethrow_exception(error);
            } catch (const boost::system::system_error& failure) {
                out = fail(failure.code().message());
            } catch (const std::exception& failure) {
                out = fail(failure.what());
            }
        });
        io.restart();
        io.run();
        return out;
    }
};

HttpTransport::HttpTransport(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpTransport::~HttpTransport() = default;

Result<std::unique_ptr<HttpTransport>> HttpTransport::open(std::string_view url,
                                                           std::chrono::seconds timeout) {
    TRY(auto parsed, parse_url(url));
    auto parts = std::make_unique<Parts>();
    parts->url = std::move(parsed);
    parts->timeout = timeout;
    return std::unique_ptr<HttpTransport>(new HttpTransport(std::move(parts)));
}

Result<std::string> HttpTransport::post(std::string_view body) {
    // A kept connection may have been closed by the node meanwhile: that is no failure of the node. What we
    // send is safe to send twice: reads, and transactions, which a chain takes once.
    const bool kept = parts_->stream.has_value();
    auto out = parts_->try_once(body);
    if (!out && kept) out = parts_->try_once(body);
    if (!out)
        return fail("no answer from http://" + parts_->url.host + ':' + parts_->url.port + ": " +
                    out.error().message);
    return out;
}

}  // namespace farthing::node
