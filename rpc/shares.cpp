#include "rpc/shares.hpp"

#include "core/base/check.hpp"

namespace farthing::rpc {
namespace {

/// Does not wrap, however large the count is.
bool is_beyond(std::size_t held, std::size_t count, std::size_t max) {
    return count > max || held > max - count;
}

}  // namespace

RpcResult<void> Shares::check(const Client& client, std::size_t count) const {
    const auto refuse = [&](const std::string& where, std::size_t max) {
        return rpc_fail(code::limit_exceeded,
                        "too many " + what_ + where + " (max " + std::to_string(max) + ")");
    };
    const auto own = own_.find(client);
    const auto held = own == own_.end() ? 0 : own->second;
    if (client.is_counted && is_beyond(held, count, limits_.client))
        return refuse(" from this address", limits_.client);
    const auto max = limits_.all + (client.is_counted ? 0 : limits_.reserve);
    if (is_beyond(all_, count, max)) return refuse("", max);
    return {};
}

void Shares::take(const Client& client, std::size_t count) {
    if (client.is_counted && count != 0) own_[client] += count;
    all_ += count;
}

void Shares::give_back(const Client& client, std::size_t count) {
    FARTHING_CHECK(all_ >= count);
    all_ -= count;
    if (!client.is_counted || count == 0) return;
    const auto own = own_.find(client);
    FARTHING_CHECK(own != own_.end() && own->second >= count);
    own->second -= count;
    if (own->second == 0) own_.erase(own);
}

RpcResult<void> FilterShares::take(const Client& client, std::size_t alternatives) {
    TRY(filters_.check(client, 1));
    TRY(alternatives_.check(client, alternatives));
    filters_.take(client, 1);
    alternatives_.take(client, alternatives);
    return {};
}

void FilterShares::give_back(const Client& client, std::size_t alternatives) {
    filters_.give_back(client, 1);
    alternatives_.give_back(client, alternatives);
}

}  // namespace farthing::rpc
