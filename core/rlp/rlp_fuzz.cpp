// Whatever decodes is the one encoding of what it decodes to; scalars of both widths agree; what is encoded
// decodes to itself.
#include "core/base/check.hpp"
#include "core/rlp/rlp.hpp"
#include "core/testing/fuzz.hpp"

namespace farthing::rlp {
namespace {

constexpr int depth_max =
    200;  // A reader that nests knows how deep it goes; ours must not overflow the stack.

/// Reads the next item and writes it again; false when it does not decode.
bool copy_item(Decoder& from, Encoder& to, int depth) {
    if (depth == depth_max) return false;
    if (from.next_is_list()) {
        auto items = from.list();
        if (!items) return false;
        const auto list = to.begin_list();
        while (!items->empty())
            if (!copy_item(*items, to, depth + 1)) return false;
        FARTHING_CHECK(items->finish());
        to.end_list(list);
        return true;
    }
    Decoder narrow = from, wide = from, sized = from;
    const auto string = from.string();
    if (!string) {
        FARTHING_CHECK(!narrow.u64() && !wide.u256() && !sized.fixed<20>());
        return false;
    }
    const bool is_scalar = string->empty() || (*string)[0] != 0;
    const auto small = narrow.u64();
    const auto large = wide.u256();
    FARTHING_CHECK(small.has_value() == (is_scalar && string->size() <= 8));
    FARTHING_CHECK(large.has_value() == (is_scalar && string->size() <= 32));
    FARTHING_CHECK(sized.fixed<20>().has_value() == (string->size() == 20));
    if (small) FARTHING_CHECK(*large == *small);
    if (large && to.bytes().size() % 2 == 0)
        to.add(*large);
    else
        to.add(*string);
    return true;
}

void check_decoding(ByteView in) {
    Decoder decoder(in), raw(in);
    Encoder encoder;
    const bool whole = copy_item(decoder, encoder, 0);
    const auto item = raw.raw();
    if (!whole) return;
    FARTHING_CHECK(item && std::ranges::equal(*item, encoder.bytes()));
    FARTHING_CHECK(decoder.finish().has_value() == (item->size() == in.size()));
}

/// Bytes as a plan of what to encode.
void check_encoding(ByteView in) {
    fuzz::Source plan(in);
    Encoder encoder;
    std::vector<std::pair<std::size_t, std::size_t>> open;  // Where a list begins, and the items before it.
    std::vector<Bytes> strings;
    while (!plan.empty()) {
        switch (plan.below(4)) {
            case 0:
                if (open.size() < 30) open.emplace_back(encoder.begin_list(), strings.size());
                break;
            case 1:
                if (open.empty()) break;
                encoder.end_list(open.back().first);
                open.pop_back();
                break;
            case 2: {
                const auto size = plan.below(70);
                const auto view = plan.bytes(size);
                strings.emplace_back(view.begin(), view.end());
                encoder.add(ByteView(strings.back()));
                break;
            }
            default: {
                const auto number = plan.number(1 + plan.below(8));
                strings.push_back(to_minimal_bytes(U256(number)));
                encoder.add(number);
            }
        }
    }
    for (; !open.empty(); open.pop_back()) encoder.end_list(open.back().first);

    std::vector<Bytes> found;
    std::vector<Decoder> readers{Decoder(encoder.bytes())};
    while (!readers.empty()) {
        if (readers.back().empty()) {
            readers.pop_back();
        } else if (readers.back().next_is_list()) {
            const auto inner = readers.back().list();
            FARTHING_CHECK(inner.has_value());
            readers.push_back(*inner);
        } else {
            const auto string = readers.back().string();
            FARTHING_CHECK(string.has_value());
            found.emplace_back(string->begin(), string->end());
        }
    }
    FARTHING_CHECK(found == strings);
}

std::vector<Bytes> seeds() {
    Encoder nested;
    const auto outer = nested.begin_list();
    nested.add(std::uint64_t{0});
    nested.add(U256(1) << 200);
    const auto inner = nested.begin_list();
    nested.add(ByteView(Bytes(100, 7)));
    nested.end_list(inner);
    nested.end_list(outer);
    Bytes decoded{0};
    append(decoded, nested.bytes());
    return {decoded, {1, 0, 0, 2, 5, 1, 2, 3, 4, 5, 1, 3, 7, 1, 2, 3, 4, 5, 6, 7, 8, 2, 60}};
}

FARTHING_FUZZ(rlp, seeds) {
    if (in.empty()) return;
    if (in[0] % 2 == 0)
        check_decoding(in.subspan(1));
    else
        check_encoding(in.subspan(1));
}

}  // namespace
}  // namespace farthing::rlp
