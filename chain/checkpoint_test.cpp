// Checkpoints and the blocks they make dispensable: nothing is lost that was to be kept, and nothing damaged
// is believed.
#include "chain/checkpoint_file.hpp"
#include "chain/journal_damage.hpp"
#include "chain/journal_format.hpp"
#include "chain/store_database.hpp"
#include "chain/store_testing.hpp"
#include "core/testing/seed.hpp"

#include <cstdlib>

namespace farthing::chain {
namespace {

using namespace testing;

struct Fixture {
    explicit Fixture(std::uint64_t of_maker = 20260202) : seed(of_maker), maker(of_maker) {}

    std::uint64_t seed;
    TempDirectory temp{quick_parent()};
    std::filesystem::path directory = temp.path / "data";
    BlockMaker maker;
    std::vector<std::string> lines;
    std::uint64_t checkpoint_blocks = 4;
    std::uint64_t retain_blocks = 6;
    std::uint64_t segment_size_max = 2500;
    bool background = false;

    std::unique_ptr<Store> open() {
        lines.clear();
        StoreOptions options;
        options.directory = directory;
        options.flush_blocks = 3;
        options.segment_size_max = segment_size_max;
        options.checkpoint_blocks = checkpoint_blocks;
        options.retain_blocks = retain_blocks;
        options.background = background;
        if (!background) options.log = [this](const std::string& line) { lines.push_back(line); };
        options.rows_of = round_rows;
        options.block_of_row = [](ByteView value) { return std::optional(low_u64(to_u256(value))); };
        return Store::open(std::move(options));
    }

    void add(Store& store, std::size_t count) { maker.add_to(store, count); }

    /// Everything from the store's base on is what the maker made; before it, nothing is there.
    void expect_whole(Store& store) {
        ASSERT_EQ(store.head(), (BlockId{maker.hashes.size() - 1, maker.hashes.back()}));
        EXPECT_EQ(load(store), maker.models.back());
        for (const auto& block : maker.blocks) {
            const auto number = block.record.header.number;
            const bool there = number >= store.base();
            EXPECT_EQ(store.read(number), there ? std::optional(block.record) : std::nullopt);
            EXPECT_EQ(store.hash_at(number), there || number == 0 ? std::optional(block.hash) : std::nullopt);
            EXPECT_EQ(store.number_of(block.hash),
                      there || number == 0 ? std::optional(number) : std::nullopt);
            for (std::uint32_t i = 0; i < block.tx_hashes.size(); ++i)
                EXPECT_EQ(find_transaction(store, block.tx_hashes[i]),
                          there ? std::optional(TransactionPosition{number, i}) : std::nullopt);
        }
        EXPECT_EQ(store.read_header(0), maker.blocks[0].record.header);
        const auto report = store.verify([](std::uint64_t, std::uint64_t) {});
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->blocks, maker.blocks.size() - store.base());
        EXPECT_EQ(report->checkpoints, store.checkpoints().size());
    }

    std::vector<std::filesystem::path> files(const std::string& folder, const std::string& ending) const {
        std::vector<std::filesystem::path> out;
        if (!std::filesystem::exists(directory / folder)) return out;
        for (const auto& entry : std::filesystem::directory_iterator(directory / folder))
            if (entry.path().filename().string().ends_with(ending)) out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::filesystem::path> checkpoint_files() const { return files("checkpoints", ".ckpt"); }
    std::vector<std::filesystem::path> segments() const { return files("journal", ".log"); }
    void lose_state() const { std::filesystem::remove_all(directory / "state"); }

    std::string refusal() {
        try {
            open();
        } catch (const StorageFailure& failure) {
            return failure.what();
        }
        return "";
    }
    bool said(const std::string& what) const {
        return std::ranges::any_of(lines, [&](const auto& line) { return line.contains(what); });
    }
};

void flip(const std::filesystem::path& path, std::size_t at, std::uint8_t bits) {
    auto bytes = read_file(path);
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ bits);
    write_file(path, bytes);
}

TEST(Checkpoint, is_made_at_each_interval_and_the_two_newest_stay) {
    Fixture f;
    f.retain_blocks = 0;
    auto store = f.open();
    EXPECT_TRUE(store->checkpoints().empty());
    f.add(*store, 14);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(store->checkpoints(),
                  (std::vector{BlockId{8, f.maker.hashes[8]}, BlockId{12, f.maker.hashes[12]}}));
        EXPECT_EQ(f.checkpoint_files().size(), 2u);
        EXPECT_EQ(store->base(), 0u) << "without retain nothing is dropped";
        f.expect_whole(*store);
        store.reset();
        store = f.open();
        EXPECT_TRUE(f.lines.empty());
    }
    f.add(*store, 3);
    EXPECT_EQ(store->checkpoints().back().number, 16u) << "the interval counts across a restart";
}

