#pragma once
// The file system as the journal sees it. Passed in, so that tests can put a faulty disk under a whole node.
#include "core/base/bytes.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace farthing::chain {

/// The disk failed, or what is on it is not what we wrote. The message is for the operator: what happened and
/// what to do. Whoever catches it stops the process (exit code 2): after a failed commit only a restart can
/// tell what reached the disk.
class StorageFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One open file. Reads may run in any thread beside one writer. Every failure throws StorageFailure.
class File {
 public:
    virtual ~File() = default;
    /// Writes all of `bytes` at the end. After a failure any part of them may be in the file.
    virtual void append(ByteView bytes) = 0;
    /// Overwrites, and extends where needed.
    virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
    /// Makes everything written so far survive a power cut (fdatasync).
    virtual void sync() = 0;
    /// Fills `into`; gives fewer bytes only where the file ends.
    virtual std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const = 0;
    virtual void truncate(std::uint64_t size) = 0;
    virtual std::uint64_t size() const = 0;
};

/// Held as long as this object lives.
class FileLock {
 public:
    virtual ~FileLock() = default;
};

enum class OpenMode { existing, create };

/// Every failure throws StorageFailure.
class FileSystem {
 public:
    virtual ~FileSystem() = default;
    virtual std::unique_ptr<File> open(const std::filesystem::path& path, OpenMode mode) = 0;
    /// Names in a folder, sorted.
    virtual std::vector<std::string> list(const std::filesystem::path& directory) = 0;
    virtual bool exists(const std::filesystem::path& path) = 0;
    virtual void remove(const std::filesystem::path& path) = 0;
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    /// Nothing says that they survive a power cut: see make_durable_directory.
    virtual void create_directories(const std::filesystem::path& directory) = 0;
    /// Makes creations, removals and renames in the folder survive a power cut.
    virtual void sync_directory(const std::filesystem::path& directory) = 0;
    /// Takes an exclusive advisory lock; throws at once when another process, or this one, holds it.
    virtual std::unique_ptr<FileLock> lock(const std::filesystem::path& path) = 0;
};

/// The real one.
FileSystem& posix_files();

/// Makes a folder, and those above it that are missing, so that a power cut leaves them. What a process that
/// was killed here has made counts as found by chance: it is synced again.
void make_durable_directory(FileSystem& files, const std::filesystem::path& directory);

/// Renames a file or folder to the first free one of `path`.`why`-1, -2, …, durably. Gives the new name.
std::filesystem::path move_aside(FileSystem& files, const std::filesystem::path& path,
                                 const std::string& why = "damaged");
/// The last name that move_aside gave to what stood at `path`; nothing where there is none.
std::optional<std::filesystem::path> last_moved_aside(FileSystem& files, const std::filesystem::path& path);

}  // namespace farthing::chain
