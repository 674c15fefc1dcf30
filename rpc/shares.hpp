#pragma once
// How much of what is held for long, as filters, subscriptions and unread answers are, one client and all may
// hold.
#include "rpc/error.hpp"
#include "rpc/method.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace farthing::rpc {

/// A bounded amount of one thing. Not thread-safe: whoever holds the things counts them under a lock of its
/// own.
class Shares {
 public:
    struct Limits {
        std::size_t all = 0;
        std::size_t client = 0;   ///< Of them, of one counted Client.
        std::size_t reserve = 0;  ///< Beyond `all`, for this machine's own tools.
    };

    /// `what` stands behind "too many" where more are refused.
    Shares(std::string what, const Limits& limits) : what_(std::move(what)), limits_(limits) {}

    /// -32005 with the maximum where `client` may not hold `count` more.
    RpcResult<void> check(const Client& client, std::size_t count) const;
    void take(const Client& client, std::size_t count);
    /// Requires: taken before.
    void give_back(const Client& client, std::size_t count);

 private:
    std::string what_;
    Limits limits_;
    std::size_t all_ = 0;
    std::map<Client, std::size_t> own_;  ///< Of counted clients that hold something.
};

/// Filters or subscriptions, one each, and the addresses and topics that they name together: these are what
/// keeping them, and looking through logs for them, costs.
class FilterShares {
 public:
    FilterShares(Shares filters, Shares alternatives)
        : filters_(std::move(filters)), alternatives_(std::move(alternatives)) {}

    /// -32005 with the maximum, and nothing is taken, where there is no room for one of so many alternatives.
    RpcResult<void> take(const Client& client, std::size_t alternatives);
    /// Requires: taken before.
    void give_back(const Client& client, std::size_t alternatives);

 private:
    Shares filters_;
    Shares alternatives_;
};

}  // namespace farthing::rpc
