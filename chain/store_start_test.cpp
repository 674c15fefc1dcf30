// What a start does with a directory that is not as the last stop left it: a journal that is lost or another
// chain's, files that are left over or cannot be read. What can be had again is never destroyed.
#include "chain/checkpoint_file.hpp"
#include "chain/store_testing.hpp"

namespace farthing::chain {
namespace {

using namespace testing;

/// A chain that has dropped old blocks and kept two checkpoints.
struct Fixture {
    explicit Fixture(std::uint64_t seed = 20260303) : maker(seed) {}

    TempDirectory temp{quick_parent()};
    std::filesystem::path directory = temp.path / "data";
    std::filesystem::path journal = directory / "journal";
    BlockMaker maker;
    std::vector<std::string> lines;
    std::function<void(const Header&)> check_origin;
    std::uint64_t segment_size_max = 2500;

    std::unique_ptr<Store> open() {
        lines.clear();
        StoreOptions options;
        options.directory = directory;
        options.flush_blocks = 3;
        options.segment_size_max = segment_size_max;
        options.checkpoint_blocks = 4;
        options.retain_blocks = 6;
        options.background = false;
        options.check_origin = check_origin;
        options.log = [this](const std::string& line) { lines.push_back(line); };
        return Store::open(std::move(options));
    }
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
    void add(std::size_t blocks) {
        const auto store = open();
        maker.add_to(*store, blocks);
        store->close();
    }
    void expect_same(Store& store) {
        ASSERT_EQ(store.head(), (BlockId{maker.hashes.size() - 1, maker.hashes.back()}));
        EXPECT_EQ(load(store), maker.models.back());
        for (auto n = store.base(); n < maker.blocks.size(); ++n)
            EXPECT_EQ(store.read(n), maker.blocks[n].record);
    }
    void expect_whole(Store& store) {
        expect_same(store);
        const auto report = store.verify([](std::uint64_t, std::uint64_t) {});
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->blocks, maker.blocks.size() - store.base());
    }
    static std::vector<std::filesystem::path> listed(const std::filesystem::path& folder,
                                                     const std::string& ending) {
        std::vector<std::filesystem::path> out;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().filename().string().ends_with(ending)) out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }
    std::vector<std::filesystem::path> checkpoints() const {
        return listed(directory / "checkpoints", ".ckpt");
    }
    std::vector<std::filesystem::path> segments() const { return listed(journal, ".log"); }
};

void damage(const std::filesystem::path& path) {
    auto bytes = read_file(path);
    bytes.at(bytes.size() / 2) ^= 0x10;
    write_file(path, bytes);
}

TEST(LostJournal, is_noticed_by_checkpoints_or_mark_and_no_second_chain_begins) {
    Fixture f;
    f.add(30);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    for (const std::string kept : {"checkpoints", "begun", "both"}) {
        SCOPED_TRACE(kept);
        copy_directory(good, f.directory);
        for (const auto* lost : {"journal", "state", "index"})
            std::filesystem::remove_all(f.directory / lost);
        if (kept == "checkpoints") std::filesystem::remove(f.directory / "begun");
        if (kept == "begun") std::filesystem::remove_all(f.directory / "checkpoints");
        for (int start = 0; start < 2; ++start) {
            const auto refused = f.refusal();
            EXPECT_TRUE(refused.starts_with("the journal is lost: ")) << refused;
            for (const std::string witness : {"checkpoints", "begun"})
                EXPECT_EQ(refused.contains((f.directory / witness).string()),
                          kept == witness || kept == "both")
                    << refused;
            if (kept != "begun") {
                EXPECT_EQ(f.checkpoints().size(), 2u);
            }
            EXPECT_FALSE(std::filesystem::exists(f.journal)) << "a backup must find its place free";
        }
        copy_directory(good / "journal", f.journal);
        if (kept == "begun") copy_directory(good / "checkpoints", f.directory / "checkpoints");
        f.expect_whole(*f.open());
    }
}

