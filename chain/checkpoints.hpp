#pragma once
// The checkpoints of one chain: which there are, making the next, keeping two.
#include "chain/checkpoint_file.hpp"
#include "chain/store_database.hpp"

#include <mutex>

namespace farthing::chain {

/// Where the checkpoint of a block stands in the folder of checkpoints.
std::filesystem::path checkpoint_path(const std::filesystem::path& directory, std::uint64_t number);

/// Threads: one maker; everything else from any thread beside it.
class Checkpoints {
 public:
    struct Place {
        FileSystem* files = nullptr;
        std::filesystem::path directory;
        std::function<void(const std::string&)> log;
    };
    struct Entry {
        CheckpointHeader header;
        std::filesystem::path path;
    };
    /// False once the work is to end early.
    using GoOn = std::function<bool()>;

    explicit Checkpoints(Place place) : place_(std::move(place)) {}

    /// Whether a file is there that has the name of a checkpoint, opened or not.
    bool found_any() const;
    /// Finds what is there. Unfinished ones go; those that are damaged at first sight are moved aside.
    void open();
    /// Forgets and deletes those that `is_of_chain` does not want.
    void keep_only(const std::function<bool(const BlockId&)>& is_of_chain);
    /// The same for a start, where the journal may be the wrong one: they are moved aside.
    void set_aside_others(const std::function<bool(const BlockId&)>& is_of_chain);
    /// Oldest first.
    std::vector<Entry> entries() const;
    std::optional<BlockId> newest() const;

    /// Writes the rows, reads them again, compares with the state root, and only then counts the result.
    /// Afterwards the two newest that are whole stay. False when it ended early. Throws DatabaseDamaged where
    /// the rows do not have the root.
    bool make(const CheckpointHeader& header, const Database::Snapshot& rows, const GoOn& go_on);
    /// Moves one aside that turned out to be damaged.
    void set_aside(const Entry& entry, const std::string& why);

 private:
    void keep_two(const GoOn& go_on);
    void remove(const Entry& entry);
    void forget(const Entry& entry);

    Place place_;
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

}  // namespace farthing::chain
