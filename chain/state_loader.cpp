#include "chain/state_loader.hpp"

#include "chain/state_build.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {

void load_state(Store& store, StateTree& tree, std::size_t threads, std::uint64_t number,
                std::uint64_t timestamp) {
    std::vector<std::unique_ptr<StateBuild>> builds;
    store.visit_state(
        threads,
        [&] {
            builds.clear();
            for (std::size_t part = 0; part < threads; ++part)
                builds.push_back(std::make_unique<StateBuild>(&tree.codes()));
        },
        [&builds](std::size_t part, const StateEntry& entry) {
            if (entry.slot)
                builds[part]->slot(entry.slot_hash, entry.word);
            else
                builds[part]->account(entry.address_hash, entry.account);
        });
    std::vector<const trie::Node*> parts;
    for (const auto& build : builds) parts.push_back(build->finish());
    tree.load(trie::join(parts), number, timestamp);
}

void load_allocations(std::span<const Allocation> allocations, StateTree& tree, std::uint64_t timestamp) {
    std::vector<std::pair<Hash, const Allocation*>> by_key;
    by_key.reserve(allocations.size());
    for (const auto& allocation : allocations)
        if (allocation.balance != 0) by_key.emplace_back(keccak256(allocation.address), &allocation);
    std::ranges::sort(by_key, {}, &std::pair<Hash, const Allocation*>::first);
    StateBuild build(&tree.codes());
    for (const auto& [key, allocation] : by_key)
        build.account(key, {.nonce = 0, .balance = allocation->balance, .code = {}});
    tree.load(build.finish(), 0, timestamp);
}

}  // namespace farthing::chain
