#include "rpc/transport/policy.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace farthing::rpc {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

/// host[:port] or [v6][:port] without the port and brackets.
std::string host_name(std::string_view authority) {
    if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
    return lower(authority.substr(0, authority.find(':')));
}

bool is_loopback_name(const std::string& name) {
    return name == "localhost" || name.ends_with(".localhost");
}

bool is_v4(const std::string& name) {
    in_addr address{};
    return inet_pton(AF_INET, name.c_str(), &address) == 1;
}
bool is_v6(const std::string& name) {
    in6_addr address{};
    return inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

bool is_listed(std::string_view value, const std::vector<std::string>& listed) {
    return std::ranges::any_of(listed,
                               [&](const auto& one) { return one == "*" || lower(one) == lower(value); });
}

}  // namespace

bool is_host_allowed(std::string_view host, const std::vector<std::string>& listed) {
    const auto name = host_name(host);
    return is_loopback_name(name) || is_v4(name) || is_v6(name) || is_listed(name, listed) ||
           is_listed(host, listed);
}

bool is_origin_allowed(std::string_view origin, const std::vector<std::string>& listed) {
    if (is_listed(origin, listed)) return true;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!origin.starts_with(scheme)) continue;
        const auto name = host_name(origin.substr(scheme.size()));
        return is_loopback_name(name) || (is_v4(name) && name.starts_with("127.")) || name == "::1";
    }
    return false;
}

bool is_json_type(std::string_view content_type) {
    if (content_type == "application/json") return true;  // Nearly always.
    auto type = lower(content_type.substr(0, content_type.find(';')));
    while (type.ends_with(' ')) type.pop_back();
    return type == "application/json" || type == "application/json-rpc" || type == "application/jsonrequest";
}

Client client_of(const boost::asio::ip::address& remote) {
    using boost::asio::ip::address_v4;
    using boost::asio::ip::address_v6;
    constexpr std::size_t network_size = 8;  // 64 bits.
    const bool is_v4 = remote.is_v4() || remote.to_v6().is_v4_mapped();
    const auto v4 = [&] {
        return remote.is_v4() ? remote.to_v4()
                              : boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, remote.to_v6());
    };
    if (is_v4 ? v4() == address_v4::loopback() : remote.to_v6() == address_v6::loopback()) return {};
    Client out{
        .is_counted = true,
        .address = (is_v4 ? make_address_v6(boost::asio::ip::v4_mapped, v4()) : remote.to_v6()).to_bytes()};
    if (!is_v4) std::fill(out.address.begin() + network_size, out.address.end(), std::uint8_t{0});
    return out;
}

}  // namespace farthing::rpc
