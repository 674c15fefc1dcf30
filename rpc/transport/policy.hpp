#pragma once
// Who may speak to us: the checks of Host, Origin and content type, and who counts as one client, as pure
// functions.
#include "rpc/method.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace farthing::rpc {

/// A Host header, with or without port. Loopback names and IP literals always pass: a rebinding attack needs
/// a name. `listed`, here and below: exact texts, letter case aside, or "*" for all.
bool is_host_allowed(std::string_view host, const std::vector<std::string>& listed);

/// An Origin header. Loopback origins pass, other IP literals do not: a hostile page can be served from one.
bool is_origin_allowed(std::string_view origin, const std::vector<std::string>& listed);

/// application/json and its JSON-RPC aliases. Others are refused: a form post needs no preflight.
bool is_json_type(std::string_view content_type);

/// Whose share a connection from that address takes.
Client client_of(const boost::asio::ip::address& remote);

}  // namespace farthing::rpc
