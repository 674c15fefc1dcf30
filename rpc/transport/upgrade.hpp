#pragma once
// The one hand-over between the two Beast files: a request that asks to become a WebSocket.
#include "rpc/transport/connection.hpp"

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace farthing::rpc {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

void serve_websocket(boost::beast::tcp_stream stream, UpgradeRequest request, TransportState& transport);

}  // namespace farthing::rpc
