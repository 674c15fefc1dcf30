#include "chain/block_builder.hpp"
#include "chain/blockchain.hpp"
#include "chain/store_base.hpp"
#include "chain/worker_pool.hpp"
#include "consensus/solo/solo.hpp"
#include "contracts/randomness/randomness.hpp"
#include "core/abi/signature.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/fair/chain.hpp"
#include "core/rlp/rlp.hpp"
#include "node/chain_file.hpp"
#include "node/chain_file_format.hpp"
#include "node/files.hpp"

#include <algorithm>
#include <thread>

namespace farthing::node {
namespace {

using ReplaceTip = abi::Function<"function replaceTip(bytes32 tip)">;

/// Blocks that share one fsync: an import can always begin anew. Few full ones, for all are in memory until
/// then.
constexpr std::size_t group_blocks = 64;
constexpr std::uint64_t group_gas = 2'000'000'000;

/// Which field of the header it is that comes out differently.
std::string first_difference(const Header& file, const Header& ours) {
    if (file.parent_hash != ours.parent_hash) return "it does not name its parent";
    if (file.number != ours.number) return "its number does not follow";
    if (file.miner != ours.miner) return "it is not the sequencer's";
    if (file.transactions_root != ours.transactions_root)
        return "its transactions do not have the header's root";
    if (file.mix_hash != ours.mix_hash) return "its randomness does not follow from the preimage";
    if (file.gas_used != ours.gas_used)
        return "it says " + std::to_string(file.gas_used) + " gas, executing it uses " +
               std::to_string(ours.gas_used);
    if (file.receipts_root != ours.receipts_root)
        return "its receipts root is " + hex0x(file.receipts_root) + ", executing it gives " +
               hex0x(ours.receipts_root);
    if (file.state_root != ours.state_root)
        return "its state root is " + hex0x(file.state_root) + ", executing it gives " +
               hex0x(ours.state_root);
    return "its header is not what executing it gives";
}

Result<chain::SignedTxPtr> recover_one(const Bytes& encoded) {
    TRY(auto tx, decode_transaction(encoded));
    TRY(const auto sender, recover_sender(tx));
    return std::make_shared<const chain::SignedTx>(
        chain::SignedTx{std::move(tx), keccak256(encoded), sender, encoded});
}

Result<std::vector<chain::SignedTxPtr>> recover(chain::WorkerPool& workers,
                                                const std::vector<Bytes>& encoded) {
    std::vector<Result<chain::SignedTxPtr>> results(encoded.size());
    workers.for_each(encoded.size(), [&](std::size_t i) { results[i] = recover_one(encoded[i]); });
    std::vector<chain::SignedTxPtr> out;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i])
            return fail("its transaction " + std::to_string(i) + ": " + results[i].error().message);
        out.push_back(*std::move(results[i]));
    }
    return out;
}

/// Executes blocks of a file one after another on a fresh chain.
class Importer {
 public:
    Importer(chain::Blockchain& chain, chain::WorkerPool& workers) : chain_(chain), workers_(workers) {}

    Result<void> add(const FileBlock& block) {
        TRY(const auto transactions, recover(workers_, block.transactions));
        const auto& header = block.header;
        const chain::BlockInputs inputs{.timestamp = header.timestamp,
                                        .preimage = header.extra_data,
                                        .miner = chain_.genesis().sequencer,
                                        .replacement = replacement_in(header, transactions)};
        TRY(auto proposal, chain_.process(inputs, transactions, parent()));
        if (proposal->block().header != header)
            return fail(first_difference(header, proposal->block().header));
        if (!consensus::check_seal(proposal->block().hash, block.seal, chain_.genesis().sequencer))
            return fail("its seal is not the sequencer's");
        proposals_.push_back(std::move(proposal));
        seals_.push_back(block.seal);
        gas_ += header.gas_used;
        if (proposals_.size() >= group_blocks || gas_ >= group_gas) commit();
        return {};
    }

