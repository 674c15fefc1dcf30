#include "chain/blockchain.hpp"

#include "chain/testing.hpp"
#include "contracts/games/games.hpp"
#include "core/abi/signature.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"

#include <gtest/gtest.h>

namespace farthing::chain {
namespace {

using literals::address;
using namespace testing;

const Address nobody = address("b0b");

class BlockchainTest : public ::testing::Test {
 protected:
    BlockchainTest() { open(); }
    ~BlockchainTest() override {
        chain.reset();
        EXPECT_EQ(trie::pool_use().nodes, 0u) << "a closed chain must give back every trie node";
    }

    void open() {
        BlockchainOptions options;
        options.data_dir = directory.path();
        chain = Blockchain::open(genesis, options);
    }

    BlockInputs next_inputs() const { return testing::next_inputs(*chain, preimages); }
    BlockPtr mine() { return testing::mine(*chain, preimages); }

    std::string refusal(const Transaction& tx) {
        const auto result = chain->submit(tx.encode());
        return result ? "accepted" : result.error().message;
    }

    TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    Genesis genesis = small_genesis(preimages.tip(), 4096);
    std::unique_ptr<Blockchain> chain;
};

TEST_F(BlockchainTest, a_signed_transfer_moves_value_burns_the_base_fee_and_tips_the_sequencer) {
    const auto sender = key_of(1).address();
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, nobody, coin).encode()));
    const auto block = mine();
    ASSERT_EQ(block->transactions.size(), 1u);
    EXPECT_TRUE(block->receipts[0].success);
    EXPECT_EQ(block->gas_used(0), 21'000u);
    const auto state = chain->head_state();
    EXPECT_EQ(state.root(), block->header.state_root);
    EXPECT_EQ(state.account(nobody).balance, coin);
    const U256 price = block->header.base_fee_per_gas + gwei;
    EXPECT_EQ(state.account(sender).balance, coin * 99 - price * 21'000);
    EXPECT_EQ(state.account(genesis.sequencer).balance, coin * 100 + gwei * 21'000);
    EXPECT_EQ(chain->mempool().size(), 0u);
    EXPECT_EQ(chain->locate(block->transactions[0]->hash)->block->header.number, 1u);
}

TEST_F(BlockchainTest, a_houses_reveal_stands_before_what_tips_more) {
    using Reveal = abi::Function<"function reveal(uint64 house, uint64 round, bytes32 seed)">;
    auto reveal = transfer(key_of(2), 0, contracts::games_address, 0);
    reveal.max_priority_fee_per_gas = 0;
    reveal.data = Reveal::encode(std::uint64_t{1}, std::uint64_t{1}, Hash{});
    reveal.gas_limit = 200'000;
    sign(reveal, key_of(2));
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, nobody, coin).encode()));
    ASSERT_TRUE(chain->submit(reveal.encode()));
    const auto block = mine();
    ASSERT_EQ(block->transactions.size(), 2u);
    EXPECT_EQ(block->transactions[0]->hash, reveal.hash());
}

