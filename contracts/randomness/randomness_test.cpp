#include "contracts/randomness/randomness.hpp"

#include "contracts/testing/error_coverage.hpp"
#include "core/fair/chain.hpp"

namespace farthing::contracts {
extern const Module randomness;

namespace {

using namespace testing;

Hash hash_of(std::string_view text) {
    return sha256(as_bytes(text));
}

constexpr std::uint64_t length = 64;

class RandomnessTest : public ::testing::Test {
 protected:
    RandomnessTest() {
        auto& head = chain.host.head;
        head.number = 0;
        head.timestamp = 1000;
        head.miner = sequencer;
        head.extra_data = seeds.tip();
        head.mix_hash = fair::genesis_randomness(as_bytes("{}"));
        GenesisParams params;
        params.members["chainLength"].text = std::to_string(length);
        chain.host.install(randomness, at, params);
    }

    ~RandomnessTest() override { ErrorCoverage::of(randomness).add(chain, randomness); }

    Result<Hash> begin(const Hash& preimage, std::optional<Hash> replacement = {}) {
        auto& head = chain.host.head;
        const auto mix =
            begin_block(chain.host, {head.number + 1, head.timestamp + 1, preimage, replacement});
        if (!mix) return mix;
        ++head.number;
        ++head.timestamp;
        head.mix_hash = *mix;
        head.extra_data = preimage;
        return mix;
    }
    void begin_links(const fair::SeedChain& from, std::uint64_t first, std::uint64_t last) {
        for (auto i = first; i <= last; ++i) ASSERT_TRUE(begin(from.link(i))) << i;
    }
    auto set_next_tip(const Address& who, const Hash& tip) {
        return chain.call<"function setNextTip(bytes32 tip)">(who, at, tip);
    }
    auto replace_tip(const Address& who, const Hash& tip) {
        return chain.call<"function replaceTip(bytes32 tip)">(who, at, tip);
    }
    auto keep(std::uint64_t block, const Address& who = games) {
        return chain.call<"function keep(uint64 blockNumber)">(who, at, block);
    }
    auto release(std::uint64_t block, const Address& who = games) {
        return chain.call<"function release(uint64 blockNumber)">(who, at, block);
    }
    auto value(std::uint64_t block) {
        return chain.call<"function randomness(uint64 blockNumber) view returns (bytes32 value)">(sequencer,
                                                                                                  at, block);
    }
    template <abi::Text D>
    auto view() {
        return chain.call<D>(sequencer, at).value;
    }
    Hash head() { return view<"function head() view returns (bytes32 link)">(); }
    std::uint64_t links_used() { return view<"function linksUsed() view returns (uint64 links)">(); }

