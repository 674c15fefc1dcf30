#include "core/crypto/keccak_many.hpp"

#include "core/base/check.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_constexpr.hpp"
#include "core/crypto/keccak_lanes.hpp"

#include <cstring>

namespace farthing {
namespace {

constexpr std::size_t lanes_max = 8;

struct Kernel {
    std::size_t lanes = 1;
    void (*permute)(std::uint64_t* states) = nullptr;
};

Kernel best_kernel() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") != 0) return {8, keccak::permute_8_avx512};
    if (__builtin_cpu_supports("avx2") != 0) return {4, keccak::permute_4_avx2};
#endif
    return {};
}

const Kernel& kernel() {
    static const Kernel best = best_kernel();
    return best;
}

std::size_t block_count(ByteView in) {
    return in.size() / keccak::rate + 1;
}

/// Some inputs of the same number of blocks, at most one a lane. Lanes without an input compute nothing of
/// use.
class Group {
 public:
    explicit Group(const Kernel& kernel) : lanes_(kernel.lanes), permute_(kernel.permute) {}

    void hash(std::span<const ByteView> in, std::span<const std::size_t> chosen, std::span<Hash> out) {
        std::memset(states_, 0, sizeof states_);
        const auto blocks = block_count(in[chosen[0]]);
        for (std::size_t block = 0; block < blocks; ++block) {
            for (std::size_t lane = 0; lane < chosen.size(); ++lane)
                absorb(lane, in[chosen[lane]].subspan(block * keccak::rate), block + 1 == blocks);
            permute_(states_);
        }
        for (std::size_t lane = 0; lane < chosen.size(); ++lane)
            for (std::size_t i = 0; i < Hash::size() / 8; ++i)
                std::memcpy(out[chosen[lane]].data() + 8 * i, &states_[i * lanes_ + lane], 8);
    }

 private:
    void absorb(std::size_t lane, ByteView rest, bool is_last) {
        std::array<std::uint8_t, keccak::rate> padded;
        const auto* from = rest.data();
        if (is_last) {
            padded = {};
            std::ranges::copy(rest, padded.begin());
            padded[rest.size()] = 0x01;
            padded.back() |= 0x80;
            from = padded.data();
        }
        for (std::size_t i = 0; i < keccak::rate / 8; ++i) {
            std::uint64_t word = 0;
            std::memcpy(&word, from + 8 * i, 8);
            states_[i * lanes_ + lane] ^= word;
        }
    }

    std::size_t lanes_;
    void (*permute_)(std::uint64_t* states);
    alignas(64) std::uint64_t states_[25 * lanes_max];
};

}  // namespace

std::size_t keccak_lane_count() {
    return kernel().lanes;
}

void keccak256_many(std::span<const ByteView> in, std::span<Hash> out) {
    FARTHING_CHECK(in.size() == out.size());
    const auto lanes = kernel().lanes;
    // Inputs that wait for others of their size, by number of blocks. Longer ones are rare and go alone.
    constexpr std::size_t blocks_max = 5;
    struct Waiting {
        std::array<std::size_t, lanes_max> inputs;
        std::size_t count = 0;
    };
    std::array<Waiting, blocks_max + 1> waiting;
    Group group(kernel());
    for (std::size_t i = 0; i < in.size(); ++i) {
        const auto blocks = block_count(in[i]);
        if (lanes == 1 || blocks > blocks_max) {
            out[i] = keccak256(in[i]);
            continue;
        }
        auto& [inputs, count] = waiting[blocks];
        inputs[count++] = i;
        if (count < lanes) continue;
        group.hash(in, {inputs.data(), count}, out);
        count = 0;
    }
    for (const auto& [inputs, count] : waiting) {
        const std::span<const std::size_t> rest(inputs.data(), count);
        // One round of all lanes costs about as much as three single ones.
        if (count > 2)
            group.hash(in, rest, out);
        else
            for (const auto i : rest) out[i] = keccak256(in[i]);
    }
}

}  // namespace farthing