TEST_F(BlockchainTest, refusals_use_geths_words_and_change_nothing) {
    const auto key = key_of(1);
    const auto with = [&](auto change) {
        auto tx = transfer(key, 0, nobody, 1);
        change(tx);
        sign(tx, key);
        return refusal(tx);
    };
    EXPECT_EQ(with([](auto& tx) { tx.chain_id = 1; }),
              "invalid sender: invalid chain id for signer: have 1 want 31337");
    EXPECT_EQ(with([](auto& tx) { tx.gas_limit = 20'999; }),
              "intrinsic gas too low: gas 20999, minimum needed 21000");
    EXPECT_EQ(with([](auto& tx) { tx.gas_limit = 200'000'001; }),
              "transaction gas limit too high (cap: 200000000, tx: 200000001)");
    EXPECT_TRUE(with([](auto& tx) { tx.to.reset(); }).starts_with("contract creation is not supported"));
    EXPECT_TRUE(with([](auto& tx) {
                    tx.max_priority_fee_per_gas = gwei * 4;
                }).starts_with("max priority fee per gas higher than max fee per gas"));
    EXPECT_TRUE(with([](auto& tx) {
                    tx.value = coin * 100;
                }).starts_with("insufficient funds for gas * price + value: address 0x"));
    EXPECT_TRUE(with([](auto& tx) {
                    tx.max_fee_per_gas = gwei - 1;
                    tx.max_priority_fee_per_gas = 0;
                }).starts_with("transaction underpriced"));
    EXPECT_TRUE(with([](auto& tx) {
                    tx.data = Bytes(130 << 10);
                    tx.gas_limit = 10'000'000;
                }).starts_with("oversized data"));
    auto unprotected = transfer(key, 0, nobody, 1);
    unprotected.type = TxType::legacy;
    unprotected.chain_id.reset();
    sign(unprotected, key);
    EXPECT_EQ(refusal(unprotected), "only replay-protected (EIP-155) transactions allowed over RPC");
    auto high_s = transfer(key, 0, nobody, 1);
    const auto order = *parse_u256("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    high_s.signature.s = to_word(order - to_u256(high_s.signature.s));
    high_s.signature.y_parity ^= 1;
    EXPECT_TRUE(refusal(high_s).starts_with("invalid sender"));
    EXPECT_EQ(refusal(transfer(key, 0, nobody, 1)), "accepted");
    EXPECT_EQ(refusal(transfer(key, 0, nobody, 1)), "already known");
    EXPECT_EQ(refusal(transfer(key, 0, nobody, 2)), "replacement transaction underpriced");
    mine();
    EXPECT_EQ(refusal(transfer(key, 0, nobody, 5)), "nonce too low: next nonce 1, tx nonce 0");
    Bytes blob{3, 0xc0};
    EXPECT_EQ(chain->submit(blob).error().message, "transaction type not supported");
}

TEST_F(BlockchainTest, headers_link_and_the_randomness_follows_from_the_preimages) {
    auto parent = chain->head();
    for (int i = 0; i < 5; ++i) {
        const auto block = mine();
        EXPECT_EQ(block->header.parent_hash, parent->hash);
        EXPECT_EQ(fair::previous_link(block->header.extra_data), parent->header.extra_data);
        EXPECT_EQ(
            block->header.mix_hash,
            fair::block_randomness(parent->header.mix_hash, block->header.number, block->header.extra_data));
        parent = block;
    }
}

TEST_F(BlockchainTest, a_foreign_preimage_or_an_earlier_time_is_refused) {
    auto inputs = next_inputs();
    inputs.timestamp = chain->head()->header.timestamp - 1;
    EXPECT_FALSE(chain->propose(inputs));
    inputs = next_inputs();
    inputs.preimage = Hash{};
    EXPECT_FALSE(chain->propose(inputs));
}

TEST_F(BlockchainTest, after_reopening_head_state_and_lookups_are_the_same) {
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, nobody, coin).encode()));
    const auto tx_hash = mine()->transactions[0]->hash;
    for (int i = 0; i < 3; ++i) mine();
    const auto hash = chain->head()->hash;
    const auto root = chain->head_state().root();
    chain.reset();
    open();
    EXPECT_EQ(chain->head()->hash, hash);
    EXPECT_EQ(chain->head_state().root(), root);
    ASSERT_TRUE(chain->locate(tx_hash));
    EXPECT_EQ(chain->block(1)->transactions[0]->hash, tx_hash);
    EXPECT_EQ(chain->block(chain->block(2)->hash)->header.number, 2u);
    EXPECT_EQ(mine()->header.number, 5u);
}

TEST_F(BlockchainTest, another_genesis_on_the_same_directory_is_refused) {
    chain.reset();
    genesis.file.push_back(' ');
    EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(BlockchainTest, proposals_are_nothing_until_committed_and_consecutive_ones_commit_as_one) {
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, nobody, coin).encode()));
    const auto root = chain->head_state().root();
    {
        const auto dropped = chain->propose(next_inputs());
        ASSERT_TRUE(dropped);
        EXPECT_EQ((*dropped)->block().transactions.size(), 1u);
    }
    EXPECT_EQ(chain->head()->header.number, 0u);
    EXPECT_EQ(chain->head_state().root(), root);

    auto first = chain->propose(next_inputs());
    ASSERT_TRUE(first);
    auto inputs = next_inputs();
    ++inputs.timestamp;
    inputs.preimage = preimages.link(2);
    auto second = chain->propose(inputs, first->get());
    ASSERT_TRUE(second);
    EXPECT_TRUE((*second)->block().transactions.empty());
    std::vector<ProposalPtr> both;
    both.push_back(*std::move(first));
    both.push_back(*std::move(second));
    chain->commit(std::move(both), {Bytes(65), Bytes(65)});
    EXPECT_EQ(chain->head()->header.number, 2u);
    EXPECT_EQ(chain->head_state().account(nobody).balance, coin);
}

TEST_F(BlockchainTest, an_inexecutable_transaction_rejects_the_block_it_is_proposed_in) {
    auto tx = std::make_shared<SignedTx>();
    tx->tx = transfer(key_of(1), 5, nobody, 1);
    tx->sender = key_of(1).address();
    tx->encoded = tx->tx.encode();
    tx->hash = tx->tx.hash();
    const std::vector<SignedTxPtr> transactions{tx};
    const auto result = chain->process(next_inputs(), transactions);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("nonce too high"), std::string::npos);
}