TEST(Checkpoint, dropping_old_blocks_leaves_a_chain_that_equals_its_unpruned_twin) {
    const auto seed = test_seed();
    Fixture f(seed);
    Fixture twin(seed);
    twin.checkpoint_blocks = 0;
    auto pruned = f.open();
    auto whole = twin.open();
    for (int round = 0; round < 12; ++round) {
        const auto blocks = 1 + f.maker.below(7);
        EXPECT_EQ(twin.maker.below(7) + 1, blocks);
        f.add(*pruned, blocks);
        twin.add(*whole, blocks);
        ASSERT_EQ(pruned->head(), whole->head());
        EXPECT_EQ(load(*pruned), load(*whole));
        const auto next = pruned->head()->number + 1;
        EXPECT_LE(pruned->base(), next > f.retain_blocks ? next - f.retain_blocks : 0);
        if (pruned->base() > 0) {
            EXPECT_GE(pruned->checkpoints().size(), 2u);
            EXPECT_LE(pruned->base(), pruned->checkpoints().front().number);
        }
        f.expect_whole(*pruned);
        if (round % 3 == 1) f.lose_state();
        if (round % 3 == 2) std::filesystem::remove_all(f.directory / "index");
        pruned.reset();
        pruned = f.open();
        f.expect_whole(*pruned);
    }
    EXPECT_GT(pruned->base(), 0u);
    EXPECT_FALSE(std::filesystem::exists(f.directory / "journal" / "000000.log"));
}

TEST(Checkpoint, rows_of_dropped_blocks_leave_the_index) {
    Fixture f;
    auto store = f.open();
    f.add(*store, 40);
    ASSERT_GT(store->base(), 4u);
    const auto base = store->base();
    store->close();
    std::uint64_t rows = 0;
    Database(f.directory / "index", nullptr, /*create=*/false).for_each({}, [&](ByteView, ByteView) {
        return ++rows > 0;
    });
    // Three transactions, the block and the chain's own row.
    EXPECT_EQ(rows, 5 * (40 - base));
}

TEST(Checkpoint, a_damaged_newer_one_is_set_aside_for_the_older) {
    Fixture f;
    f.add(*f.open(), 30);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    const auto names = f.checkpoint_files();
    ASSERT_EQ(names.size(), 2u);
    ASSERT_GT(f.segments().front().filename(), "000000.log");
    for (const bool both : {false, true}) {
        copy_directory(good, f.directory);
        f.lose_state();
        flip(names[1], read_file(names[1]).size() / 2, 0x10);
        if (both) flip(names[0], read_file(names[0]).size() / 2, 0x10);
        if (both) {
            EXPECT_TRUE(f.refusal().contains("no checkpoint is whole")) << "the journal alone is not enough";
            continue;
        }
        const auto store = f.open();
        EXPECT_TRUE(f.said("is damaged at byte"));
        EXPECT_EQ(store->checkpoints().size(), 1u);
        f.expect_whole(*store);
        // The next one takes its place.
        f.add(*store, 5);
        EXPECT_EQ(store->checkpoints().size(), 2u);
        f.expect_whole(*store);
    }
}

