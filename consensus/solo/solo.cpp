#include "consensus/solo/solo.hpp"

#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"

#include <pthread.h>

#include <array>
#include <stdexcept>

namespace farthing::consensus {
namespace {

using SetNextTip = abi::Function<"function setNextTip(bytes32 tip)">;
using ReplaceTip = abi::Function<"function replaceTip(bytes32 tip)">;
using Holds = abi::Function<"function holds(uint64 blockNumber) view returns (uint64 count)">;

/// More than setNextTip uses at flat prices: four writes, one log.
constexpr std::uint64_t rotation_gas = 200'000;

}  // namespace

std::uint64_t next_timestamp(const SoloOptions& options, std::uint64_t parent_timestamp) {
    return std::max(options.now(), parent_timestamp + (options.strictly_later ? 1 : 0));
}

Bytes make_seal(const Hash& block_hash, const SecretKey& key) {
    const auto signature = key.sign(block_hash);
    auto seal = concat(signature.r, signature.s);
    seal.push_back(signature.y_parity);
    return seal;
}

bool check_seal(const Hash& block_hash, ByteView seal, const Address& sequencer) {
    if (seal.size() != 65 || seal[64] > 1) return false;
    const Signature signature{Hash::from(seal.first(32)), Hash::from(seal.subspan(32, 32)), seal[64]};
    if (!has_low_s(signature)) return false;
    const auto signer = recover_address(block_hash, signature);
    return signer && *signer == sequencer;
}

SoloEngine::SoloEngine(chain::Blockchain& chain, ProposerSecrets& secrets, const SecretKey& key,
                       SoloOptions options)
    : chain_(chain), secrets_(secrets), key_(key), options_(std::move(options)) {
    if (key_.address() != chain_.genesis().sequencer)
        throw std::runtime_error("the key is " + hex0x(key_.address()) + "'s, but the genesis names " +
                                 hex0x(chain_.genesis().sequencer) + " as the sequencer");
    const U256 rotation_cost = chain_.pending_info().base_fee * 2 * rotation_gas;
    if (chain_.head_state().account(key_.address()).balance < rotation_cost)
        throw std::runtime_error("the sequencer " + hex0x(key_.address()) +
                                 " cannot pay for registering its next seed chain; send it at least " +
                                 to_decimal(rotation_cost) + " wei");
    const auto& link = chain_.head()->header.extra_data;
    position_.chain = secrets_.chain_of(link);
    if (!position_.chain && !options_.replace_lost_chain)
        throw std::runtime_error(
            "the sequencer's secret for the chain of " + hex0x(link) +
            " is missing; restore the folder sequencer/seeds from a backup, or, if it is lost for good, "
            "start `farthing node` with --replace-lost-chain");
    if (position_.chain) position_.index = *position_.chain->index_of(link);
    if (position_.chain && position_.left() == 0 && options_.replace_lost_chain && !next_commitment_known())
        position_ = {};
}

SoloEngine::~SoloEngine() {
    stop();
}

void SoloEngine::start(std::function<void(const std::string&)> on_failure) {
    FARTHING_CHECK(!thread_.joinable());
    on_failure_ = std::move(on_failure);
    stopping_ = false;
    takes_tasks_ = true;
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "engine");
        try {
            run();
        } catch (const std::exception& error) {
            on_failure_(error.what());
        }
        end_tasks();
    });
}

void SoloEngine::stop() {
    stopping_ = true;
    chain_.wake();
    if (thread_.joinable()) thread_.join();
}

void SoloEngine::run() {
    using std::chrono::steady_clock;
    auto due = steady_clock::now() + options_.interval;
    while (!stopping_) {
        run_tasks();
        if (!position_.chain && !try_replace_chain()) {
            chain_.wait_for_work(std::chrono::milliseconds(1000));
            continue;
        }
        if (options_.interval.count() == 0) {
            if (chain_.mempool().size() == 0 && !somebody_waits_for_randomness())
                chain_.wait_for_work(std::chrono::milliseconds(1000));
            else
                make_block_if_any();
        } else {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - steady_clock::now());
            if (left.count() > 0) {
                chain_.wait_for_work(left);
                continue;
            }
            make_blocks(1);
            due = std::max(due + options_.interval, steady_clock::now());
        }
    }
}

