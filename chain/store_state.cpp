// The state database: filled from block 0 or a checkpoint, and read whole when a chain starts.
#include "chain/store_impl.hpp"
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"

#include <exception>
#include <thread>

namespace farthing::chain {
namespace {

/// Rows written at once while a database is being filled.
constexpr std::size_t fill_rows = 20'000;

}  // namespace

void LevelStore::fill_state(const Applied& reached, const FillSource& source) {
    Changes part;
    source([&](std::pair<Bytes, std::optional<Bytes>> row) {
        part.push_back(std::move(row));
        if (part.size() < fill_rows) return;
        state_.fill(part);
        part.clear();
    });
    state_.filled(part, reached);
}

/// In the order of the database: millions of accounts then become tables that need no compaction.
void LevelStore::fill_state_of_block_0(const BlockRecord& record, const Hash& hash) {
    struct Group {
        Hash key;
        std::size_t begin = 0;
    };
    const auto& diff = record.diff;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < diff.size(); ++i)
        if (i == 0 || diff[i].address != diff[i - 1].address)
            groups.push_back({keccak256(diff[i].address), i});
    std::ranges::sort(groups, {}, &Group::key);
    fill_state({0, hash, journal_->end()}, [&](const PutRow& put) {
        Changes rows;
        for (const auto& group : groups) {
            for (auto i = group.begin; i < diff.size() && diff[i].address == diff[group.begin].address; ++i)
                rows.push_back(change_row(diff[i]));
            sort_changes(rows);
            for (auto& row : rows) put(std::move(row));
            rows.clear();
        }
    });
}

void LevelStore::fill_state_of_checkpoint(const Checkpoints::Entry& entry) {
    const auto& block = entry.header.block;
    try {
        fill_state({block.number, block.hash, journal_->end()}, [&](const PutRow& put) {
            read_checkpoint(*options_.files, entry.path, [&](const StateEntry& row) { put(state_row(row)); });
        });
    } catch (const CheckpointDamaged& damaged) {
        throw StorageFailure(std::string(damaged.what()) +
                             ", and was whole a moment ago. Check the disk and start again: what was filled "
                             "from it is then thrown away.");
    }
}

void LevelStore::no_source_of_state() const {
    const auto state = options_.directory / "state";
    const auto aside = last_moved_aside(*options_.files, state);
    throw StorageFailure("the state database in " + options_.directory.string() +
                         " must be rebuilt, but the blocks before " + std::to_string(journal_->base()) +
                         " were dropped and no checkpoint is whole. Restore the directory from a backup." +
                         (aside ? " Without one, what was the state database may still serve: it is " +
                                      aside->string() + " now; give it the place of " + state.string() + "."
                                : ""));
}

/// What an empty state database begins with: the newest checkpoint that is whole, else block 0.
void LevelStore::begin_state() {
    auto entries = checkpoints_.entries();
    for (; !entries.empty(); entries.pop_back()) {
        const auto& entry = entries.back();
        const auto& block = entry.header.block;
        try {
            if (read_header(block.number)->state_root != entry.header.state_root)
                throw CheckpointDamaged(entry.path.string() + " does not have the state root of its block");
            verify_checkpoint(*options_.files, entry.path);
        } catch (const CheckpointDamaged& damaged) {
            checkpoints_.set_aside(entry, damaged.what());
            continue;
        }
        log("filling the state database from the checkpoint of block " + std::to_string(block.number));
        fill_state_of_checkpoint(entry);
        return;
    }
    if (journal_->base() > 0) no_source_of_state();
    const auto body = *journal_->read(0);
    fill_state({0, *journal_->hash_at(0), journal_->end()}, [&](const PutRow& put) {
        const auto read = for_each_record_change(body, [&](const Diff& change) { put(change_row(change)); });
        if (!read)
            throw StorageFailure(
                "block 0 in the journal is not a block of this version: " + read.error().message +
                ". Run the version that wrote it, or restore the journal from a backup.");
    });
}

void LevelStore::visit_part(std::size_t part, std::size_t parts, const VisitPart& visit) {
    const auto bound = [&](std::size_t at) {
        const auto nibble = 16 * at / parts;
        return nibble == 0 || nibble == 16 ? Bytes{} : Bytes{static_cast<std::uint8_t>(nibble << 4)};
    };
    std::optional<Hash> account;
    state_.for_each(
        [&](ByteView key, ByteView value) {
            const auto entry = parse_state_row(key, value);
            if (!entry) throw DatabaseDamaged("the state database holds a row that is none of ours");
            if (!entry->slot)
                account = entry->address_hash;
            else if (account != entry->address_hash)
                throw DatabaseDamaged("the state database holds a slot without its account");
            visit(part, *entry);
        },
        bound(part), bound(part + 1));
}

void LevelStore::visit_parts(std::size_t parts, const VisitPart& visit) {
    std::vector<std::exception_ptr> failures(parts);
    const auto run = [&](std::size_t part) {
        try {
            visit_part(part, parts, visit);
        } catch (...) {
            failures[part] = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t part = 1; part < parts; ++part) threads.emplace_back(run, part);
    run(0);
    for (auto& thread : threads) thread.join();
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

void LevelStore::visit_state(std::size_t parts, const std::function<void()>& begin, const VisitPart& visit) {
    FARTHING_CHECK(parts >= 1 && parts <= 16);
    for (bool again = false;; again = true) {
        flush();
        begin();
        try {
            visit_parts(parts, visit);
            return;
        } catch (const DatabaseDamaged& damaged) {
            if (again) throw StorageFailure(std::string(damaged.what()) + ", and again after it was rebuilt");
            state_.replace(damaged.what());
            catch_up(state_);
        }
    }
}

void LevelStore::rebuild_state() {
    state_.replace("the state database does not have the state root of the journal's head");
    catch_up(state_);
}

}  // namespace farthing::chain
