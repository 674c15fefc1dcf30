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

/// Of the segments in a folder, ascending. Other names are somebody else's.
std::vector<std::uint32_t> sequences_in(FileSystem& files, const std::filesystem::path& directory) {
    std::vector<std::uint32_t> out;
    for (const auto& name : files.list(directory))
        if (const auto sequence = sequence_of(name)) out.push_back(*sequence);
    std::ranges::sort(out);
    return out;
}

}  // namespace

bool Journal::exists(FileSystem& files, const std::filesystem::path& directory) {
    return files.exists(directory) && !sequences_in(files, directory).empty();
}

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

/// Where the segments begin that belong to the journal. A crash or a failing disk while old ones were being
/// removed leaves some of them: those that lead up to the first that must stay are dropped again, those
/// before a gap are of no use.
std::uint32_t Journal::first_of(std::span<const std::uint32_t> sequences) const {
    if (!pruned_) return pruned_unreadable_ && !sequences.empty() ? sequences.front() : 0;
    auto first = pruned_->segment;
    while (first > 0 && std::ranges::binary_search(sequences, first - 1)) --first;
    return first;
}

/// Opens the segments there are. Some of the oldest may have been dropped, and then `base` says which; no
/// other may be missing.
void Journal::open_segments() {
    const auto missing = [this](std::uint32_t sequence, const std::string& more) {
        throw StorageFailure((options_.directory / segment_name(sequence)).string() + " is missing" + more +
                             ". Restore the missing file from a backup; nothing was changed.");
    };
    const auto sequences = sequences_in(*options_.files, options_.directory);
    first_sequence_ = first_of(sequences);
    for (const auto sequence : sequences) {
        const auto path = options_.directory / segment_name(sequence);
        if (sequence < first_sequence_) {
            if (options_.log)
                options_.log("ignored " + path.string() + ": its blocks were dropped, and it can be deleted");
            continue;
        }
        const auto expected = first_sequence_ + static_cast<std::uint32_t>(segments_.size());
        if (sequence != expected)
            missing(expected,
                    ", but " + path.filename().string() + " is there" +
                        (expected > 0 || pruned_unreadable_
                             ? ""
                             : ". If this node has dropped old blocks, it is the file `base` beside "
                               "it that is missing"));
        auto segment = std::make_shared<Segment>();
        segment->path = path;
        segment->file = options_.files->open(segment->path, OpenMode::existing);
        segment->size = segment->file->size();
        segments_.push_back(std::move(segment));
    }
    const auto needed = pruned_ ? pruned_->segment : 0;
    if ((pruned_ || pruned_unreadable_) &&
        (segments_.empty() || first_sequence_ + segments_.size() <= needed))
        missing(needed, "");
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
    remove_dropped();
    return gone;
}

/// Removes the segments before the first that must stay, those that an earlier call could not remove
/// included. One that cannot be removed costs its space and no more; where it is the last, throws.
void Journal::remove_dropped() {
    auto& files = *options_.files;
    // The oldest first, each durably, so that what a crash leaves has no gap.
    for (const auto sequence : sequences_in(files, options_.directory)) {
        if (sequence >= pruned_->segment) return;
        try {
            files.remove(options_.directory / segment_name(sequence));
        } catch (const StorageFailure& failure) {
            // The next start takes the last one for a part of the journal: rows must go on leading to it.
            if (sequence + 1 == pruned_->segment) throw;
            if (options_.log) options_.log("an old journal file stays: " + std::string(failure.what()));
            continue;
        }
        files.sync_directory(options_.directory);
    }
}

}  // namespace farthing::chain
