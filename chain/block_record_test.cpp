#include "chain/block_record.hpp"

#include "chain/store_testing.hpp"

namespace farthing::chain {
namespace {

using namespace testing;

TEST(BlockRecord, survives_encoding) {
    BlockMaker maker(11);
    for (std::size_t i = 0; i < 60; ++i) {
        const auto record = maker.next(i % 7, i).record;
        const auto encoded = encode_record(record);
        const auto decoded = decode_record(encoded);
        ASSERT_TRUE(decoded) << decoded.error().message;
        EXPECT_EQ(*decoded, record);
        EXPECT_EQ(
            decode_front_header(ByteView(encoded).first(std::min<std::size_t>(encoded.size(), 1024))).value(),
            record.header);
        auto without = record;
        without.diff.clear();
        EXPECT_EQ(decode_record_without_diff(encoded).value(), without);
        std::vector<Diff> changes;
        EXPECT_TRUE(for_each_record_change(encoded, [&](const Diff& d) { changes.push_back(d); }));
        EXPECT_EQ(changes, record.diff);
    }
}

TEST(BlockRecord, refuses_truncated_and_trailing_bytes) {
    const auto encoded = encode_record(BlockMaker(3).next().record);
    for (std::size_t size = 0; size < encoded.size(); ++size)
        EXPECT_FALSE(decode_record(ByteView(encoded).first(size)));
    EXPECT_FALSE(decode_record(concat(encoded, Bytes{0})));
}

TEST(BlockRecord, has_one_encoding_only) {
    const auto encoded = encode_record(BlockMaker(5).next(2, 6).record);
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            auto changed = encoded;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1u << bit);
            const auto decoded = decode_record(changed);
            if (decoded) {
                EXPECT_EQ(encode_record(*decoded), changed);
            }
        }
    }
}

}  // namespace
}  // namespace farthing::chain
