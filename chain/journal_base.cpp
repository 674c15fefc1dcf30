// Where a journal begins: the segments that are there, and dropping old ones.
#include "chain/journal.hpp"
#include "chain/journal_damage.hpp"
#include "core/base/check.hpp"

#include <charconv>

namespace farthing::chain {
namespace {

constexpr std::string_view base_name = "base";
/// A crash may leave it; the next drop overwrites it.
constexpr std::string_view new_base_name = "base.new";

std::optional<std::uint32_t> sequence_of(std::string_view name) {
    std::uint32_t sequence = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), sequence);
    if (error != std::errc{} || segment_name(sequence) != name) return std::nullopt;
    return sequence;
}

}  // namespace

void Journal::read_base() {
    const auto path = options_.directory / base_name;
    if (!options_.files->exists(path)) return;
    const auto file = options_.files->open(path, OpenMode::existing);
    Bytes bytes(std::min<std::uint64_t>(file->size(), 1 << 16));
    bytes.resize(file->read_at(0, bytes));
    pruned_ = parse_base(bytes);
    pruned_unreadable_ = !pruned_;
    if (pruned_unreadable_ && options_.log)
        options_.log("ignored " + path.string() +
                     ": damaged. What was dropped is now known from the oldest segment alone");
}

/// Opens the segments there are. Some of the oldest may have been dropped, and then `base` says which; no
/// other may be missing.
void Journal::open_segments() {
    const bool pruned = pruned_ || pruned_unreadable_;
    const auto missing = [this](std::uint32_t sequence, const std::string& instead) {
        throw StorageFailure((options_.directory / segment_name(sequence)).string() + " is missing" +
                             instead + ". Restore the missing file from a backup; nothing was changed.");
    };
    // A crash while segments were being removed leaves older ones, which are then dropped again.
    const auto may_be_first = [&](std::uint32_t sequence) {
        return sequence == 0 || pruned_unreadable_ || (pruned_ && sequence <= pruned_->segment);
    };
    const auto needed = pruned_ ? pruned_->segment : 0;
    for (const auto& name : options_.files->list(options_.directory)) {
        if (!name.ends_with(".log")) continue;
        const auto sequence = sequence_of(name);
        if (segments_.empty()) first_sequence_ = sequence && may_be_first(*sequence) ? *sequence : needed;
        const auto expected = first_sequence_ + static_cast<std::uint32_t>(segments_.size());
        if (sequence != expected) missing(expected, ", but " + name + " is there");
        auto segment = std::make_shared<Segment>();
        segment->path = options_.directory / name;
        segment->file = options_.files->open(segment->path, OpenMode::existing);
        segment->size = segment->file->size();
        segments_.push_back(std::move(segment));
    }
    if (pruned && (segments_.empty() || first_sequence_ + segments_.size() <= needed)) missing(needed, "");
}

bool Journal::is_pruned() const {
    const std::lock_guard lock(mutex_);
    return first_sequence_ > 0;
}

std::optional<Bytes> Journal::origin() const {
    const std::lock_guard lock(mutex_);
    if (!pruned_) return std::nullopt;
    return pruned_->origin;
}

Hash Journal::base_parent() const {
    const std::lock_guard lock(mutex_);
    return segments_.front()->previous_hash;
}

void Journal::write_base(FileSystem& files, const std::filesystem::path& directory, const JournalBase& base) {
    const auto path = directory / new_base_name;
    {
        const auto file = files.open(path, OpenMode::create);
        file->truncate(0);
        file->append(encode_base(base));
        file->sync();
    }
    files.rename(path, directory / base_name);
    files.sync_directory(directory);
}

void Journal::begin_at(FileSystem& files, const std::filesystem::path& directory, std::uint64_t first_number,
                       const Hash& previous_hash, ByteView origin) {
    // A journal whose first segment is not number 0 begins where that says.
    constexpr std::uint32_t first = 1;
    make_durable_directory(files, directory);
    make_segment(files, directory / segment_name(first),
                 {.sequence = first, .first_number = first_number, .previous_hash = previous_hash});
    write_base(
        files, directory,
        {.segment = first, .first_number = first_number, .origin = Bytes(origin.begin(), origin.end())});
}

std::vector<std::filesystem::path> Journal::drop_before(std::uint64_t number, ByteView origin) {
    JournalBase base;
    std::size_t count = 0;
    {
        const std::lock_guard lock(mutex_);
        // A rewind that stays must find its target.
        auto needed = number;
        for (auto i = segments_.size(); i-- > 1 && count == 0;) {
            needed = std::min(needed, segments_[i]->rewound_to);
            if (segments_[i]->first_number <= needed) count = i;
        }
        if (count == 0) return {};
        base.segment = first_sequence_ + static_cast<std::uint32_t>(count);
        base.first_number = segments_[count]->first_number;
        base.origin = pruned_ ? pruned_->origin : Bytes(origin.begin(), origin.end());
    }
    auto& files = *options_.files;
    write_base(files, options_.directory, base);
    std::vector<std::filesystem::path> gone;
    {
        const std::lock_guard lock(mutex_);
        const auto blocks = static_cast<std::ptrdiff_t>(base.first_number - base_);
        positions_.erase(positions_.begin(), positions_.begin() + blocks);
        for (std::size_t i = 0; i < count; ++i) gone.push_back(segments_[i]->path);
        segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(count));
        first_sequence_ = base.segment;
        base_ = base.first_number;
        std::erase_if(abandoned_, [&](const auto& entry) { return entry.second.segment < base.segment; });
        pruned_ = std::move(base);
        pruned_unreadable_ = false;
    }
    // The oldest first, each durably, so that what a crash leaves has no gap.
    for (const auto& segment : gone) {
        files.remove(segment);
        files.sync_directory(options_.directory);
    }
    return gone;
}

}  // namespace farthing::chain
