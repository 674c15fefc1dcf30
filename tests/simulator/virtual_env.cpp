// The virtual disk behind LevelDB's interface.
#include "core/base/check.hpp"
#include "virtual_disk.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace farthing::simulator {
namespace {

using leveldb::Status;
using Kind = VirtualDisk::Kind;

Status status_of(VirtualDisk::Failed failed, const std::string& path) {
    return failed ? Status::IOError(path, failed.text()) : Status::OK();
}
Status not_found(const std::string& path) {
    return Status::NotFound(path, "No such file or directory");
}

class Sequential final : public leveldb::SequentialFile {
 public:
    Sequential(VirtualDisk& disk, VirtualDisk::NodePtr node, std::string path)
        : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
    Status Read(std::size_t n, leveldb::Slice* result, char* scratch) override {
        if (const auto failed = disk_.begin(Kind::read, "read " + path_)) return status_of(failed, path_);
        const auto& content = node_->content;
        n = at_ < content.size() ? std::min(n, content.size() - at_) : 0;
        if (n != 0) std::memcpy(scratch, content.data() + at_, n);
        at_ += n;
        *result = {scratch, n};
        return Status::OK();
    }
    Status Skip(std::uint64_t n) override {
        at_ += n;
        return Status::OK();
    }

 private:
    VirtualDisk& disk_;
    VirtualDisk::NodePtr node_;
    std::string path_;
    std::size_t at_ = 0;
};

class RandomAccess final : public leveldb::RandomAccessFile {
 public:
    RandomAccess(VirtualDisk& disk, VirtualDisk::NodePtr node, std::string path)
        : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
    Status Read(std::uint64_t offset, std::size_t n, leveldb::Slice* result, char* scratch) const override {
        if (const auto failed = disk_.begin(Kind::read, "read " + path_)) return status_of(failed, path_);
        const auto& content = node_->content;
        n = offset < content.size() ? std::min(n, content.size() - offset) : 0;
        if (n != 0) std::memcpy(scratch, content.data() + offset, n);
        *result = {scratch, n};
        return Status::OK();
    }

 private:
    VirtualDisk& disk_;
    VirtualDisk::NodePtr node_;
    std::string path_;
};

class Writable final : public leveldb::WritableFile {
 public:
    Writable(VirtualDisk& disk, VirtualDisk::NodePtr node, std::string path)
        : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
    Status Append(const leveldb::Slice& data) override {
        append(waiting_, as_bytes({data.data(), data.size()}));
        return waiting_.size() < buffer_size ? Status::OK() : Flush();
    }
    Status Close() override { return Flush(); }
    /// Until now the bytes were the process's own, lost with it.
    Status Flush() override {
        if (waiting_.empty()) return Status::OK();
        const auto bytes = std::exchange(waiting_, {});
        return status_of(disk_.write(*node_, node_->content.size(), bytes, path_), path_);
    }
    Status Sync() override {
        // As LevelDB's own: whoever can read a MANIFEST can find the files that it names.
        const auto at = path_.rfind('/');
        if (path_.compare(at + 1, 8, "MANIFEST") == 0)
            if (const auto failed = disk_.sync_names(path_.substr(0, at))) return status_of(failed, path_);
        if (auto status = Flush(); !status.ok()) return status;
        return status_of(disk_.sync(*node_, path_), path_);
    }

 private:
    static constexpr std::size_t buffer_size = 65'536;
    VirtualDisk& disk_;
    VirtualDisk::NodePtr node_;
    std::string path_;
    Bytes waiting_;
};

class Lock final : public leveldb::FileLock {
 public:
    explicit Lock(std::string locked) : path(std::move(locked)) {}
    std::string path;
};

}  // namespace

VirtualEnv::VirtualEnv(VirtualDisk& disk) : disk_(disk) {
    FARTHING_CHECK(background_worker == nullptr);
    background_worker = this;
}
VirtualEnv::~VirtualEnv() {
    background_worker = nullptr;
}

bool VirtualEnv::run_background() {
    if (scheduled_.empty()) return false;
    while (!scheduled_.empty()) {
        const auto [function, argument] = scheduled_.front();
        scheduled_.erase(scheduled_.begin());
        function(argument);
    }
    return true;
}