    void commit() {
        if (proposals_.empty()) return;
        gas_ = 0;
        chain_.commit(std::exchange(proposals_, {}), std::exchange(seals_, {}));
    }

 private:
    const chain::Proposal* parent() const { return proposals_.empty() ? nullptr : proposals_.back().get(); }

    /// A block whose first transaction is the sequencer's replaceTip begins by giving up a lost chain, if its
    /// preimage is of the chain that the tip commits to; else that is a transaction as any other, and fails.
    std::optional<Hash> replacement_in(const Header& header,
                                       const std::vector<chain::SignedTxPtr>& transactions) const {
        if (transactions.empty()) return std::nullopt;
        const auto& first = *transactions.front();
        if (first.sender != chain_.genesis().sequencer || first.tx.to != contracts::randomness_address)
            return std::nullopt;
        const ByteView data = first.tx.data;
        const auto like = ReplaceTip::encode(Hash{});
        if (data.size() != like.size() || !std::ranges::equal(data.first(4), ByteView(like).first(4)))
            return std::nullopt;
        const auto tip = Hash::from(data.subspan(4));
        return fair::previous_link(header.extra_data) == tip ? std::optional(tip) : std::nullopt;
    }

    chain::Blockchain& chain_;
    chain::WorkerPool& workers_;
    std::vector<chain::ProposalPtr> proposals_;
    std::vector<Bytes> seals_;
    std::uint64_t gas_ = 0;  ///< Used by `proposals_`.
};

struct Promise {
    std::uint32_t version = 0;
    std::uint64_t last = 0;
    Hash head;
};

Result<Promise> read_promise(std::istream& in) {
    const auto begin = read_bytes(in, chain_file_magic.size());
    if (!begin || as_text(*begin) != chain_file_magic)
        return fail("this is not a chain that `farthing db export` wrote");
    TRY(const auto found, read_number(in, 4));
    if (found != chain_file_version && found != chain_file_base_version)
        return fail("the file has version " + std::to_string(found) + ", this program reads versions " +
                    std::to_string(chain_file_version) + " and " + std::to_string(chain_file_base_version));
    Promise promise;
    promise.version = static_cast<std::uint32_t>(found);
    TRY(promise.last, read_number(in, 8));
    TRY(const auto hash, read_bytes(in, 32));
    promise.head = Hash::from(hash);
    return promise;
}

/// Puts the files of the genesis into the new directory and reads them back as a node would.
Result<chain::Genesis> unpack_genesis(std::istream& in, const DataDirectory& data) {
    TRY(const auto item, read_item(in));
    rlp::Decoder whole(item);
    TRY(auto list, whole.list());
    TRY(whole.finish());
    TRY(const auto genesis, list.string());
    TRY(const auto allocations, list.string());
    TRY(list.finish());
    const std::filesystem::path name = allocation_file_of(as_text(genesis));
    // The file may come from anyone: it must not name a place outside of the directory.
    if (name != name.filename()) return fail("the genesis names an allocation file outside of its directory");
    if (!name.empty()) {
        TRY(create_file(data.root / name, as_text(allocations), Privacy::everyone_reads));
    }
    if (name.empty() && !allocations.empty())
        return fail("the genesis names no allocation file, yet there is one");
    TRY(create_file(data.genesis(), as_text(genesis), Privacy::everyone_reads));
    return chain::read_genesis(data.genesis());
}

Result<FileBlock> next_block(std::istream& in) {
    TRY(const auto item, read_item(in));
    return decode_block(item);
}

Result<void> check_first(const chain::Block& ours, std::istream& in) {
    TRY(const auto first, next_block(in));
    if (first.header.mix_hash != ours.header.mix_hash) return fail("another genesis file made it");
    if (first.header != ours.header) return fail(first_difference(first.header, ours.header));
    if (!first.seal.empty() || !first.transactions.empty())
        return fail("it has a seal or transactions, which the first block cannot have");
    return {};
}

