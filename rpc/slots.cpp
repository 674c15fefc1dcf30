#include "rpc/slots.hpp"

#include <algorithm>

namespace farthing::rpc {
namespace {

bool has_room(const Client& client, std::size_t own, std::size_t all, std::size_t max) {
    const auto share = std::max<std::size_t>(1, max / 2);
    return all < max && (!client.is_counted || own < share);
}

}  // namespace

bool Slots::may_run(const Client& client, const Share& own) const {
    return has_room(client, own.running, all_.running, limits_.running);
}

bool Slots::may_wait(const Client& client, const Share& own) const {
    return !is_stopping_ && has_room(client, own.waiting, all_.waiting, limits_.waiting);
}

bool Slots::wait(std::unique_lock<std::mutex>& lock, const Client& client, Share& own) {
    ++all_.waiting;
    ++own.waiting;
    changed_.wait_for(lock, limits_.patience, [&] { return is_stopping_ || may_run(client, own); });
    --all_.waiting;
    --own.waiting;
    return may_run(client, own);
}

RpcResult<Slots::Held> Slots::take(const Client& client) {
    std::unique_lock lock(mutex_);
    auto& own = shares_[client];
    const auto refuse = [&](int why, const char* message) {
        forget_if_idle(client);
        return rpc_fail(why, message);
    };
    if (!may_run(client, own)) {
        if (!may_wait(client, own))
            return refuse(code::limit_exceeded, "too many calls that take long at the same time");
        if (!wait(lock, client, own)) return refuse(code::timed_out, "request timed out");
    }
    ++all_.running;
    ++own.running;
    return Held(*this, client);
}

void Slots::forget_if_idle(const Client& client) {
    const auto found = shares_.find(client);
    if (found->second.running == 0 && found->second.waiting == 0) shares_.erase(found);
}

void Slots::give_back(const Client& client) {
    {
        const std::lock_guard lock(mutex_);
        --all_.running;
        --shares_.find(client)->second.running;
        forget_if_idle(client);
    }
    changed_.notify_all();
}

void Slots::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
}

}  // namespace farthing::rpc
