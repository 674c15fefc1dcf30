// How a store starts: what must be there, which chain it is, and what is brought up to date.
#include "chain/store_impl.hpp"
#include "core/base/hex.hpp"

namespace farthing::chain {

std::filesystem::path begun_mark(const std::filesystem::path& directory) {
    return directory / "begun";
}

void LevelStore::start() {
    auto& files = *options_.files;
    const auto journal = options_.directory / "journal";
    // Where there is a journal, an earlier start has come past this.
    if (!files.exists(journal)) make_durable_directory(files, options_.directory);
    lock_ = files.lock(options_.directory / "lock");
    if (!Journal::exists(files, journal)) refuse_lost_journal();
    state_.open();
    index_.open();
    JournalPosition acknowledged;
    for (const auto* follower : {&state_, &index_})
        if (follower->written()) acknowledged = std::max(acknowledged, follower->written()->end);
    journal_ = Journal::open({.files = options_.files,
                              .directory = journal,
                              .segment_size_max = options_.segment_size_max,
                              .acknowledged = acknowledged,
                              .log = options_.log});
    if (!journal_->head()) refuse_lost_journal();
    checkpoints_.open();
    find_origin();
    if (origin_ && options_.check_origin) options_.check_origin(*origin_);
    // A rewind may have taken their blocks away before they could be deleted.
    checkpoints_.set_aside_others(
        [this](const BlockId& id) { return journal_->hash_at(id.number) == id.hash; });
    if (origin_) mark_begun();
    catch_up(state_);
    catch_up(index_);
    if (const auto newest = checkpoints_.newest()) tried_checkpoint_at_ = newest->number;
}

/// Where no block is, none may ever have been: the next one would be a second block 0, and the blocks after
/// it would use seeds that the first chain has published.
void LevelStore::refuse_lost_journal() const {
    const auto mark = begun_mark(options_.directory);
    const bool begun = options_.files->exists(mark);
    const bool reached = checkpoints_.found_any();
    if (!begun && !reached) return;
    const auto folder = (options_.directory / "checkpoints").string();
    const auto witness = begun && reached ? mark.string() + " and " + folder : begun ? mark.string() : folder;
    throw StorageFailure(
        "the journal is lost: " + (options_.directory / "journal").string() + " holds no block, but " +
        witness + (begun && reached ? " say" : " says") +
        " that there was a chain. Restore journal/ from a backup; nothing was changed. Only to "
        "begin the chain anew, although whoever saw its blocks may know the seeds of the new "
        "ones, delete " +
        witness + ".");
}

/// Requires: block 0 is on the disk.
void LevelStore::mark_begun() {
    auto& files = *options_.files;
    const auto path = begun_mark(options_.directory);
    if (files.exists(path)) return;
    const auto text =
        "Block 0 of the chain here was made: " + hex0x(origin_->hash()) +
        "\nWithout its journal no other may begin in its place, because the seeds of its blocks are "
        "published.\n";
    const auto file = files.open(path, OpenMode::create);
    file->append(as_bytes(text));
    file->sync();
    files.sync_directory(options_.directory);
}

/// Block 0's header outlives block 0: it says which chain this is.
void LevelStore::find_origin() {
    if (!journal_->head()) return;
    if (journal_->base() == 0) {
        origin_ = read_header(0);
        return;
    }
    std::vector<Bytes> copies;
    if (auto origin = journal_->origin()) copies.push_back(*std::move(origin));
    for (auto& entry : checkpoints_.entries()) copies.push_back(std::move(entry.header.origin));
    for (const auto& copy : copies) {
        const auto header = decode_header(copy);
        if (!header) continue;
        origin_ = *header;
        return;
    }
    throw StorageFailure("neither the file `base` in " + (options_.directory / "journal").string() +
                         " nor a checkpoint says which chain this is. Restore the directory from a backup.");
}

}  // namespace farthing::chain
