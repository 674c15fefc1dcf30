#include "chain/store_env.hpp"

#include <fcntl.h>
#include <leveldb/env.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace farthing::chain {
namespace {

leveldb::Status unreadable(const std::string& name, const std::string& why) {
    return leveldb::Status::Corruption(name, "cannot be read: " + why);
}

class ReadTable final : public leveldb::RandomAccessFile {
 public:
    ReadTable(std::string name, int file) : name_(std::move(name)), file_(file) {}
    ReadTable(const ReadTable&) = delete;
    ReadTable& operator=(const ReadTable&) = delete;
    ~ReadTable() override { ::close(file_); }

    /// As many bytes as there are; LevelDB tells a table that ends too early by itself.
    leveldb::Status Read(uint64_t offset, size_t size, leveldb::Slice* result, char* scratch) const override {
        std::size_t done = 0;
        while (done < size) {
            const auto count = ::pread(file_, scratch + done, size - done, static_cast<off_t>(offset + done));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return unreadable(name_, std::strerror(errno));
            if (count == 0) break;
            done += static_cast<std::size_t>(count);
        }
        *result = {scratch, done};
        return leveldb::Status::OK();
    }

 private:
    std::string name_;
    int file_;
};

class ReadInOrder final : public leveldb::SequentialFile {
 public:
    ReadInOrder(std::string name, std::unique_ptr<SequentialFile> file)
        : name_(std::move(name)), file_(std::move(file)) {}

    leveldb::Status Read(size_t size, leveldb::Slice* result, char* scratch) override {
        return told(file_->Read(size, result, scratch));
    }
    leveldb::Status Skip(uint64_t size) override { return told(file_->Skip(size)); }

 private:
    leveldb::Status told(const leveldb::Status& status) const {
        return status.IsIOError() ? unreadable(name_, status.ToString()) : status;
    }

    std::string name_;
    std::unique_ptr<SequentialFile> file_;
};

class ReadingEnv final : public leveldb::EnvWrapper {
 public:
    ReadingEnv() : EnvWrapper(Env::Default()) {}

    leveldb::Status NewRandomAccessFile(const std::string& name,
                                        leveldb::RandomAccessFile** result) override {
        const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        *result = file < 0 ? nullptr : new ReadTable(name, file);
        if (file >= 0) return leveldb::Status::OK();
        const auto why = std::strerror(errno);
        return errno == ENOENT ? leveldb::Status::NotFound(name, why) : leveldb::Status::IOError(name, why);
    }

    leveldb::Status NewSequentialFile(const std::string& name, leveldb::SequentialFile** result) override {
        const auto status = target()->NewSequentialFile(name, result);
        if (status.ok()) *result = new ReadInOrder(name, std::unique_ptr<leveldb::SequentialFile>(*result));
        return status;
    }
};

}  // namespace

leveldb::Env* reading_env() {
    static ReadingEnv env;
    return &env;
}

}  // namespace farthing::chain
