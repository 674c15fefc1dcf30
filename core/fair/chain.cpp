#include "core/fair/chain.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::fair {
namespace {

std::uint64_t root_up(std::uint64_t v) {
    std::uint64_t r = 1;
    while (r * r < v) ++r;
    return r;
}

}  // namespace

Hash previous_link(const Hash& link) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::uint8_t, 64> text{};
    for (std::size_t i = 0; i < 32; ++i) {
        text[2 * i] = static_cast<std::uint8_t>(digits[link[i] >> 4]);
        text[2 * i + 1] = static_cast<std::uint8_t>(digits[link[i] & 15]);
    }
    return sha256(text);
}

std::optional<std::uint64_t> links_between(const Hash& link, const Hash& head, std::uint64_t steps_max) {
    auto at = link;
    for (std::uint64_t steps = 0;; ++steps) {
        if (at == head) return steps;
        if (steps == steps_max) return std::nullopt;
        at = previous_link(at);
    }
}

SeedChain::SeedChain(const Hash& secret, std::uint64_t length)
    : length_(length), stride_(root_up(length)), tip_(secret) {
    FARTHING_CHECK(length >= 1 && length <= std::uint64_t{1} << 40);
    checkpoints_.resize(static_cast<std::size_t>((length + stride_ - 1) / stride_ + 1));
    checkpoints_.back() = secret;
    for (auto index = length; index > 0;) {
        tip_ = previous_link(tip_);
        if (--index % stride_ == 0) checkpoints_[static_cast<std::size_t>(index / stride_)] = tip_;
    }
    for (std::size_t i = 0; i < checkpoints_.size(); ++i)
        checkpoint_index_.emplace(checkpoints_[i], index_at(i));
}

std::uint64_t SeedChain::index_at(std::size_t checkpoint) const {
    return std::min<std::uint64_t>(checkpoint * stride_, length_);
}

Hash SeedChain::link(std::uint64_t index) const {
    FARTHING_CHECK(index <= length_);
    if (segment_.empty() || index < segment_first_ || index - segment_first_ >= segment_.size()) {
        const auto below = static_cast<std::size_t>(std::min(index, length_ - 1) / stride_);
        segment_first_ = index_at(below);
        segment_.resize(static_cast<std::size_t>(index_at(below + 1) - segment_first_ + 1));
        segment_.back() = checkpoints_[below + 1];
        for (auto i = segment_.size() - 1; i > 0; --i) segment_[i - 1] = previous_link(segment_[i]);
        FARTHING_CHECK(segment_.front() == checkpoints_[below]);
    }
    return segment_[static_cast<std::size_t>(index - segment_first_)];
}

std::optional<std::uint64_t> SeedChain::index_of(const Hash& link) const {
    auto at = link;
    for (std::uint64_t steps = 0; steps < stride_ + 1; ++steps) {
        if (const auto found = checkpoint_index_.find(at); found != checkpoint_index_.end()) {
            const auto index = found->second + steps;
            return index <= length_ && this->link(index) == link ? std::optional(index) : std::nullopt;
        }
        at = previous_link(at);
    }
    return std::nullopt;
}

Hash genesis_randomness(ByteView genesis_file) {
    return sha256(concat(as_bytes("farthing.genesis.v1"), genesis_file));
}

Hash block_randomness(const Hash& previous, std::uint64_t block_number, const Hash& preimage) {
    return sha256(concat(as_bytes("farthing.randao.v1"), previous, be64(block_number), preimage));
}

}  // namespace farthing::fair
