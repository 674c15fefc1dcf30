#include "core/trie/pool.hpp"

#include "core/trie/trie.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

// Under AddressSanitizer each node is its own allocation, so that a use after release is seen.
#if defined(__SANITIZE_ADDRESS__)
#define FARTHING_TRIE_NO_POOL 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FARTHING_TRIE_NO_POOL 1
#endif
#endif

namespace farthing::trie {
namespace pool {
namespace {

#ifdef FARTHING_TRIE_NO_POOL
constexpr std::size_t pooled_max = 0;
#else
constexpr std::size_t pooled_max = 1024;
#endif
constexpr std::size_t step = 16;
constexpr std::size_t chunk_size = std::size_t{1} << 20;

using Counter = std::atomic<std::size_t>;  // tidy: allow thread: metrics only; no result depends on it

struct Free {
    Free* next = nullptr;
};

class Pool {
 public:
    Mutex mutex;

    void* allocate(std::size_t bytes) {
        const auto size = taken(bytes);
        count(1, size);
        if (size > pooled_max) return ::operator new(size);
        auto*& head = free_[size / step];
        if (head != nullptr) {
            auto* const node = head;
            head = node->next;
            return node;
        }
        // The rest of a chunk (under 1 KiB of 1 MiB) is left unused.
        if (left_ < size) next_chunk();
        auto* const memory = at_;
        at_ += size;
        left_ -= size;
        return memory;
    }

    void free(void* memory, std::size_t bytes) {
        const auto size = taken(bytes);
        // Unsigned wrap-around subtracts.
        count(~std::size_t{0}, ~size + 1);
        if (size > pooled_max) {
            ::operator delete(memory);
            return;
        }
        auto*& head = free_[size / step];
        head = ::new (memory) Free{head};
    }

    /// What is left of the chunk at hand, or a new one when that is not worth taking.
    std::span<std::byte> give_chunk() {
        if (left_ < chunk_size / 16) next_chunk();
        return {std::exchange(at_, nullptr), std::exchange(left_, 0)};
    }
    void take_back(std::span<std::byte> rest) {
        if (rest.size() <= left_) return;
        at_ = rest.data();
        left_ = rest.size();
    }
    /// Makes free memory of a size class the next to be taken.
    void adopt(void* memory, std::size_t size) {
        auto*& head = free_[size / step];
        head = ::new (memory) Free{head};
    }
    void count(std::size_t nodes, std::size_t bytes) {
        // Only the holder of the mutex writes, so a plain load and store suffice; metrics read from any
        // thread.
        nodes_.store(nodes_.load(std::memory_order_relaxed) + nodes, std::memory_order_relaxed);
        bytes_.store(bytes_.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
    }

    PoolUse use() const {
        return {nodes_.load(std::memory_order_relaxed), bytes_.load(std::memory_order_relaxed)};
    }

 private:
    void next_chunk() {
        chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk_size));
        at_ = chunks_.back().get();
        left_ = chunk_size;
    }

    std::array<Free*, pooled_max / step + 1> free_{};
    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::byte* at_ = nullptr;
    std::size_t left_ = 0;
    Counter nodes_ = 0;
    Counter bytes_ = 0;
};

/// Never destroyed: readers may outlive static destructors at exit.
Pool& the_pool() {
    static auto& pool = *new Pool;
    return pool;
}

}  // namespace

std::unique_lock<Mutex> lock() {
    return std::unique_lock(the_pool().mutex);
}
void* allocate(std::size_t bytes) {
    return the_pool().allocate(bytes);
}
void free(void* memory, std::size_t bytes) {
    the_pool().free(memory, bytes);
}
std::size_t taken(std::size_t bytes) {
    return (bytes + step - 1) / step * step;
}

void* Arena::allocate(std::size_t bytes) {
    const auto size = taken(bytes);
    ++nodes_;
    bytes_ += size;
    if (size > pool::pooled_max) return ::operator new(size);
    auto*& head = free_[size / step];
    if (head != nullptr) {
        auto* const node = head;
        head = node->next;
        return node;
    }
    if (left_ < size) {
        const auto held = lock();
        the_pool().take_back({at_, left_});
        const auto chunk = the_pool().give_chunk();
        at_ = chunk.data();
        left_ = chunk.size();
    }
    auto* const memory = at_;
    at_ += size;
    left_ -= size;
    return memory;
}

void Arena::free(void* memory, std::size_t bytes) {
    const auto size = taken(bytes);
    --nodes_;
    bytes_ -= size;
    if (size > pool::pooled_max) {
        ::operator delete(memory);
        return;
    }
    auto*& head = free_[size / step];
    head = ::new (memory) Free{head};
}

void Arena::report() {
    const auto held = lock();
    the_pool().count(std::exchange(nodes_, 0), std::exchange(bytes_, 0));
}

Arena::~Arena() {
    report();
    const auto held = lock();
    for (std::size_t i = 0; i < free_.size(); ++i)
        while (free_[i] != nullptr) {
            auto* const memory = free_[i];
            free_[i] = memory->next;
            the_pool().adopt(memory, i * step);
        }
    the_pool().take_back({at_, left_});
}

}  // namespace pool

PoolUse pool_use() {
    return pool::the_pool().use();
}

}  // namespace farthing::trie
