#pragma once
// Recent blocks, decoded, within a budget of memory. Thread-safe.
#include "chain/block.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace farthing::chain {

class BlockCache {
 public:
    explicit BlockCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// The new head. Requires: follows the last one.
    void push(BlockPtr block);
    /// Makes an earlier block the head and forgets those after it.
    void rewind(BlockPtr head);
    BlockPtr head() const;
    BlockPtr find(std::uint64_t number) const;
    BlockPtr find(const Hash& hash) const;

 private:
    std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::deque<BlockPtr> blocks_;
    std::map<Hash, std::uint64_t> numbers_;
    std::size_t bytes_ = 0;
};

}  // namespace farthing::chain