/// Block 0 as the genesis file makes it, for a chain that does not begin with it.
Result<Header> read_origin(std::istream& in, const chain::Genesis& genesis) {
    chain::StateTree tree({});
    auto built = chain::build_genesis(genesis, tree);
    tree.adopt_first(std::move(built.version));
    TRY(check_first(built.block, in));
    return built.block.header;
}

/// All that can be said of a block without the state before it.
Result<chain::BlockRecord> check_base(FileBase base, const chain::Genesis& genesis, std::uint64_t last,
                                      chain::WorkerPool& workers) {
    auto& [block, receipts] = base;
    const auto& header = block.header;
    if (header.number == 0 || header.number > last) return fail("it cannot be the first of this file");
    if (header.miner != genesis.sequencer) return fail("it is not the sequencer's");
    if (!consensus::check_seal(header.hash(), block.seal, genesis.sequencer))
        return fail("its seal is not the sequencer's");
    if (receipts.size() != block.transactions.size())
        return fail("its receipts and transactions differ in number");
    TRY(const auto transactions, recover(workers, block.transactions));
    chain::BlockRecord record;
    record.header = header;
    record.seal = std::move(block.seal);
    record.transactions = std::move(block.transactions);
    record.receipts = std::move(receipts);
    for (const auto& tx : transactions) record.senders.push_back(tx->sender);
    TRY(chain::check_roots(record));
    return record;
}

Result<void> read_state(std::istream& in, chain::StoreBase& store) {
    constexpr std::uint64_t piece = 1 << 20;
    TRY(auto left, read_number(in, 8));
    while (left > 0) {
        TRY(const auto bytes, read_bytes(in, std::min(left, piece)));
        store.add_state(bytes);
        left -= bytes.size();
    }
    return {};
}

/// Whether the operator has vouched for the block, about whose past the file says nothing.
Result<void> require_trust(const Header& base, const std::optional<Hash>& trusted) {
    const auto hash = base.hash();
    if (trusted == hash) return {};
    const auto which = "block " + std::to_string(base.number) + ", " + hex0x(hash);
    if (trusted)
        return fail("the file begins with the state of " + which +
                    ", not of the block that --trust-base names");
    return fail(
        "the file begins with the state of " + which +
        "; what led to it is not in the file and cannot be checked. Ask a node that you trust for this "
        "block, and if it has that hash, import with --trust-base " +
        hex0x(hash));
}

/// Makes a chain whose first block is the file's base.
Result<chain::BlockId> begin_at_base(std::istream& in, const Promise& promise, const DataDirectory& data,
                                     const chain::Genesis& genesis, chain::WorkerPool& workers,
                                     const std::optional<Hash>& trusted) {
    const auto origin = read_origin(in, genesis);
    if (!origin) return fail("block 0: " + origin.error().message);
    TRY(const auto item, read_item(in));
    TRY(auto base, decode_base(item));
    TRY(require_trust(base.block.header, trusted));
    const chain::BlockId id{base.block.header.number, base.block.header.hash()};
    const auto where = "block " + std::to_string(id.number) + ": ";
    auto record = check_base(std::move(base), genesis, promise.last, workers);
    if (!record) return fail(where + record.error().message);
    chain::StoreBase store(chain::posix_files(), data.root, *origin, *std::move(record));
    if (const auto ok = read_state(in, store); !ok) return fail(where + "its state: " + ok.error().message);
    if (const auto ok = store.finish(); !ok) return fail(where + "its state " + ok.error().message);
    return id;
}

