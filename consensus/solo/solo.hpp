#pragma once
// Solo: one sequencer decides every block. At once when a transaction waits (dev), or every interval.
#include "chain/blockchain.hpp"
#include "core/crypto/secp256k1.hpp"
#include "core/fair/chain.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace farthing::consensus {

/// Where the sequencer's secret chains are kept: by tip, never deleted.
class ProposerSecrets {
 public:
    virtual ~ProposerSecrets() = default;
    /// The chain that contains `link`, or null when its secret is not here, or damaged.
    virtual std::shared_ptr<const fair::SeedChain> chain_of(const Hash& link) = 0;
    /// The chain whose tip this is, or null.
    virtual std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash& tip) = 0;
    /// What was wrong with secrets that are here, when the last answer was null; empty: nothing.
    virtual std::string damage() const { return {}; }
    /// Makes a fresh chain, stores its secret durably and only then returns it.
    virtual std::shared_ptr<const fair::SeedChain> make_chain() = 0;
};

struct SoloOptions {
    /// Zero: at once, when a transaction waits (dev only). Otherwise a block every interval, empty or not.
    std::chrono::milliseconds interval{0};
    /// Unix seconds. Passed in, so that tests and simulators own the clock.
    std::function<std::uint64_t()> now;
    /// dev: each block is at least a second after its parent, as other development nodes do.
    bool strictly_later = false;
    /// The secret of the chain in use is lost: commit to a fresh one in the open, after the pause that
    /// Randomness demands, and go on from it.
    bool replace_lost_chain = false;
    /// Hears a sentence for the operator, once for each cause.
    std::function<void(const std::string&)> warn{};
};

/// max(now, parent), or max(now, parent + 1) when `strictly_later`.
std::uint64_t next_timestamp(const SoloOptions& options, std::uint64_t parent_timestamp);

/// The seal of a block: the sequencer's signature over its hash, r ‖ s ‖ y parity.
Bytes make_seal(const Hash& block_hash, const SecretKey& key);
/// Whether `seal` is the sequencer's over this block hash.
bool check_seal(const Hash& block_hash, ByteView seal, const Address& sequencer);

class SoloEngine {
 public:
    /// Throws std::runtime_error when the key is not the sequencer's or the secrets do not hold the chain of
    /// the head's preimage.
    SoloEngine(chain::Blockchain& chain, ProposerSecrets& secrets, const SecretKey& key, SoloOptions options);
    ~SoloEngine();

    /// Starts making blocks on a thread of its own. `on_failure` runs there once when the disk fails; the
    /// process must then end.
    void start(std::function<void(const std::string&)> on_failure);
    /// Finishes the block in hand and stops.
    void stop();
    /// The same, but first makes blocks of what can be executed of the pool, until about a second from now.
    /// Not for a chain whose disk has failed.
    void finish();

    /// Makes `count` blocks with one fsync (a long run: one for each quarter of a seed chain), whatever waits
    /// going into the first. Not beside a running engine: from `between_blocks`.
    void mine(std::size_t count);
    /// Development chains only: makes an earlier block the head again. From `between_blocks`, as `mine`.
    void rewind(std::uint64_t number);
    /// Runs `work` on the engine's thread between two blocks (at once when it is not started) and waits for
    /// it. What `work` throws comes back; std::runtime_error when the engine has ended.
    void between_blocks(std::function<void()> work);

 private:
    /// Where in which secret chain a block's preimage stands.
    struct Position {
        std::shared_ptr<const fair::SeedChain> chain;
        std::uint64_t index = 0;
        std::uint64_t left() const { return chain->length() - index; }
    };

    void run();
    /// False once the engine has ended.
    bool enqueue(std::packaged_task<void()> task);
    void run_tasks();
    void end_tasks();
    /// True on the engine's own thread, or while there is none.
    bool is_exclusive() const {
        return !thread_.joinable() || thread_.get_id() == std::this_thread::get_id();
    }
    void make_block_if_any();
    void make_blocks(std::size_t count);
    void make_last_blocks();
    chain::ProposalPtr propose(const chain::Proposal* parent, const Position& at,
                               const std::function<bool()>& is_over = {});
    chain::BlockInputs inputs_after(const Header& parent, const Position& at) const;
    void commit(chain::ProposalPtr proposal);
    void commit(std::vector<chain::ProposalPtr> proposals);
    bool somebody_waits_for_randomness() const;

    // --- seed chains (solo_seeds.cpp)

    /// Where the head's preimage stands; no chain when its secret is not here.
    Position position_of_head();
    /// The position after `position`; in the registered next chain when this one has ended. Throws
    /// std::runtime_error when it has ended and there is none.
    Position following(const Position& position, const chain::Proposal* parent);
    std::optional<Hash> next_commitment(const chain::Proposal* after = nullptr) const;
    bool is_next_registered() const;
    /// The transaction that registers the next chain, when half of this one is used and it can be paid for;
    /// else null.
    chain::SignedTxPtr due_registration();
    /// The next block with the registration before all that waits; null when none is due or it failed, which
    /// is warned of and tried again with the next block.
    chain::ProposalPtr propose_with_registration(const chain::BlockInputs& inputs,
                                                 const std::function<bool()>& is_over);
    /// Whether the next block must wait because it is the last that could register the next chain, or the
    /// last at all before the chain is replaced, and the sequencer cannot pay for that: without coins a chain
    /// that used it up could never go on.
    bool is_held() const;
    /// Links before the next one at which blocks may be held.
    std::uint64_t links_before_hold() const;
    /// While blocks are held: makes one of a waiting transfer that gives the sequencer what it needs.
    bool try_gift_block();
    /// Makes the block that replaces a lost chain, once the pause is over; false before.
    bool try_replace_chain();
    /// Throws std::runtime_error when the sequencer cannot pay for the replacement: no block can bring it
    /// coins before.
    void require_coins_for_replacement() const;
    chain::SignedTxPtr own_transaction(Bytes data, std::uint64_t gas_limit) const;
    bool can_pay(std::uint64_t gas) const;
    U256 cost_of(std::uint64_t gas) const;
    std::string coins_sentence() const;
    std::string missing_secret_sentence(const std::string& what) const;
    void warn_once(const std::string& cause, const std::string& sentence);

    chain::Blockchain& chain_;
    ProposerSecrets& secrets_;
    SecretKey key_;
    SoloOptions options_;
    Position position_;  ///< Of the head's preimage; no chain while a lost one waits for its replacement.
    std::shared_ptr<const fair::SeedChain> prepared_;     ///< To be registered as the next.
    std::shared_ptr<const fair::SeedChain> replacement_;  ///< For a lost one.
    std::set<std::string> warned_of_;                     ///< Causes, since the last registration.
    std::mutex tasks_mutex_;
    std::vector<std::packaged_task<void()>> tasks_;  ///< Guarded by `tasks_mutex_`, so is the next.
    bool takes_tasks_ = false;
    std::thread thread_;
    std::atomic<bool> stopping_ = false;
    /// Until when what waits is made into blocks after a stop. Written before `stopping_` is.
    std::optional<std::chrono::steady_clock::time_point> finish_by_;
    std::function<void(const std::string&)> on_failure_;
};

}  // namespace farthing::consensus
