#include "contracts/storage.hpp"

#include "core/crypto/hash.hpp"

namespace farthing::contracts {

Word slot_word(std::uint64_t n) {
    Word out;
    std::ranges::copy(be64(n), out.begin() + 24);
    return out;
}

Word slot_after(const Word& slot, std::uint64_t n) {
    Word out = slot;
    std::uint64_t carry = n;
    for (std::size_t i = 32; i-- > 0 && carry != 0;) {
        const std::uint64_t sum = out[i] + (carry & 0xff);
        out[i] = static_cast<std::uint8_t>(sum & 0xff);
        carry = (carry >> 8) + (sum >> 8);
    }
    return out;
}

Word slot_of_key(ByteView key, const Word& slot) {
    return keccak256(concat(key, slot));
}

Word slot_of_content(const Word& slot) {
    return keccak256(slot.bytes);
}

namespace {

/// Bytes that a text's slot says it has; `in_slot` when they are in the slot itself.
struct TextHead {
    std::uint64_t size = 0;
    bool in_slot = true;
};
TextHead read_head(const Word& word) {
    if (word[31] % 2 == 0) return {word[31] / 2u, true};
    std::uint64_t twice = 0;
    for (std::size_t i = 24; i < 32; ++i) twice = twice << 8 | word[i];
    return {twice / 2, false};
}

}  // namespace

Bytes load_text(Context& ctx, const Word& slot) {
    const Word head = ctx.load(slot);
    const auto [size, in_slot] = read_head(head);
    if (in_slot) return {head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size)};
    Bytes out;
    const Word first = slot_of_content(slot);
    for (std::uint64_t i = 0; i < gas::words(size); ++i) append(out, ctx.load(slot_after(first, i)));
    out.resize(size);
    return out;
}

void store_text(Context& ctx, const Word& slot, ByteView text) {
    const auto old = read_head(ctx.load(slot));
    const std::uint64_t old_words = old.in_slot ? 0 : gas::words(old.size);
    const bool in_slot = text.size() < 32;
    const std::uint64_t words = in_slot ? 0 : gas::words(text.size());
    Word head;
    if (in_slot) {
        std::ranges::copy(text, head.begin());
        head[31] = static_cast<std::uint8_t>(text.size() * 2);
    } else {
        head = slot_word(std::uint64_t{text.size()} * 2 + 1);
    }
    ctx.store(slot, head);
    const Word first = slot_of_content(slot);
    for (std::uint64_t i = 0; i < std::max(words, old_words); ++i) {
        Word word;
        if (i < words)
            std::ranges::copy(text.subspan(i * 32, std::min<std::size_t>(32, text.size() - i * 32)),
                              word.begin());
        ctx.store(slot_after(first, i), word);
    }
}

}  // namespace farthing::contracts