bool SoloEngine::enqueue(std::packaged_task<void()> task) {
    const std::lock_guard lock(tasks_mutex_);
    if (!takes_tasks_) return false;
    tasks_.push_back(std::move(task));
    return true;
}

void SoloEngine::run_tasks() {
    std::vector<std::packaged_task<void()>> due;
    {
        const std::lock_guard lock(tasks_mutex_);
        due.swap(tasks_);
    }
    for (auto& task : due) task();
}

void SoloEngine::end_tasks() {
    const std::lock_guard lock(tasks_mutex_);
    takes_tasks_ = false;
    tasks_.clear();  // Whoever waits for one gets a broken promise.
}

void SoloEngine::between_blocks(std::function<void()> work) {
    if (is_exclusive()) return work();
    std::packaged_task<void()> task(std::move(work));
    auto done = task.get_future();
    if (!enqueue(std::move(task))) throw std::runtime_error("the engine has ended");
    chain_.wake();
    try {
        done.get();
    } catch (const std::future_error&) {
        throw std::runtime_error("the engine has ended");
    }
}

void SoloEngine::rewind(std::uint64_t number) {
    FARTHING_CHECK(is_exclusive());
    chain_.rewind(number);
    const auto& link = chain_.head()->header.extra_data;
    position_.chain = secrets_.chain_of(link);
    FARTHING_CHECK(position_.chain != nullptr);
    position_.index = *position_.chain->index_of(link);
    rotation_tx_ = {};
}

void SoloEngine::mine(std::size_t count) {
    FARTHING_CHECK(is_exclusive());
    if (!position_.chain && !try_replace_chain())
        throw std::runtime_error("the pause before a lost seed chain may be replaced is not over");
    // In one go no more than leaves room for the next chain to be registered in between.
    const auto most = static_cast<std::size_t>(std::max<std::uint64_t>(1, position_.chain->length() / 4));
    for (std::size_t made = 0; made < count; made += most) make_blocks(std::min(most, count - made));
}

void SoloEngine::make_block_if_any() {
    rotate_when_due();
    auto proposal = propose(nullptr, following(position_, nullptr));
    // A pool whose every transaction waits for something else (a gap, a lower fee) must not make blocks spin.
    if (proposal->block().transactions.empty() && !somebody_waits_for_randomness()) {
        chain_.wait_for_work(std::chrono::milliseconds(1000));
        return;
    }
    std::vector<chain::ProposalPtr> proposals;
    proposals.push_back(std::move(proposal));
    commit(std::move(proposals));
    position_ = following(position_, nullptr);
}

void SoloEngine::make_blocks(std::size_t count) {
    rotate_when_due();
    auto position = position_;
    std::vector<chain::ProposalPtr> proposals;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* parent = proposals.empty() ? nullptr : proposals.back().get();
        position = following(position, parent);
        proposals.push_back(propose(parent, position));
    }
    commit(std::move(proposals));
    position_ = position;
}

chain::ProposalPtr SoloEngine::propose(const chain::Proposal* parent, const Position& at) {
    const auto& header = parent ? parent->block().header : chain_.head()->header;
    const chain::BlockInputs inputs{.timestamp = next_timestamp(options_, header.timestamp),
                                    .preimage = at.chain->link(at.index),
                                    .miner = key_.address(),
                                    .replacement = std::nullopt};
    const auto rotation = parent == nullptr ? overdue_rotation(at) : nullptr;
    auto proposal =
        rotation ? chain_.process(inputs, std::span(&rotation, 1), parent) : chain_.propose(inputs, parent);
    if (!proposal) throw std::runtime_error("cannot propose a block: " + proposal.error().message);
    return *std::move(proposal);
}

