#include "rpc/transport/unsent_answers.hpp"

#include "core/base/check.hpp"

#include <utility>

namespace farthing::rpc {

bool UnsentAnswers::Held::hold(std::size_t size) {
    FARTHING_CHECK(beyond_ == 0);
    if (size <= answers_.kept_) return true;
    const auto beyond = size - answers_.kept_;
    if (!answers_.add(client_, beyond)) return false;
    beyond_ = beyond;
    return true;
}

void UnsentAnswers::Held::give_back() {
    if (beyond_ != 0) answers_.remove(client_, std::exchange(beyond_, 0));
}

bool UnsentAnswers::add(const Client& client, std::size_t size) {
    const std::lock_guard lock(mutex_);
    if (!shares_.check(client, size)) return false;
    shares_.take(client, size);
    return true;
}

void UnsentAnswers::remove(const Client& client, std::size_t size) {
    const std::lock_guard lock(mutex_);
    shares_.give_back(client, size);
}

}  // namespace farthing::rpc