TEST_F(BlockchainTest, a_view_keeps_reading_its_block_while_the_chain_moves_on) {
    const auto before = chain->head_state();
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        ASSERT_TRUE(chain->submit(transfer(key_of(1), nonce, nobody, coin).encode()));
        mine();
    }
    EXPECT_EQ(before.account(nobody).balance, 0);
    EXPECT_EQ(chain->state(2)->account(nobody).balance, coin * 2);
    EXPECT_EQ(chain->head_state().account(nobody).balance, coin * 5);
}

TEST_F(BlockchainTest, proofs_verify_against_the_headers_state_root) {
    ASSERT_TRUE(chain->submit(transfer(key_of(1), 0, nobody, coin).encode()));
    const auto block = mine();
    for (const auto& who : {nobody, key_of(1).address(), address("dead"), address("fa000d")}) {
        const auto proof = chain->head_state().prove(who, {});
        const auto value = trie::verify_proof(block->header.state_root, keccak256(who), proof.nodes);
        ASSERT_TRUE(value) << value.error().message;
        EXPECT_EQ(value->has_value(), chain->head_state().exists(who));
    }
}

TEST_F(BlockchainTest, the_owner_of_parameters_moves_the_rules_of_the_next_block) {
    using Set = abi::Function<"function set(string name, uint256 value)">;
    auto tx = transfer(key_of(1), 0, address("fa0005"), 0);
    tx.gas_limit = 300'000;
    tx.data = Set::encode(std::string("baseFeeFloor"), U256(gwei * 2));
    sign(tx, key_of(1));
    ASSERT_TRUE(chain->submit(tx.encode()));
    EXPECT_TRUE(mine()->receipts[0].success);
    EXPECT_EQ(chain->rules().base_fee_floor, gwei * 2);
    EXPECT_EQ(mine()->header.base_fee_per_gas, gwei * 2);
    auto cheap = transfer(key_of(2), 0, nobody, 1);
    cheap.max_fee_per_gas = gwei;
    sign(cheap, key_of(2));
    EXPECT_TRUE(refusal(cheap).starts_with("transaction underpriced"));
}

TEST_F(BlockchainTest, a_binary_that_lacks_a_scheduled_version_stops_before_its_block) {
    using Schedule = abi::Function<"function schedule(uint16 contractId, uint16 version, uint64 time)">;
    const auto due = chain->head()->header.timestamp + 100;
    auto tx = transfer(key_of(1), 0, address("fa0006"), 0);
    tx.gas_limit = 300'000;
    tx.data = Schedule::encode(std::uint16_t{13}, std::uint16_t{2}, due);
    sign(tx, key_of(1));
    ASSERT_TRUE(chain->submit(tx.encode()));
    EXPECT_TRUE(mine()->receipts[0].success);
    auto inputs = next_inputs();
    inputs.timestamp = due - 1;
    EXPECT_TRUE(chain->propose(inputs));
    inputs.timestamp = due;
    const auto refused = chain->propose(inputs);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.starts_with("this binary lacks version 2 of contract 13"));
}

TEST_F(BlockchainTest, the_wrapped_coin_is_called_after_the_coin) {
    using Symbol = abi::Function<"function symbol() view returns (string value)">;
    const CallRequest request{.from = {},
                              .to = address("fa0001"),
                              .value = 0,
                              .data = Symbol::encode(),
                              .gas_limit = chain->rules().tx_gas_max,
                              .gas_price = 0,
                              .access_list = {}};
    const auto outcome = chain->call(chain->head_state(), chain->pending_info(), request);
    ASSERT_TRUE(outcome && outcome->success);
    EXPECT_EQ(*abi::decode<std::string>(outcome->output), std::tuple(std::string("WFAR")));
}

TEST_F(BlockchainTest, base_fee_follows_eip_1559_and_never_leaves_its_floor) {
    Header parent;
    parent.gas_limit = 30'000'000;
    parent.base_fee_per_gas = 1'000'000'000;
    parent.gas_used = 15'000'000;
    EXPECT_EQ(next_base_fee(parent, 0), 1'000'000'000);
    parent.gas_used = 30'000'000;
    EXPECT_EQ(next_base_fee(parent, 0), 1'125'000'000);
    parent.gas_used = 0;
    EXPECT_EQ(next_base_fee(parent, 0), 875'000'000);
    EXPECT_EQ(next_base_fee(parent, gwei), gwei);
    parent.base_fee_per_gas = 0;
    parent.gas_used = 15'000'001;
    EXPECT_EQ(next_base_fee(parent, 0), 1);
}

}  // namespace
}  // namespace farthing::chain
