// `farthing db verify`: everything on disk once more, from the checksums up to the roots.
#include "chain/state_build.hpp"
#include "chain/store_impl.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"

#include <map>

namespace farthing::chain {
namespace {

/// A state under plain keys.
using Rows = std::map<Bytes, std::optional<Bytes>>;

/// Applies a block's diff to the rows of its parent's state; every old value must be what is there.
Result<void> apply_diff(const BlockRecord& record, Rows& rows) {
    for (const auto& [key, before] : state_changes(record, Direction::undo)) {
        const auto found = rows.find(key);
        const auto now = found == rows.end() ? std::nullopt : found->second;
        if (now != before)
            return fail("its diff does not continue from its parent's state at key " + hex0x(key));
    }
    for (auto& [key, after] : state_changes(record, Direction::apply)) {
        if (after)
            rows.insert_or_assign(key, after);
        else
            rows.erase(key);
    }
    return {};
}

/// By plain keys, as apply_diff wants them.
Rows rows_of_checkpoint(FileSystem& files, const std::filesystem::path& path) {
    Rows rows;
    read_checkpoint(files, path, [&rows](const StateEntry& entry) {
        rows.emplace(entry.slot ? concat(entry.address, *entry.slot) : concat(entry.address),
                     state_row(entry).second);
    });
    return rows;
}

void check_checkpoint(FileSystem& files, const Checkpoints::Entry& entry, const Header& header) {
    if (entry.header.state_root != header.state_root)
        throw CheckpointDamaged(entry.path.string() + " does not have the state root of its block");
    verify_checkpoint(files, entry.path);
}

/// Requires: rows under their hashed keys.
Hash root_of(const Changes& rows) {
    StateBuild build(nullptr);
    for (const auto& [key, value] : rows) {
        const auto entry = parse_state_row(key, *value);
        if (!entry || (entry->slot && !build.has_account()))
            throw DatabaseDamaged("the journal's diffs make a row that is none of ours");
        if (entry->slot)
            build.slot(entry->slot_hash, entry->word);
        else
            build.account(entry->address_hash, entry->account);
    }
    return build.finish_hash();
}

}  // namespace

Result<void> LevelStore::check_look_ups(const BlockRecord& record, const Hash& hash) const {
    if (number_of(hash) != record.header.number) return fail("the index does not find it");
    for (std::uint32_t i = 0; const auto& tx_hash : hash_transactions(record)) {
        const auto found = transaction_positions(tx_hash);
        if (std::ranges::find(found, TransactionPosition{record.header.number, i}) == found.end())
            return fail("the index does not find transaction " + std::to_string(i));
        ++i;
    }
    for (const auto& wanted : options_.rows_of(record)) {
        const auto found = row(wanted.key);
        // The same subject may have come again later; that block's turn shows whether it did.
        const auto later = found && options_.block_of_row ? options_.block_of_row(*found) : std::nullopt;
        if (!found || (*found != wanted.value && !(later && *later > record.header.number)))
            return fail("the index does not find one of its events");
    }
    return {};
}

/// The state database holds these rows and no others, and they have the head's root.
Result<void> LevelStore::check_state(const Changes& expected) const {
    auto next = expected.begin();
    bool equal = true;
    state_.for_each([&](ByteView key, ByteView value) {
        equal = equal && next != expected.end() && std::ranges::equal(key, next->first) &&
                std::ranges::equal(value, *next->second);
        if (equal) ++next;
    });
    if (!equal || next != expected.end())
        return fail("the state database is not what the journal's blocks make of it");
    const auto last = head();
    if (last && root_of(expected) != read_header(last->number)->state_root)
        return fail("the state does not have the root of block " + std::to_string(last->number));
    return {};
}

Result<VerifyReport> LevelStore::verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                        const BlockCheck& check) {
    VerifyReport report;
    Rows rows;
    try {
        flush();
        // Two passes over the same bytes: every record's checksums, then every block of the chain.
        std::uint64_t size = 0;
        journal_->check_all([&](std::uint64_t done, std::uint64_t total) {
            size = total;
            progress(done, 2 * total);
        });
        const auto last = head();
        const auto checkpoints = checkpoints_.entries();
        if (journal_->base() > 0 && checkpoints.empty())
            return fail("blocks were dropped, and no checkpoint says what they left");
        // Where blocks were dropped, the oldest checkpoint is what later diffs continue from.
        const auto begun = journal_->base() > 0 ? checkpoints.front().header.block.number : 0;
        auto parent = journal_->base_parent();
        for (auto n = journal_->base(); last && n <= last->number; ++n) {
            const auto where = "block " + std::to_string(n) + ": ";
            const auto record = decode_record(*journal_->read(n));
            if (!record) return fail(where + record.error().message);
            const auto hash = record->header.hash();
            if (record->header.number != n || hash != journal_->hash_at(n))
                return fail(where + "its header does not have the hash it is filed under");
            if (record->header.parent_hash != parent) return fail(where + "it does not name its parent");
            if (const auto ok = check_roots(*record); !ok) return fail(where + ok.error().message);
            if (journal_->base() == 0 || n > begun) {
                if (const auto ok = apply_diff(*record, rows); !ok) return fail(where + ok.error().message);
            } else if (n == begun) {
                rows = rows_of_checkpoint(*options_.files, checkpoints.front().path);
            }
            for (const auto& entry : checkpoints)
                if (entry.header.block.number == n) check_checkpoint(*options_.files, entry, record->header);
            if (const auto ok = check_look_ups(*record, hash); !ok)
                return fail(where + ok.error().message +
                            "; remove the folder index, and the next start makes it anew");
            if (check)
                if (const auto ok = check(*record); !ok) return fail(where + ok.error().message);
            parent = hash;
            ++report.blocks;
            report.transactions += record->transactions.size();
            progress(size + size / (last->number + 1) * (n + 1), 2 * size);
        }
        if (const auto ok = check_state(hash_state_keys(Changes(rows.begin(), rows.end()))); !ok)
            return std::unexpected(ok.error());
        report.state_entries = rows.size();
        report.checkpoints = checkpoints.size();
    } catch (const DatabaseDamaged& damaged) {
        return fail(damaged.what());
    } catch (const CheckpointDamaged& damaged) {
        return fail(std::string(damaged.what()) + "; delete it, the next checkpoint takes its place");
    } catch (const StorageFailure& failure) {
        return fail(failure.what());
    }
    return report;
}

}  // namespace farthing::chain
