#include "chain/journal.hpp"

#include "chain/crc32c.hpp"
#include "chain/store_testing.hpp"

namespace farthing::chain {
namespace {

using namespace testing;

JournalRecord block(std::uint64_t number, std::size_t size = 20) {
    JournalRecord record;
    record.number = number;
    record.hash[0] = static_cast<std::uint8_t>(number + 1);
    record.body = Bytes(size, static_cast<std::uint8_t>(number));
    return record;
}

JournalRecord rewind_to(std::uint64_t number) {
    return {RecordKind::rewind, number, block(number).hash, {}};
}

struct Fixture {
    TempDirectory temp{quick_parent()};
    std::filesystem::path directory = temp.path / "journal";
    std::uint64_t segment_size_max = 1 << 20;
    JournalPosition acknowledged;
    std::vector<std::string> lines;

    std::unique_ptr<Journal> open() {
        lines.clear();
        return Journal::open({.files = &posix_files(),
                              .directory = directory,
                              .segment_size_max = segment_size_max,
                              .acknowledged = acknowledged,
                              .log = [this](const std::string& line) { lines.push_back(line); }});
    }
    std::filesystem::path segment(std::uint32_t n = 0) const {
        return directory / ("00000" + std::to_string(n) + ".log");
    }
    void forget_mark() const { std::filesystem::remove(directory / "mark"); }

    /// Blocks 0, 1, then 2 and 3 as one group. Gives the sizes of the file after each group.
    std::vector<std::uint64_t> write_three_groups() {
        const auto journal = open();
        std::vector<std::uint64_t> ends;
        for (const auto& group :
             std::vector<std::vector<JournalRecord>>{{block(0)}, {block(1)}, {block(2), block(3)}}) {
            journal->append(group);
            ends.push_back(journal->end().offset);
        }
        return ends;
    }
};

void expect_blocks(const Journal& journal, std::uint64_t count) {
    ASSERT_TRUE(journal.head());
    EXPECT_EQ(journal.head()->number, count - 1);
    for (std::uint64_t n = 0; n < count; ++n) {
        EXPECT_EQ(journal.read(n), block(n).body);
        EXPECT_EQ(journal.hash_at(n), block(n).hash);
    }
    EXPECT_EQ(journal.read(count), std::nullopt);
    journal.check_all([](std::uint64_t done, std::uint64_t total) { EXPECT_LE(done, total); });
}

std::string refusal(Fixture& f) {
    try {
        f.open();
    } catch (const StorageFailure& failure) {
        return failure.what();
    }
    return "";
}

TEST(Crc32c, agrees_with_rfc_3720_and_with_itself_in_software) {
    // RFC 3720, B.4, as numbers (the RFC prints their bytes in the order sent).
    Bytes ascending(32);
    Bytes descending(32);
    for (std::uint8_t i = 0; i < 32; ++i) {
        ascending[i] = i;
        descending[31u - i] = i;
    }
    const Bytes read_command = {0x01, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0, 0,
                                0x14, 0,    0, 0, 0, 0, 4, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18,
                                0x28, 0,    0, 0, 0, 0, 0, 0, 2, 0, 0, 0,    0, 0, 0, 0};
    const std::vector<std::pair<Bytes, std::uint32_t>> vectors = {
        {Bytes(32, 0), 0x8a9136aa}, {Bytes(32, 0xff), 0x62a8ab43}, {ascending, 0x46dd794e},
        {descending, 0x113fdb5c},   {read_command, 0xd9963a56},    {{}, 0},
    };
    for (const auto& [bytes, expected] : vectors) {
        EXPECT_EQ(crc32c(bytes), expected);
        EXPECT_EQ(crc32c_portable(bytes), expected);
    }
    BlockMaker random(1);
    for (std::size_t size = 0; size < 100; ++size) {
        Bytes bytes(size);
        for (auto& b : bytes) b = static_cast<std::uint8_t>(random.below(256));
        EXPECT_EQ(crc32c(bytes), crc32c_portable(bytes));
        const auto cut = size / 3;
        EXPECT_EQ(crc32c(ByteView(bytes).subspan(cut), crc32c(ByteView(bytes).first(cut))), crc32c(bytes));
    }
}

TEST(Journal, keeps_groups_across_reopening) {
    Fixture f;
    f.write_three_groups();
    for (int i = 0; i < 3; ++i) {
        expect_blocks(*f.open(), 4);
        EXPECT_TRUE(f.lines.empty());
    }
}

TEST(Journal, cuts_and_reports_a_tail_torn_at_any_byte_unless_it_was_acknowledged) {
    Fixture f;
    const auto ends = f.write_three_groups();
    const auto whole = read_file(f.segment());
    const auto mark = read_file(f.directory / "mark");
    for (auto size = ends[1]; size < ends[2]; ++size) {
        write_file(f.segment(), ByteView(whole).first(size));
        write_file(f.directory / "mark", mark);
        EXPECT_TRUE(refusal(f).contains("Restore")) << size;
        EXPECT_EQ(read_file(f.segment()).size(), size) << "a refusal changed the journal";
        f.forget_mark();
        {
            const auto journal = f.open();
            EXPECT_EQ(f.lines.size(), size == ends[1] ? 0u : 1u);
            expect_blocks(*journal, 2);
            journal->append(std::vector{block(2)});
        }
        expect_blocks(*f.open(), 3);
    }
}

TEST(Journal, refuses_what_a_database_saw_synced_and_is_gone) {
    Fixture f;
    const auto ends = f.write_three_groups();
    write_file(f.segment(), ByteView(read_file(f.segment())).first(ends[1]));
    f.forget_mark();
    f.acknowledged = {0, ends[2]};
    EXPECT_TRUE(refusal(f).contains("had been acknowledged"));
    f.acknowledged = {0, ends[1]};
    expect_blocks(*f.open(), 2);
    std::filesystem::remove(f.segment());
    EXPECT_TRUE(refusal(f).contains("had been acknowledged"));
    EXPECT_FALSE(std::filesystem::exists(f.segment()));
}

TEST(Journal, notices_every_flipped_bit) {
    Fixture f;
    const auto ends = f.write_three_groups();
    const auto whole = read_file(f.segment());
    const auto mark = read_file(f.directory / "mark");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 1u << at % 8);
        for (const bool marked : {true, false}) {
            write_file(f.segment(), damaged);
            if (marked)
                write_file(f.directory / "mark", mark);
            else
                f.forget_mark();
            try {
                const auto journal = f.open();
                // Only the last group may go, and only where nothing says that it was acknowledged.
                if (!f.lines.empty()) {
                    EXPECT_FALSE(marked);
                    EXPECT_GE(at, ends[1]);
                    expect_blocks(*journal, 2);
                    continue;
                }
                journal->check_all([](std::uint64_t, std::uint64_t) {});
                FAIL() << "silent at byte " << at;
            } catch (const StorageFailure& failure) {
                EXPECT_TRUE(std::string(failure.what()).contains("Restore")) << failure.what();
            }
        }
    }
    write_file(f.segment(), whole);
    for (std::size_t at = 0; at < mark.size(); ++at) {
        auto damaged = mark;
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ 0x10);
        write_file(f.directory / "mark", damaged);
        expect_blocks(*f.open(), 4);
        ASSERT_EQ(f.lines.size(), 1u);
        EXPECT_TRUE(f.lines[0].contains("ignored"));
    }
}

