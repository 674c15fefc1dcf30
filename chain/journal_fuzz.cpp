// A journal on a disk that changes bytes under it. What was acknowledged is read back as it was written, or
// opening or reading refuses; nothing else is ever read. And bytes that no writer of ours made, checksums in
// order, open in order or are refused.
#include "chain/crc32c.hpp"
#include "chain/journal.hpp"
#include "core/base/check.hpp"
#include "core/testing/fuzz.hpp"

namespace farthing::chain {
namespace {

/// A disk in memory, on which a sync costs nothing.
class MemoryFiles final : public FileSystem {
 public:
    std::map<std::filesystem::path, std::shared_ptr<Bytes>> contents;

    std::unique_ptr<File> open(const std::filesystem::path& path, OpenMode mode) override {
        auto& bytes = contents[path];
        FARTHING_CHECK(mode == OpenMode::create || bytes);
        if (!bytes) bytes = std::make_shared<Bytes>();
        return std::make_unique<OneFile>(bytes);
    }
    std::vector<std::string> list(const std::filesystem::path& directory) override {
        std::vector<std::string> out;
        for (const auto& [path, bytes] : contents)
            if (path.parent_path() == directory) out.push_back(path.filename());
        return out;
    }
    bool exists(const std::filesystem::path& path) override { return contents.contains(path); }
    void remove(const std::filesystem::path& path) override { contents.erase(path); }
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        contents[to] = contents.at(from);
        contents.erase(from);
    }
    void create_directories(const std::filesystem::path&) override {}
    void sync_directory(const std::filesystem::path&) override {}
    std::unique_ptr<FileLock> lock(const std::filesystem::path&) override {
        return std::make_unique<FileLock>();
    }

 private:
    class OneFile final : public File {
     public:
        explicit OneFile(std::shared_ptr<Bytes> bytes) : bytes_(std::move(bytes)) {}
        void append(ByteView more) override { farthing::append(*bytes_, more); }
        void write_at(std::uint64_t offset, ByteView more) override {
            if (bytes_->size() < offset + more.size()) bytes_->resize(offset + more.size());
            std::ranges::copy(more, bytes_->begin() + static_cast<std::ptrdiff_t>(offset));
        }
        void sync() override {}
        std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const override {
            if (offset >= bytes_->size()) return 0;
            const auto part = ByteView(*bytes_).subspan(offset);
            const auto n = std::min(part.size(), into.size());
            std::ranges::copy(part.first(n), into.begin());
            return n;
        }
        void truncate(std::uint64_t size) override { bytes_->resize(size); }
        std::uint64_t size() const override { return bytes_->size(); }

