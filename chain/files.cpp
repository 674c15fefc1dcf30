#include "chain/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace farthing::chain {
namespace {

[[noreturn]] void io_failed(const std::string& what, const std::filesystem::path& path, int error) {
    std::string advice;
    if (error == ENOSPC || error == EDQUOT) {
        advice = "Free space on this disk and start again; every acknowledged block is safe.";
    } else if (error == EACCES || error == EPERM || error == EROFS) {
        advice = "Give this user the right to read and write there and start again.";
    } else if (error == ENOTDIR || error == EEXIST || error == ENAMETOOLONG) {
        advice = "Name another place.";
    } else if (error == EMFILE || error == ENFILE) {
        advice =
            "Let this program open more files (ulimit -n, or LimitNOFILE of its service) and start again; "
            "every acknowledged block is safe.";
    } else {
        advice =
            "Check the disk (dmesg, smartctl) before starting again; every acknowledged block was synced.";
    }
    throw StorageFailure("cannot " + what + " " + path.string() + ": " + std::strerror(error) + ". " +
                         advice);
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

 private:
    int fd_;
};

class PosixFile final : public File {
 public:
    PosixFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}

    void append(ByteView bytes) override { write_at(size(), bytes); }

    void write_at(std::uint64_t offset, ByteView bytes) override {
        while (!bytes.empty()) {
            const auto n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) io_failed("write", path_, errno);
            if (n == 0) io_failed("write", path_, EIO);
            offset += static_cast<std::uint64_t>(n);
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        }
    }

    void sync() override {
        if (::fdatasync(fd_.get()) != 0) io_failed("sync", path_, errno);
    }

    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto n =
                ::pread(fd_.get(), into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) io_failed("read", path_, errno);
            if (n == 0) break;
            done += static_cast<std::size_t>(n);
        }
        return done;
    }

    void truncate(std::uint64_t size) override {
        if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) io_failed("truncate", path_, errno);
    }

    std::uint64_t size() const override {
        struct stat status = {};
        if (::fstat(fd_.get(), &status) != 0) io_failed("read the size of", path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

 private:
    std::filesystem::path path_;
    Descriptor fd_;
};

class PosixLock final : public FileLock {
 public:
    explicit PosixLock(int fd) : fd_(fd) {}

 private:
    Descriptor fd_;  // Closing releases the lock, as the end of the process does.
};

class PosixFiles final : public FileSystem {
 public:
    std::unique_ptr<File> open(const std::filesystem::path& path, OpenMode mode) override {
        const int flags = O_RDWR | O_CLOEXEC | (mode == OpenMode::create ? O_CREAT : 0);
        const int fd = ::open(path.c_str(), flags, 0640);
        if (fd < 0) io_failed("open", path, errno);
        return std::make_unique<PosixFile>(path, fd);
    }

    std::vector<std::string> list(const std::filesystem::path& directory) override {
        std::error_code error;
        std::vector<std::string> names;
        for (auto it = std::filesystem::directory_iterator(directory, error);
             !error && it != std::filesystem::directory_iterator(); it.increment(error))
            names.push_back(it->path().filename().string());
        if (error) io_failed("list", directory, error.value());
        std::ranges::sort(names);
        return names;
    }

    bool exists(const std::filesystem::path& path) override {
        struct stat status = {};
        if (::stat(path.c_str(), &status) == 0) return true;
        if (errno != ENOENT && errno != ENOTDIR) io_failed("look at", path, errno);
        return false;
    }

    void remove(const std::filesystem::path& path) override {
        if (::unlink(path.c_str()) != 0) io_failed("remove", path, errno);
    }

    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) io_failed("rename", from, errno);
    }

    void create_directories(const std::filesystem::path& directory) override {
        std::error_code error;
        std::filesystem::create_directories(directory, error);
        if (error) io_failed("create", directory, error.value());
    }

    void sync_directory(const std::filesystem::path& directory) override {
        const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (fd.get() >= 0 && ::fsync(fd.get()) == 0) return;
        // One above ours may be closed to us, or on a file system that cannot sync a folder alone.
        if (errno != EACCES && errno != EINVAL) io_failed("sync", directory, errno);
        ::sync();
    }

    std::unique_ptr<FileLock> lock(const std::filesystem::path& path) override {
        const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
        if (fd < 0) io_failed("open", path, errno);
        auto held = std::make_unique<PosixLock>(fd);
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return held;
        if (errno != EWOULDBLOCK) io_failed("lock", path, errno);
        throw StorageFailure("another farthing is running on " + path.parent_path().string() +
                             ". Stop it, or choose another data directory with --data.");
    }
};

std::filesystem::path name_aside(const std::filesystem::path& path, const std::string& why, int n) {
    return path.string() + "." + why + "-" + std::to_string(n);
}

}  // namespace

FileSystem& posix_files() {
    static PosixFiles files;
    return files;
}

void make_durable_directory(FileSystem& files, const std::filesystem::path& directory) {
    const auto path = std::filesystem::absolute(directory);
    const auto above = path.parent_path();
    if (!files.exists(path)) {
        if (above != path) make_durable_directory(files, above);
        files.create_directories(path);
    }
    if (above != path) files.sync_directory(above);
}

std::filesystem::path move_aside(FileSystem& files, const std::filesystem::path& path,
                                 const std::string& why) {
    int n = 1;
    while (files.exists(name_aside(path, why, n))) ++n;
    auto aside = name_aside(path, why, n);
    files.rename(path, aside);
    files.sync_directory(path.parent_path());
    return aside;
}

std::optional<std::filesystem::path> last_moved_aside(FileSystem& files, const std::filesystem::path& path) {
    int n = 1;
    while (files.exists(name_aside(path, "damaged", n))) ++n;
    if (n == 1) return std::nullopt;
    return name_aside(path, "damaged", n - 1);
}

}  // namespace farthing::chain
