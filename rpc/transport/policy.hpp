#pragma once
// Who may speak to us: the checks of Host, Origin and content type, as pure functions.
#include <string>
#include <string_view>
#include <vector>

namespace farthing::rpc {

/// A Host header, with or without port. Loopback names and IP literals always pass: a rebinding attack needs
/// a name.
bool is_host_allowed(std::string_view host, const std::vector<std::string>& listed);

/// An Origin header. Loopback origins pass, other IP literals do not: a hostile page can be served from one.
bool is_origin_allowed(std::string_view origin, const std::vector<std::string>& listed);

/// "*" or the exact text, letter case aside.
bool is_listed(std::string_view value, const std::vector<std::string>& listed);

/// application/json and its JSON-RPC aliases. Others are refused: a form post needs no preflight.
bool is_json_type(std::string_view content_type);

}  // namespace farthing::rpc