    TestChain chain;
    const Address at = randomness_address;
    static constexpr Address games = address("fa0004");
    const Address sequencer = account(9);
    const fair::SeedChain seeds{hash_of("sequencer"), length}, next{hash_of("next"), length};
};

TEST_F(RandomnessTest, each_block_mixes_its_link_into_the_last_value) {
    auto expected = fair::genesis_randomness(as_bytes("{}"));
    EXPECT_EQ(value(0).value, expected);
    for (std::uint64_t n = 1; n <= 5; ++n) {
        expected = fair::block_randomness(expected, n, seeds.link(n));
        EXPECT_EQ(next_commitment(chain.host), seeds.link(n - 1));
        EXPECT_EQ(begin(seeds.link(n)).value(), expected);
        EXPECT_EQ(head(), seeds.link(n));
        EXPECT_EQ(links_used(), n);
        const auto [number, latest] =
            view<"function latest() view returns (uint64 blockNumber, bytes32 value)">();
        EXPECT_EQ(number, n);
        EXPECT_EQ(latest, expected);
    }
    EXPECT_TRUE(chain.host.logs.empty()) << "the system write is silent";
}

TEST_F(RandomnessTest, only_the_next_link_opens_a_block_and_a_refusal_changes_nothing) {
    ASSERT_TRUE(begin(seeds.link(1)));
    const auto before = chain.host.state;
    for (const auto& bad :
         {seeds.link(0), seeds.link(1), seeds.link(3), next.link(1), next.link(2), Hash{}}) {
        EXPECT_FALSE(begin(bad));
        EXPECT_EQ(chain.host.state, before);
    }
    EXPECT_TRUE(begin(seeds.link(2)));
}

TEST_F(RandomnessTest, the_next_tip_takes_over_at_the_end_and_not_before) {
    ASSERT_TRUE(begin(seeds.link(1)));
    const auto done = set_next_tip(sequencer, next.tip());
    ASSERT_TRUE(done.success);
    ASSERT_EQ(done.logs.size(), 1U);
    EXPECT_EQ(done.logs[0].topics,
              (std::vector<Hash>{keccak256_constexpr("TipRegistered(bytes32)"), next.tip()}));
    EXPECT_FALSE(begin(next.link(1))) << "two valid preimages would be a choice";
    begin_links(seeds, 2, length);
    EXPECT_EQ(next_commitment(chain.host), next.tip());
    EXPECT_EQ(sequencer_chain_use(chain.host).used, length);
    ASSERT_TRUE(begin(next.link(1)));
    EXPECT_EQ(links_used(), 1U);
    EXPECT_EQ(head(), next.link(1));
    EXPECT_TRUE(view<"function nextTip() view returns (bytes32 tip)">().is_zero());
    EXPECT_FALSE(sequencer_chain_use(chain.host).next_registered);
    EXPECT_TRUE(begin(next.link(2)));
    EXPECT_EQ(set_next_tip(sequencer, seeds.tip()).revert,
              error<"error TipAlreadyUsed(bytes32 tip)">(seeds.tip()));
}

TEST_F(RandomnessTest, a_chain_that_ends_without_a_next_tip_makes_no_block) {
    begin_links(seeds, 1, length);
    EXPECT_EQ(next_commitment(chain.host), std::nullopt);
    EXPECT_FALSE(begin(next.link(1)));
    EXPECT_FALSE(begin(sha256(as_bytes("x"))));
    EXPECT_EQ(set_next_tip(sequencer, next.tip()).revert,
              error<"error TipTooLate(uint64 linksLeft)">(std::uint64_t{0}));
}

TEST_F(RandomnessTest, tips_are_registered_by_the_sequencer_once_each_and_in_time) {
    EXPECT_EQ(set_next_tip(account(1), next.tip()).revert,
              error<"error NotSequencer(address sequencer)">(sequencer));
    EXPECT_EQ(set_next_tip(sequencer, Hash{}).revert, error<"error BadTip()">());
    EXPECT_EQ(set_next_tip(sequencer, seeds.tip()).revert,
              error<"error TipAlreadyUsed(bytes32 tip)">(seeds.tip()));
    begin_links(seeds, 1, length - 15);
    EXPECT_EQ(set_next_tip(sequencer, next.tip()).revert,
              error<"error TipTooLate(uint64 linksLeft)">(std::uint64_t{15}));
    EXPECT_FALSE(
        chain.call<"function usedTip(bytes32 tip) view returns (bool used)">(sequencer, at, next.tip())
            .value);
}

TEST_F(RandomnessTest, a_registered_tip_cannot_be_changed) {
    ASSERT_TRUE(begin(seeds.link(1)));
    ASSERT_TRUE(set_next_tip(sequencer, next.tip()).success);
    EXPECT_EQ(set_next_tip(sequencer, hash_of("other")).revert,
              error<"error TipPending(bytes32 tip)">(next.tip()));
    EXPECT_TRUE(
        chain.call<"function usedTip(bytes32 tip) view returns (bool used)">(sequencer, at, next.tip())
            .value);
}

TEST_F(RandomnessTest, a_lost_chain_is_replaced_after_the_pause_and_says_so) {
    begin_links(seeds, 1, 3);
    EXPECT_FALSE(begin(next.link(1), next.tip())) << "not before the pause";
    chain.host.head.timestamp += 3598;  // begin adds the last second but one.
    EXPECT_FALSE(begin(next.link(1), next.tip()));
    chain.host.head.timestamp += 1;
    EXPECT_FALSE(begin(next.link(2), next.tip())) << "another link than the first";
    EXPECT_FALSE(begin(seeds.link(1), seeds.tip())) << "a tip once used";
    const auto before = chain.host.state;
    EXPECT_FALSE(begin(next.link(1))) << "without the sequencer's signed word";
    EXPECT_EQ(chain.host.state, before);
    ASSERT_TRUE(begin(next.link(1), next.tip()));
    EXPECT_EQ(links_used(), 1U);

    EXPECT_EQ(replace_tip(account(1), next.tip()).revert,
              error<"error NotSequencer(address sequencer)">(sequencer));
    EXPECT_EQ(replace_tip(sequencer, seeds.tip()).revert, error<"error NothingReplaced()">());
    EXPECT_EQ(replace_tip(sequencer, Hash{}).revert, error<"error NothingReplaced()">());
    const auto done = replace_tip(sequencer, next.tip());
    ASSERT_TRUE(done.success);
    ASSERT_EQ(done.logs.size(), 1U);
    EXPECT_EQ(done.logs[0].topics,
              (std::vector<Hash>{keccak256_constexpr("TipReplaced(bytes32,uint64)"), next.tip()}));
    EXPECT_EQ(done.logs[0].data, abi::encode(std::uint64_t{4}));
    EXPECT_EQ(replace_tip(sequencer, next.tip()).revert, error<"error NothingReplaced()">()) << "once";
    EXPECT_TRUE(begin(next.link(2)));
}

TEST_F(RandomnessTest, the_word_of_a_replacement_is_good_for_its_block_only) {
    begin_links(seeds, 1, 3);
    chain.host.head.timestamp += 3600;
    ASSERT_TRUE(begin(next.link(1), next.tip()));
    ASSERT_TRUE(begin(next.link(2)));
    EXPECT_EQ(replace_tip(sequencer, next.tip()).revert, error<"error NothingReplaced()">());
    chain.host.head.timestamp += 3600;
    EXPECT_FALSE(begin(next.link(1), next.tip())) << "a tip serves once";
}

TEST_F(RandomnessTest, values_are_kept_for_whoever_asked_until_the_last_release) {
    ASSERT_TRUE(begin(seeds.link(1)));
    EXPECT_EQ(keep(3, account(1)).revert, error<"error NotGames()">());
    EXPECT_EQ(release(3, account(1)).revert, error<"error NotGames()">());
    EXPECT_EQ(keep(1).revert, error<"error BlockNotAhead(uint64 current)">(std::uint64_t{1}));
    EXPECT_EQ(release(3).revert, error<"error NotKept(uint64 blockNumber)">(std::uint64_t{3}));
    ASSERT_TRUE(keep(3).success);
    ASSERT_TRUE(keep(3).success);
    EXPECT_EQ(value(3).revert, error<"error NotKept(uint64 blockNumber)">(std::uint64_t{3}))
        << "not known yet";
    begin_links(seeds, 2, 3);
    const auto third = chain.host.head.mix_hash;
    begin_links(seeds, 4, 6);
    EXPECT_EQ(value(3).value, third);
    EXPECT_EQ(value(6).value, chain.host.head.mix_hash);
    EXPECT_FALSE(value(2).success);
    EXPECT_FALSE(value(4).success);
    ASSERT_TRUE(release(3).success);
    EXPECT_EQ(value(3).value, third);
    ASSERT_TRUE(release(3).success);
    EXPECT_FALSE(value(3).success);
    const auto slots = chain.host.state.storage.size();
    ASSERT_TRUE(keep(9).success);
    ASSERT_TRUE(release(9).success);
    EXPECT_EQ(chain.host.state.storage.size(), slots) << "nothing is left behind";
}

TEST_F(RandomnessTest, random_keeps_and_rotations_agree_with_an_oracle) {
    Random random;
    std::map<std::uint64_t, std::uint64_t> holds;
    std::map<std::uint64_t, Hash> values{{0, chain.host.head.mix_hash}};
    auto chain_now = std::make_unique<fair::SeedChain>(seeds);
    std::unique_ptr<fair::SeedChain> chain_next;
    std::uint64_t used = 0;
    for (std::uint64_t i = 0, count = operations(10'000); i < count; ++i) {
        const auto now = chain.host.head.number;
        const auto block = now + random.below(6);
        switch (random.below(4)) {
            case 0: {
                const bool ok = keep(block).success;
                ASSERT_EQ(ok, block > now);
                if (ok) ++holds[block];
                break;
            }
            case 1: {
                const auto old = now > 20 ? now - random.below(20) : now;
                ASSERT_EQ(release(old).success, holds[old] > 0);
                if (holds[old] > 0) --holds[old];
                break;
            }
            case 2: {
                if (!chain_next) {
                    auto fresh =
                        std::make_unique<fair::SeedChain>(hash_of("chain " + std::to_string(i)), length);
                    const bool ok = set_next_tip(sequencer, fresh->tip()).success;
                    ASSERT_EQ(ok, length - used >= 16);
                    if (ok) chain_next = std::move(fresh);
                }
                break;
            }
            default: {
                ASSERT_TRUE(used < length || chain_next) << "no tip in 48 blocks of chances";
                if (used == length) {
                    chain_now = std::move(chain_next);
                    used = 0;
                }
                ASSERT_TRUE(begin(chain_now->link(++used)));
                values[now + 1] = chain.host.head.mix_hash;
            }
        }
        const auto asked = now > 10 ? now - random.below(10) : now;
        ASSERT_EQ(value(asked).success, asked == chain.host.head.number || holds[asked] > 0);
        if (value(asked).success) {
            ASSERT_EQ(value(asked).value, values[asked]);
        }
    }
}

TEST_F(RandomnessTest, genesis_refuses_what_cannot_work) {
    MemoryHost host;
    EXPECT_THROW(host.install(randomness, at), std::invalid_argument) << "no first tip";
    MemoryHost other;
    other.head.extra_data = seeds.tip();
    GenesisParams params;
    params.members["chainLength"].text = "31";
    EXPECT_THROW(other.install(randomness, at, params), std::invalid_argument);
}

}  // namespace
}  // namespace farthing::contracts