     private:
        std::shared_ptr<Bytes> bytes_;
    };
};

const std::filesystem::path folder = "/journal";

std::unique_ptr<Journal> open(MemoryFiles& files, std::uint64_t segment_size_max = 600) {
    return Journal::open({.files = &files,
                          .directory = folder,
                          .segment_size_max = segment_size_max,
                          .acknowledged = {},
                          .log = nullptr});
}

Hash hash_of(std::uint64_t number, std::uint8_t branch) {
    Hash out;
    out[0] = branch;
    std::ranges::copy(be64(number), out.begin() + 24);
    return out;
}

/// The chain as it was acknowledged, group by group.
struct History {
    std::vector<JournalRecord> chain;        ///< Block n at n.
    std::vector<JournalRecord> before_last;  ///< The chain before the last group,
    JournalPosition last_group;              ///< which begins here, its segment's header included.
};

History write(MemoryFiles& files, fuzz::Source& plan) {
    History history;
    const auto journal = open(files);
    std::uint8_t branch = 0;
    bool first = true;
    for (auto groups = 1 + plan.below(6); groups > 0; --groups) {
        history.before_last = history.chain;
        const auto start = journal->end();
        std::vector<JournalRecord> group;
        if (history.chain.size() > 1 && plan.below(6) == 0) {
            const auto target = plan.below(history.chain.size());
            history.chain.resize(target + 1);
            group.push_back({RecordKind::rewind, target, history.chain.back().hash, {}});
            ++branch;
        } else {
            for (auto count = 1 + plan.below(4); count > 0; --count) {
                const auto number = history.chain.size();
                const auto body = plan.bytes(plan.below(90));
                group.push_back(
                    {RecordKind::block, number, hash_of(number, branch), {body.begin(), body.end()}});
                history.chain.push_back(group.back());
            }
        }
        journal->append(group);
        const auto segment = journal->end().segment;
        history.last_group = {segment, segment == start.segment && !first ? start.offset : 0};
        first = false;
    }
    return history;
}

bool holds(const Journal& journal, const std::vector<JournalRecord>& chain) {
    const auto head = journal.head();
    if (chain.empty() || !head) return chain.empty() && !head;
    return head->number + 1 == chain.size() && head->hash == chain.back().hash;
}

/// Whatever is read is what was written.
void check_bodies(const Journal& journal, const std::vector<JournalRecord>& chain) {
    for (std::uint64_t n = 0; n < chain.size(); ++n) {
        try {
            FARTHING_CHECK(journal.read(n) == chain[n].body);
            FARTHING_CHECK(journal.hash_at(n) == chain[n].hash);
        } catch (const StorageFailure&) {  // Damaged, and said so.
        }
    }
    FARTHING_CHECK(!journal.read(chain.size()));
    try {
        journal.check_all([](std::uint64_t done, std::uint64_t total) { FARTHING_CHECK(done <= total); });
    } catch (const StorageFailure&) {
    }
}

/// Changes the file at one place, at or behind `first`.
void damage(Bytes& bytes, std::size_t first, fuzz::Source& plan) {
    if (bytes.size() <= first) return;
    const auto at = first + plan.below(std::min<std::size_t>(bytes.size() - first, 65'536));
    switch (plan.below(4)) {
        case 0:
            bytes.resize(at);
            break;
        case 1:
            bytes[at] = plan.byte();
            break;
        case 2: {
            const auto more = plan.bytes(plan.below(100));
            append(bytes, more);
            break;
        }
        default: {
            const auto zeros = std::min<std::size_t>(bytes.size() - at, 1 + plan.below(80));
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), zeros, std::uint8_t{0});
        }
    }
}

void flip(std::uint8_t& byte, std::size_t bit) {
    byte = static_cast<std::uint8_t>(byte ^ 1u << bit);
}

std::filesystem::path segment_path(std::uint64_t index) {
    const auto digits = std::to_string(index);
    return folder / (std::string(6 - digits.size(), '0') + digits + ".log");
}

void check_damaged(fuzz::Source& plan) {
    MemoryFiles files;
    const auto history = write(files, plan);
    FARTHING_CHECK(holds(*open(files), history.chain));
    const auto any_segment = segment_path(plan.below(history.last_group.segment + 1));
    // A mark proves the whole journal. Without it nothing proves that the last group was synced: it may be
    // cut, and it alone; so then only that group may suffer more than one byte.
    const bool marked = plan.flag();
    if (marked) {
        damage(*files.contents.at(any_segment), 0, plan);
    } else {
        files.contents.erase(folder / "mark");
        auto& bytes = *files.contents.at(any_segment);
        if (plan.flag())
            damage(*files.contents.at(segment_path(history.last_group.segment)), history.last_group.offset,
                   plan);
        else
            flip(bytes[plan.below(bytes.size())], plan.below(8));
    }
    try {
        const auto journal = open(files);
        const bool whole = holds(*journal, history.chain);
        FARTHING_CHECK(whole || (!marked && holds(*journal, history.before_last)));
        check_bodies(*journal, whole ? history.chain : history.before_last);
        const auto head = journal->head();
        const auto again = open(files);
        FARTHING_CHECK(again->head().has_value() == head.has_value());
        if (head) FARTHING_CHECK(again->head()->hash == head->hash);
    } catch (const StorageFailure&) {  // Refused: nothing wrong was served.
    }
}

/// A segment of the fuzzer's own making, checksums in order.
void check_foreign(fuzz::Source& plan) {
    MemoryFiles files;
    for (std::uint32_t segment = 0; segment < 2 && !plan.empty(); ++segment) {
        Bytes bytes = SegmentHeader{.sequence = segment,
                                    .first_number = plan.below(4),
                                    .previous_hash = hash_of(plan.below(4), 0)}
                          .encode();
        if (segment == 0 && plan.below(4) != 0)
            bytes = SegmentHeader{.sequence = 0, .first_number = 0, .previous_hash = {}}.encode();
        for (auto records = plan.below(6); records > 0; --records) {
            const auto body = plan.bytes(plan.below(40));
            const bool first = plan.flag();
            JournalRecordHeader header{.kind = plan.below(5) == 0 ? RecordKind::rewind : RecordKind::block,
                                       .body_size = static_cast<std::uint32_t>(body.size()),
                                       .number = plan.below(4),
                                       .hash = hash_of(plan.below(4), 0),
                                       .group_start = first ? bytes.size() : plan.number(2),
                                       .group_left = static_cast<std::uint32_t>(plan.below(3)),
                                       .body_crc = crc32c(body)};
            if (plan.below(8) == 0) header.body_size = static_cast<std::uint32_t>(plan.number(4));
            append(bytes, header.encode(segment));
            append(bytes, body);
        }
        files.contents[folder / (segment == 0 ? "000000.log" : "000001.log")] =
            std::make_shared<Bytes>(std::move(bytes));
    }
    try {
        const auto journal = open(files);
        const auto head = journal->head();
        for (std::uint64_t n = 0; head && n <= head->number; ++n)
            FARTHING_CHECK(journal->read(n).has_value());
        journal->check_all([](std::uint64_t, std::uint64_t) {});
        const auto again = open(files);
        FARTHING_CHECK(again->head().has_value() == head.has_value());
        if (head) FARTHING_CHECK(again->head()->number == head->number && again->head()->hash == head->hash);
        FARTHING_CHECK(again->end() == journal->end());
    } catch (const StorageFailure&) {
    }
}

void check_headers(ByteView in) {
    if (in.size() >= JournalRecordHeader::size) {
        const auto bytes = in.first(JournalRecordHeader::size);
        if (const auto header = parse_record_header(bytes, 3))
            FARTHING_CHECK(std::ranges::equal(header->encode(3), bytes));
    }
    if (const auto header = parse_segment_header(in))
        FARTHING_CHECK(std::ranges::equal(header->encode(), in));
    if (const auto mark = parse_mark(in)) FARTHING_CHECK(std::ranges::equal(encode_mark(*mark), in));
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out{{2}, {2}};
    append(out[0], encode_mark({1, 77}));
    append(out[1], SegmentHeader{.sequence = 1, .first_number = 2, .previous_hash = {}}.encode());
    for (std::uint8_t i = 1; i < 12; ++i) {
        Bytes plan{static_cast<std::uint8_t>(i % 2)};
        for (unsigned n = 0; n < 60u * i; ++n)
            plan.push_back(static_cast<std::uint8_t>(n * (2u * i + 1) + (n >> 3)));
        out.push_back(std::move(plan));
    }
    return out;
}

FARTHING_FUZZ(journal, seeds) {
    fuzz::Source plan(in);
    switch (plan.below(3)) {
        case 0:
            return check_damaged(plan);
        case 1:
            return check_foreign(plan);
        default:
            return check_headers(plan.rest());
    }
}

}  // namespace
}  // namespace farthing::chain
