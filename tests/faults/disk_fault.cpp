// To be preloaded into the farthing program: a disk that fails at the n-th call. Only files below one folder
// count, and only LevelDB's and the journal's ways of writing (write, pwrite, fsync, fdatasync).
//
//   DISK_FAULT=<kind>:<n>      kind: write_eio, write_enospc, short_write, sync_eio
//   DISK_FAULT_FOLDER=<path>   absolute, without a slash at its end
//
// write_eio and sync_eio fail once; write_enospc from then on; short_write takes half of the bytes of one
// call and then, as a full disk does, none. Says on stderr when it strikes.
#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

enum class Kind { none, write_eio, write_enospc, short_write, sync_eio };

struct Plan {
    Kind kind = Kind::none;
    unsigned long at = 0;
    std::string folder;
};

Plan read_plan() {
    Plan plan;
    const char* fault = std::getenv("DISK_FAULT");
    const char* folder = std::getenv("DISK_FAULT_FOLDER");
    if (fault == nullptr || folder == nullptr) return plan;
    const std::string text = fault;
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    plan.kind = name == "write_eio"      ? Kind::write_eio
                : name == "write_enospc" ? Kind::write_enospc
                : name == "short_write"  ? Kind::short_write
                : name == "sync_eio"     ? Kind::sync_eio
                                         : Kind::none;
    if (plan.kind == Kind::none || colon == std::string::npos) {
        std::fprintf(stderr, "disk_fault: DISK_FAULT=%s means nothing\n", fault);
        std::_Exit(99);
    }
    plan.at = std::strtoul(text.c_str() + colon + 1, nullptr, 10);
    plan.folder = std::string(folder) + '/';
    return plan;
}

const Plan& plan() {
    static const Plan the_plan = read_plan();
    return the_plan;
}

std::atomic<unsigned long> calls = 0;

bool is_watched(int fd) {
    char link[64], path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const auto size = ::readlink(link, path, sizeof path - 1);
    if (size < 0) return false;
    path[size] = '\0';
    return std::strncmp(path, plan().folder.c_str(), plan().folder.size()) == 0;
}

/// The number of this call among those that count, 0 for one that does not.
unsigned long count(bool is_sync, int fd) {
    const auto kind = plan().kind;
    if (kind == Kind::none || is_sync != (kind == Kind::sync_eio) || !is_watched(fd)) return 0;
    return ++calls;
}

void tell(unsigned long call) {
    if (call == plan().at) std::fprintf(stderr, "disk_fault: struck at call %lu\n", call);
}

/// How many bytes to write; -1 to fail with errno set.
ssize_t allowed(int fd, size_t size) {
    const auto call = count(false, fd);
    if (call == 0 || call < plan().at) return static_cast<ssize_t>(size);
    tell(call);
    if (plan().kind == Kind::write_eio) {
        if (call > plan().at) return static_cast<ssize_t>(size);
        errno = EIO;
        return -1;
    }
    if (plan().kind == Kind::short_write && call == plan().at && size > 1)
        return static_cast<ssize_t>(size / 2);
    errno = ENOSPC;
    return -1;
}

bool sync_fails(int fd) {
    const auto call = count(true, fd);
    if (call == 0 || call != plan().at) return false;
    tell(call);
    errno = EIO;
    return true;
}

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
    static const auto real = next<ssize_t(int, const void*, size_t)>("write");
    const auto n = allowed(fd, size);
    return n < 0 ? n : real(fd, bytes, static_cast<size_t>(n));
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
    static const auto real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
    const auto n = allowed(fd, size);
    return n < 0 ? n : real(fd, bytes, static_cast<size_t>(n), offset);
}

int fsync(int fd) {
    static const auto real = next<int(int)>("fsync");
    return sync_fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
    static const auto real = next<int(int)>("fdatasync");
    return sync_fails(fd) ? -1 : real(fd);
}

}  // extern "C"
