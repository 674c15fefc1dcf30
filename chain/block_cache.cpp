#include "chain/block_cache.hpp"

#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

// What a decoded block takes, roughly: each transaction's struct, wire form and receipt, and each log.
std::size_t memory_of(const Block& block) {
    std::size_t logs = 0;
    for (const auto& receipt : block.receipts)
        for (const auto& log : receipt.logs)
            logs += sizeof(Log) + 32 + log.topics.size() * Hash::size() + log.data.size();
    return 2'000 + 900 * block.transactions.size() + block.size + logs;
}

}  // namespace

void BlockCache::push(BlockPtr block) {
    const std::lock_guard lock(mutex_);
    FARTHING_CHECK(blocks_.empty() || block->header.number == blocks_.back()->header.number + 1);
    bytes_ += memory_of(*block);
    numbers_.emplace(block->hash, block->header.number);
    blocks_.push_back(std::move(block));
    while (blocks_.size() > 1 && bytes_ > bytes_max_) {
        bytes_ -= memory_of(*blocks_.front());
        numbers_.erase(blocks_.front()->hash);
        blocks_.pop_front();
    }
}

void BlockCache::rewind(BlockPtr head) {
    const std::lock_guard lock(mutex_);
    while (!blocks_.empty() && blocks_.back()->header.number >= head->header.number) {
        bytes_ -= memory_of(*blocks_.back());
        numbers_.erase(blocks_.back()->hash);
        blocks_.pop_back();
    }
    bytes_ += memory_of(*head);
    numbers_.emplace(head->hash, head->header.number);
    blocks_.push_back(std::move(head));
}

BlockPtr BlockCache::head() const {
    const std::lock_guard lock(mutex_);
    return blocks_.back();
}

BlockPtr BlockCache::find(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    const auto first = blocks_.front()->header.number;
    if (number < first || number - first >= blocks_.size()) return nullptr;
    return blocks_[number - first];
}

BlockPtr BlockCache::find(const Hash& hash) const {
    const std::lock_guard lock(mutex_);
    const auto found = numbers_.find(hash);
    if (found == numbers_.end()) return nullptr;
    return blocks_[found->second - blocks_.front()->header.number];
}

BlockPtr ReadBlocks::find(const Hash& hash) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(hash);
    if (found == places_.end()) return nullptr;
    blocks_.splice(blocks_.begin(), blocks_, found->second);
    return blocks_.front();
}

void ReadBlocks::put(BlockPtr block) {
    const std::lock_guard lock(mutex_);
    // Two readers may have decoded it at the same time.
    if (places_.contains(block->hash)) return;
    bytes_ += memory_of(*block);
    blocks_.push_front(std::move(block));
    places_.emplace(blocks_.front()->hash, blocks_.begin());
    while (blocks_.size() > 1 && bytes_ > bytes_max_) {
        bytes_ -= memory_of(*blocks_.back());
        places_.erase(blocks_.back()->hash);
        blocks_.pop_back();
    }
}

}  // namespace farthing::chain
