#pragma once
// The other end of JSON-RPC: how the keeper and the verifier speak to a node.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace farthing::node {

/// Sends a request's text to a node and gives the answer's. One call at a time.
class RpcTransport {
 public:
    virtual ~RpcTransport() = default;
    virtual Result<std::string> post(std::string_view body) = 0;
};

/// A node in this process: the request goes straight to its dispatcher.
class LocalTransport final : public RpcTransport {
 public:
    using Handler = std::function<std::string(std::string_view)>;
    explicit LocalTransport(Handler handler) : handler_(std::move(handler)) {}
    Result<std::string> post(std::string_view body) override { return handler_(body); }

 private:
    Handler handler_;
};

/// A node behind HTTP/1.1 over one kept connection, opened again when it breaks.
class HttpTransport final : public RpcTransport {
 public:
    /// `url`: http://host[:port][/path]. Connects at the first call.
    static Result<std::unique_ptr<HttpTransport>> open(
        std::string_view url, std::chrono::seconds timeout = std::chrono::seconds(10));
    ~HttpTransport() override;
    Result<std::string> post(std::string_view body) override;

 private:
    struct Parts;
    explicit HttpTransport(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

class RpcClient {
 public:
    explicit RpcClient(std::unique_ptr<RpcTransport> transport) : transport_(std::move(transport)) {}

    /// The result. Errors: no answer, an answer that is not JSON-RPC, or the node's own error, whose text
    /// (and revert data as hex) is in the message.
    Result<boost::json::value> call(std::string_view method, boost::json::array params = {});
    /// Results that are QUANTITY or DATA.
    Result<std::uint64_t> call_quantity(std::string_view method, boost::json::array params = {});
    Result<Bytes> call_data(std::string_view method, boost::json::array params = {});

 private:
    std::unique_ptr<RpcTransport> transport_;
    std::uint64_t next_id_ = 1;
};

/// A QUANTITY of at most 64 bits.
Result<std::uint64_t> quantity_from(const boost::json::value& value);
/// The shortest form, `0x0` for 0.
std::string quantity_text(std::uint64_t value);

}  // namespace farthing::node
