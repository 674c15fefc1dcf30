#include "chain/store_base.hpp"

#include "chain/checkpoints.hpp"
#include "chain/journal.hpp"
#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

constexpr std::string_view checkpoints_name = "checkpoints";
constexpr std::uint64_t sync_bytes = 64u << 20;

}  // namespace

std::optional<BaseState> find_base_state(FileSystem& files, const Store& store,
                                         const std::filesystem::path& directory) {
    for (const auto& block : store.checkpoints()) {
        BaseState out{block, checkpoint_path(directory / checkpoints_name, block.number)};
        const auto header = store.read_header(block.number);
        try {
            if (!header || peek_checkpoint(files, out.path).state_root != header->state_root) continue;
            verify_checkpoint(files, out.path);
            return out;
        } catch (const CheckpointDamaged&) {  // The next one, then.
        }
    }
    return std::nullopt;
}

StoreBase::StoreBase(FileSystem& files, std::filesystem::path directory, const Header& origin,
                     BlockRecord block)
    : files_(files),
      directory_(std::move(directory)),
      origin_(origin),
      block_(std::move(block)),
      state_path_(checkpoint_path(directory_ / checkpoints_name, block_.header.number)) {
    FARTHING_CHECK(block_.header.number > 0);
    block_.diff.clear();
    make_durable_directory(files_, state_path_.parent_path());
    state_ = files_.open(state_path_, OpenMode::create);
}

void StoreBase::add_state(ByteView bytes) {
    state_->write_at(state_size_, bytes);
    state_size_ += bytes.size();
    if (state_size_ - synced_ < sync_bytes) return;
    state_->sync();
    synced_ = state_size_;
}

Result<void> StoreBase::finish() {
    state_->sync();
    state_.reset();
    files_.sync_directory(state_path_.parent_path());
    const auto& header = block_.header;
    const auto hash = header.hash();
    try {
        const auto state = peek_checkpoint(files_, state_path_);
        if (state.block != BlockId{header.number, hash}) return fail("is that of another block");
        if (state.origin != origin_.encode()) return fail("is that of another chain");
        if (state.state_root != header.state_root) return fail("does not have the state root of its block");
        verify_checkpoint(files_, state_path_);
    } catch (const CheckpointDamaged& damaged) {
        // The file is ours and goes: its path would help nobody.
        return fail(std::string(damaged.what()).substr(state_path_.string().size() + 1));
    }
    const auto journal_path = directory_ / "journal";
    Journal::begin_at(files_, journal_path, header.number, header.parent_hash, origin_.encode());
    JournalOptions options;
    options.files = &files_;
    options.directory = journal_path;
    const JournalRecord record = {RecordKind::block, header.number, hash, encode_record(block_)};
    Journal::open(std::move(options))->append({&record, 1});
    return {};
}

}  // namespace farthing::chain