Result<ChainFileReport> import_into(std::istream& in, const DataDirectory& data,
                                    const ChainFileProgress& progress, const std::optional<Hash>& trusted) {
    TRY(const auto promise, read_promise(in));
    TRY(const auto genesis, unpack_genesis(in, data));
    chain::WorkerPool workers(std::max(1u, std::thread::hardware_concurrency()));
    ChainFileReport report;
    if (promise.version == chain_file_base_version) {
        TRY(const auto base, begin_at_base(in, promise, data, genesis, workers, trusted));
        report.base = base.number;
        report.base_hash = base.hash;
    }
    chain::BlockchainOptions options;
    options.data_dir = data.root;
    const auto chain = chain::Blockchain::open(genesis, options);
    if (report.base == 0) {
        if (const auto ok = check_first(*chain->head(), in); !ok)
            return fail("block 0: " + ok.error().message);
        report.blocks = 1;
    }
    Importer importer(*chain, workers);
    for (std::uint64_t number = report.base + 1; number <= promise.last; ++number) {
        const auto where = "block " + std::to_string(number) + ": ";
        const auto block = next_block(in);
        if (!block) return fail(where + block.error().message);
        if (const auto ok = importer.add(*block); !ok) return fail(where + ok.error().message);
        ++report.blocks;
        report.transactions += block->transactions.size();
        progress(number, promise.last);
    }
    importer.commit();
    if (in.peek() != std::istream::traits_type::eof()) return fail("more follows after the last block");
    report.head = chain->head()->hash;
    report.state_root = chain->head_state().root();
    if (report.head != promise.head)
        return fail("the last block is " + hex0x(report.head) + ", the file promises " + hex0x(promise.head));
    return report;
}

/// Moves what was imported up into the data directory, last the file without which no node starts there.
Result<void> move_up(const DataDirectory& from, const DataDirectory& to) {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(from.root)) {
        const auto name = entry.path().filename();
        if (std::filesystem::exists(to.root / name))
            return fail((to.root / name).string() + " appeared while the import ran");
        if (entry.path() != from.genesis()) names.push_back(name);
    }
    auto& files = chain::posix_files();
    std::size_t moved = 0;
    try {
        for (; moved < names.size(); ++moved) files.rename(from.root / names[moved], to.root / names[moved]);
        files.sync_directory(to.root);
        files.rename(from.genesis(), to.genesis());
    } catch (const chain::StorageFailure&) {
        std::error_code ignored;
        while (moved-- > 0)
            std::filesystem::rename(to.root / names[moved], from.root / names[moved], ignored);
        throw;
    }
    std::filesystem::remove(from.root);
    files.sync_directory(to.root);
    return {};
}

}  // namespace

Result<ChainFileReport> import_chain(std::istream& in, const DataDirectory& data,
                                     const ChainFileProgress& progress,
                                     const std::optional<Hash>& trusted_base) {
    std::error_code ignored;
    const DataDirectory importing{data.root / "importing"};
    const bool existed = std::filesystem::exists(data.root);
    if (std::filesystem::exists(importing.root))
        return fail("another import into " + data.root.string() +
                    " runs, or one was stopped halfway; if none runs, "
                    "remove " +
                    importing.root.string() + " and import again");
    if (existed && !std::filesystem::is_empty(data.root, ignored))
        return fail(data.root.string() + " is not empty; name a new directory with --data");
    TRY(make_directory(data.root, Privacy::owner_only));
    // Whoever makes the folder owns it: a second import beside this one ends here.
    std::error_code error;
    if (!std::filesystem::create_directory(importing.root, error))
        return fail("cannot make " + importing.root.string() + ": " +
                    (error ? error.message() : "another import made it"));
    auto report = [&]() -> Result<ChainFileReport> {
        try {
            auto imported = import_into(in, importing, progress, trusted_base);
            if (imported) {
                TRY(move_up(importing, data));
            }
            return imported;
        } catch (const std::exception& failure) {
            return fail(failure.what());
        }
    }();
    if (!report) {
        std::filesystem::remove_all(importing.root, ignored);
        if (!existed) std::filesystem::remove(data.root, ignored);
    }
    return report;
}

}  // namespace farthing::node
