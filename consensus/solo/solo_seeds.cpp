// The engine's seed chains: registering the next one in time, replacing a lost one, and waiting rather than
// using up the last links while the sequencer cannot pay for either.
#include "consensus/solo/solo_seeds.hpp"

#include "consensus/solo/solo.hpp"
#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/base/hex.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace farthing::consensus {
namespace {

using SetNextTip = abi::Function<"function setNextTip(bytes32 tip)">;
using ReplaceTip = abi::Function<"function replaceTip(bytes32 tip)">;

/// Randomness takes no next tip in a block that leaves fewer links.
constexpr std::uint64_t tip_lead_links = 16;
/// Before the last block that can register a tip, and before the last one at all.
constexpr std::uint64_t left_before_last_registration = tip_lead_links + 1;
constexpr std::uint64_t left_before_last_block = 1;
/// With so few left a registration waits for no other transaction of the sequencer.
constexpr std::uint64_t urgent_links_max = 1'000;
constexpr std::uint64_t urgent_links_min = tip_lead_links + 8;

}  // namespace

SoloEngine::Position SoloEngine::position_of_head() {
    const auto link = chain_.head()->header.extra_data;
    auto chain = secrets_.chain_of(link);
    if (!chain) return {};
    const auto index = *chain->index_of(link);
    return {std::move(chain), index};
}

SoloEngine::Position SoloEngine::following(const Position& position, const chain::Proposal* parent) {
    if (position.left() > 0) return {position.chain, position.index + 1};
    const auto tip = next_commitment(parent);
    if (!tip) require_coins_for_replacement();
    if (!tip)
        throw std::runtime_error(
            "the sequencer's seed chain has ended and no next one was registered (the warnings before say "
            "why); start `farthing node` with --replace-lost-chain to go on after the chain's pause");
    auto next = secrets_.chain_with_tip(*tip);
    if (!next) throw std::runtime_error(missing_secret_sentence("next chain, whose tip is " + hex0x(*tip)));
    return {std::move(next), 1};
}

std::optional<Hash> SoloEngine::next_commitment(const chain::Proposal* after) const {
    std::optional<Hash> tip;
    chain_.inspect([&](contracts::Host& host) { tip = contracts::next_commitment(host); }, after);
    return tip;
}

bool SoloEngine::is_next_registered() const {
    contracts::ChainUse use;
    chain_.inspect([&](contracts::Host& host) { use = contracts::sequencer_chain_use(host); });
    return use.next_registered;
}

chain::SignedTxPtr SoloEngine::due_registration() {
    const auto left = position_.left(), length = position_.chain->length();
    if (left > length / 2) return nullptr;
    if (is_next_registered()) {
        prepared_ = nullptr;
        warned_of_.clear();
        return nullptr;
    }
    if (left <= tip_lead_links) {
        warn_once("too late", "the sequencer's seed chain ends after " + std::to_string(left) +
                                  " more blocks and it is too late to register the next one; when it has "
                                  "ended, start `farthing node` with --replace-lost-chain");
        return nullptr;
    }
    const bool urgent = left <= std::clamp(length / 4, urgent_links_min, urgent_links_max);
    if (!can_pay(registration_gas)) {
        warn_once(urgent ? "no coins, urgent" : "no coins", coins_sentence());
        return nullptr;
    }
    // It would take the nonce of another that somebody has sent with the sequencer's key.
    const auto nonce = chain_.head_state().account(key_.address()).nonce;
    if (!urgent && chain_.pending_nonce(key_.address()) != nonce) return nullptr;
    // Kept for a second try: every chain made is a file that is never deleted.
    if (!prepared_) prepared_ = secrets_.make_chain();
    return own_transaction(SetNextTip::encode(prepared_->tip()), registration_gas);
}

chain::ProposalPtr SoloEngine::propose_with_registration(const chain::BlockInputs& inputs,
                                                         const std::function<bool()>& is_over) {
    const auto registration = due_registration();
    if (!registration) return nullptr;
    auto proposal =
        chain_.propose(inputs, nullptr, {.first = std::span(&registration, 1), .is_over = is_over});
    if (proposal && (*proposal)->block().receipts.front().success) return *std::move(proposal);
    // One that reverts is not worth its fee, block after block.
    const auto why = proposal ? "setNextTip reverts" : proposal.error().message;
    warn_once(proposal ? "reverts" : "refused",
              "the sequencer's next seed chain is not registered, and this one has " +
                  std::to_string(position_.left()) +
                  " links left; it is tried again with each block: " + why);
    return nullptr;
}

