#pragma once
// A store that begins at a later block than 0, with the state after it: how a chain whose old blocks were
// dropped comes to another directory. What led to that state cannot be checked there.
#include "chain/store.hpp"

namespace farthing::chain {

/// The file of a checkpoint.
struct BaseState {
    BlockId block;
    std::filesystem::path path;
};
/// The oldest checkpoint of an open store that is whole, read from its first byte to its last and compared
/// with its block; nothing when there is none.
std::optional<BaseState> find_base_state(FileSystem& files, const Store& store,
                                         const std::filesystem::path& directory);

/// Makes a store in a directory that holds none.
class StoreBase {
 public:
    /// `block` becomes the first one, and its diff, which nothing could check, is left out. Requires:
    /// check_roots(block); not block 0. `origin`: block 0's header.
    StoreBase(FileSystem& files, std::filesystem::path directory, const Header& origin, BlockRecord block);

    /// The next bytes of the file of a checkpoint. Throws StorageFailure.
    void add_state(ByteView bytes);
    /// Reads the whole state again, compares it with the block's state root and makes the store, which can
    /// then be opened. The error says what is wrong with the state ("is damaged at byte …"), and that store
    /// is of no use. Throws StorageFailure.
    Result<void> finish();

 private:
    FileSystem& files_;
    std::filesystem::path directory_;
    Header origin_;
    BlockRecord block_;
    std::filesystem::path state_path_;
    std::unique_ptr<File> state_;
    std::uint64_t state_size_ = 0;
    std::uint64_t synced_ = 0;
};

}  // namespace farthing::chain
