#pragma once
// Memory of the trie's nodes: size classes of 16 bytes cut from large chunks, so a node costs no header and a
// freed node is the next one made. Freed memory stays with the process for the next versions.
//
// Thread rule: whoever allocates or frees holds `lock()`. That is taken once a batch; it makes two chains in
// one process safe (tests run several nodes) and lets any thread release old versions.
#include <array>
#include <cstddef>
#include <mutex>

namespace farthing::trie::pool {

using Mutex = std::mutex;  // tidy: allow thread: guards memory only; no result depends on who waits

std::unique_lock<Mutex> lock();

void* allocate(std::size_t bytes);
void free(void* memory, std::size_t bytes);
/// What `allocate(bytes)` takes.
std::size_t taken(std::size_t bytes);

/// Nodes for one builder, cut from chunks of its own, so that builders in several threads do not wait for one
/// another: only the next chunk takes the lock, by itself. Its nodes are nodes of the pool. One thread.
class Arena {
 public:
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    /// Gives the pool what is left. Nodes made here stay.
    ~Arena();

    void* allocate(std::size_t bytes);
    void free(void* memory, std::size_t bytes);
    /// Makes the pool's figures include what was made here.
    void report();

 private:
    struct Free {
        Free* next = nullptr;
    };
    static constexpr std::size_t pooled_max = 1024;
    static constexpr std::size_t step = 16;

    std::array<Free*, pooled_max / step + 1> free_{};
    std::byte* at_ = nullptr;
    std::size_t left_ = 0;
    std::size_t nodes_ = 0;  ///< Made less freed since the last report; unsigned wrap-around subtracts.
    std::size_t bytes_ = 0;
};

}  // namespace farthing::trie::pool
