#pragma once
// Memory of the trie's nodes: size classes of 16 bytes cut from large chunks, so a node costs no header and a
// freed node is the next one made. Freed memory stays with the process for the next versions.
//
// Thread rule: whoever allocates or frees holds `lock()`. That is taken once a batch; it makes two chains in
// one process safe (tests run several nodes) and lets any thread release old versions.
#include <cstddef>
#include <mutex>

namespace farthing::trie::pool {

using Mutex = std::mutex;  // tidy: allow thread: guards memory only; no result depends on who waits

std::unique_lock<Mutex> lock();

void* allocate(std::size_t bytes);
void free(void* memory, std::size_t bytes);
/// What `allocate(bytes)` takes.
std::size_t taken(std::size_t bytes);

}  // namespace farthing::trie::pool
