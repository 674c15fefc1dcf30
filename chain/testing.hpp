#pragma once
// What tests of this layer and those above share: a small genesis, keys with known numbers, transfers.
#include "chain/blockchain.hpp"
#include "core/base/hex.hpp"
#include "core/fair/chain.hpp"

#include <random>
#include <stdexcept>

namespace farthing::chain::testing {

inline const U256 gwei = 1'000'000'000;
inline const U256 coin = gwei * gwei;
inline constexpr std::uint64_t sequencer_number = 99;

inline SecretKey key_of(std::uint64_t number) {
    return *SecretKey::from(to_word(U256(number)));
}

/// Accounts 1 to 3 and the sequencer hold 100 coins each.
inline Genesis small_genesis(const Hash& tip, std::uint64_t chain_length) {
    Genesis genesis;
    genesis.chain_id = 31337;
    genesis.timestamp = 1'700'000'000;
    genesis.sequencer = key_of(sequencer_number).address();
    genesis.sequencer_tip = tip;
    for (const std::uint64_t number :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, sequencer_number})
        genesis.allocations.push_back({key_of(number).address(), coin * 100});
    std::ranges::sort(genesis.allocations, {}, &Allocation::address);
    genesis.contracts.members["Randomness"].members["chainLength"].text = std::to_string(chain_length);
    for (const auto* owned : {"Parameters", "Upgrades"})
        genesis.contracts.members[owned].members["owner"].text = hex0x(key_of(1).address());
    genesis.file = {'{', '}'};
    return genesis;
}

inline Transaction transfer(const SecretKey& from, std::uint64_t nonce, const Address& to,
                            const U256& value) {
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = 31337;
    tx.nonce = nonce;
    tx.max_fee_per_gas = gwei * 3;
    tx.max_priority_fee_per_gas = gwei;
    tx.gas_limit = 21'000;
    tx.to = to;
    tx.value = value;
    sign(tx, from);
    return tx;
}

/// What the next block is made with, `seconds` after its parent.
inline BlockInputs next_inputs(const Blockchain& chain, const fair::SeedChain& preimages,
                               std::uint64_t seconds = 1) {
    const auto head = chain.head();
    return {.timestamp = head->header.timestamp + seconds,
            .preimage = preimages.link(head->header.number + 1),
            .miner = chain.genesis().sequencer,
            .replacement = std::nullopt};
}

/// Under a seal that nobody looks at; gives the new head.
inline BlockPtr commit(Blockchain& chain, ProposalPtr proposal) {
    std::vector<ProposalPtr> proposals;
    proposals.push_back(std::move(proposal));
    chain.commit(std::move(proposals), {Bytes(65)});
    return chain.head();
}

/// The next block, of what waits; a refusal is thrown.
inline BlockPtr mine(Blockchain& chain, const fair::SeedChain& preimages, std::uint64_t seconds = 1) {
    auto proposal = chain.propose(next_inputs(chain, preimages, seconds));
    if (!proposal) throw std::runtime_error("no block: " + proposal.error().message);
    return commit(chain, *std::move(proposal));
}

/// A directory of its own that goes with it.
class TemporaryDirectory {
 public:
    TemporaryDirectory()
        : path_(std::filesystem::temp_directory_path() /
                ("farthing-" + std::to_string(std::random_device{}()))) {}
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace farthing::chain::testing