TEST(Checkpoint, of_a_whole_journal_may_be_lost_or_damaged) {
    Fixture f;
    f.retain_blocks = 0;
    f.add(*f.open(), 10);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    for (int way = 0; way < 3; ++way) {
        copy_directory(good, f.directory);
        f.lose_state();
        if (way == 0) std::filesystem::remove_all(f.directory / "checkpoints");
        for (const auto& path : f.checkpoint_files()) {
            if (way == 1) flip(path, 300, 1);
            if (way == 2) write_file(path, Bytes{});
        }
        f.expect_whole(*f.open());
        EXPECT_EQ(f.said("Moved it to"), way > 0);
    }
}

TEST(Checkpoint, every_flipped_bit_and_every_cut_is_noticed) {
    Fixture f;
    f.add(*f.open(), 5);
    const auto path = f.checkpoint_files().at(0);
    const auto whole = read_file(path);
    EXPECT_EQ(verify_checkpoint(posix_files(), path),
              f.maker.models[4].accounts.size() + f.maker.models[4].slots.size());
    const auto notices = [&] {
        try {
            verify_checkpoint(posix_files(), path);
        } catch (const CheckpointDamaged&) {
            return true;
        }
        return false;
    };
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1u << at % 8);
        write_file(path, damaged);
        EXPECT_TRUE(notices()) << "silent at byte " << at;
        write_file(path, ByteView(whole).first(at));
        EXPECT_TRUE(notices()) << "silent when cut at byte " << at;
    }
    write_file(path, concat(whole, Bytes{0}));
    EXPECT_TRUE(notices()) << "something follows the end";
}

TEST(Checkpoint, of_another_block_or_state_is_not_believed) {
    Fixture f;
    f.add(*f.open(), 30);
    const auto names = f.checkpoint_files();
    ASSERT_EQ(names.size(), 2u);
    // Whole, but under the name of another block.
    write_file(names[1], read_file(names[0]));
    f.lose_state();
    f.expect_whole(*f.open());
    EXPECT_TRUE(f.said("holds the checkpoint of another block"));
    // Whole, of the right block, and the rows of another state.
    Fixture other(7);
    other.add(*other.open(), 30);
    const auto header = peek_checkpoint(posix_files(), names[0]);
    std::vector<StateEntry> rows;
    read_checkpoint(posix_files(), other.checkpoint_files().at(0),
                    [&](const StateEntry& row) { rows.push_back(row); });
    CheckpointWriter writer(posix_files(), names[0], header);
    for (const auto& row : rows) writer.add(row);
    writer.finish();
    f.lose_state();
    EXPECT_TRUE(f.refusal().contains("no checkpoint is whole"));
    EXPECT_TRUE(f.said("does not have the state root of its block"));
}

TEST(Checkpoint, a_missing_or_damaged_base_or_segment_is_noticed) {
    Fixture f;
    f.add(*f.open(), 30);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    const auto base = f.directory / "journal" / "base";
    const auto bytes = read_file(base);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        flip(base, at, 0x40);
        f.expect_whole(*f.open());
        EXPECT_TRUE(f.said("ignored " + base.string())) << at;
        write_file(base, ByteView(bytes).first(at));
        f.expect_whole(*f.open());
        EXPECT_TRUE(f.said("ignored " + base.string())) << at;
        write_file(base, bytes);
    }
    std::filesystem::remove(base);
    EXPECT_TRUE(f.refusal().contains("it is the file `base` beside it that is missing"));
    write_file(base, bytes);
    const auto segments = f.segments();
    ASSERT_GE(segments.size(), 2u);
    for (const auto& segment : segments) {
        copy_directory(good, f.directory);
        std::filesystem::remove(segment);
        EXPECT_TRUE(f.refusal().contains("Restore")) << segment;
    }
    copy_directory(good, f.directory);
    for (const auto& segment : segments) std::filesystem::remove(segment);
    EXPECT_TRUE(f.refusal().contains("the journal is lost"));
    // Without base the checkpoints still say which chain it is; without them, nothing does.
    copy_directory(good, f.directory);
    write_file(base, Bytes{});
    std::filesystem::remove_all(f.directory / "checkpoints");
    EXPECT_TRUE(f.refusal().contains("which chain this is"));
}