bool SoloEngine::is_held() const {
    const auto left = position_.left();
    if (left != left_before_last_registration && left != left_before_last_block) return false;
    return !can_pay(registration_gas) && !is_next_registered();
}

std::uint64_t SoloEngine::links_before_hold() const {
    const auto left = position_.left();
    if (left > left_before_last_registration) return left - left_before_last_registration;
    if (left > left_before_last_block) return left - left_before_last_block;
    return left == 0 ? position_.chain->length() : left;
}

bool SoloEngine::try_gift_block() {
    warn_once("held", coins_sentence());
    const auto inputs = inputs_after(chain_.head()->header, following(position_, nullptr));
    const auto needed = cost_of(registration_gas) - chain_.head_state().account(key_.address()).balance;
    for (const auto& tx : chain_.pending_transactions()) {
        if (tx->tx.to != key_.address() || tx->sender == key_.address() || tx->tx.value < needed) continue;
        std::vector<chain::SignedTxPtr> transactions{tx};
        if (position_.left() == left_before_last_registration) {
            if (!prepared_) prepared_ = secrets_.make_chain();
            transactions.push_back(own_transaction(SetNextTip::encode(prepared_->tip()), registration_gas));
        }
        auto proposal = chain_.process(inputs, transactions);
        if (!proposal || !(*proposal)->block().receipts.back().success) continue;
        commit(*std::move(proposal));
        return true;
    }
    return false;
}

void SoloEngine::require_coins_for_replacement() const {
    if (!can_pay(replacement_gas))
        throw std::runtime_error(
            "the sequencer " + hex0x(key_.address()) + " cannot pay the " +
            to_decimal(cost_of(replacement_gas)) +
            " wei of the transaction that replaces its lost seed chain, and without it no block can be made "
            "that would bring it coins: only its seeds, restored from a backup, let this chain go on");
}

bool SoloEngine::try_replace_chain() {
    require_coins_for_replacement();
    if (!replacement_) replacement_ = secrets_.make_chain();
    const auto replacing = own_transaction(ReplaceTip::encode(replacement_->tip()), replacement_gas);
    auto proposal = chain_.process({.timestamp = next_timestamp(options_, chain_.head()->header.timestamp),
                                    .preimage = replacement_->link(1),
                                    .miner = key_.address(),
                                    .replacement = replacement_->tip()},
                                   std::span(&replacing, 1));
    if (!proposal) {
        warn_once("replacing", "the lost seed chain is not replaced yet: " + proposal.error().message);
        return false;
    }
    std::vector<chain::ProposalPtr> proposals;
    proposals.push_back(*std::move(proposal));
    commit(std::move(proposals));
    position_ = {std::exchange(replacement_, nullptr), 1};
    warned_of_.clear();
    return true;
}

chain::SignedTxPtr SoloEngine::own_transaction(Bytes data, std::uint64_t gas_limit) const {
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = chain_.genesis().chain_id;
    tx.nonce = chain_.head_state().account(key_.address()).nonce;
    // It goes into the next block, whose base fee is known, and by no way that a higher fee would shorten.
    tx.max_fee_per_gas = chain_.pending_info().base_fee;
    tx.gas_limit = gas_limit;
    tx.to = contracts::randomness_address;
    tx.data = std::move(data);
    sign(tx, key_);
    return std::make_shared<const chain::SignedTx>(
        chain::SignedTx{tx, tx.hash(), key_.address(), tx.encode()});
}

U256 SoloEngine::cost_of(std::uint64_t gas) const {
    return chain_.pending_info().base_fee * gas;
}

bool SoloEngine::can_pay(std::uint64_t gas) const {
    return chain_.head_state().account(key_.address()).balance >= cost_of(gas);
}

std::string SoloEngine::coins_sentence() const {
    const auto before = is_held() ? std::uint64_t{0} : links_before_hold();
    return "the sequencer " + hex0x(key_.address()) +
           " cannot pay for its next seed chain; send it at least " + to_decimal(cost_of(registration_gas)) +
           " wei in one transfer: " +
           (before == 0 ? "until such a transfer waits, no further block is made"
                        : std::to_string(before) + " blocks from now none is made any more without it");
}

std::string SoloEngine::missing_secret_sentence(const std::string& what) const {
    const auto damage = secrets_.damage();
    return "the sequencer's secret for the " + what +
           " is missing; restore the folder sequencer/seeds from a " +
           "backup, or, if it is lost for good, start `farthing node` with --replace-lost-chain" +
           (damage.empty() ? "" : " (" + damage + ')');
}

void SoloEngine::warn_once(const std::string& cause, const std::string& sentence) {
    if (warned_of_.insert(cause).second && options_.warn) options_.warn(sentence);
}

}  // namespace farthing::consensus
