#include "consensus/solo/solo.hpp"

#include "consensus/solo/solo_seeds.hpp"
#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"

#include <pthread.h>

#include <algorithm>
#include <stdexcept>

namespace farthing::consensus {
namespace {

using Holds = abi::Function<"function holds(uint64 blockNumber) view returns (uint64 count)">;

/// For what waits when the engine finishes.
constexpr std::chrono::milliseconds last_blocks_time{1'000};

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
    position_ = position_of_head();
    if (options_.replace_lost_chain && position_.chain && position_.left() == 0)
        if (const auto tip = next_commitment(); !tip || !secrets_.chain_with_tip(*tip)) position_ = {};
    if (!position_.chain && !options_.replace_lost_chain)
        throw std::runtime_error(
            missing_secret_sentence("chain of " + hex0x(chain_.head()->header.extra_data)));
    if (position_.chain && position_.left() > 0 && !is_next_registered() && !can_pay(registration_gas))
        warn_once("no coins at start", coins_sentence());
}

SoloEngine::~SoloEngine() {
    stop();
}

void SoloEngine::start(std::function<void(const std::string&)> on_failure) {
    FARTHING_CHECK(!thread_.joinable());
    on_failure_ = std::move(on_failure);
    stopping_ = false;
    finish_by_.reset();
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

void SoloEngine::finish() {
    finish_by_ = std::chrono::steady_clock::now() + last_blocks_time;
    stop();
}

void SoloEngine::run() {
    using std::chrono::steady_clock;
    auto due = steady_clock::now() + options_.interval;
    while (!stopping_) {
        run_tasks();
        if (position_.chain ? is_held() && !try_gift_block() : !try_replace_chain()) {
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
    if (finish_by_) make_last_blocks();
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
    position_ = position_of_head();
    FARTHING_CHECK(position_.chain != nullptr);
}

void SoloEngine::mine(std::size_t count) {
    FARTHING_CHECK(is_exclusive());
    if (!position_.chain && !try_replace_chain())
        throw std::runtime_error("the pause before a lost seed chain may be replaced is not over");
    // In one go no more than leaves room for the next chain to be registered in between.
    const auto most = std::max<std::uint64_t>(1, position_.chain->length() / 4);
    for (std::size_t made = 0; made < count;) {
        if (is_held()) {
            if (!try_gift_block()) throw std::runtime_error(coins_sentence());
            ++made;
            continue;
        }
        const auto room = is_next_registered() ? most : std::min(most, links_before_hold());
        const auto now = std::min<std::uint64_t>(room, count - made);
        make_blocks(now);
        made += now;
    }
}

void SoloEngine::make_block_if_any() {
    auto proposal = propose(nullptr, following(position_, nullptr));
    // A pool whose every transaction waits for something else (a gap, a lower fee) must not make blocks spin.
    if (proposal->block().transactions.empty() && !somebody_waits_for_randomness()) {
        chain_.wait_for_work(std::chrono::milliseconds(1000));
        return;
    }
    commit(std::move(proposal));
}

void SoloEngine::make_blocks(std::size_t count) {
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

void SoloEngine::make_last_blocks() {
    const auto is_over = [until = *finish_by_] { return std::chrono::steady_clock::now() >= until; };
    while (chain_.mempool().size() > 0 && !is_over()) {
        if (!position_.chain || is_held() || (position_.left() == 0 && !next_commitment())) return;
        auto proposal = propose(nullptr, following(position_, nullptr), is_over);
        if (proposal->block().transactions.empty()) return;
        commit(std::move(proposal));
    }
}

chain::ProposalPtr SoloEngine::propose(const chain::Proposal* parent, const Position& at,
                                       const std::function<bool()>& is_over) {
    const auto inputs = inputs_after(parent ? parent->block().header : chain_.head()->header, at);
    if (parent == nullptr)
        if (auto registering = propose_with_registration(inputs, is_over)) return registering;
    auto proposal = chain_.propose(inputs, parent, {.first = {}, .is_over = is_over});
    if (!proposal) throw std::runtime_error("cannot propose a block: " + proposal.error().message);
    return *std::move(proposal);
}

chain::BlockInputs SoloEngine::inputs_after(const Header& parent, const Position& at) const {
    return {.timestamp = next_timestamp(options_, parent.timestamp),
            .preimage = at.chain->link(at.index),
            .miner = key_.address(),
            .replacement = std::nullopt};
}

void SoloEngine::commit(chain::ProposalPtr proposal) {
    const auto next = following(position_, nullptr);
    std::vector<chain::ProposalPtr> proposals;
    proposals.push_back(std::move(proposal));
    commit(std::move(proposals));
    position_ = next;
}

void SoloEngine::commit(std::vector<chain::ProposalPtr> proposals) {
    std::vector<Bytes> seals;
    seals.reserve(proposals.size());
    for (const auto& proposal : proposals) seals.push_back(make_seal(proposal->block().hash, key_));
    chain_.commit(std::move(proposals), std::move(seals));
}

bool SoloEngine::somebody_waits_for_randomness() const {
    const auto info = chain_.pending_info();
    const auto outcome = chain_.call(chain_.head_state(), info,
                                     {.from = {},
                                      .to = contracts::randomness_address,
                                      .value = 0,
                                      .data = Holds::encode(info.number),
                                      .gas_limit = chain_.rules().tx_gas_max,
                                      .gas_price = 0,
                                      .access_list = {}});
    return outcome && outcome->success && !Hash::from(outcome->output).is_zero();
}

}  // namespace farthing::consensus
