#include "chain/event_index.hpp"

#include "contracts/games/games.hpp"
#include "core/crypto/hash.hpp"

#include <array>

namespace farthing::chain {
namespace {

using contracts::Games;

/// Which of an event's topics say whom it is about.
struct Indexed {
    Hash topic;
    std::size_t first = 1;
    std::size_t count = 1;
};
constexpr std::array indexed{
    Indexed{Games::BetPlaced::topic, 2, 1},
    Indexed{Games::BetSettled::topic, 1, 1},
    Indexed{Games::SeedRevealed::topic, 1, 2},
    Indexed{Games::RoundForfeited::topic, 1, 2},
};

}  // namespace

StoreOptions chain_store_options(const std::filesystem::path& directory) {
    StoreOptions out;
    out.directory = directory;
    out.rows_of = event_rows;
    out.block_of_row = read_event_row;
    return out;
}

Bytes event_row_key(const Hash& event_topic, std::span<const Hash> subject) {
    Bytes preimage(event_topic.begin(), event_topic.end());
    for (const auto& topic : subject) append(preimage, topic);
    const auto hash = keccak256(preimage);
    Bytes key{'e'};
    append(key, ByteView(hash).first(8));
    return key;
}

std::vector<IndexRow> event_rows(const BlockRecord& record) {
    std::vector<IndexRow> rows;
    const auto number = be64(record.header.number);
    for (const auto& receipt : record.receipts)
        for (const auto& log : receipt.logs) {
            if (log.address != contracts::games_address) continue;
            const auto kind = std::ranges::find(indexed, log.topics.at(0), &Indexed::topic);
            if (kind == indexed.end()) continue;
            const auto subject = std::span(log.topics).subspan(kind->first, kind->count);
            rows.push_back({event_row_key(kind->topic, subject), {number.begin(), number.end()}});
        }
    return rows;
}

std::optional<std::uint64_t> read_event_row(ByteView value) {
    if (value.size() != 8) return std::nullopt;
    return low_u64(to_u256(value));
}

}  // namespace farthing::chain
