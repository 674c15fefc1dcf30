#include "core/trie/encode.hpp"

#include "core/crypto/hash.hpp"

#include <cstring>

namespace farthing::trie {
namespace {

constexpr std::size_t short_payload_max = 55;

std::size_t length_bytes(std::size_t size) {
    std::size_t n = 0;
    for (; size != 0; size >>= 8) ++n;
    return n;
}

std::size_t header_size(std::size_t payload) {
    return payload <= short_payload_max ? 1 : 1 + length_bytes(payload);
}

std::size_t string_size(ByteView s) {
    return s.size() == 1 && s[0] < 0x80 ? 1 : header_size(s.size()) + s.size();
}

std::size_t ref_size(const Ref& ref) {
    return ref.size == Hash::size() ? 1 + Hash::size() : ref.size;
}

/// Hex-prefix form (appendix C): one flag nibble, a zero nibble where the path is even, the path.
std::size_t compact_size(Path path) {
    return path.size() / 2 + 1;
}
std::size_t compact_string_size(Path path) {
    const auto size = compact_size(path);
    return size == 1 ? 1 : size + 1;  // Flags are below 0x80, so one byte stands for itself.
}

class Writer {
 public:
    explicit Writer(std::uint8_t* to) : to_(to) {}

    void header(std::uint8_t offset, std::size_t payload) {
        if (payload <= short_payload_max) {
            *to_++ = static_cast<std::uint8_t>(offset + payload);
            return;
        }
        const auto n = length_bytes(payload);
        *to_++ = static_cast<std::uint8_t>(offset + short_payload_max + n);
        for (auto i = n; i-- > 0;) *to_++ = static_cast<std::uint8_t>(payload >> (8 * i));
    }
    void list(std::size_t payload) { header(0xc0, payload); }

    void raw(ByteView bytes) {
        if (bytes.empty()) return;
        std::memcpy(to_, bytes.data(), bytes.size());
        to_ += bytes.size();
    }
    void string(ByteView s) {
        if (!(s.size() == 1 && s[0] < 0x80)) header(0x80, s.size());
        raw(s);
    }
    void ref(const Ref& r) {
        if (r.size != Hash::size()) return raw(r.view());
        *to_++ = 0x80 + Hash::size();
        std::memcpy(to_, r.bytes.data(), Hash::size());  // Nearly every child: a size known in advance.
        to_ += Hash::size();
    }
    void empty_string() { *to_++ = 0x80; }
    void compact(Path path, bool leaf) {
        const auto size = compact_size(path);
        if (size > 1) header(0x80, size);
        const auto odd = path.size() % 2;
        const auto flags = static_cast<std::uint8_t>((leaf ? 2U : 0U) + odd);
        *to_++ = static_cast<std::uint8_t>(flags << 4 | (odd != 0 ? path[0] : 0));
        auto i = odd;
        if ((path.from + i) % 2 == 0) {
            raw({path.packed + (path.from + i) / 2, size - 1});
        } else {
            for (; i < path.size(); i += 2) *to_++ = static_cast<std::uint8_t>(path[i] << 4 | path[i + 1]);
        }
    }

 private:
    std::uint8_t* to_;
};

}  // namespace

ByteView encode_leaf(Path path, ByteView value, Scratch& scratch) {
    const auto payload = compact_string_size(path) + string_size(value);
    const auto size = header_size(payload) + payload;
    auto* const out = scratch.room(size);
    Writer w(out);
    w.list(payload);
    w.compact(path, /*leaf=*/true);
    w.string(value);
    return {out, size};
}

ByteView encode_extension(Path path, const Ref& child, Scratch& scratch) {
    const auto payload = compact_string_size(path) + ref_size(child);
    const auto size = header_size(payload) + payload;
    auto* const out = scratch.room(size);
    Writer w(out);
    w.list(payload);
    w.compact(path, /*leaf=*/false);
    w.ref(child);
    return {out, size};
}

ByteView encode_branch(std::span<const Ref* const, 16> children, Scratch& scratch) {
    std::size_t payload = 1;
    for (const auto* child : children) payload += child == nullptr ? 1 : ref_size(*child);
    const auto size = header_size(payload) + payload;
    auto* const out = scratch.room(size);
    Writer w(out);
    w.list(payload);
    for (const auto* child : children) {
        if (child == nullptr) {
            w.empty_string();
        } else {
            w.ref(*child);
        }
    }
    w.empty_string();
    return {out, size};
}

Ref ref_of(ByteView encoded) {
    Ref ref;
    if (encoded.size() < Hash::size()) {
        std::ranges::copy(encoded, ref.bytes.begin());
        ref.size = static_cast<std::uint8_t>(encoded.size());
    } else {
        ref.bytes = keccak256(encoded);
        ref.size = static_cast<std::uint8_t>(Hash::size());
    }
    return ref;
}

}  // namespace farthing::trie
