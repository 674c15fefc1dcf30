#include "chain/checkpoint_file.hpp"

#include "chain/crc32c.hpp"
#include "chain/state_build.hpp"
#include "chain/store_rows.hpp"
#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {
namespace {

constexpr std::string_view magic = "FARTHCKP";
constexpr std::string_view end_magic = "FARTHEND";
constexpr std::uint32_t version = 1;
constexpr std::size_t fixed_header_size = 8 + 4 + 8 + 32 + 32 + 4;  ///< Before the origin.
constexpr std::size_t origin_size_max = 4096;
constexpr std::size_t chunk_header_size = 4 + 4 + 4 + 4;
constexpr std::size_t end_size = 8 + 8 + 8 + 4;
constexpr std::size_t chunk_target = 256u << 10;
constexpr std::size_t chunk_max = 64u << 20;
/// So much is written between two syncs: enough for speed, too little to make a block's sync wait long.
constexpr std::uint64_t sync_bytes = 4u << 20;

enum class RowKind : std::uint8_t { account = 1, slot = 2 };

void put_u32(Bytes& out, std::uint64_t v) {
    FARTHING_CHECK(v >> 32 == 0);
    append(out, ByteView(be64(v)).last(4));
}
void put_u64(Bytes& out, std::uint64_t v) {
    append(out, be64(v));
}
std::uint64_t read_number(ByteView in) {
    std::uint64_t v = 0;
    for (const auto b : in) v = v << 8 | b;
    return v;
}
std::uint32_t read_u32(ByteView in, std::size_t at) {
    return static_cast<std::uint32_t>(read_number(in.subspan(at, 4)));
}

bool checksum_matches(ByteView bytes, std::uint32_t seed) {
    return crc32c(bytes.first(bytes.size() - 4), seed) == read_u32(bytes, bytes.size() - 4);
}

Bytes encode_header(const CheckpointHeader& header) {
    Bytes out;
    append(out, as_bytes(magic));
    put_u32(out, version);
    put_u64(out, header.block.number);
    append(out, header.block.hash);
    append(out, header.state_root);
    FARTHING_CHECK(header.origin.size() <= origin_size_max);
    put_u32(out, header.origin.size());
    append(out, header.origin);
    put_u32(out, crc32c(out));
    return out;
}

/// One whole file, read from front to back.
class Reader {
 public:
    Reader(FileSystem& files, const std::filesystem::path& path) : path_(path) {
        reading([&] {
            file_ = files.open(path, OpenMode::existing);
            size_ = file_->size();
        });
    }

    [[noreturn]] void damaged(const std::string& what) const {
        throw CheckpointDamaged(path_.string() + " is damaged at byte " + std::to_string(at_) + ": " + what);
    }

    Bytes take(std::size_t size) {
        Bytes bytes(size);
        if (size > size_ - at_) damaged("it ends too early");
        reading([&] {
            if (file_->read_at(at_, bytes) != size) damaged("it ends too early");
        });
        at_ += size;
        return bytes;
    }

    CheckpointHeader header() {
        auto bytes = take(fixed_header_size);
        if (!as_text(bytes).starts_with(magic) || read_u32(bytes, 8) != version)
            damaged("this is no checkpoint of a version that we know");
        const auto origin_size = read_u32(bytes, fixed_header_size - 4);
        if (origin_size > origin_size_max) damaged("its header fails its checksum");
        append(bytes, take(origin_size + 4));
        if (!checksum_matches(bytes, 0)) damaged("its header fails its checksum");
        const ByteView in = bytes;
        number_ = read_number(in.subspan(12, 8));
        return {.block = {number_, Hash::from(in.subspan(20, 32))},
                .state_root = Hash::from(in.subspan(52, 32)),
                .origin = Bytes(in.begin() + fixed_header_size, in.end() - 4)};
    }

    struct Chunk {
        Bytes body;
        std::uint32_t rows = 0;
    };
    /// Nothing at the end of the chunks.
    std::optional<Chunk> chunk(std::uint32_t index) {
        const auto head = take(chunk_header_size);
        if (!checksum_matches(head, index)) damaged("a chunk's header fails its checksum");
        const auto body_size = read_u32(head, 0);
        if (body_size == 0) return std::nullopt;
        if (body_size > chunk_max) damaged("a chunk is impossibly large");
        Chunk chunk{take(body_size), read_u32(head, 4)};
        if (crc32c(chunk.body) != read_u32(head, 8)) damaged("a chunk fails its checksum");
        return chunk;
    }

    /// The number of rows; the file ends here.
    std::uint64_t end() {
        const auto bytes = take(end_size);
        if (!as_text(bytes).starts_with(end_magic) || !checksum_matches(bytes, 0) ||
            read_number(ByteView(bytes).subspan(16, 8)) != number_)
            damaged("its end is not this checkpoint's");
        if (at_ != size_) damaged("more follows its end");
        return read_number(ByteView(bytes).subspan(8, 8));
    }

    void skip_to_end() {
        if (size_ - at_ < end_size) damaged("it ends too early");
        at_ = size_ - end_size;
    }

 private:
    /// What the disk does not give is as good as damaged: another checkpoint, or none, may do.
    template <class Read>
    void reading(const Read& read) const {
        try {
            read();
        } catch (const StorageFailure& failure) {
            damaged(failure.what());
        }
    }

    std::filesystem::path path_;
    std::unique_ptr<File> file_;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
    std::uint64_t number_ = 0;
};

/// Makes entries of rows and insists on their order.
class RowReader {
 public:
    RowReader(const Reader& file, const std::function<void(const StateEntry&)>& visit)
        : file_(file), visit_(visit) {}