TEST(Journal, cuts_a_tail_of_zeros_or_garbage_but_not_before_a_later_group) {
    Fixture f;
    const auto ends = f.write_three_groups();
    const auto whole = read_file(f.segment());
    for (const auto fill : Bytes{0x00, 0xff, 0x5a}) {
        f.forget_mark();
        write_file(f.segment(), concat(whole, Bytes(5000, fill)));
        expect_blocks(*f.open(), 4);
        EXPECT_EQ(f.lines.size(), 1u);
        // Pages of the last write that never arrived, its size did.
        f.forget_mark();
        auto holed = whole;
        std::fill(holed.begin() + static_cast<std::ptrdiff_t>(ends[1]), holed.end() - 3, fill);
        write_file(f.segment(), holed);
        expect_blocks(*f.open(), 2);
        // The same in the group before it: whole ones follow, so it had been synced.
        f.forget_mark();
        holed = whole;
        std::fill(holed.begin() + static_cast<std::ptrdiff_t>(ends[0]),
                  holed.begin() + static_cast<std::ptrdiff_t>(ends[1]), fill);
        write_file(f.segment(), holed);
        EXPECT_TRUE(refusal(f).contains("whole ones follow"));
    }
}

/// A body that holds what a later group's first record would be, at the place where it will stand.
JournalRecord with_record_inside(std::uint64_t number, std::uint64_t offset_of_body) {
    auto record = block(number);
    const auto inside = block(number + 1);
    record.body = JournalRecordHeader{.kind = RecordKind::block,
                                      .body_size = 20,
                                      .number = number + 1,
                                      .hash = inside.hash,
                                      .group_start = offset_of_body,
                                      .group_left = 0,
                                      .body_crc = crc32c(inside.body)}
                      .encode(0);
    append(record.body, Bytes(40));
    return record;
}

