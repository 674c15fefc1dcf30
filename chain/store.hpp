#pragma once
// Persistence of one chain: the journal is the truth, LevelDB makes starting and looking up quick.
//
// 1. A block is committed when its journal record is synced; LevelDB follows in batches and is never ahead.
// 2. What LevelDB says is checked: state by its root (the caller), an index row against the journal.
// 3. A damaged database is moved aside and rebuilt: the state from the newest checkpoint that is whole and
// the journal's blocks after it, or from block 0. A damaged journal refuses to open.
// 4. Blocks are dropped only where a rebuild no longer needs them: before the older of two checkpoints.
//
// Threads: one writer (commit, rewind, flush, close); reads from any thread beside it. Checkpoints are made
// in a thread of the store's own.
#include "chain/block_record.hpp"
#include "chain/files.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace leveldb {
class Env;
}

namespace farthing::chain {

/// A look-up row the chain wants for a block. Keys begin with the owner's own prefix.
struct IndexRow {
    Bytes key;
    Bytes value;
};

struct StoreOptions {
    std::filesystem::path directory;              ///< Holds all that FORMAT.md names; made when missing.
    FileSystem* files = nullptr;                  ///< Null: the real one.
    leveldb::Env* env = nullptr;                  ///< Null: the real one.
    std::uint64_t segment_size_max = 256u << 20;  ///< Bytes, after which a journal segment is closed.
    std::uint64_t flush_blocks = 64;              ///< LevelDB is at most this far behind the journal.
    std::uint64_t flush_bytes = 32u << 20;        ///< Nor by more changed bytes than this.
    /// A checkpoint of the state is made each time so many blocks have passed; 0: none.
    std::uint64_t checkpoint_blocks = 0;
    /// So many of the newest blocks stay readable, and as many more as checkpoints and segments need; 0: all.
    std::uint64_t retain_blocks = 0;
    /// False: everything happens in the caller's thread, and a commit that makes a checkpoint waits for it.
    bool background = true;
    /// One line for the operator each time something was repaired, cut or rebuilt. From any thread.
    std::function<void(const std::string&)> log;
    /// Look-up rows that follow from a record alone; called at commit, at rewind (to delete them) and when
    /// the index is rebuilt, so it must be a pure function.
    std::function<std::vector<IndexRow>(const BlockRecord&)> rows_of;
    /// The block that a row of `rows_of` is about, by its value: rows of dropped blocks go. Null: they stay.
    std::function<std::optional<std::uint64_t>(ByteView value)> block_of_row;
    /// Called with block 0's header where there is a chain, before anything but the databases is changed, to
    /// throw StorageFailure where that is another chain than expected. Null: any will do.
    std::function<void(const Header& origin)> check_origin;
};

/// The file that says that block 0 of a directory's chain was made: so a journal that is lost is noticed, and
/// no second chain begins from seeds that the first has published.
std::filesystem::path begun_mark(const std::filesystem::path& directory);

struct BlockId {
    std::uint64_t number = 0;
    Hash hash;
    bool operator==(const BlockId&) const = default;
};

struct TransactionPosition {
    std::uint64_t block = 0;
    std::uint32_t index = 0;
    bool operator==(const TransactionPosition&) const = default;
};

/// A block on its way to disk, with hashes that the executor knows already.
struct BlockCommit {
    BlockRecord record;
    Hash hash;                    ///< Of the header.
    std::vector<Hash> tx_hashes;  ///< One a transaction.
};

/// One entry of the flat state.
struct StateEntry {
    Address address;
    Hash address_hash;         ///< keccak256(address).
    std::optional<Word> slot;  ///< Absent: the account itself.
    Hash slot_hash;            ///< keccak256(slot) when there is one.
    AccountState account;      ///< When slot is absent; never empty.
    Word word;                 ///< When slot is set; never zero.
};

struct VerifyReport {
    std::uint64_t blocks = 0;
    std::uint64_t transactions = 0;
    std::uint64_t state_entries = 0;
    std::uint64_t checkpoints = 0;
};

class Store {
 public:
    /// Takes the lock, opens the journal (cutting a torn tail), opens both databases, rebuilds what is
    /// damaged and brings both to the journal's head. Throws StorageFailure with a sentence for the operator,
    /// also where there is no block although there once was a chain.
    static std::unique_ptr<Store> open(StoreOptions options);
    /// Flushes nothing: what LevelDB lacks is replayed at the next open. Call close() first.
    virtual ~Store() = default;

