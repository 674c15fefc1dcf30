#pragma once
// The one hand-over between the two Beast files: a request that asks to become a WebSocket.
#include "rpc/transport/connection.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace farthing::rpc {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// Takes over the socket behind `handle`, which no other object may use any more.
void serve_websocket(const boost::asio::ip::tcp& protocol,
                     boost::asio::ip::tcp::socket::native_handle_type handle, UpgradeRequest request,
                     const Client& client, Loop& loop, TransportState& transport);

}  // namespace farthing::rpc