void SoloEngine::commit(std::vector<chain::ProposalPtr> proposals) {
    std::vector<Bytes> seals;
    seals.reserve(proposals.size());
    for (const auto& proposal : proposals) seals.push_back(make_seal(proposal->block().hash, key_));
    chain_.commit(std::move(proposals), std::move(seals));
}

SoloEngine::Position SoloEngine::following(const Position& position, const chain::Proposal* parent) {
    if (position.left() > 0) return {position.chain, position.index + 1};
    std::optional<Hash> tip;
    chain_.inspect([&](contracts::Host& host) { tip = contracts::next_commitment(host); }, parent);
    auto next = tip ? secrets_.chain_with_tip(*tip) : nullptr;
    if (!next)
        throw std::runtime_error(
            "the sequencer's seed chain has ended and its setNextTip transactions did not succeed (see their "
            "receipts); start `farthing node` with --replace-lost-chain to go on after the chain's pause");
    return {std::move(next), 1};
}

bool SoloEngine::next_commitment_known() const {
    std::optional<Hash> tip;
    chain_.inspect([&](contracts::Host& host) { tip = contracts::next_commitment(host); });
    return tip.has_value();
}

void SoloEngine::rotate_when_due() {
    if (position_.left() > position_.chain->length() / 2) return;
    if (!rotation_tx_.is_zero() && chain_.mempool().find(rotation_tx_)) return;
    contracts::ChainUse use;
    chain_.inspect([&](contracts::Host& host) { use = contracts::sequencer_chain_use(host); });
    if (use.next_registered) {
        prepared_ = nullptr;
        return;
    }

    // Kept for a second try: every chain made is a file that is never deleted.
    if (!prepared_) prepared_ = secrets_.make_chain();
    const auto tx = own_transaction(SetNextTip::encode(prepared_->tip()));
    const auto pooled = chain_.submit(tx.encode());
    if (!pooled)
        throw std::runtime_error("cannot register the sequencer's next tip: " + pooled.error().message);
    rotation_tx_ = *pooled;
}

Transaction SoloEngine::own_transaction(Bytes data) const {
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = chain_.genesis().chain_id;
    tx.nonce = chain_.head_state().account(key_.address()).nonce;
    tx.max_fee_per_gas = chain_.pending_info().base_fee * 2;
    tx.gas_limit = rotation_gas;
    tx.to = contracts::randomness_address;
    tx.data = std::move(data);
    sign(tx, key_);
    return tx;
}

bool SoloEngine::try_replace_chain() {
    if (!replacement_) replacement_ = secrets_.make_chain();
    const auto tx = own_transaction(ReplaceTip::encode(replacement_->tip()));
    const std::array transactions{
        std::make_shared<const chain::SignedTx>(chain::SignedTx{tx, tx.hash(), key_.address(), tx.encode()})};
    auto proposal = chain_.process({.timestamp = next_timestamp(options_, chain_.head()->header.timestamp),
                                    .preimage = replacement_->link(1),
                                    .miner = key_.address(),
                                    .replacement = replacement_->tip()},
                                   transactions);
    if (!proposal) return false;
    std::vector<chain::ProposalPtr> proposals;
    proposals.push_back(*std::move(proposal));
    commit(std::move(proposals));
    position_ = {std::exchange(replacement_, nullptr), 1};
    return true;
}

chain::SignedTxPtr SoloEngine::overdue_rotation(const Position& at) const {
    constexpr std::uint64_t last_links = 1'000;
    if (at.left() > std::min(last_links, at.chain->length() / 4)) return nullptr;
    return rotation_tx_.is_zero() ? nullptr : chain_.mempool().find(rotation_tx_);
}

bool SoloEngine::somebody_waits_for_randomness() const {
    const auto info = chain_.pending_info();
    const auto outcome = chain_.call(chain_.head_state(), info,
                                     {.from = {},
                                      .to = contracts::randomness_address,
                                      .value = 0,
                                      .data = Holds::encode(info.number),
                                      .gas_limit = 0,
                                      .gas_price = 0,
                                      .access_list = {}});
    return outcome && outcome->success && !Hash::from(outcome->output).is_zero();
}

}  // namespace farthing::consensus
