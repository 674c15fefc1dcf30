// The virtual disk behind the journal's interface.
#include "virtual_disk.hpp"

namespace farthing::simulator {
namespace {

using Kind = VirtualDisk::Kind;

void demand(VirtualDisk::Failed failed, const std::string& what, const std::string& path) {
    if (failed) throw chain::StorageFailure("cannot " + what + " " + path + ": " + failed.text());
}

class OpenFile final : public chain::File {
 public:
    OpenFile(VirtualDisk& disk, VirtualDisk::NodePtr node, std::string path)
        : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}

    void append(ByteView bytes) override { write_at(node_->content.size(), bytes); }
    void write_at(std::uint64_t offset, ByteView bytes) override {
        demand(disk_.write(*node_, offset, bytes, path_), "write", path_);
    }
    void sync() override { demand(disk_.sync(*node_, path_), "sync", path_); }
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        demand(disk_.begin(Kind::read, "read " + path_), "read", path_);
        if (offset >= node_->content.size()) return 0;
        const auto n = std::min<std::size_t>(into.size(), node_->content.size() - offset);
        std::ranges::copy(ByteView(node_->content).subspan(offset, n), into.begin());
        return n;
    }
    void truncate(std::uint64_t size) override {
        demand(disk_.resize(*node_, size, path_), "truncate", path_);
    }
    std::uint64_t size() const override { return node_->content.size(); }

 private:
    VirtualDisk& disk_;
    VirtualDisk::NodePtr node_;
    std::string path_;
};

class HeldLock final : public chain::FileLock {
 public:
    HeldLock(VirtualDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
    ~HeldLock() override { disk_.unlock(path_); }
    HeldLock(const HeldLock&) = delete;
    HeldLock& operator=(const HeldLock&) = delete;

 private:
    VirtualDisk& disk_;
    std::string path_;
};

}  // namespace

std::unique_ptr<chain::File> VirtualFiles::open(const std::filesystem::path& path, chain::OpenMode mode) {
    auto node = disk_.find(path);
    if (!node && mode == chain::OpenMode::create) {
        demand(disk_.begin(Kind::name, "create " + path.string()), "open", path);
        node = disk_.make(path, false);
    }
    if (!node) throw chain::StorageFailure("cannot open " + path.string() + ": No such file or directory");
    return std::make_unique<OpenFile>(disk_, node, path);
}

std::vector<std::string> VirtualFiles::list(const std::filesystem::path& directory) {
    demand(disk_.begin(Kind::read, "list " + directory.string()), "list", directory);
    std::vector<std::string> names;
    if (const auto node = disk_.find(directory))
        for (const auto& [name, child] : node->names) names.push_back(name);
    return names;
}

bool VirtualFiles::exists(const std::filesystem::path& path) {
    demand(disk_.begin(Kind::read, "look at " + path.string()), "look at", path);
    return disk_.find(path) != nullptr;
}

void VirtualFiles::remove(const std::filesystem::path& path) {
    demand(disk_.begin(Kind::name, "remove " + path.string()), "remove", path);
    if (!disk_.remove(path)) throw chain::StorageFailure("cannot remove " + path.string());
}

void VirtualFiles::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
    demand(disk_.begin(Kind::name, "rename " + from.string() + " " + to.string()), "rename", from);
    if (!disk_.rename(from, to)) throw chain::StorageFailure("cannot rename " + from.string());
}

void VirtualFiles::create_directories(const std::filesystem::path& directory) {
    if (disk_.find(directory)) return;
    if (directory.has_parent_path() && directory != directory.root_path())
        create_directories(directory.parent_path());
    demand(disk_.begin(Kind::name, "create " + directory.string() + "/"), "create", directory);
    disk_.make(directory, true);
}

void VirtualFiles::sync_directory(const std::filesystem::path& directory) {
    demand(disk_.sync_names(directory), "sync", directory);
}

std::unique_ptr<chain::FileLock> VirtualFiles::lock(const std::filesystem::path& path) {
    open(path, chain::OpenMode::create);
    if (!disk_.lock(path)) throw chain::StorageFailure("another farthing is running on " + path.string());
    return std::make_unique<HeldLock>(disk_, path);
}

}  // namespace farthing::simulator
