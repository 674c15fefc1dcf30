#pragma once
// The bytes of a checkpoint: the whole flat state after one block. FORMAT.md describes them.
//
// Written under a temporary name, synced, read again and compared with the block's state root before it gets
// its own. Nothing in it is believed without its checksum, and a state taken from it is compared with a root.
#include "chain/store.hpp"

#include <functional>

namespace farthing::chain {

/// The file is not what was written, or cannot be read. Whoever meets it has another checkpoint, or the
/// journal, or refuses.
class CheckpointDamaged : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct CheckpointHeader {
    BlockId block;
    Hash state_root;
    Bytes origin;  ///< RLP of block 0's header: what the chain is known by once block 0 is gone.
    bool operator==(const CheckpointHeader&) const = default;
};

class CheckpointWriter {
 public:
    /// Overwrites what is at `path`.
    CheckpointWriter(FileSystem& files, const std::filesystem::path& path, const CheckpointHeader& header);
    /// Requires: the order of hashed keys, an account before its slots.
    void add(const StateEntry& entry);
    /// Writes the end and syncs.
    void finish();

 private:
    void flush();

    std::unique_ptr<File> file_;
    std::uint64_t number_;
    std::uint64_t offset_ = 0;
    std::uint64_t synced_ = 0;
    Bytes chunk_;
    std::uint32_t chunk_rows_ = 0;
    std::uint32_t chunks_ = 0;
    std::uint64_t rows_ = 0;
};

/// Header and end agree and are whole; what lies between is not read. Throws CheckpointDamaged.
CheckpointHeader peek_checkpoint(FileSystem& files, const std::filesystem::path& path);

/// Reads every byte and visits every entry, hashed keys included, in order. Throws CheckpointDamaged at the
/// first that is wrong; what it visited before is then worth nothing. `go_on` false ends it early.
void read_checkpoint(
    FileSystem& files, const std::filesystem::path& path, const std::function<void(const StateEntry&)>& visit,
    const std::function<bool()>& go_on = [] { return true; });

/// Reads every byte and computes the state's root: throws CheckpointDamaged unless it is the header's.
/// Gives the number of entries.
std::uint64_t verify_checkpoint(
    FileSystem& files, const std::filesystem::path& path,
    const std::function<bool()>& go_on = [] { return true; });

}  // namespace farthing::chain
