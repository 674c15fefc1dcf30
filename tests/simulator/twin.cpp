#include "twin.hpp"

#include "workload.hpp"

namespace farthing::simulator {

Twin::Twin(const chain::Genesis& genesis) : genesis_(genesis) {
    auto built = chain::build_genesis(genesis, tree_);
    tree_.adopt_first(std::move(built.version));
    head_ = built.block.header;
    genesis_hash_ = built.block.hash;
}

Hash Twin::follow(const chain::Block& block) {
    auto builder = chain::BlockBuilder::start(head_, tree_.newest(),
                                              {.timestamp = block.header.timestamp,
                                               .preimage = block.header.extra_data,
                                               .miner = genesis_.sequencer,
                                               .replacement = std::nullopt},
                                              genesis_);
    if (!builder) throw Mistake("the twin cannot follow: " + builder.error().message);
    for (const auto& tx : block.transactions)
        if (const auto added = builder->add(tx); !added)
            throw Mistake("the twin cannot execute a transaction: " + added.error().message);
    auto built = builder->finish(tree_, nullptr);
    tree_.adopt(std::move(built.version));
    head_ = built.block.header;
    return built.block.hash;
}

}  // namespace farthing::simulator
