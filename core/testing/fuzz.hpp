#pragma once
// Fuzz targets. A file `x_fuzz.cpp` beside what it exercises declares one:
//     FARTHING_FUZZ(rlp, seeds) { ... FARTHING_CHECK(what must hold of the input) ... }
// The preset `fuzz` links each with libFuzzer as `x_fuzz`; the unit tests replay the kept corpus through the
// same functions (fuzz_replay_test.cpp), whatever the compiler.
#include "core/base/bytes.hpp"

#include <string>
#include <vector>

namespace farthing::fuzz {

struct Target {
    std::string_view name;
    void (*run)(ByteView in);
    std::vector<Bytes> (*seeds)();  ///< Inputs that reach deep, to begin a corpus with.
};

/// The targets linked into this program.
inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

inline bool add_target(const Target& target) {
    targets().push_back(target);
    return true;
}

/// Takes an input apart, front to back; an input that ended gives zeros, so that every input means something.
class Source {
 public:
    explicit Source(ByteView in) : rest_(in) {}

    bool empty() const { return rest_.empty(); }
    ByteView rest() const { return rest_; }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = rest_[0];
        rest_ = rest_.subspan(1);
        return first;
    }
    bool flag() { return byte() % 2 != 0; }
    /// In [0, bound); of more than 256 choices two bytes choose. Requires: 0 < bound ≤ 65,536.
    std::size_t below(std::size_t bound) {
        const std::size_t low = byte();
        return (bound <= 256 ? low : low << 8 | byte()) % bound;
    }
    std::uint64_t number(std::size_t size = 8) {
        std::uint64_t out = 0;
        for (; size > 0; --size) out = out << 8 | byte();
        return out;
    }
    /// At most `size` bytes.
    ByteView bytes(std::size_t size) {
        const auto out = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(out.size());
        return out;
    }
    template <std::size_t N>
    FixedBytes<N> fixed() {
        FixedBytes<N> out;
        std::ranges::copy(bytes(N), out.begin());
        return out;
    }

 private:
    ByteView rest_;
};

inline Bytes bytes_of(std::string_view text) {
    const auto view = as_bytes(text);
    return {view.begin(), view.end()};
}

}  // namespace farthing::fuzz

#define FARTHING_FUZZ(name, seeds)                                 \
    static void fuzz_##name(::farthing::ByteView in);              \
    [[maybe_unused]] static const bool fuzz_##name##_added =       \
        ::farthing::fuzz::add_target({#name, fuzz_##name, seeds}); \
    static void fuzz_##name(::farthing::ByteView in)
