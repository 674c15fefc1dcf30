#pragma once
// A keeper on a thread of its own, woken by new blocks: the development house.
#include "node/keeper.hpp"
#include "node/runtime.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace farthing::node {

class HouseService {
 public:
    /// `runtime` must outlive this. The seeds are read in the background: starting costs nothing.
    HouseService(Runtime& runtime, const SecretKey& key, std::filesystem::path seeds);
    ~HouseService();
    HouseService(const HouseService&) = delete;
    HouseService& operator=(const HouseService&) = delete;

 private:
    void run(std::stop_token stop, const SecretKey& key);
    void wait_for_block(std::stop_token stop);

    Runtime& runtime_;
    SeedFolder seeds_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool new_block_ = true;
    std::uint64_t token_ = 0;
    std::jthread thread_;
};

}  // namespace farthing::node