TEST(LostJournal, may_have_an_empty_one_in_its_place) {
    Fixture f;
    f.add(3);
    for (const auto* lost : {"journal", "state", "index", "begun"})
        std::filesystem::remove_all(f.directory / lost);
    f.open()->close();
    ASSERT_EQ(f.segments().size(), 1u);
    write_file(f.directory / "begun", Bytes{});
    EXPECT_TRUE(f.refusal().starts_with("the journal is lost: "))
        << "even a mark that a crash left empty counts";
    // Who knows what it means may begin anew, as the sentence says.
    std::filesystem::remove(f.directory / "begun");
    EXPECT_EQ(f.open()->head(), std::nullopt);
}

TEST(LostJournal, mark_is_made_with_block_0_or_at_the_next_start) {
    Fixture f;
    f.open()->close();
    EXPECT_FALSE(std::filesystem::exists(f.directory / "begun")) << "there is no block yet";
    f.add(1);
    EXPECT_TRUE(std::filesystem::exists(f.directory / "begun"));
    // As a kill between block 0 and the mark leaves it, and as versions without the mark did.
    std::filesystem::remove(f.directory / "begun");
    f.add(1);
    EXPECT_TRUE(std::filesystem::exists(f.directory / "begun"));
    f.expect_whole(*f.open());
}

TEST(WrongJournal, of_a_chain_that_the_caller_does_not_expect_changes_nothing) {
    Fixture f;
    Fixture other(7);
    f.add(30);
    other.add(40);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    const auto names = f.checkpoints();
    ASSERT_EQ(names.size(), 2u);
    copy_directory(other.journal, f.journal);
    f.check_origin = [&](const Header& origin) {
        if (origin.hash() != f.maker.hashes[0]) throw StorageFailure("another chain");
    };
    EXPECT_EQ(f.refusal(), "another chain");
    EXPECT_EQ(f.checkpoints(), names);
    EXPECT_EQ(Fixture::listed(f.directory, ".damaged-1").size(), 0u);
    copy_directory(good / "journal", f.journal);
    f.expect_whole(*f.open());
    EXPECT_TRUE(f.lines.empty());
}

TEST(WrongJournal, moves_checkpoints_aside_under_a_name_that_brings_them_back) {
    Fixture f;
    Fixture other(7);
    f.add(30);
    other.add(40);
    const auto good = f.temp.path / "good";
    copy_directory(f.directory, good);
    const auto names = f.checkpoints();
    copy_directory(other.journal, f.journal);
    // That chain's state would come from its checkpoints, which are not here.
    EXPECT_TRUE(f.refusal().contains("no checkpoint is whole"));
    EXPECT_TRUE(f.checkpoints().empty());
    copy_directory(good / "journal", f.journal);
    std::filesystem::remove_all(f.directory / "state");
    for (const auto& name : names) {
        EXPECT_TRUE(f.said("Moved it to " + name.string() + ".foreign-1"));
        std::filesystem::rename(name.string() + ".foreign-1", name);
    }
    f.expect_whole(*f.open());
}

TEST(OldSegments, one_that_cannot_be_removed_blocks_neither_the_later_ones_nor_a_start) {
    Fixture f;
    auto store = f.open();
    f.maker.add_to(*store, 1);
    const auto stuck = f.segments().front();
    const auto aside = f.temp.path / "aside";
    std::filesystem::rename(stuck, aside);
    std::filesystem::create_directory(stuck);  // Which unlink refuses.
    f.maker.add_to(*store, 39);
    EXPECT_TRUE(f.said("an old journal file stays: cannot remove " + stuck.string()));
    store->close();
    std::filesystem::remove(stuck);
    std::filesystem::rename(aside, stuck);
    ASSERT_EQ(f.segments().front(), stuck);
    ASSERT_GT(f.segments().at(1).filename(), "000001.log") << "the later ones went";
    store = f.open();
    EXPECT_EQ(f.lines.size(), 1u);
    EXPECT_TRUE(f.said("ignored " + stuck.string()));
    f.expect_whole(*store);
    f.maker.add_to(*store, 20);
    EXPECT_FALSE(std::filesystem::exists(stuck)) << "it goes with the next ones";
    f.expect_whole(*store);
}