Status VirtualEnv::NewSequentialFile(const std::string& name, leveldb::SequentialFile** file) {
    *file = nullptr;
    if (const auto failed = disk_.begin(Kind::read, "open " + name)) return status_of(failed, name);
    const auto node = disk_.find(name);
    if (!node) return not_found(name);
    *file = new Sequential(disk_, node, name);
    return Status::OK();
}

Status VirtualEnv::NewRandomAccessFile(const std::string& name, leveldb::RandomAccessFile** file) {
    *file = nullptr;
    if (const auto failed = disk_.begin(Kind::read, "open " + name)) return status_of(failed, name);
    const auto node = disk_.find(name);
    if (!node) return not_found(name);
    *file = new RandomAccess(disk_, node, name);
    return Status::OK();
}

Status VirtualEnv::NewWritableFile(const std::string& name, leveldb::WritableFile** file) {
    *file = nullptr;
    if (const auto failed = disk_.begin(Kind::name, "create " + name)) return status_of(failed, name);
    auto node = disk_.find(name);
    if (node) {
        if (const auto failed = disk_.resize(*node, 0, name)) return status_of(failed, name);
    } else {
        node = disk_.make(name, false);
    }
    if (!node) return not_found(name);
    *file = new Writable(disk_, node, name);
    return Status::OK();
}

bool VirtualEnv::FileExists(const std::string& name) {
    return disk_.find(name) != nullptr;
}

Status VirtualEnv::GetChildren(const std::string& name, std::vector<std::string>* names) {
    names->clear();
    if (const auto failed = disk_.begin(Kind::read, "list " + name)) return status_of(failed, name);
    const auto node = disk_.find(name);
    if (!node) return not_found(name);
    for (const auto& [child, ignored] : node->names) names->push_back(child);
    return Status::OK();
}

Status VirtualEnv::RemoveFile(const std::string& name) {
    if (const auto failed = disk_.begin(Kind::name, "remove " + name)) return status_of(failed, name);
    return disk_.remove(name) ? Status::OK() : not_found(name);
}

Status VirtualEnv::CreateDir(const std::string& name) {
    if (const auto failed = disk_.begin(Kind::name, "create " + name + "/")) return status_of(failed, name);
    if (disk_.find(name)) return Status::IOError(name, "File exists");
    return disk_.make(name, true) ? Status::OK() : not_found(name);
}

Status VirtualEnv::RemoveDir(const std::string& name) {
    return RemoveFile(name);
}

Status VirtualEnv::GetFileSize(const std::string& name, std::uint64_t* size) {
    *size = 0;
    if (const auto failed = disk_.begin(Kind::read, "measure " + name)) return status_of(failed, name);
    const auto node = disk_.find(name);
    if (!node) return not_found(name);
    *size = node->content.size();
    return Status::OK();
}

Status VirtualEnv::RenameFile(const std::string& from, const std::string& to) {
    if (const auto failed = disk_.begin(Kind::name, "rename " + from + " " + to))
        return status_of(failed, from);
    return disk_.rename(from, to) ? Status::OK() : not_found(from);
}

Status VirtualEnv::LockFile(const std::string& name, leveldb::FileLock** lock) {
    *lock = nullptr;
    if (const auto failed = disk_.begin(Kind::name, "lock " + name)) return status_of(failed, name);
    if (!disk_.find(name)) disk_.make(name, false);
    if (!disk_.lock(name)) return Status::IOError("lock " + name, "already held by process");
    *lock = new Lock(name);
    return Status::OK();
}

Status VirtualEnv::UnlockFile(leveldb::FileLock* lock) {
    const std::unique_ptr<Lock> held(static_cast<Lock*>(lock));
    disk_.unlock(held->path);
    return Status::OK();
}

void VirtualEnv::Schedule(void (*function)(void*), void* argument) {
    scheduled_.emplace_back(function, argument);
}
void VirtualEnv::StartThread(void (*)(void*), void*) {
    throw std::logic_error("LevelDB wants a thread of its own");
}
Status VirtualEnv::GetTestDirectory(std::string*) {
    return Status::NotSupported("no test directory");
}
// Its lines bear times and nobody reads them here; without a logger LevelDB is silent.
Status VirtualEnv::NewLogger(const std::string&, leveldb::Logger** logger) {
    *logger = nullptr;
    return Status::NotSupported("no log");
}
/// LevelDB measures with it and decides nothing by it.
std::uint64_t VirtualEnv::NowMicros() {
    return disk_.operations();
}
void VirtualEnv::SleepForMicroseconds(int) {}

}  // namespace farthing::simulator
