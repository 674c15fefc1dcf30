#pragma once
// A disk in memory that loses what was not synced, tears writes and fails when told to.
//
// A file has two contents: what the running process reads back, and what is on the platter. sync() copies
// what was written since the last one; a power cut leaves the platter's, plus a random part of the rest. A
// folder's names are treated alike: creations, removals and renames are on the platter once the folder is
// synced, and until then each may or may not survive.
//
// Bytes that were on the platter are never garbled: a sector that is overwritten holds the old or the new
// content after a cut. New ones may hold zeros or anything.
#include "chain/files.hpp"
#include "random.hpp"

#include <leveldb/env.h>

#include <functional>
#include <map>
#include <set>
#include <string>

namespace farthing::simulator {

enum class Fault : std::uint8_t {
    none,
    power_cut,    ///< Nothing works from here on, and what was not synced is lost in part.
    kill,         ///< Nothing works from here on; nothing is lost.
    error,        ///< One operation fails with EIO.
    no_space,     ///< Writes and creations fail with ENOSPC until the process ends.
    short_write,  ///< One write stops in the middle with ENOSPC.
    failed_sync,  ///< One sync fails, and the kernel forgets that those bytes were never written.
};

class VirtualDisk {
 public:
    explicit VirtualDisk(Random random) : random_(random) {}
    VirtualDisk(const VirtualDisk&) = delete;
    VirtualDisk& operator=(const VirtualDisk&) = delete;

    /// A file or a folder. Open files hold on to theirs when it is removed.
    struct Node {
        explicit Node(bool directory) : is_directory(directory) {}
        bool is_directory;
        Bytes content;               ///< As the process sees it.
        Bytes durable;               ///< As a power cut would leave it, at least.
        std::size_t dirty_from = 0;  ///< Written since the last sync: [dirty_from, dirty_to).
        std::size_t dirty_to = 0;
        bool is_resized = false;  ///< Made shorter since the last sync.
        using Names = std::map<std::string, std::shared_ptr<Node>>;
        Names names;
        Names durable_names;
        std::vector<Names> changes;  ///< Since the folder was synced; a null node takes a name away.
    };
    using NodePtr = std::shared_ptr<Node>;

    // --- faults

    /// `fault` happens at the operation that is `after` operations away, or the next that it can hit.
    void plan(Fault fault, std::uint64_t after);
    /// Whether a planned fault has happened since `restart`.
    bool has_failed() const { return fired_ != Fault::none; }
    /// What has happened since `restart`.
    Fault fired() const { return fired_; }
    /// The machine comes up again: after a power cut with what that has left, and without faults.
    void restart();
    /// While nothing runs: flips one bit of some file below `directory`; says what it did.
    std::string rot(const std::string& directory);
    /// What happens on this disk, for whoever replays a seed.
    void on_operation(std::function<void(const std::string&)> log) { log_ = std::move(log); }
    std::uint64_t operations() const { return operations_; }
    /// Of every name and byte that a process would see.
    Hash digest() const;

    // --- operations, which both faces of the disk share. They throw or return Failed.

    enum class Kind : std::uint8_t { read, write, name, sync };
    struct Failed {
        bool happened = false;
        bool no_space = false;
        explicit operator bool() const { return happened; }
        const char* text() const { return no_space ? "No space left on device" : "Input/output error"; }
    };
    /// Counts an operation. It must not take place when this says so.
    [[nodiscard]] Failed begin(Kind kind, const std::string& what);
    [[nodiscard]] Failed write(Node& node, std::size_t offset, ByteView bytes, const std::string& path);
    [[nodiscard]] Failed sync(Node& node, const std::string& path);
    [[nodiscard]] Failed resize(Node& node, std::size_t size, const std::string& path);
    [[nodiscard]] Failed sync_names(const std::string& directory);
    /// Null when there is none.
    NodePtr find(const std::string& path) const;
    /// Makes a file or folder in a folder that exists; null when that does not.
    NodePtr make(const std::string& path, bool is_directory);
    bool remove(const std::string& path);
    bool rename(const std::string& from, const std::string& to);
    bool lock(const std::string& path) { return locked_.insert(path).second; }
    void unlock(const std::string& path) { locked_.erase(path); }

 private:
    bool is_dead() const { return fired_ == Fault::power_cut || fired_ == Fault::kill; }
    void change_names(Node& directory, Node::Names change);
    void lose_names(Node& directory);
    void lose_bytes(Node& file);

    Random random_;
    NodePtr root_ = std::make_shared<Node>(true);
    std::set<std::string> locked_;
    std::uint64_t operations_ = 0;
    Fault planned_ = Fault::none;
    std::uint64_t planned_at_ = 0;
    Fault fired_ = Fault::none;
    std::function<void(const std::string&)> log_;
};

/// The disk as the journal sees it.
class VirtualFiles final : public chain::FileSystem {
 public:
    explicit VirtualFiles(VirtualDisk& disk) : disk_(disk) {}

    std::unique_ptr<chain::File> open(const std::filesystem::path& path, chain::OpenMode mode) override;
    std::vector<std::string> list(const std::filesystem::path& directory) override;
    bool exists(const std::filesystem::path& path) override;
    void remove(const std::filesystem::path& path) override;
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
    void create_directories(const std::filesystem::path& directory) override;
    void sync_directory(const std::filesystem::path& directory) override;
    std::unique_ptr<chain::FileLock> lock(const std::filesystem::path& path) override;

 private:
    VirtualDisk& disk_;
};

/// The disk as LevelDB sees it. What LevelDB would do on a thread of its own waits until run_background: when
/// the simulator calls it, or when LevelDB waits for it (one_thread.cpp).
class VirtualEnv final : public leveldb::Env {
 public:
    explicit VirtualEnv(VirtualDisk& disk);
    ~VirtualEnv() override;

    /// Runs what is scheduled, in order. False when there was nothing.
    bool run_background();

    leveldb::Status NewSequentialFile(const std::string& name, leveldb::SequentialFile** file) override;
    leveldb::Status NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** file) override;
    leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override;
    bool FileExists(const std::string& name) override;
    leveldb::Status GetChildren(const std::string& name, std::vector<std::string>* names) override;
    leveldb::Status RemoveFile(const std::string& name) override;
    leveldb::Status CreateDir(const std::string& name) override;
    leveldb::Status RemoveDir(const std::string& name) override;
    leveldb::Status GetFileSize(const std::string& name, std::uint64_t* size) override;
    leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
    leveldb::Status LockFile(const std::string& name, leveldb::FileLock** lock) override;
    leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
    void Schedule(void (*function)(void*), void* argument) override;
    void StartThread(void (*function)(void*), void* argument) override;
    leveldb::Status GetTestDirectory(std::string* path) override;
    leveldb::Status NewLogger(const std::string& name, leveldb::Logger** logger) override;
    std::uint64_t NowMicros() override;
    void SleepForMicroseconds(int microseconds) override;

 private:
    VirtualDisk& disk_;
    std::vector<std::pair<void (*)(void*), void*>> scheduled_;
};

/// What a wait in the only thread means: the others' work is done now. Set by VirtualEnv.
extern VirtualEnv* background_worker;

}  // namespace farthing::simulator
