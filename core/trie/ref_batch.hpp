#pragma once
// Refs of many encoded nodes, hashed several at a time.
#include "core/trie/encode.hpp"

namespace farthing::trie {

/// Give it nodes whose children have their refs; theirs are there after `flush`.
class RefBatch {
 public:
    /// Copies `encoded`. `to` is written by `flush`, or earlier.
    void add(ByteView encoded, Ref& to);
    void flush();

 private:
    /// Enough to fill the lanes, and still in the cache.
    static constexpr std::size_t run = 64;

    Bytes encoded_;
    std::array<std::size_t, run + 1> ends_{};
    std::array<Ref*, run> to_{};
    std::size_t count_ = 0;
};

}  // namespace farthing::trie
