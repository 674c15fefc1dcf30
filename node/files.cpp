#include "node/files.hpp"

#include "chain/files.hpp"
#include "core/base/check.hpp"
#include "core/base/hex.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace farthing::node {
namespace {

constexpr std::size_t file_size_max = 64 << 20;

std::string reason() {
    return ::strerrordesc_np(errno);
}

class Descriptor {
 public:
    Descriptor(const std::filesystem::path& path, int flags, mode_t mode = 0)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    explicit operator bool() const { return fd_ >= 0; }
    int get() const { return fd_; }

 private:
    int fd_;
};

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const auto written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(fd) == 0;
}

bool sync_directory(const std::filesystem::path& path) {
    const Descriptor directory(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (directory && ::fsync(directory.get()) == 0) return true;
    // It may be closed to us, or on a file system that cannot sync a directory alone.
    if (errno != EACCES && errno != EINVAL) return false;
    ::sync();
    return true;
}

/// Puts a synced temporary file beside `path` and calls `publish(temporary)`, which gives it its name.
template <class Publish>
Result<void> write_beside(const std::filesystem::path& path, std::string_view content, Privacy privacy,
                          const Publish& publish) {
    auto temporary = path;
    temporary += ".new-" + hex(random_bytes(6));
    const auto fail_here = [&](const std::string& why) -> Result<void> {
        ::unlink(temporary.c_str());
        return fail("cannot write " + path.string() + ": " + why);
    };
    {
        const Descriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL,
                              privacy == Privacy::owner_only ? 0600 : 0644);
        if (!file) return fail_here(reason());
        if (!write_all(file.get(), content)) return fail_here(reason());
    }
    if (!publish(temporary)) return fail_here(reason());
    if (!sync_directory(path.parent_path())) return fail("cannot sync the folder of " + path.string());
    return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
    const Descriptor file(path, O_RDONLY);
    if (!file) return fail("cannot read " + path.string() + ": " + reason());
    std::string content;
    std::array<char, 65536> buffer{};
    while (true) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail("cannot read " + path.string() + ": " + reason());
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > file_size_max) return fail(path.string() + " is larger than 64 MiB");
    }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content, Privacy privacy) {
    return write_beside(path, content, privacy, [&](const std::filesystem::path& temporary) {
        return ::rename(temporary.c_str(), path.c_str()) == 0;
    });
}

Result<void> create_file(const std::filesystem::path& path, std::string_view content, Privacy privacy) {
    return write_beside(path, content, privacy, [&](const std::filesystem::path& temporary) {
        // link refuses an existing name, which rename would replace.
        return ::link(temporary.c_str(), path.c_str()) == 0 && ::unlink(temporary.c_str()) == 0;
    });
}

Result<void> make_directory(const std::filesystem::path& path, Privacy privacy) {
    try {
        chain::make_durable_directory(chain::posix_files(), path);
    } catch (const chain::StorageFailure& failure) {
        return fail(failure.what());
    }
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return fail(path.string() + " is not a directory");
    if (privacy == Privacy::owner_only && ::chmod(path.c_str(), 0700) != 0)
        return fail("cannot protect the directory " + path.string() + ": " + reason());
    return {};
}

Bytes random_bytes(std::size_t count) {
    Bytes out(count);
    // Requests of up to 256 bytes are never cut short (getrandom(2)).
    for (std::size_t at = 0; at < count; at += 256) {
        const auto part = std::min<std::size_t>(256, count - at);
        FARTHING_CHECK(::getrandom(out.data() + at, part, 0) == static_cast<ssize_t>(part));
    }
    return out;
}

void wipe(void* memory, std::size_t size) {
    ::explicit_bzero(memory, size);
}

}  // namespace farthing::node
