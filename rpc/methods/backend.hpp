#pragma once
// What every group of methods needs of the chain, in the words of the interface.
#include "chain/blockchain.hpp"
#include "rpc/api.hpp"
#include "rpc/error.hpp"
#include "rpc/slots.hpp"
#include "rpc/types.hpp"

namespace farthing::rpc {

/// A state together with the block environment that calls on it see.
struct StateAt {
    chain::StateView state;
    contracts::BlockInfo info;
    std::uint64_t block_number = 0;
};

class Backend {
 public:
    Backend(chain::Blockchain& chain, const ApiOptions& options)
        : chain_(chain),
          options_(options),
          calls_({options.calls_max, options.calls_waiting_max, options.call_timeout}),
          searches_({options.searches_max, options.searches_waiting_max, options.call_timeout}) {}

    chain::Blockchain& chain() const { return chain_; }
    const ApiOptions& options() const { return options_; }
    Slots& calls() const { return calls_; }        ///< One is held while a call is executed,
    Slots& searches() const { return searches_; }  ///< one by who may read thousands of blocks, or the pool.

    /// The block a tag names; null when there is none. `pending` gives the head.
    chain::BlockPtr block(const BlockTag& tag) const;
    /// The same with an error where the block was dropped: null then means that there never was one.
    RpcResult<chain::BlockPtr> kept_block(const BlockTag& tag) const;
    /// geth's error for a block number that was dropped.
    RpcResult<void> check_kept(std::uint64_t number) const;
    /// Errors as geth's: `header not found` for an unknown block, the served range for an old one.
    RpcResult<StateAt> state(const BlockTag& tag) const;
    /// What the next block is made on: state, parent and number are those of one moment.
    StateAt pending_state() const;
    RpcResult<chain::BlockPtr> known_block(const BlockTag& tag) const;

 private:
    chain::Blockchain& chain_;
    const ApiOptions& options_;
    mutable Slots calls_;
    mutable Slots searches_;
};

/// A refusal of the chain as clients know it.
RpcError refused(const chain::TxRejection& rejection);
/// A finished execution that failed: revert (code 3, reason and data), out of gas or calls.
RpcError execution_failed(const chain::TxOutcome& outcome);

}  // namespace farthing::rpc