TEST(Journal, cuts_a_torn_tail_whatever_a_transaction_put_into_it) {
    for (const bool alone : {true, false}) {
        Fixture f;
        std::uint64_t begin = 0;
        {
            const auto journal = f.open();
            journal->append(std::vector{block(0)});
            begin = journal->end().offset;
            std::vector group{with_record_inside(1, begin + JournalRecordHeader::size)};
            if (!alone) group.push_back(block(2));
            journal->append(group);
        }
        const auto whole = read_file(f.segment());
        for (auto size = begin + 1; size < whole.size(); ++size) {
            write_file(f.segment(), ByteView(whole).first(size));
            f.forget_mark();
            EXPECT_EQ(refusal(f), "") << size;
            EXPECT_EQ(f.lines.size(), 1u);
            expect_blocks(*f.open(), 1);
        }
    }
}

TEST(Journal, replaces_a_mark_that_cannot_be_read) {
    Fixture f;
    f.write_three_groups();
    f.forget_mark();
    std::filesystem::create_directory(f.directory / "mark");
    expect_blocks(*f.open(), 4);
    ASSERT_EQ(f.lines.size(), 1u);
    EXPECT_TRUE(f.lines[0].contains("not needed")) << f.lines[0];
    EXPECT_TRUE(std::filesystem::is_regular_file(f.directory / "mark"));
    expect_blocks(*f.open(), 4);
    EXPECT_TRUE(f.lines.empty());
}

TEST(Journal, refuses_damage_or_gaps_in_closed_segments) {
    Fixture f;
    f.segment_size_max = 200;
    {
        const auto journal = f.open();
        for (std::uint64_t n = 0; n < 6; ++n) journal->append(std::vector{block(n)});
        ASSERT_GE(journal->end().segment, 3u);
    }
    expect_blocks(*f.open(), 6);
    f.forget_mark();
    const auto whole = read_file(f.segment(1));
    write_file(f.segment(1), ByteView(whole).first(whole.size() - 1));
    EXPECT_TRUE(refusal(f).contains("more segments follow"));
    write_file(f.segment(1), read_file(f.segment(2)));
    EXPECT_TRUE(refusal(f).contains("does not follow"));
    std::filesystem::remove(f.segment(1));
    EXPECT_TRUE(refusal(f).contains("is missing"));
    write_file(f.segment(1), whole);
    expect_blocks(*f.open(), 6);
}

TEST(Journal, removes_a_segment_that_was_only_begun) {
    Fixture f;
    f.write_three_groups();
    const auto header =
        SegmentHeader{.sequence = 1, .first_number = 4, .previous_hash = block(3).hash}.encode();
    for (std::size_t size = 0; size <= header.size(); ++size) {
        write_file(f.segment(1), ByteView(header).first(size));
        expect_blocks(*f.open(), 4);
        EXPECT_EQ(f.lines.size(), size < header.size() ? 1u : 0u);
    }
    const auto journal = f.open();
    journal->append(std::vector{block(4)});
    EXPECT_EQ(journal->end().segment, 1u);
    expect_blocks(*journal, 5);
}

TEST(Journal, rewinds_keep_the_blocks_they_drop_readable_by_hash) {
    Fixture f;
    f.write_three_groups();
    for (int i = 0; i < 2; ++i) {
        const auto journal = f.open();
        if (i == 0) journal->append(std::vector{rewind_to(1)});
        expect_blocks(*journal, 2);
        EXPECT_EQ(journal->read_abandoned(block(3).hash), block(3).body);
        EXPECT_EQ(journal->read_abandoned(block(1).hash), std::nullopt);
    }
    const auto journal = f.open();
    journal->append(std::vector{block(2), block(3), block(4)});
    expect_blocks(*journal, 5);
}

TEST(Journal, stays_shut_after_a_failed_write_and_loses_nothing_acknowledged) {
    for (std::uint64_t fail_at = 0;; ++fail_at) {
        Fixture f;
        FaultyFiles files(fail_at);
        std::uint64_t acknowledged = 0;
        try {
            const auto journal = Journal::open({.files = &files,
                                                .directory = f.directory,
                                                .segment_size_max = 300,
                                                .acknowledged = {},
                                                .log = {}});
            try {
                for (std::uint64_t n = 0; n < 6; ++n) {
                    journal->append(std::vector{block(n)});
                    acknowledged = n + 1;
                }
            } catch (const StorageFailure&) {
                EXPECT_THROW(journal->append(std::vector{block(acknowledged)}), StorageFailure);
            }
        } catch (const StorageFailure&) {
        }
        const auto journal = f.open();
        const auto found = journal->head() ? journal->head()->number + 1 : 0;
        EXPECT_GE(found, acknowledged) << "failed at operation " << fail_at;
        EXPECT_LE(found, acknowledged + 1);
        if (found > 0) expect_blocks(*journal, found);
        if (!files.failed()) break;
    }
}

}  // namespace
}  // namespace farthing::chain