TEST(Checkpoint, segments_that_a_crash_left_behind_are_dropped_again) {
    Fixture f;
    auto store = f.open();
    f.add(*store, 20);
    const auto before = f.temp.path / "before";
    for (const auto old = store->base(); store->base() == old;) {
        copy_directory(f.directory / "journal", before);
        f.add(*store, 1);
    }
    store->close();
    const auto base = parse_base(read_file(f.directory / "journal" / "base"));
    ASSERT_TRUE(base);
    // What was removed last is there again, as if the disk had not heard of it.
    const auto left = segment_name(base->segment - 1);
    ASSERT_TRUE(std::filesystem::exists(before / left));
    std::filesystem::copy_file(before / left, f.directory / "journal" / left);
    store = f.open();
    EXPECT_LT(store->base(), base->first_number);
    EXPECT_EQ(load(*store), f.maker.models.back());
    f.add(*store, 8);
    EXPECT_FALSE(std::filesystem::exists(f.directory / "journal" / left));
    f.expect_whole(*store);
}

TEST(Checkpoint, goes_with_the_block_that_a_rewind_takes_away) {
    Fixture f;
    auto store = f.open();
    f.add(*store, 11);
    ASSERT_EQ(store->checkpoints().size(), 2u);
    store->rewind(6);
    f.maker.rewind(6);
    EXPECT_EQ(store->checkpoints(), (std::vector{BlockId{4, f.maker.hashes[4]}}));
    f.expect_whole(*store);
    f.add(*store, 3);
    store.reset();
    store = f.open();
    EXPECT_TRUE(f.lines.empty());
    f.expect_whole(*store);
    f.add(*store, 40);
    f.expect_whole(*store);
    // Back as far as the oldest checkpoint, and with its help alone.
    ASSERT_GT(store->base(), 0u);
    const auto floor = store->rewind_floor();
    EXPECT_EQ(floor, store->checkpoints().front().number);
    store->rewind(floor);
    f.maker.rewind(floor);
    store->close();
    f.lose_state();
    store = f.open();
    f.expect_whole(*store);
    f.add(*store, 20);
    f.expect_whole(*store);
}

TEST(Checkpoint, is_made_beside_the_writer_of_the_state_at_its_block) {
    Fixture f;
    f.background = true;
    f.checkpoint_blocks = 3;
    auto store = f.open();
    for (int round = 0; round < 25; ++round) {
        f.add(*store, 4);
        // Some are waited for, some are overtaken by the next blocks, one is cut short by a stop.
        if (round % 3 == 0) store->wait_for_checkpoint();
        if (round % 10 == 9) {
            store->close();
            store = f.open();
        }
    }
    store->wait_for_checkpoint();
    EXPECT_GE(store->checkpoints().size(), 2u);
    EXPECT_GT(store->base(), 0u);
    f.expect_whole(*store);
    store->close();
    f.lose_state();
    store = f.open();
    f.expect_whole(*store);
}

TEST(Checkpoint, verify_names_a_damaged_one) {
    Fixture f;
    const auto store = f.open();
    f.add(*store, 30);
    const auto path = f.checkpoint_files().back();
    flip(path, read_file(path).size() / 2, 2);
    const auto report = store->verify([](std::uint64_t, std::uint64_t) {});
    ASSERT_FALSE(report);
    EXPECT_TRUE(report.error().message.contains(path.string())) << report.error().message;
}

}  // namespace
}  // namespace farthing::chain
