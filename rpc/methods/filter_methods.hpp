#pragma once
// eth_getLogs and filters that are polled. A filter remembers how far its owner has read and looks at the
// chain when asked, so an idle filter costs nothing.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"
#include "rpc/shares.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <random>

namespace farthing::rpc {

/// Hashes of the latest pooled transactions, numbered; bounded.
class RecentTransactions {
 public:
    void add(const Hash& hash);
    std::uint64_t next() const;
    /// Those numbered `from` on that are still kept; moves `from` past them.
    std::vector<Hash> since(std::uint64_t& from) const;

 private:
    static constexpr std::size_t kept_max = 20'000;
    mutable std::mutex mutex_;
    std::deque<Hash> kept_;
    std::uint64_t next_ = 0;
};

class FilterMethods {
 public:
    explicit FilterMethods(const Backend& backend);
    void add_to(Dispatcher& dispatcher);
    void on_pending(const Hash& hash) { recent_.add(hash); }

 private:
    enum class Kind { logs, blocks, pending };
    struct Filter {
        Kind kind = Kind::logs;
        LogFilter logs;
        std::uint64_t next = 0;  ///< Block or pooled transaction to be read next. Guarded by `polling`.
        std::chrono::steady_clock::time_point polled{};  ///< Guarded by `mutex_`.
        std::size_t alternatives = 0;                    ///< Of `logs`.
        Client client{};     ///< Who installed it; anyone who knows its id may use it.
        std::mutex polling;  ///< Polls of one filter follow one another; those of others do not wait.
    };
    using FilterPtr = std::shared_ptr<Filter>;

    RpcResult<Json> get_logs(const Call& call, const LogFilter& filter);
    RpcResult<std::string> new_filter(const Call& call, const LogFilter& filter);
    RpcResult<std::string> new_block_filter(const Call& call);
    RpcResult<std::string> new_pending_filter(const Call& call, const std::optional<bool>& full);
    RpcResult<Json> changes(const Call& call, const std::string& id);
    RpcResult<Json> filter_logs(const Call& call, const std::string& id);
    bool uninstall(const std::string& id);

    RpcResult<std::string> install(const Call& call, Kind kind, std::uint64_t next,
                                   const LogFilter& logs = {});
    /// Forgets those that nobody polls any more. Requires: `mutex_` is held.
    void forget_idle();
    /// Counts as a poll; null when there is none.
    FilterPtr find(const std::string& id);
    Json log_changes(const LogFilter& filter, std::uint64_t& next);
    Json block_changes(std::uint64_t& next);
    Json pending_changes(std::uint64_t& next);

    const Backend& backend_;
    RecentTransactions recent_;
    std::mutex mutex_;
    std::map<std::string, FilterPtr> filters_;  ///< Guarded by `mutex_`, so are the next two.
    FilterShares shares_;                       ///< What those in `filters_` take.
    std::random_device random_;
};

}  // namespace farthing::rpc
