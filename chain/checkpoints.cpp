#include "chain/checkpoints.hpp"

#include "chain/store_rows.hpp"
#include "core/base/check.hpp"

namespace farthing::chain {
namespace {

constexpr std::string_view suffix = ".ckpt";
constexpr std::string_view unfinished_suffix = ".ckpt.new";
constexpr std::size_t digits = 12;

bool by_number(const Checkpoints::Entry& a, const Checkpoints::Entry& b) {
    return a.header.block.number < b.header.block.number;
}

}  // namespace

std::filesystem::path checkpoint_path(const std::filesystem::path& directory, std::uint64_t number) {
    const auto text = std::to_string(number);
    return directory /
           (std::string(text.size() < digits ? digits - text.size() : 0, '0') + text + std::string(suffix));
}

void Checkpoints::open() {
    auto& files = *place_.files;
    if (!files.exists(place_.directory)) return;
    for (const auto& name : files.list(place_.directory)) {
        const auto path = place_.directory / name;
        if (name.ends_with(unfinished_suffix)) {
            files.remove(path);
            continue;
        }
        if (!name.ends_with(suffix)) continue;
        Entry entry{{}, path};
        try {
            entry.header = peek_checkpoint(files, path);
            if (path != checkpoint_path(place_.directory, entry.header.block.number))
                throw CheckpointDamaged(path.string() + " holds the checkpoint of another block");
            entries_.push_back(std::move(entry));
        } catch (const CheckpointDamaged& damaged) {
            set_aside(entry, damaged.what());
        }
    }
    std::ranges::sort(entries_, by_number);
}

std::vector<Checkpoints::Entry> Checkpoints::entries() const {
    const std::lock_guard lock(mutex_);
    return entries_;
}

std::optional<BlockId> Checkpoints::newest() const {
    const std::lock_guard lock(mutex_);
    if (entries_.empty()) return std::nullopt;
    return entries_.back().header.block;
}

void Checkpoints::forget(const Entry& entry) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const Entry& other) { return other.path == entry.path; });
}

void Checkpoints::remove(const Entry& entry) {
    forget(entry);
    place_.files->remove(entry.path);
    place_.files->sync_directory(place_.directory);
}

void Checkpoints::set_aside(const Entry& entry, const std::string& why) {
    forget(entry);
    const auto aside = move_aside(*place_.files, entry.path);
    if (place_.log)
        place_.log(why + ". Moved it to " + aside.string() +
                   ", which can be deleted; the next checkpoint takes its place.");
}

void Checkpoints::keep_only(const std::function<bool(const BlockId&)>& is_of_chain) {
    for (const auto& entry : entries())
        if (!is_of_chain(entry.header.block)) remove(entry);
}

void Checkpoints::set_aside_others(const std::function<bool(const BlockId&)>& is_of_chain) {
    for (const auto& entry : entries()) {
        if (is_of_chain(entry.header.block)) continue;
        forget(entry);
        const auto aside = move_aside(*place_.files, entry.path, "foreign");
        if (place_.log)
            place_.log(entry.path.string() + " is of a block that the journal does not have. Moved it to " +
                       aside.string() +
                       ", which can be deleted, unless another journal belongs here: then put that back and "
                       "give the file its name again.");
    }
}

bool Checkpoints::found_any() const {
    auto& files = *place_.files;
    return files.exists(place_.directory) &&
           std::ranges::any_of(files.list(place_.directory),
                               [](const std::string& name) { return name.ends_with(suffix); });
}

bool Checkpoints::make(const CheckpointHeader& header, const Database::Snapshot& rows, const GoOn& go_on) {
    auto& files = *place_.files;
    const auto path = checkpoint_path(place_.directory, header.block.number);
    auto unfinished = path;
    unfinished += ".new";
    files.create_directories(place_.directory);
    files.sync_directory(place_.directory.parent_path());
    // Whatever ends it early, a full disk say, the unfinished file gives its space back.
    struct Unfinished {
        FileSystem& files;
        std::filesystem::path path;
        ~Unfinished() {
            try {
                if (files.exists(path)) files.remove(path);
            } catch (const StorageFailure&) {  // The next start removes it.
            }
        }
    } const cleanup{files, unfinished};
    {
        CheckpointWriter writer(files, unfinished, header);
        bool whole = true;
        rows.for_each([&](ByteView key, ByteView value) {
            const auto entry = parse_state_row(key, value);
            if (!entry) throw DatabaseDamaged("the state database holds a row that is none of ours");
            writer.add(*entry);
            return whole = go_on();
        });
        if (!whole) return false;
        writer.finish();
    }
    try {
        verify_checkpoint(files, unfinished, go_on);
    } catch (const CheckpointDamaged& damaged) {
        throw DatabaseDamaged(std::string("what the state database holds makes no checkpoint: ") +
                              damaged.what());
    }
    if (!go_on()) return false;
    files.rename(unfinished, path);
    files.sync_directory(place_.directory);
    forget({header, path});
    {
        const std::lock_guard lock(mutex_);
        entries_.push_back({header, path});
        std::ranges::sort(entries_, by_number);
    }
    keep_two(go_on);
    return true;
}

/// The one before the newest is read once more before those that it outlives go.
void Checkpoints::keep_two(const GoOn& go_on) {
    auto kept = entries();
    while (kept.size() >= 2) {
        const auto& older = kept[kept.size() - 2];
        try {
            read_checkpoint(*place_.files, older.path, [](const StateEntry&) {}, go_on);
            break;
        } catch (const CheckpointDamaged& damaged) {
            set_aside(older, damaged.what());
            kept = entries();
        }
    }
    if (!go_on()) return;
    for (std::size_t i = 0; i + 2 < kept.size(); ++i) remove(kept[i]);
}

}  // namespace farthing::chain
