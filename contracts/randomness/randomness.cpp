/// Randomness: each block's R from the sequencer's committed seed chain. A preimage moves the chain forward
/// by one link; when the chain has ended, and only then, it goes on from the tip registered before. So at
/// every block there is exactly one valid preimage, and the sequencer has nothing to choose. Invariant:
/// hashing `head` down `linksUsed` times gives a tip that was registered by an event, or genesis.
#include "contracts/randomness/randomness.hpp"

#include "contracts/module.hpp"
#include "core/base/check.hpp"
#include "core/fair/chain.hpp"

#include <stdexcept>

namespace farthing::contracts {
namespace {

/// Rounds look at most 8 blocks ahead. A tip chosen closer to its first use could be ground against bets that
/// are open already.
constexpr std::uint64_t tip_lead_links = 16;
constexpr auto games_address = address("fa0004");
/// How far back block hashes are known, as Ethereum's BLOCKHASH.
constexpr std::uint64_t block_hashes_kept = 256;

/// R of a past block that open rounds wait for.
struct Kept {
    std::uint64_t holds = 0;
    Hash randomness;
    using Abi =
        abi::Struct<"struct Kept { uint64 holds; bytes32 randomness; }", &Kept::holds, &Kept::randomness>;
};

struct Randomness {
    Context& ctx;

    Slot<Hash, 0, "current"> current_{ctx};
    Slot<Hash, 1, "head"> head_{ctx};
    Slot<Hash, 2, "nextTip"> next_tip_{ctx};
    Slot<Address, 3, "sequencer"> sequencer_{ctx};
    Slot<std::uint64_t, 3, "blockNumber", 20> block_number_{ctx};
    Slot<std::uint64_t, 4, "chainLength"> chain_length_{ctx};
    Slot<std::uint64_t, 4, "linksUsed", 8> links_used_{ctx};
    Slot<std::uint64_t, 4, "replaceDelay", 16> replace_delay_s_{ctx};
    Slot<std::uint64_t, 4, "blockTime", 24> block_time_{ctx};
    Mapping<std::uint64_t, Kept, 5, "kept"> kept_{ctx};
    Mapping<Hash, bool, 6, "usedTip"> used_tip_{ctx};
    Slot<Hash, 7, "replacement"> replacement_{ctx};
    Mapping<std::uint64_t, Hash, 8, "blockHashes"> block_hashes_{ctx};

    using TipRegistered = abi::Event<"event TipRegistered(bytes32 indexed tip)">;
    using TipReplaced = abi::Event<"event TipReplaced(bytes32 indexed tip, uint64 fromBlock)">;
    using NotSequencer = abi::Error<"error NotSequencer(address sequencer)">;
    using NotGames = abi::Error<"error NotGames()">;
    using BadTip = abi::Error<"error BadTip()">;
    using TipAlreadyUsed = abi::Error<"error TipAlreadyUsed(bytes32 tip)">;
    using TipPending = abi::Error<"error TipPending(bytes32 tip)">;
    using TipTooLate = abi::Error<"error TipTooLate(uint64 linksLeft)">;
    using NothingReplaced = abi::Error<"error NothingReplaced()">;
    using BlockNotAhead = abi::Error<"error BlockNotAhead(uint64 current)">;
    using NotKept = abi::Error<"error NotKept(uint64 blockNumber)">;

    // --- the sequencer's chain

    void set_next_tip(const Hash& tip) {
        require_sequencer();
        require<BadTip>(!tip.is_zero());
        const Hash pending = next_tip_;
        require<TipPending>(pending.is_zero(), pending);
        require<TipAlreadyUsed>(!used_tip_[tip], tip);
        const auto left = chain_length_.get() - links_used_.get();
        require<TipTooLate>(left >= tip_lead_links, left);
        used_tip_[tip] = true;
        next_tip_ = tip;
        ctx.emit<TipRegistered>(tip);
    }

    // The block start has done the replacing already, on the word of this very transaction; here it is owned
    // up to.
    void replace_tip(const Hash& tip) {
        require_sequencer();
        require<NothingReplaced>(!tip.is_zero() && replacement_.get() == tip);
        replacement_ = Hash{};
        ctx.emit<TipReplaced>(tip, ctx.block.number);
    }

    // --- for Games

    void keep(std::uint64_t block_number) {
        require<NotGames>(ctx.caller == games_address);
        require<BlockNotAhead>(block_number > block_number_, block_number_.get());
        kept_[block_number].update([](Kept& k) { ++k.holds; });
    }

    void release(std::uint64_t block_number) {
        require<NotGames>(ctx.caller == games_address);
        const auto kept = kept_[block_number];
        require<NotKept>(kept.get().holds > 0, block_number);
        kept_[block_number].update([](Kept& k) {
            if (--k.holds == 0) k.randomness = {};
        });
    }

    // --- views

