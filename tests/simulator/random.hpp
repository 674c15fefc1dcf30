#pragma once
// Choices that follow from a seed alone, the same with every compiler and library.
//
// Draw into a variable of its own before passing a choice on: the order in which a call's arguments are
// evaluated is the compiler's business, and g++ and clang differ.
#include <cstdint>

namespace farthing::simulator {

class Random {
 public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 0x632be59bd9b4e019) {}

    /// SplitMix64.
    std::uint64_t word() {
        auto z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
    /// Requires: bound > 0.
    std::uint64_t below(std::uint64_t bound) { return word() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }
    /// One of several numbers.
    template <class... T>
    std::uint64_t any_of(T... choices) {
        const std::uint64_t all[] = {static_cast<std::uint64_t>(choices)...};
        return all[below(sizeof...(choices))];
    }

 private:
    std::uint64_t state_;
};

}  // namespace farthing::simulator
