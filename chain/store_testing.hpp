#pragma once
// For tests of what is on disk: a folder that goes away, blocks whose roots and diffs agree, a faulty disk.
#include "chain/store.hpp"
#include "core/trie/trie.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>

namespace farthing::chain::testing {

/// Where tests of thousands of damaged copies go: files in memory, on which a sync costs nothing.
inline std::filesystem::path quick_parent() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

class TempDirectory {
 public:
    explicit TempDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
        std::string pattern = (parent / "farthing-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path = pattern;
    }
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    ~TempDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path;
};

inline Bytes read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

inline void write_file(const std::filesystem::path& path, ByteView bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << as_text(bytes);
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

inline void copy_directory(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

/// State as a plain map: accounts by (address, none), slots by (address, slot).
struct Model {
    std::map<Address, AccountState> accounts;
    std::map<std::pair<Address, Word>, Word> slots;
    bool operator==(const Model&) const = default;
};

/// A row of the index for each block, as games have: the name is what `round_key` says, the value its number.
inline Bytes round_key(const BlockRecord& record) {
    return concat(as_bytes("round"), record.header.extra_data);
}
inline std::vector<IndexRow> round_rows(const BlockRecord& record) {
    return {{round_key(record), concat(be64(record.header.number))}};
}

/// Of the trie that holds the model's accounts and slots.
Hash state_root(const Model& model);

/// Makes blocks that follow one another, and knows the state after each. Their transactions are random bytes:
/// the store never looks inside.
class BlockMaker {
 public:
    explicit BlockMaker(std::uint64_t seed) : random_(seed) {}

    BlockCommit next(std::size_t transactions = 3, std::size_t changes = 8) {
        Model model = models.empty() ? Model{} : models.back();
        BlockCommit block;
        auto& record = block.record;
        auto& header = record.header;
        header.number = models.size();
        header.parent_hash = hashes.empty() ? Hash{} : hashes.back();
        header.extra_data = random<32>();
        if (header.number > 0) record.seal = random_bytes(65);
        for (std::size_t i = 0; i < transactions; ++i) add_transaction(block);
        record.diff = change(model, changes);
        header.state_root = state_root(model);
        header.transactions_root = trie::ordered_root(record.transactions);
        std::vector<Bytes> receipts;
        for (const auto& receipt : record.receipts) {
            receipts.push_back(receipt.encode());
            for (const auto& log : receipt.logs) add_to_bloom(header.logs_bloom, log);
        }
        header.receipts_root = trie::ordered_root(receipts);
        block.hash = header.hash();
        models.push_back(std::move(model));
        hashes.push_back(block.hash);
        blocks.push_back(block);
        return block;
    }

    /// Commits the next blocks, one by one.
    void add_to(Store& store, std::size_t count, std::size_t transactions = 3, std::size_t changes = 8) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto block = next(transactions, changes);
            store.commit({&block, 1});
        }
    }

    /// The next block will follow `number`.
    void rewind(std::uint64_t number) {
        models.resize(number + 1);
        hashes.resize(number + 1);
        blocks.resize(number + 1);
    }

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    std::vector<Model> models;  ///< After each block of the chain.
    std::vector<Hash> hashes;
    std::vector<BlockCommit> blocks;

 private:
    template <std::size_t N>
    FixedBytes<N> random() {
        return FixedBytes<N>::from(random_bytes(N));
    }
    Bytes random_bytes(std::size_t size) {
        Bytes out(size);
        for (auto& b : out) b = static_cast<std::uint8_t>(random_());
        return out;
    }

    void add_transaction(BlockCommit& block);
    std::vector<Diff> change(Model& model, std::size_t count);

    std::mt19937_64 random_;
};

/// Reads the whole state of a store.
inline Model load(Store& store) {
    Model model;
    store.for_each_state([&] { model = {}; },
                         [&](const StateEntry& entry) {
                             if (entry.slot)
                                 model.slots[{entry.address, *entry.slot}] = entry.word;
                             else
                                 model.accounts[entry.address] = entry.account;
                         });
    return model;
}

/// Where the blocks say that a transaction stands, by way of the index.
std::optional<TransactionPosition> find_transaction(const Store& store, const Hash& tx_hash);

/// A disk that fails at the n-th operation and ever after, as a full or a dying one does. A failing write
/// leaves half of its bytes, a failing sync leaves what was written.
class FaultyFiles final : public FileSystem {
 public:
    explicit FaultyFiles(std::uint64_t fail_at) : fail_at_(fail_at) {}
    std::uint64_t operations() const { return operations_; }
    bool failed() const { return operations_ > fail_at_; }
    /// Counts an operation; true when it must fail.
    bool fails() { return ++operations_ > fail_at_; }
    void step() {
        if (fails()) throw StorageFailure("injected: no space left on device");
    }

    std::unique_ptr<File> open(const std::filesystem::path& path, OpenMode mode) override;
    std::vector<std::string> list(const std::filesystem::path& d) override { return step(), real_.list(d); }
    bool exists(const std::filesystem::path& path) override { return step(), real_.exists(path); }
    void remove(const std::filesystem::path& path) override { step(), real_.remove(path); }
    void rename(const std::filesystem::path& a, const std::filesystem::path& b) override {
        step(), real_.rename(a, b);
    }
    void create_directories(const std::filesystem::path& d) override { step(), real_.create_directories(d); }
    void sync_directory(const std::filesystem::path& d) override { step(), real_.sync_directory(d); }
    std::unique_ptr<FileLock> lock(const std::filesystem::path& path) override {
        return step(), real_.lock(path);
    }

 private:
    FileSystem& real_ = posix_files();
    std::uint64_t fail_at_;
    std::uint64_t operations_ = 0;
};

}  // namespace farthing::chain::testing
