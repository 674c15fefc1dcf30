#pragma once
// Recent blocks, decoded, within a budget of memory. Thread-safe.
#include "chain/block.hpp"

#include <deque>
#include <list>
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

/// Older blocks, decoded again for readers: those that were asked for last. They are known by their hashes
/// alone, so the caller says which hash the chain has at a number, and a block that left the chain is not
/// found.
class ReadBlocks {
 public:
    /// The block that was put last stays, however large.
    explicit ReadBlocks(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    BlockPtr find(const Hash& hash);
    void put(BlockPtr block);

 private:
    std::size_t bytes_max_;
    std::mutex mutex_;
    std::list<BlockPtr> blocks_;  ///< The one asked for last stands first.
    std::map<Hash, std::list<BlockPtr>::iterator> places_;
    std::size_t bytes_ = 0;
};

}  // namespace farthing::chain
