#pragma once
// What the ledger model (model.py) compares: one JSON line a seed with what the chain starts from, one a
// block with its transactions' intents and outcomes and with the storage words that hold everybody's money.
#include "chain/blockchain.hpp"
#include "workload.hpp"
#include "world.hpp"

#include <ostream>

namespace farthing::simulator {

class Trace {
 public:
    /// Null: writes nothing.
    explicit Trace(std::ostream* out) : out_(out) {}

    void begin(std::uint64_t seed, const World& world);
    /// `state` is that after the block, when it can still be read.
    void block(const chain::Block& block, const World& world, const Workload& workload,
               const std::optional<chain::StateView>& state);
    /// The chain is complete.
    void end(std::uint64_t blocks);

 private:
    std::string words(const World& world, const chain::StateView& state);

    std::ostream* out_;
};

}  // namespace farthing::simulator
