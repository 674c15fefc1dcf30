// What faulty disks and damaged files do to a store: never a wrong answer.
#include "chain/store_env.hpp"
#include "chain/store_testing.hpp"

#include <leveldb/env.h>

#include <atomic>
#include <cstdlib>

namespace farthing::chain {
namespace {

using namespace testing;

struct Fixture {
    TempDirectory temp{quick_parent()};
    std::filesystem::path directory = temp.path / "data";
    std::vector<std::string> lines;

    StoreOptions options() {
        lines.clear();
        StoreOptions options;
        options.directory = directory;
        options.flush_blocks = 2;
        options.segment_size_max = 4000;
        options.log = [this](const std::string& line) { lines.push_back(line); };
        return options;
    }
};

/// The whole state, every block that was not dropped and every look-up are what `maker` made.
void expect_same(Store& store, const BlockMaker& maker) {
    ASSERT_EQ(store.head(), (BlockId{maker.hashes.size() - 1, maker.hashes.back()}));
    EXPECT_EQ(load(store), maker.models.back());
    for (const auto& block : maker.blocks) {
        if (block.record.header.number < store.base()) continue;
        EXPECT_EQ(store.read(block.record.header.number), block.record);
        EXPECT_EQ(store.number_of(block.hash), block.record.header.number);
        for (const auto& hash : block.tx_hashes) EXPECT_TRUE(find_transaction(store, hash));
    }
}

/// Blocks in several sessions, so that LevelDB has tables, a log and a manifest of its own.
void make_chain(Fixture& f, BlockMaker& maker) {
    for (int session = 0; session < 4; ++session) {
        const auto store = Store::open(f.options());
        maker.add_to(*store, 5);
    }
}

TEST(StoreFaults, flips_and_truncations_of_database_files_are_healed_or_refused) {
    Fixture f;
    BlockMaker maker(77);
    make_chain(f, maker);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    constexpr std::uint64_t seed = 4242;
    BlockMaker random(seed);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const int trials = std::getenv("FARTHING_LONG") == nullptr ? 20 : 200;
    int healed = 0;
    int harmless = 0;
    for (const std::string database : {"state", "index"}) {
        for (const auto& entry : std::filesystem::directory_iterator(good / database)) {
            const auto name = entry.path().filename().string();
            if (name == "LOG" || name == "LOG.old" || name == "LOCK") continue;  // Nobody reads them.
            const auto bytes = read_file(entry.path());
            for (int trial = 0; trial < trials && !bytes.empty(); ++trial) {
                copy_directory(good, f.directory);
                auto damaged = bytes;
                const auto at = random.below(bytes.size());
                if (trial % 2 == 0)
                    damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1u << random.below(8));
                else
                    damaged.resize(at);
                write_file(f.directory / database / name, damaged);
                SCOPED_TRACE(database + "/" + name + " at " + std::to_string(at));
                const auto store = Store::open(f.options());
                expect_same(*store, maker);
                (f.lines.empty() ? harmless : healed)++;
            }
        }
    }
    EXPECT_GT(healed, 20);
    RecordProperty("healed", healed);
    RecordProperty("harmless", harmless);
}

TEST(StoreFaults, a_missing_database_file_is_healed) {
    Fixture f;
    BlockMaker maker(78);
    make_chain(f, maker);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    for (const std::string database : {"state", "index"}) {
        for (const auto& entry : std::filesystem::directory_iterator(good / database)) {
            copy_directory(good, f.directory);
            std::filesystem::remove(f.directory / database / entry.path().filename());
            SCOPED_TRACE(database + "/" + entry.path().filename().string());
            expect_same(*Store::open(f.options()), maker);
        }
    }
}

TEST(StoreFaults, a_database_file_that_cannot_be_read_is_healed) {
    Fixture f;
    BlockMaker maker(80);
    make_chain(f, maker);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    for (const std::string database : {"state", "index"}) {
        for (const auto& entry : std::filesystem::directory_iterator(good / database)) {
            const auto name = entry.path().filename();
            if (name == "LOG" || name == "LOG.old" || name == "LOCK") continue;  // Nobody reads them.
            SCOPED_TRACE(database + "/" + name.string());
            copy_directory(good, f.directory);
            // A folder opens as a file does, and each read of it fails, as those of a bad sector do.
            std::filesystem::remove(f.directory / database / name);
            std::filesystem::create_directory(f.directory / database / name);
            expect_same(*Store::open(f.options()), maker);
            EXPECT_EQ(f.lines.size(), 1u) << "it was rebuilt";
        }
    }
}

/// Flips a bit in the later rows of the database's oldest table, which opening it does not read.
void damage_oldest_table(const std::filesystem::path& database) {
    std::vector<std::filesystem::path> tables;
    for (const auto& entry : std::filesystem::directory_iterator(database))
        if (entry.path().extension() == ".ldb") tables.push_back(entry.path());
    ASSERT_FALSE(tables.empty());
    const auto& table = *std::ranges::min_element(tables);
    auto bytes = read_file(table);
    bytes.at(bytes.size() / 4 * 3) ^= 1;
    write_file(table, bytes);
}

/// Blocks of many rows until the store stops; the sentence it stops with, or none.
std::string add_until_it_stops(Fixture& f, BlockMaker& maker, int count) {
    const auto store = Store::open(f.options());
    try {
        for (int i = 0; i < count; ++i) {
            const auto block = maker.next(40, 40);
            store->commit({&block, 1});
        }
        store->close();
    } catch (const StorageFailure& failure) {
        return failure.what();
    }
    return {};
}

// LevelDB merges tables beside the writer and reads there what nobody asked for.
TEST(StoreFaults, damage_that_is_met_while_tables_are_merged_stops_the_node_once) {
    for (const std::string database : {"state", "index"}) {
        SCOPED_TRACE(database);
        Fixture f;
        BlockMaker maker(79);
        for (int session = 0; session < 2; ++session) EXPECT_EQ(add_until_it_stops(f, maker, 5), "");
        damage_oldest_table(f.directory / database);
        std::string stopped;
        for (int session = 0; session < 50 && stopped.empty(); ++session)
            stopped = add_until_it_stops(f, maker, 20);
        EXPECT_TRUE(stopped.starts_with("cannot write " + (f.directory / database).string() + ": Corruption"))
            << stopped;
        EXPECT_TRUE(stopped.ends_with(". Restart: the database is then rebuilt.")) << stopped;
        {
            const auto store = Store::open(f.options());
            ASSERT_EQ(f.lines.size(), 1u);
            EXPECT_NE(f.lines[0].find("rebuilding it"), std::string::npos) << f.lines[0];
            if (store->head()->number + 1 < maker.hashes.size()) maker.rewind(store->head()->number);
            expect_same(*store, maker);
        }
        for (int session = 0; session < 12; ++session) EXPECT_EQ(add_until_it_stops(f, maker, 5), "");
        expect_same(*Store::open(f.options()), maker);
    }
}

/// LevelDB's own files on a disk that fails at the n-th write or sync and ever after.
class FaultyEnv final : public leveldb::EnvWrapper {
 public:
    explicit FaultyEnv(std::uint64_t fail_at) : EnvWrapper(reading_env()), fail_at_(fail_at) {}
    bool fails() { return ++operations_ > fail_at_; }
    bool failed() const { return operations_ > fail_at_; }

    leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override {
        if (fails()) return no_space();
        const auto status = target()->NewWritableFile(name, file);
        if (status.ok()) *file = new Writable(*this, *file);
        return status;
    }
    static leveldb::Status no_space() {
        return leveldb::Status::IOError("injected", "No space left on device");
    }

 private:
    class Writable final : public leveldb::WritableFile {
     public:
        Writable(FaultyEnv& env, leveldb::WritableFile* real) : env_(env), real_(real) {}
        leveldb::Status Append(const leveldb::Slice& data) override {
            if (!env_.fails()) return real_->Append(data);
            real_->Append({data.data(), data.size() / 2});
            return no_space();
        }
        leveldb::Status Close() override { return real_->Close(); }
        leveldb::Status Flush() override { return env_.fails() ? no_space() : real_->Flush(); }
        leveldb::Status Sync() override { return env_.fails() ? no_space() : real_->Sync(); }

     private:
        FaultyEnv& env_;
        std::unique_ptr<leveldb::WritableFile> real_;
    };

    std::atomic<std::uint64_t> operations_ = 0;
    std::uint64_t fail_at_;
};

/// Runs a store until its disk fails; then opens it on a good one. Gives its first block where no disk
/// failed.
template <class Disk, class Attach>
std::uint64_t survive(Attach attach, std::uint64_t step) {
    for (std::uint64_t fail_at = 0;; fail_at += step) {
        SCOPED_TRACE("failed at operation " + std::to_string(fail_at));
        Fixture f;
        BlockMaker maker(fail_at);
        Disk disk(fail_at);
        std::uint64_t acknowledged = 0;
        std::unique_ptr<Store> store;
        try {
            auto options = f.options();
            attach(options, disk);
            store = Store::open(options);
            for (int i = 0; i < 7; ++i) {
                const auto block = maker.next();
                store->commit({&block, 1});
                acknowledged = block.record.header.number + 1;
            }
            store->rewind(4);
            maker.rewind(4);
            acknowledged = 5;
            store->close();
        } catch (const StorageFailure&) {
            if (store) {
                EXPECT_NO_THROW(store->close());
            }
        }
        const bool failed = disk.failed();
        store = Store::open(f.options());
        const auto head = store->head();
        if (head) {
            // A block or a rewind that failed may be there or not.
            const auto found = head->number + 1;
            EXPECT_TRUE(found == acknowledged || found == acknowledged + 1 ||
                        (acknowledged == 7 && found == 5));
            if (found < maker.hashes.size()) maker.rewind(head->number);
            expect_same(*store, maker);
            const auto report = store->verify([](std::uint64_t, std::uint64_t) {});
            EXPECT_TRUE(report) << report.error().message;
            // Whatever was being made, the state can be had again without its database.
            store->close();
            std::filesystem::remove_all(f.directory / "state");
            store = Store::open(f.options());
            expect_same(*store, maker);
        } else {
            EXPECT_EQ(acknowledged, 0u);
        }
        if (!failed || ::testing::Test::HasFailure()) return store->base();
    }
}

TEST(StoreFaults, a_full_disk_under_the_journal_loses_nothing_acknowledged) {
    survive<FaultyFiles>([](StoreOptions& options, FaultyFiles& disk) { options.files = &disk; }, 1);
}

TEST(StoreFaults, a_full_disk_under_the_databases_loses_nothing_acknowledged) {
    survive<FaultyEnv>([](StoreOptions& options, FaultyEnv& disk) { options.env = &disk; }, 1);
}

/// Checkpoints and dropped segments in the same few blocks.
void ask_for_checkpoints(StoreOptions& options) {
    options.checkpoint_blocks = 2;
    options.retain_blocks = 1;
    options.segment_size_max = 2500;
    options.background = false;
}

TEST(StoreFaults, a_full_disk_at_any_step_of_a_checkpoint_or_of_dropping_blocks_loses_nothing) {
    const auto base = survive<FaultyFiles>(
        [](StoreOptions& options, FaultyFiles& disk) {
            options.files = &disk;
            ask_for_checkpoints(options);
        },
        1);
    EXPECT_GT(base, 0u) << "blocks must have been dropped for this to say anything";
}

TEST(StoreFaults, a_full_disk_under_the_databases_while_blocks_are_dropped_loses_nothing) {
    const auto base = survive<FaultyEnv>(
        [](StoreOptions& options, FaultyEnv& disk) {
            options.env = &disk;
            ask_for_checkpoints(options);
        },
        1);
    EXPECT_GT(base, 0u) << "blocks must have been dropped for this to say anything";
}

TEST(StoreFaults, verify_names_damage_that_reading_has_not_met_yet) {
    Fixture f;
    BlockMaker maker(79);
    make_chain(f, maker);
    const auto path = f.directory / "journal" / "000000.log";
    auto bytes = read_file(path);
    bytes[400] = static_cast<std::uint8_t>(bytes[400] ^ 4);
    const auto store = Store::open(f.options());
    write_file(path, bytes);
    const auto report = store->verify([](std::uint64_t, std::uint64_t) {});
    ASSERT_FALSE(report);
    EXPECT_TRUE(report.error().message.contains("000000.log is damaged")) << report.error().message;
}

}  // namespace
}  // namespace farthing::chain
