#include "rpc/transport/unsent_answers.hpp"

#include "core/base/check.hpp"

#include <utility>

namespace farthing::rpc {

bool UnsentAnswers::Held::hold(std::size_t size) {
    FARTHING_CHECK(beyond_ == 0);
    if (size <= answers_.limits_.kept) return true;
    const auto beyond = size - answers_.limits_.kept;
    if (!answers_.add(client_, beyond)) return false;
    beyond_ = beyond;
    return true;
}

void UnsentAnswers::Held::give_back() {
    if (beyond_ != 0) answers_.remove(client_, std::exchange(beyond_, 0));
}

bool UnsentAnswers::add(const Client& client, std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (size > limits_.all || all_ > limits_.all - size) return false;
    if (client.is_counted) {
        const auto found = counted_.find(client);
        const auto own = found == counted_.end() ? 0 : found->second;
        if (size > limits_.client || own > limits_.client - size) return false;
        counted_[client] = own + size;
    }
    all_ += size;
    return true;
}

void UnsentAnswers::remove(const Client& client, std::size_t size) {
    const std::lock_guard lock(mutex_);
    all_ -= size;
    if (!client.is_counted) return;
    const auto own = counted_.find(client);
    own->second -= size;
    if (own->second == 0) counted_.erase(own);
}

}  // namespace farthing::rpc
