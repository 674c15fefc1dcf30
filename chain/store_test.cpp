#include "chain/store.hpp"

#include "chain/store_testing.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {
namespace {

using namespace testing;

/// A folder, blocks for it, and what a store said about it.
struct Fixture {
    TempDirectory directory;
    BlockMaker maker{20260101};
    std::vector<std::string> lines;
    std::uint64_t flush_blocks = 4;
    std::uint64_t segment_size_max = 256u << 20;
    FileSystem* files = nullptr;

    std::unique_ptr<Store> open() {
        lines.clear();
        StoreOptions options;
        options.directory = directory.path;
        options.files = files;
        options.flush_blocks = flush_blocks;
        options.segment_size_max = segment_size_max;
        options.log = [this](const std::string& line) { lines.push_back(line); };
        options.rows_of = round_rows;
        return Store::open(std::move(options));
    }

    void add(Store& store, std::size_t count) { maker.add_to(store, count); }

    /// Everything the store says is what the maker made.
    void expect_whole(Store& store) {
        ASSERT_EQ(store.head(), (BlockId{maker.hashes.size() - 1, maker.hashes.back()}));
        EXPECT_EQ(load(store), maker.models.back());
        for (const auto& block : maker.blocks) {
            const auto number = block.record.header.number;
            EXPECT_EQ(store.read(number), block.record);
            EXPECT_EQ(store.hash_at(number), block.hash);
            EXPECT_EQ(store.number_of(block.hash), number);
            EXPECT_EQ(store.row(round_key(block.record)), concat(be64(number)));
            for (std::uint32_t i = 0; i < block.tx_hashes.size(); ++i)
                EXPECT_EQ(find_transaction(store, block.tx_hashes[i]), (TransactionPosition{number, i}));
        }
        EXPECT_EQ(store.read(maker.blocks.size()), std::nullopt);
        const auto report = store.verify([](std::uint64_t, std::uint64_t) {});
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->blocks, maker.blocks.size());
    }
};

TEST(Store, new_one_is_empty_and_stays_empty) {
    Fixture f;
    for (int i = 0; i < 2; ++i) {
        const auto store = f.open();
        EXPECT_EQ(store->head(), std::nullopt);
        EXPECT_EQ(load(*store), Model{});
        EXPECT_EQ(store->read(0), std::nullopt);
        EXPECT_EQ(find_transaction(*store, Hash{}), std::nullopt);
        EXPECT_TRUE(store->verify([](std::uint64_t, std::uint64_t) {}));
        store->close();
        EXPECT_TRUE(f.lines.empty());
    }
}

TEST(Store, gives_back_what_was_committed_before_and_after_reopening) {
    Fixture f;
    auto store = f.open();
    f.add(*store, 11);
    f.expect_whole(*store);
    store->close();
    store = f.open();
    EXPECT_TRUE(f.lines.empty());
    f.expect_whole(*store);
    f.add(*store, 2);
    f.expect_whole(*store);
}

TEST(Store, replays_what_the_databases_lack_after_a_crash) {
    Fixture f;
    for (std::size_t blocks = 1; blocks < 10; ++blocks) {
        const auto store = f.open();
        if (blocks > 1) f.expect_whole(*store);
        f.add(*store, blocks);
        // Destroyed without close(): what kill -9 leaves.
    }
    f.expect_whole(*f.open());
}

TEST(Store, commits_several_blocks_as_one) {
    Fixture f;
    f.segment_size_max = 4000;
    const auto store = f.open();
    std::vector<BlockCommit> blocks;
    for (int i = 0; i < 9; ++i) blocks.push_back(f.maker.next());
    store->commit(blocks);
    f.expect_whole(*store);
}

TEST(Store, rotates_segments_and_reads_across_them) {
    Fixture f;
    f.segment_size_max = 3000;
    auto store = f.open();
    f.add(*store, 30);
    EXPECT_TRUE(std::filesystem::exists(f.directory.path / "journal" / "000005.log"));
    f.expect_whole(*store);
    store.reset();
    f.expect_whole(*f.open());
}

TEST(Store, refuses_a_second_instance_and_lets_go_when_closed) {
    Fixture f;
    const auto store = f.open();
    try {
        f.open();
        FAIL() << "opened twice";
    } catch (const StorageFailure& failure) {
        EXPECT_TRUE(std::string(failure.what()).contains("another farthing is running"));
    }
    store->close();
    f.open();
}

TEST(Store, rewinds_in_memory_on_disk_and_across_a_restart) {
    for (const std::uint64_t flush_blocks : {1u, 3u, 1000u}) {
        for (const bool reopen : {false, true}) {
            Fixture f;
            f.flush_blocks = flush_blocks;
            auto store = f.open();
            f.add(*store, 8);
            const auto lost = f.maker.blocks[6];
            for (const std::uint64_t target : {6u, 2u, 4u, 0u}) {
                f.add(*store, 3);
                store->rewind(target);
                f.maker.rewind(target);
                if (reopen) {
                    store.reset();
                    store = f.open();
                }
                EXPECT_TRUE(f.lines.empty());
                f.expect_whole(*store);
                f.add(*store, 3);
                f.expect_whole(*store);
            }
            EXPECT_EQ(store->number_of(lost.hash), std::nullopt);
            EXPECT_EQ(find_transaction(*store, lost.tx_hashes[0]), std::nullopt);
            EXPECT_EQ(store->row(round_key(lost.record)), std::nullopt);
        }
    }
}

TEST(Store, undoes_a_database_that_is_ahead_of_a_rewind) {
    Fixture f;
    f.flush_blocks = 1000;
    auto store = f.open();
    f.add(*store, 9);
    store->close();
    const auto aside = f.directory.path / "aside";
    copy_directory(f.directory.path / "state", aside / "state");
    copy_directory(f.directory.path / "index", aside / "index");
    store = f.open();
    store->rewind(3);
    f.maker.rewind(3);
    f.add(*store, 2);
    store->close();
    // The databases as they were before the rewind: block 8, which the chain no longer has.
    copy_directory(aside / "state", f.directory.path / "state");
    copy_directory(aside / "index", f.directory.path / "index");
    store = f.open();
    EXPECT_TRUE(f.lines.empty());
    f.expect_whole(*store);
}

TEST(Store, rebuilds_databases_that_are_missing_or_of_another_chain) {
    Fixture f;
    Fixture other;
    other.maker = BlockMaker(7);
    f.add(*f.open(), 9);
    auto store = other.open();
    other.add(*store, 3);
    store->close();
    std::filesystem::remove_all(f.directory.path / "state");
    store = f.open();
    f.expect_whole(*store);
    store->close();
    copy_directory(other.directory.path / "state", f.directory.path / "state");
    store = f.open();
    ASSERT_EQ(f.lines.size(), 1u);
    EXPECT_TRUE(f.lines[0].contains("which this journal does not have")) << f.lines[0];
    f.expect_whole(*store);
    store->rebuild_state();
    f.expect_whole(*store);
}

}  // namespace
}  // namespace farthing::chain