    void read(const Reader::Chunk& chunk) {
        ByteView rest = chunk.body;
        for (std::uint32_t i = 0; i < chunk.rows; ++i) {
            const auto kind = take(rest, 1)[0];
            if (kind == static_cast<std::uint8_t>(RowKind::account))
                account(take(rest, read_u32(take(rest, 4), 0)));
            else if (kind == static_cast<std::uint8_t>(RowKind::slot))
                slot(take(rest, 2 * Word::size()));
            else
                file_.damaged("a row is none of ours");
        }
        if (!rest.empty()) file_.damaged("a chunk holds more than its rows");
    }

 private:
    ByteView take(ByteView& rest, std::size_t size) const {
        if (size > rest.size()) file_.damaged("a row is cut short");
        const auto out = rest.first(size);
        rest = rest.subspan(size);
        return out;
    }

    void account(ByteView value) {
        if (value.size() <= Address::size()) file_.damaged("an account's row is too short");
        const auto key = keccak256(value.first(Address::size()));
        const auto entry = parse_state_row(key, value);
        if (!entry || (account_ && !(*account_ < key)))
            file_.damaged("an account is not one or not in order");
        account_ = key;
        address_ = entry->address;
        slot_.reset();
        visit_(*entry);
    }

    void slot(ByteView value) {
        if (!account_) file_.damaged("a slot stands before any account");
        StateEntry entry;
        entry.address = address_;
        entry.address_hash = *account_;
        entry.slot = Word::from(value.first(Word::size()));
        entry.slot_hash = keccak256(*entry.slot);
        entry.word = Word::from(value.last(Word::size()));
        if (entry.word.is_zero() || (slot_ && !(*slot_ < entry.slot_hash)))
            file_.damaged("a slot is zero or not in order");
        slot_ = entry.slot_hash;
        visit_(entry);
    }

    const Reader& file_;
    const std::function<void(const StateEntry&)>& visit_;
    std::optional<Hash> account_;
    std::optional<Hash> slot_;
    Address address_;
};

}  // namespace

CheckpointWriter::CheckpointWriter(FileSystem& files, const std::filesystem::path& path,
                                   const CheckpointHeader& header)
    : file_(files.open(path, OpenMode::create)), number_(header.block.number) {
    file_->truncate(0);
    const auto bytes = encode_header(header);
    file_->append(bytes);
    offset_ = bytes.size();
}

void CheckpointWriter::add(const StateEntry& entry) {
    if (entry.slot) {
        chunk_.push_back(static_cast<std::uint8_t>(RowKind::slot));
        append(chunk_, *entry.slot);
        append(chunk_, entry.word);
    } else {
        const auto value = account_row_value(entry.address, entry.account);
        chunk_.push_back(static_cast<std::uint8_t>(RowKind::account));
        put_u32(chunk_, value.size());
        append(chunk_, value);
    }
    ++chunk_rows_;
    ++rows_;
    if (chunk_.size() >= chunk_target) flush();
}

void CheckpointWriter::flush() {
    Bytes out;
    out.reserve(chunk_header_size + chunk_.size());
    put_u32(out, chunk_.size());
    put_u32(out, chunk_rows_);
    put_u32(out, crc32c(chunk_));
    put_u32(out, crc32c(out, chunks_++));
    append(out, chunk_);
    file_->write_at(offset_, out);
    offset_ += out.size();
    chunk_.clear();
    chunk_rows_ = 0;
    if (offset_ - synced_ < sync_bytes) return;
    file_->sync();
    synced_ = offset_;
}

void CheckpointWriter::finish() {
    if (chunk_rows_ > 0) flush();
    flush();  // The empty chunk says that no other follows.
    Bytes end;
    append(end, as_bytes(end_magic));
    put_u64(end, rows_);
    put_u64(end, number_);
    put_u32(end, crc32c(end));
    file_->write_at(offset_, end);
    file_->sync();
}

CheckpointHeader peek_checkpoint(FileSystem& files, const std::filesystem::path& path) {
    Reader reader(files, path);
    auto header = reader.header();
    reader.skip_to_end();
    reader.end();
    return header;
}

void read_checkpoint(FileSystem& files, const std::filesystem::path& path,
                     const std::function<void(const StateEntry&)>& visit,
                     const std::function<bool()>& go_on) {
    Reader reader(files, path);
    reader.header();
    RowReader rows(reader, visit);
    std::uint64_t count = 0;
    for (std::uint32_t index = 0; go_on(); ++index) {
        const auto chunk = reader.chunk(index);
        if (!chunk) {
            if (reader.end() != count) reader.damaged("rows are missing");
            return;
        }
        rows.read(*chunk);
        count += chunk->rows;
    }
}

std::uint64_t verify_checkpoint(FileSystem& files, const std::filesystem::path& path,
                                const std::function<bool()>& go_on) {
    const auto header = peek_checkpoint(files, path);
    StateBuild build(nullptr);
    std::uint64_t entries = 0;
    const auto add = [&](const StateEntry& entry) {
        if (entry.slot)
            build.slot(entry.slot_hash, entry.word);
        else
            build.account(entry.address_hash, entry.account);
        ++entries;
    };
    read_checkpoint(files, path, add, go_on);
    if (go_on() && build.finish_hash() != header.state_root)
        throw CheckpointDamaged(path.string() + " does not have the state root of its block");
    return entries;
}

}  // namespace farthing::chain
