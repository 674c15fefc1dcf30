#pragma once
// Sending signed transactions, and the pool they wait in.
#include "rpc/dispatcher.hpp"
#include "rpc/methods/backend.hpp"
#include "rpc/slots.hpp"

#include <condition_variable>
#include <mutex>

namespace farthing::rpc {

class SendMethods {
 public:
    explicit SendMethods(const Backend& backend);
    void add_to(Dispatcher& dispatcher);

    /// Called after each block, by any thread.
    void on_head();
    void stop();

    /// Many at once: recovery runs in parallel. Answers in order, each as its own call would give.
    std::vector<RpcResult<std::string>> send_all(const std::vector<boost::json::array>& arguments);

 private:
    RpcResult<Hash> submit(const Bytes& tx);
    bool is_next(const Hash& tx) const;
    /// Nothing when no block has it by then, or the server stops.
    std::optional<chain::TxLocation> wait_for_block(const Hash& tx,
                                                    std::chrono::steady_clock::time_point until);
    RpcResult<Hash> send_raw(const Bytes& tx);
    RpcResult<Json> send_raw_sync(const Call& call, const Bytes& tx, const std::optional<Count>& timeout_ms);
    // What looks at the whole pool needs a slot.
    RpcResult<Json> status(const Call& call);
    RpcResult<Json> content(const Call& call);
    Json content_from(const Address& who);
    RpcResult<Json> inspect(const Call& call);

    const Backend& backend_;
    Slots sync_slots_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t heads_ = 0;   ///< Guarded by `mutex_`.
    bool is_stopping_ = false;  ///< Guarded by `mutex_`.
};

}  // namespace farthing::rpc
