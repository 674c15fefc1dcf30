#pragma once
// The chain as its two users see it: an engine that makes blocks (consensus) and readers (rpc, node).
//
// Threads: everything under "readers" and `submit` may be called from any thread at any time. The engine's
// calls come from one thread at a time. Readers never wait for the engine: they hold blocks and views.
#include "chain/block.hpp"
#include "chain/block_builder.hpp"
#include "chain/executor.hpp"
#include "chain/genesis.hpp"
#include "chain/mempool.hpp"
#include "chain/state_view.hpp"
#include "core/types/bloom_bits.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace leveldb {
class Env;
}

namespace farthing::chain {

class FileSystem;

struct BlockchainOptions {
    std::filesystem::path data_dir;
    MempoolLimits mempool;
    /// The submitting thread counts. With 1 here, `load_threads` 1 and no `background_checkpoints` this chain
    /// starts no thread at all.
    std::size_t recover_threads = 2;
    FileSystem* files = nullptr;      ///< Under journal and lock; null: the real one.
    leveldb::Env* env = nullptr;      ///< Under LevelDB; null: the real one.
    std::uint64_t flush_blocks = 64;  ///< As in StoreOptions.
    /// Time of a block made now on a parent of that time: the engine's rule, for `pending`. Null: the
    /// parent's.
    std::function<std::uint64_t(std::uint64_t parent_timestamp)> next_timestamp;
    /// For tests: runs on the engine's thread before each transaction of a block.
    std::function<void(const SignedTx&)> before_transaction;
    /// One line for the operator when something was repaired. From any thread.
    std::function<void(const std::string&)> log;
    std::uint64_t window_blocks = 128;       ///< State of at least this many recent blocks stays readable
    std::uint64_t window_s = 60;             ///< and of at least this many seconds of block time,
    std::size_t history_bytes = 256u << 20;  ///< unless it would hold more than this.
    /// Of decoded blocks in memory: half for the newest, half for older ones that were asked for. The last
    /// one of each half stays, however large.
    std::size_t block_cache_bytes = 128u << 20;
    std::uint64_t checkpoint_blocks = 0;       ///< A checkpoint each so many blocks; 0: none.
    std::uint64_t retain_blocks = 0;           ///< Blocks to keep at least (chain/store.hpp); 0: all.
    std::uint64_t segment_bytes = 256u << 20;  ///< Of one journal file: blocks are dropped by files.
    bool background_checkpoints = true;        ///< False: a commit that is due for one waits for it.
    std::size_t load_threads = 2;              ///< That read the state at start; 1: the caller's alone.
};

/// An executed block that is not part of the chain until it is committed.
class Proposal {
 public:
    virtual ~Proposal() = default;
    virtual const Block& block() const = 0;
};
using ProposalPtr = std::unique_ptr<Proposal>;

/// How a proposal is filled, besides with what waits.
struct BlockFill {
    /// Stand before all that waits, in this order. One that is not executable fails the proposal.
    std::span<const SignedTxPtr> first;
    /// Asked before each waiting transaction; true leaves it and all others to a later block.
    std::function<bool()> is_over;
};

/// One log with its place in the chain. It does not hold its block: ten thousand results may be of as many.
struct LogEntry {
    Log log;
    std::uint64_t block_number = 0;
    std::uint64_t timestamp = 0;
    Hash block_hash;
    Hash tx_hash;
    std::uint32_t tx_index = 0;
    std::uint64_t log_index = 0;  ///< In the block.
};
LogEntry log_entry(const Block& block, std::uint32_t tx_index, std::uint64_t log_index, const Log& log);

/// What a log counts for in LogLimits: its data and topics, and what goes with any log, which is a constant.
std::size_t log_bytes(const Log& log);

/// Where a search for logs stops: before the block that would bring more results or more bytes of them, and
/// where `is_over` says so, which is asked before each block. It looks at one block at least, whatever that
/// holds.
struct LogLimits {
    std::size_t results = ~std::size_t{0};
    std::size_t bytes = ~std::size_t{0};  ///< As `log_bytes` counts them.
    std::function<bool()> is_over;
};
struct LogPage {
    std::vector<LogEntry> entries;
    std::uint64_t next_block = 0;  ///< The first that was not looked at.
    enum class End { range, results, bytes, time } end = End::range;
};
struct LogFilter {
    std::uint64_t from_block = 0;
    std::uint64_t to_block = 0;
    std::vector<Address> addresses;         ///< Empty: any.
    std::vector<std::vector<Hash>> topics;  ///< By position; an empty set matches anything.
};
bool matches(const LogFilter& filter, const Log& log);

/// What a block's bloom must hold for a filter: of each set one item, of an empty one nothing. Made once for
/// many blocks, since hashing the items costs most. By default that of a filter that matches anything.
class BloomQuery {
 public:
    BloomQuery() = default;
    explicit BloomQuery(const LogFilter& filter);
    /// False: no log of the block matches.
    bool may_match(const Bloom& bloom) const;

 private:
    std::vector<std::vector<BloomBits>> sets_;
};

struct BlockRange {
    std::uint64_t oldest = 0;
    std::uint64_t newest = 0;
};

class Blockchain {
 public:
    /// Opens or creates the chain in `options.data_dir` and recovers it after a crash. Throws
    /// std::runtime_error with a sentence that says what is wrong and what to do.
    static std::unique_ptr<Blockchain> open(const Genesis& genesis, const BlockchainOptions& options);
    virtual ~Blockchain() = default;

