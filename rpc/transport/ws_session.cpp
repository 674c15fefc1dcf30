#include "rpc/transport/connection.hpp"
#include "rpc/transport/upgrade.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <unistd.h>

#include <deque>

namespace farthing::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

constexpr std::chrono::seconds close_timeout{2};
constexpr std::size_t kept_buffer_size = 128 * 1024;

/// One message is read, answered, and its answer written before the next is read; notifications go out
/// between. Members are touched on the strand only, except the atomic ones.
class WsSession final : public Connection, public Subscriber {
 public:
    WsSession(beast::tcp_stream stream, UpgradeRequest request, const Client& client, Loop& loop,
              TransportState& transport)
        : Connection(transport, client),
          loop_(loop),
          request_(std::move(request)),
          ws_(std::move(stream)),
          deadline_(ws_.get_executor()),
          unsent_answer_(transport.unsent_answers, client) {}

    ~WsSession() override { transport_.unsent_notifications -= unsent_; }

    void start() {
        enroll();
        asio::dispatch(ws_.get_executor(), [self = self()] { self->accept(); });
    }

    void notify(std::shared_ptr<const std::string> message) override {
        if (is_given_up_) return;
        const auto size = message->size();
        const auto own = unsent_ += size;
        const auto all = transport_.unsent_notifications += size;
        const auto& config = transport_.config;
        const bool too_slow =
            own > config.notifications_bytes_max ||
            (own > config.notifications_bytes_kept && all > config.all_notifications_bytes_max);
        if (too_slow) is_given_up_ = true;
        asio::post(ws_.get_executor(), [self = self(), message = std::move(message), too_slow]() mutable {
            if (too_slow) return self->close(websocket::close_code::try_again_later);
            self->enqueue({std::move(message), false});
        });
    }

    void shutdown() override {
        asio::post(ws_.get_executor(), [self = self()] {
            self->is_ending_ = true;
            // During the handshake nothing else may be written; its end looks at `is_stopping`.
            if (self->is_open_ && !self->is_answering_) self->close(websocket::close_code::going_away);
        });
    }

 private:
    struct Outgoing {
        std::shared_ptr<const std::string> text;
        bool is_answer = false;
    };

    std::shared_ptr<WsSession> self() { return std::static_pointer_cast<WsSession>(shared_from_this()); }

    void accept() {
        websocket::stream_base::timeout timeouts{};
        timeouts.handshake_timeout = transport_.config.header_timeout;
        timeouts.idle_timeout = transport_.config.ws_idle_timeout;
        timeouts.keep_alive_pings = true;
        ws_.set_option(timeouts);
        ws_.auto_fragment(false);
        ws_.read_message_max(transport_.config.body_bytes_max);
        ws_.async_accept(request_, [self = self()](error_code error) {
            if (error) return;
            self->request_ = {};
            self->is_open_ = true;
            if (self->transport_.is_stopping) return self->close(websocket::close_code::going_away);
            self->read();
        });
    }

    void read() {
        if (buffer_.capacity() > kept_buffer_size) buffer_ = {};
        ws_.async_read(buffer_, [self = self()](error_code error, std::size_t) {
            if (error) return self->drop();  // Over-long messages were closed with 1009 by the stream.
            self->answer(beast::buffers_to_string(self->buffer_.data()));
        });
    }

    /// Off the strand, so that a call that takes long holds up no notification.
    void answer(std::string message) {
        buffer_.consume(buffer_.size());
        if (is_closing_) return;
        is_answering_ = true;
        transport_.loops.begin_call(loop_, client_, [self = self(), message = std::move(message)] {
            std::vector<std::function<void()>> after;
            auto out = std::make_shared<const std::string>(
                self->transport_.answer(self->loop_, message, Call{self, &after, self->client_}));
            asio::post(self->ws_.get_executor(),
                       [self, out = std::move(out), after = std::move(after)]() mutable {
                           self->take_answer(std::move(out));
                           for (const auto& action : after) action();
                       });
        });
    }

    void take_answer(std::shared_ptr<const std::string> out) {
        if (out->empty()) return answered();
        if (!unsent_answer_.hold(out->size())) return close(websocket::close_code::try_again_later);
        enqueue({std::move(out), true});
    }

    void answered() {
        is_answering_ = false;
        if (is_ending_) return close(websocket::close_code::going_away);
        if (!is_closing_) read();
    }

    void enqueue(Outgoing message) {
        if (is_closing_) return;
        queue_.push_back(std::move(message));
        if (queue_.size() == 1) write();
    }

    void write() {
        ws_.text(true);
        deadline_.expires_after(transport_.config.write_timeout);
        deadline_.async_wait([self = self()](error_code error) {
            if (!error) self->drop();
        });
        ws_.async_write(asio::buffer(*queue_.front().text), [self = self()](error_code error, std::size_t) {
            self->deadline_.cancel();
            if (error) return self->drop();
            const auto sent = std::move(self->queue_.front());
            self->queue_.pop_front();
            sent.is_answer ? self->unsent_answer_.give_back() : self->forget(sent.text->size());
            if (self->is_closing_) return self->say_goodbye();
            if (!self->queue_.empty()) self->write();
            if (sent.is_answer) self->answered();
        });
    }

    void forget(std::size_t size) {
        unsent_ -= size;
        transport_.unsent_notifications -= size;
    }

    /// Lets the message that is being written finish (a frame cannot be cut), drops the rest.
    void close(websocket::close_code why) {
        if (is_closing_) return;
        is_closing_ = true;
        is_given_up_ = true;
        why_ = why;
        const bool is_writing = !queue_.empty();
        if (queue_.size() > 1) queue_.erase(queue_.begin() + 1, queue_.end());
        if (!is_writing) return say_goodbye();
        deadline_.expires_after(close_timeout);
        deadline_.async_wait([self = self()](error_code error) {
            if (!error) self->drop();
        });
    }

    void say_goodbye() {
        deadline_.expires_after(close_timeout);
        deadline_.async_wait([self = self()](error_code error) {
            if (!error) self->drop();
        });
        ws_.async_close(why_, [self = self()](error_code) { self->drop(); });
    }

    void drop() {
        is_closing_ = true;
        is_given_up_ = true;
        deadline_.cancel();
        beast::get_lowest_layer(ws_).close();
    }

    Loop& loop_;
    UpgradeRequest request_;
    websocket::stream<beast::tcp_stream> ws_;
    asio::steady_timer deadline_;
    beast::flat_buffer buffer_;
    std::deque<Outgoing> queue_;
    UnsentAnswers::Held unsent_answer_;
    std::atomic<std::size_t> unsent_ = 0;    ///< Bytes of notifications not written yet.
    std::atomic<bool> is_given_up_ = false;  ///< Takes no more notifications.
    websocket::close_code why_ = websocket::close_code::normal;
    bool is_open_ = false;  ///< The handshake is done.
    bool is_answering_ = false;
    bool is_ending_ = false;
    bool is_closing_ = false;
};

}  // namespace

void serve_websocket(const asio::ip::tcp& protocol, asio::ip::tcp::socket::native_handle_type handle,
                     UpgradeRequest request, const Client& client, Loop& loop, TransportState& transport) {
    beast::tcp_stream stream(asio::make_strand(loop.io()));
    error_code error;
    stream.socket().assign(protocol, handle, error);
    if (error) {
        ::close(handle);
        return;
    }
    std::make_shared<WsSession>(std::move(stream), std::move(request), client, loop, transport)->start();
}

}  // namespace farthing::rpc