    Hash randomness(std::uint64_t block_number) {
        if (block_number == block_number_) return current_;
        const Hash value = kept_[block_number].get().randomness;
        require<NotKept>(!value.is_zero(), block_number);
        return value;
    }
    std::tuple<std::uint64_t, Hash> latest() { return {block_number_, current_}; }
    // A ring in the state and not the chain's own headers: execution stays a function of state and block,
    // also on a node that began from a snapshot (as EIP-2935). The newest is not in it before its child
    // begins.
    Hash block_hash(std::uint64_t number) {
        const auto now = ctx.block.number;
        if (number >= now || now - number > block_hashes_kept) return {};
        return number + 1 == now ? ctx.block.parent_hash : block_hashes_[number % block_hashes_kept].get();
    }
    Hash head() { return head_; }
    Hash next_tip() { return next_tip_; }
    Address sequencer() { return sequencer_; }
    std::uint64_t chain_length() { return chain_length_; }
    std::uint64_t links_used() { return links_used_; }
    std::uint64_t replace_delay() { return replace_delay_s_; }
    std::uint64_t holds(std::uint64_t block_number) { return kept_[block_number].get().holds; }
    bool used_tip(const Hash& tip) { return used_tip_[tip]; }

    // --- outside transactions

    // Block 0's header says it all: miner, first tip (extraData), R_0 (mixHash).
    void genesis(const GenesisParams& params) {
        if (ctx.block.extra_data.is_zero())
            throw std::invalid_argument("genesis: the sequencer's first tip is missing");
        const auto length = params.u64("chainLength", std::uint64_t{1} << 20);
        if (length < 4 * tip_lead_links)
            throw std::invalid_argument("genesis: Randomness.chainLength must be at least 64 links");
        current_ = ctx.block.mix_hash;
        head_ = ctx.block.extra_data;
        sequencer_ = ctx.block.miner;
        block_number_ = ctx.block.number;
        chain_length_ = length;
        replace_delay_s_ = params.u64("replaceDelay", 3600);
        block_time_ = ctx.now;
        used_tip_[ctx.block.extra_data] = true;
    }

    std::optional<Hash> next_commitment() {
        if (links_used_ < chain_length_) return head_;
        const Hash tip = next_tip_;
        return tip.is_zero() ? std::nullopt : std::optional(tip);
    }

    Result<void> accept(const BlockStart& start) {
        const auto hashed = fair::previous_link(start.preimage);
        if (start.replacement) return accept_replacement(start, hashed);
        const auto expected = next_commitment();
        if (!expected) return fail("the sequencer's seed chain has ended and no next tip is registered");
        if (hashed != *expected)
            return fail("extraData is not the sequencer's next link: it hashes to " + hex0x(hashed) +
                        ", the chain stands at " + hex0x(*expected));
        if (links_used_ < chain_length_) {
            links_used_ += 1;
        } else {
            links_used_ = 1;
            next_tip_ = Hash{};
        }
        head_ = start.preimage;
        if (!replacement_.get().is_zero()) replacement_ = Hash{};
        return {};
    }

    Result<void> accept_replacement(const BlockStart& start, const Hash& hashed) {
        if (hashed != *start.replacement) return fail("extraData does not hash to the replacement tip");
        if (used_tip_[hashed]) return fail("the replacement tip was registered before");
        const auto due = block_time_.get() + replace_delay_s_.get();
        if (start.timestamp < due)
            return fail("a seed chain is replaced only after a pause: not before time " +
                        std::to_string(due));
        used_tip_[hashed] = true;
        replacement_ = hashed;
        next_tip_ = Hash{};
        head_ = start.preimage;
        links_used_ = 1;
        return {};
    }

    Result<Hash> begin_block(const BlockStart& start) {
        FARTHING_CHECK(start.number == block_number_.get() + 1);
        TRY(accept(start));
        const auto value = fair::block_randomness(current_, start.number, start.preimage);
        current_ = value;
        block_number_ = start.number;
        block_time_ = start.timestamp;
        block_hashes_[(start.number - 1) % block_hashes_kept] = start.parent_hash;
        if (kept_[start.number].get().holds > 0)
            kept_[start.number].update([&](Kept& k) { k.randomness = value; });
        return value;
    }

