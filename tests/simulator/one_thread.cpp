// Keeps the whole node on one thread. LevelDB's background work waits in a queue (VirtualEnv); where LevelDB
// itself waits for that work, as when a database is closed, nobody else is there to do it: the wait does it.
// Its shared library finds this definition before the standard library's, as the executable's come first.
#include "core/base/check.hpp"
#include "virtual_disk.hpp"

#include <condition_variable>

namespace farthing::simulator {

VirtualEnv* background_worker = nullptr;

}  // namespace farthing::simulator

void std::condition_variable::wait(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    // Nothing to do means that the only thread would wait for ever.
    FARTHING_CHECK(farthing::simulator::background_worker != nullptr &&
                   farthing::simulator::background_worker->run_background());
    lock.lock();
}
