#include "node/house_service.hpp"

#include "node/dev_chain.hpp"

namespace farthing::node {

HouseService::HouseService(Runtime& runtime, const SecretKey& key, std::filesystem::path seeds)
    : runtime_(runtime), seeds_(std::move(seeds)) {
    token_ = runtime_.chain().on_head([this](const chain::BlockPtr&) {
        {
            const std::lock_guard lock(mutex_);
            new_block_ = true;
        }
        changed_.notify_one();
    });
    thread_ = std::jthread([this, key](std::stop_token stop) { run(std::move(stop), key); });
}

HouseService::~HouseService() {
    runtime_.chain().unsubscribe(token_);
    thread_.request_stop();
    thread_.join();
}

void HouseService::run(std::stop_token stop, const SecretKey& key) {
    RpcClient node(
        std::make_unique<LocalTransport>([this](std::string_view body) { return runtime_.handle(body); }));
    Keeper keeper(node, seeds_, key, runtime_.chain().genesis().chain_id,
                  {.house = 1,
                   .chain_length = dev_chain_length,
                   .log = [](LogLevel level, const std::string& line) { log(level, line); }});
    std::string last_error;
    while (!stop.stop_requested()) {
        const auto done = keeper.step(stop);
        if (!done && !stop.stop_requested() && done.error().message != last_error) {
            last_error = done.error().message;
            log(LogLevel::error, "house 1: " + last_error);
        }
        if (done) last_error.clear();
        if (!done || !*done) wait_for_block(stop);
    }
}

void HouseService::wait_for_block(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, std::move(stop), [this] { return new_block_; });
    new_block_ = false;
}

}  // namespace farthing::node