 private:
    void require_sequencer() {
        const Address sequencer = sequencer_;
        require<NotSequencer>(ctx.caller == sequencer, sequencer);
    }
};

constexpr auto rows = table<Row>({
    function<"function setNextTip(bytes32 tip)", &Randomness::set_next_tip>(
        "The sequencer registers the chain that follows when this one ends. At most one tip waits; no tip "
        "twice."),
    function<"function replaceTip(bytes32 tip)", &Randomness::replace_tip>(
        "First transaction of the block that replaces a lost chain, after the pause; elsewhere it reverts."),
    function<"function keep(uint64 blockNumber)", &Randomness::keep>(
        "Games asks to keep the randomness of a coming block; holds are counted."),
    function<"function release(uint64 blockNumber)", &Randomness::release>("Games gives up one hold."),
    function<"function randomness(uint64 blockNumber) view returns (bytes32 value)", &Randomness::randomness>(
        "R of this block, or of a past block that is still kept."),
    function<"function latest() view returns (uint64 blockNumber, bytes32 value)", &Randomness::latest>(
        "The newest block's number and R."),
    function<"function blockHash(uint64 number) view returns (bytes32 hash)", &Randomness::block_hash>(
        "Hash of one of the last 256 blocks; zero for any other number."),
    function<"function head() view returns (bytes32 link)", &Randomness::head>(
        "The newest revealed link; the next block's preimage hashes to it."),
    function<"function nextTip() view returns (bytes32 tip)", &Randomness::next_tip>(
        "The tip that follows when this chain ends; zero when none is registered."),
    function<"function sequencer() view returns (address account)", &Randomness::sequencer>(
        "The account that registers tips."),
    function<"function chainLength() view returns (uint64 links)", &Randomness::chain_length>(
        "Links of every chain, set at genesis."),
    function<"function linksUsed() view returns (uint64 links)", &Randomness::links_used>(
        "Links of the present chain that are revealed."),
    function<"function replaceDelay() view returns (uint64 interval)", &Randomness::replace_delay>(
        "Seconds without a block before a lost chain may be replaced."),
    function<"function holds(uint64 blockNumber) view returns (uint64 count)", &Randomness::holds>(
        "How many rounds wait for that block's R."),
    function<"function usedTip(bytes32 tip) view returns (bool used)", &Randomness::used_tip>(
        "Whether a tip was ever registered."),
    event<Randomness::TipRegistered>("The chain that follows is fixed: this proves the rotation."),
    event<Randomness::TipReplaced>("A lost chain was given up; randomness goes on from this tip."),
    error<Randomness::NotSequencer>("Only the sequencer registers tips."),
    error<Randomness::NotGames>("Only Games keeps and releases."),
    error<Randomness::BadTip>("Zero is no tip."),
    error<Randomness::TipAlreadyUsed>("A tip is accepted once ever."),
    error<Randomness::TipPending>("The next chain is fixed already."),
    error<Randomness::TipTooLate>(
        "Too few links are left: a tip chosen now could be ground against open bets."),
    error<Randomness::NothingReplaced>("This block did not start by replacing the chain with that tip."),
    error<Randomness::BlockNotAhead>("Randomness can only be kept before its block."),
    error<Randomness::NotKept>("Nobody asked to keep that block's randomness, or it has not come yet."),
});
constexpr auto slots = table<SlotRow>({
    slot<&Randomness::current_>("R of the newest block."),
    slot<&Randomness::head_>("Newest revealed link of the sequencer's chain."),
    slot<&Randomness::next_tip_>("Tip that follows; zero when none waits."),
    slot<&Randomness::sequencer_>("Registers tips."),
    slot<&Randomness::block_number_>("Number of the newest block."),
    slot<&Randomness::chain_length_>("Links of every chain."),
    slot<&Randomness::links_used_>("Revealed links of the present chain."),
    slot<&Randomness::replace_delay_s_>("Pause before a lost chain may be replaced, seconds."),
    slot<&Randomness::block_time_>("Time of the newest block, unix seconds."),
    slot<&Randomness::kept_>("R of blocks that open rounds wait for."),
    slot<&Randomness::used_tip_>("Tips that were registered."),
    slot<&Randomness::replacement_>("Tip that this block's start replaced a lost chain with."),
    slot<&Randomness::block_hashes_>("Hashes of the last 256 blocks by number modulo 256."),
});

/// Runs `act` as the contract: system writes are unmetered and no call frame surrounds them.
template <class Act>
auto as_randomness(Host& host, const Act& act) {
    GasMeter gas(~std::uint64_t{0});
    Context ctx(host, {.caller = {}, .self = randomness_address, .value = 0, .data = {}}, gas);
    Randomness contract{ctx};
    return act(contract);
}

}  // namespace

Result<Hash> begin_block(Host& host, const BlockStart& start) {
    return as_randomness(host, [&](Randomness& r) { return r.begin_block(start); });
}

std::optional<Hash> next_commitment(Host& host) {
    return as_randomness(host, [](Randomness& r) { return r.next_commitment(); });
}

ChainUse sequencer_chain_use(Host& host) {
    return as_randomness(host, [](Randomness& r) {
        return ChainUse{r.links_used(), r.chain_length(), !r.next_tip().is_zero()};
    });
}

extern constexpr Module randomness = module<rows, slots>(
    "Randomness", {.id = 3, .address = randomness_address, .genesis = at_genesis<&Randomness::genesis>},
    "Each block's randomness, from the sequencer's committed seed chain.");

}  // namespace farthing::contracts