TEST(OldSegments, a_lost_base_is_named_and_a_copied_file_is_none) {
    Fixture f;
    f.add(30);
    const auto base = f.journal / "base";
    const auto bytes = read_file(base);
    std::filesystem::remove(base);
    EXPECT_TRUE(f.refusal().contains("it is the file `base` beside it that is missing")) << f.refusal();
    write_file(base, bytes);
    const auto stray = f.journal / "000000 (copy).log";
    std::filesystem::copy_file(f.segments().front(), stray);
    f.expect_whole(*f.open());
    EXPECT_TRUE(f.lines.empty());
    EXPECT_TRUE(std::filesystem::exists(stray));
}

TEST(Unreadable, a_checkpoint_does_not_block_a_start_that_has_the_state_or_another_one) {
    for (const bool state_lost : {false, true}) {
        Fixture f;
        f.add(30);
        const auto newest = f.checkpoints().back();
        std::filesystem::remove(newest);
        std::filesystem::create_directory(newest);  // Which cannot be read.
        if (state_lost) std::filesystem::remove_all(f.directory / "state");
        f.expect_whole(*f.open());
        EXPECT_TRUE(f.said("Moved it to " + newest.string() + ".damaged-1"));
        f.add(8);
        EXPECT_EQ(f.checkpoints().size(), 2u);
        f.expect_whole(*f.open());
    }
}

TEST(Unreadable, verify_names_the_checkpoint) {
    Fixture f;
    f.add(30);
    const auto store = f.open();
    const auto newest = f.checkpoints().back();
    std::filesystem::remove(newest);
    std::filesystem::create_directory(newest);
    const auto report = store->verify([](std::uint64_t, std::uint64_t) {});
    ASSERT_FALSE(report);
    for (const auto& said : {"cannot open " + newest.string(), std::string("delete it, the next checkpoint")})
        EXPECT_TRUE(report.error().message.contains(said)) << report.error().message;
}

TEST(MovedState, is_named_where_nothing_can_replace_it_and_serves_when_it_is_put_back) {
    Fixture f;
    f.add(30);
    write_file(f.directory / "state.unreadable", Bytes{});
    for (const auto& path : f.checkpoints()) damage(path);
    const auto state = f.directory / "state";
    const auto aside = state.string() + ".damaged-1";
    for (int start = 0; start < 2; ++start) {
        const auto refused = f.refusal();
        EXPECT_TRUE(refused.contains("it is " + aside + " now; give it the place of " + state.string()))
            << refused;
    }
    std::filesystem::remove_all(state);
    std::filesystem::rename(aside, state);
    f.expect_same(*f.open());
}

TEST(MovedState, a_mark_that_outlived_its_database_makes_no_second_rebuild) {
    Fixture f;
    f.add(30);
    std::filesystem::remove_all(f.directory / "state");
    write_file(f.directory / "state.unreadable", Bytes{});
    f.expect_whole(*f.open());
    f.expect_whole(*f.open());
    EXPECT_TRUE(f.lines.empty()) << f.lines.front();
    EXPECT_FALSE(std::filesystem::exists(f.directory / "state.damaged-1"));
}

TEST(CopyOfARunningNode, is_told_how_it_is_read_and_then_is) {
    Fixture f;
    f.segment_size_max = 1 << 20;
    f.add(9);
    // The journal was copied while block 9 was being written, mark and databases after it.
    const auto segment = f.segments().back();
    const auto size = std::filesystem::file_size(segment);
    f.add(1);
    ASSERT_EQ(f.segments().back(), segment);
    for (const auto cut : {size, size + 100}) {
        const auto copy = f.temp.path / "copy";
        copy_directory(f.directory, copy);
        std::filesystem::resize_file(copy / "journal" / segment.filename(), cut);
        Fixture reader;
        reader.directory = copy;
        EXPECT_TRUE(reader.refusal().contains("remove state/, index/ and journal/mark")) << reader.refusal();
        for (const auto* name : {"state", "index", "journal/mark"}) std::filesystem::remove_all(copy / name);
        BlockMaker nine(20260303);
        for (int i = 0; i < 9; ++i) nine.next();
        reader.maker = nine;
        reader.expect_whole(*reader.open());
    }
}

}  // namespace
}  // namespace farthing::chain
