// Checkpoints of the state, and the blocks and rows that they make dispensable.
#include "chain/store_impl.hpp"
#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

constexpr std::size_t forget_rows = 1'000;

}  // namespace

std::vector<BlockId> LevelStore::checkpoints() const {
    std::vector<BlockId> out;
    for (const auto& entry : checkpoints_.entries()) out.push_back(entry.header.block);
    return out;
}

/// Where blocks were dropped, a state before the oldest checkpoint could not be rebuilt.
std::uint64_t LevelStore::rewind_floor() {
    background_.stop();
    if (!journal_->is_pruned()) return journal_->base();
    const auto entries = checkpoints_.entries();
    return entries.empty() ? journal_->head()->number : entries.front().header.block.number;
}

void LevelStore::make_checkpoint_when_due() {
    const auto head = *journal_->head();
    if (options_.checkpoint_blocks == 0 || background_.busy() ||
        head.number < tried_checkpoint_at_ + options_.checkpoint_blocks)
        return;
    write_databases();
    tried_checkpoint_at_ = head.number;
    CheckpointHeader header = {.block = {head.number, head.hash},
                               .state_root = read_header(head.number)->state_root,
                               .origin = read_header(0)->encode()};
    FARTHING_CHECK(state_.written()->hash == head.hash);
    // The rows as of this block stay readable whatever the following blocks write.
    auto rows = std::make_shared<const Database::Snapshot>(state_.database());
    background_.run(
        [this, header = std::move(header), rows = std::move(rows)] { make_checkpoint(header, *rows); });
}

/// A checkpoint that fails endangers nothing: what there was stays, and the next one is tried in its time.
void LevelStore::make_checkpoint(const CheckpointHeader& header, const Database::Snapshot& rows) {
    const auto number = std::to_string(header.block.number);
    try {
        if (!checkpoints_.make(header, rows, [this] { return background_.go_on(); })) return;
    } catch (const DatabaseDamaged& damaged) {
        log("no checkpoint of block " + number + ": " + damaged.what() +
            ". Restart: the state database is then checked and rebuilt.");
        return;
    } catch (const std::exception& failure) {
        log("no checkpoint of block " + number + ": " + failure.what());
        return;
    }
    try {
        drop_old_blocks();
    } catch (const std::exception& failure) {
        log("old blocks were not dropped, or not all: " + std::string(failure.what()));
    }
}

void LevelStore::drop_old_blocks() {
    const auto entries = checkpoints_.entries();
    if (options_.retain_blocks == 0 || entries.size() < 2) return;
    const auto next = journal_->head()->number + 1;
    const auto wanted = next > options_.retain_blocks ? next - options_.retain_blocks : 0;
    const auto& older = entries[entries.size() - 2].header;
    if (journal_->drop_before(std::min(older.block.number, wanted), older.origin).empty()) return;
    drop_old_rows();
}

/// Rows of blocks that are gone lead nowhere, so it does not matter when they go.
void LevelStore::drop_old_rows() {
    const auto base = journal_->base();
    const auto database = index_.database();
    std::vector<Bytes> stale;
    const auto forget = [&] {
        database->forget(stale);
        stale.clear();
    };
    try {
        Database::Snapshot(database).for_each([&](ByteView key, ByteView value) {
            const auto number = block_of_index_row(key, value, options_.block_of_row);
            if (number && *number < base) stale.emplace_back(key.begin(), key.end());
            if (stale.size() == forget_rows) forget();
            return background_.go_on();
        });
        forget();
    } catch (const DatabaseDamaged& damaged) {
        index_.found_damaged(damaged);
    }
}

}  // namespace farthing::chain