    /// The last committed block; nothing in a new store.
    virtual std::optional<BlockId> head() const = 0;
    /// The first block that can be read, block 0's header apart: those before were dropped.
    virtual std::uint64_t base() const = 0;
    /// The earliest block that rewind() may make the head. The writer's: ends a checkpoint that is being
    /// made, which might change the answer.
    virtual std::uint64_t rewind_floor() = 0;
    /// Blocks of the checkpoints at hand, oldest first.
    virtual std::vector<BlockId> checkpoints() const = 0;
    /// Waits for a checkpoint that is being made.
    virtual void wait_for_checkpoint() = 0;

    /// Appends the blocks to the journal as one group with one fsync: after it returns all of them survive
    /// anything, before it none is promised. Requires: each block follows the one before. A failure throws
    /// StorageFailure and every later call does too.
    virtual void commit(std::span<const BlockCommit> blocks) = 0;
    /// Makes `target` the head again (dev only); the blocks after it stay in the file, out of the chain.
    /// Requires: not before rewind_floor().
    virtual void rewind(std::uint64_t target) = 0;

    /// A block of the chain, checked by CRC. Throws StorageFailure when it is damaged.
    virtual std::optional<BlockRecord> read(std::uint64_t number) const = 0;
    /// The same without its diff, which readers of blocks do not need and which may be the larger part.
    virtual std::optional<BlockRecord> read_without_diff(std::uint64_t number) const = 0;
    /// Checked by the block's hash. Block 0's stays when the block is dropped.
    virtual std::optional<Header> read_header(std::uint64_t number) const = 0;
    virtual std::optional<Hash> hash_at(std::uint64_t number) const = 0;
    virtual std::optional<std::uint64_t> number_of(const Hash& block_hash) const = 0;
    /// Where the index says that a transaction stands: rarely more than one place. The caller compares with
    /// the block, for the index knows no more than the first bytes of a hash.
    virtual std::vector<TransactionPosition> transaction_positions(const Hash& tx_hash) const = 0;
    /// A row of `rows_of`. The caller verifies it against the block it names.
    virtual std::optional<Bytes> row(ByteView key) const = 0;

    using VisitPart = std::function<void(std::size_t part, const StateEntry&)>;
    /// Visits the whole state at the head. It is cut by the first half-byte of the keys into `parts` (1 to
    /// 16), each visited in key order (an account before its slots), in a thread of its own when there are
    /// several. Calls `begin` first, and again where a damaged database made it start over after a rebuild.
    /// Flushes. Start-up only.
    virtual void visit_state(std::size_t parts, const std::function<void()>& begin,
                             const VisitPart& visit) = 0;
    /// The same in one part, in the caller's thread.
    void for_each_state(const std::function<void()>& begin,
                        const std::function<void(const StateEntry&)>& visit) {
        visit_state(1, begin, [&visit](std::size_t, const StateEntry& entry) { visit(entry); });
    }
    /// Moves the state database aside and rebuilds it: for a root that does not match.
    virtual void rebuild_state() = 0;

    /// Writes what LevelDB lacks. Happens by itself every few blocks.
    virtual void flush() = 0;
    /// Flushes (after a failed write: not) and lets go of the databases and the lock; nothing may be called
    /// afterwards.
    virtual void close() = 0;

    /// What is wrong with a block that the store itself does not understand.
    using BlockCheck = std::function<Result<void>(const BlockRecord&)>;

    /// Re-reads and re-hashes everything: CRCs, header links, transactions and receipts roots, old values of
    /// every diff, the checkpoints, and that LevelDB equals the result. `check` says what else is wrong with
    /// a block, which the store does not understand. The error names the first thing that is wrong.
    virtual Result<VerifyReport> verify(
        const std::function<void(std::uint64_t done, std::uint64_t total)>& progress,
        const BlockCheck& check = nullptr) = 0;
};

}  // namespace farthing::chain