    // --- readers ---------------------------------------------------------------------------------
    virtual const Genesis& genesis() const = 0;
    /// The rules of the next block.
    virtual Rules rules() const = 0;
    virtual BlockPtr head() const = 0;
    /// Null when there is none, or none any more (see oldest_block).
    virtual BlockPtr block(std::uint64_t number) const = 0;
    virtual BlockPtr block(const Hash& hash) const = 0;  ///< Null when there is none.
    /// The same without reading the block itself.
    virtual std::optional<Header> header(std::uint64_t number) const = 0;
    /// Blocks before it were dropped; block 0, which has no transactions, is always there.
    virtual std::uint64_t oldest_block() const = 0;
    virtual std::optional<TxLocation> locate(const Hash& tx_hash) const = 0;
    /// How many blocks were read from disk and decoded since the chain was opened.
    virtual std::uint64_t blocks_decoded() const = 0;
    /// The block whose logs hold the event of Games with this topic and these subject topics (bet id; house
    /// and round); nothing when there is none. From an index: look into the block for the event itself.
    virtual std::optional<std::uint64_t> block_of_event(const Hash& event_topic,
                                                        std::span<const Hash> subject) const = 0;
    virtual StateView head_state() const = 0;
    /// The state after a block; nothing when it is outside `state_range`.
    virtual std::optional<StateView> state(std::uint64_t block_number) const = 0;
    virtual BlockRange state_range() const = 0;
    /// Matching logs in block order, of the blocks that are there.
    virtual LogPage logs(const LogFilter& filter, const LogLimits& limits = {}) const = 0;

    /// The environment of an existing block, and of the block that would come next (`pending`: randomness and
    /// preimage zero).
    virtual contracts::BlockInfo info_of(const Header& header) const = 0;
    virtual contracts::BlockInfo pending_info() const = 0;
    /// Runs a call on `state` under `info`; changes nothing. It gets Rules::tx_gas_max of gas at most, and
    /// must be able to pay for its gas limit where it names a price.
    virtual TxResult<TxOutcome> call(const StateView& state, const contracts::BlockInfo& info,
                                     const CallRequest& request) const = 0;

    /// Lets `read` ask contracts' own read functions about the state after the head, or after a proposal.
    /// What it writes is thrown away.
    virtual void inspect(const std::function<void(contracts::Host&)>& read,
                         const Proposal* after = nullptr) const = 0;

    /// Checks, recovers and pools a transaction. The hash comes back only when it is pooled.
    virtual TxResult<Hash> submit(ByteView encoded) = 0;
    /// The same for many; recovery uses all recover threads. Results in order.
    virtual std::vector<TxResult<Hash>> submit_all(std::span<const Bytes> encoded) = 0;
    virtual const Mempool& mempool() const = 0;
    virtual std::uint64_t pending_nonce(const Address& who) const = 0;
    virtual Mempool::Content mempool_content() const = 0;
    virtual Mempool::Content mempool_content_of(const Address& who) const = 0;
    virtual Mempool::Counts mempool_counts() const = 0;
    /// What the next block would take of the pool, in its order, if all of it used the gas that it asks for.
    virtual std::vector<SignedTxPtr> pending_transactions() const = 0;

    /// `callback` runs after each commit, on the engine's thread: it must not block. Gives a token.
    virtual std::uint64_t on_head(std::function<void(const BlockPtr&)> callback) = 0;
    /// `callback` runs for each pooled transaction, on the submitting thread.
    virtual std::uint64_t on_pending(std::function<void(const SignedTxPtr&)> callback) = 0;
    /// `callback` runs after each rewind, on the engine's thread, with the number of the head now.
    virtual std::uint64_t on_rewind(std::function<void(std::uint64_t)> callback) = 0;
    virtual void unsubscribe(std::uint64_t token) = 0;  ///< Waits for callbacks that run; not from one.

    // --- the engine ------------------------------------------------------------------------------
    /// Chooses waiting transactions and executes them as the block after `parent` (null: the head); drops
    /// what is not executable. Nothing is persisted.
    virtual Result<ProposalPtr> propose(const BlockInputs& inputs, const Proposal* parent = nullptr,
                                        const BlockFill& how = {}) = 0;
    /// Executes exactly these; an inexecutable one rejects the block.
    virtual Result<ProposalPtr> process(const BlockInputs& inputs, std::span<const SignedTxPtr> transactions,
                                        const Proposal* parent = nullptr) = 0;
    /// Makes consecutive proposals durable with one fsync, then visible. One seal each. When the disk fails
    /// it throws, and the process must end: what is on disk is decided by the next start.
    virtual void commit(std::vector<ProposalPtr> proposals, std::vector<Bytes> seals) = 0;
    /// Development chains only: makes an earlier block the head again, durably, and empties the pool. The
    /// blocks after it leave the chain. Requires: a block of the chain. Throws std::runtime_error, and
    /// changes nothing, where old blocks were dropped and the block is too early.
    virtual void rewind(std::uint64_t number) = 0;
    /// Waits until the pool may hold something executable, `wake` is called, or the time has passed.
    virtual void wait_for_work(std::chrono::milliseconds timeout) = 0;
    virtual void wake() = 0;
};

}  // namespace farthing::chain
