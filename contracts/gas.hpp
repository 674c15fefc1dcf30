#pragma once
// What contracts pay, in gas. Flat: no warm set, no refunds (docs/decisions, gas).
#include <cstddef>
#include <cstdint>

namespace farthing::contracts::gas {

constexpr std::uint64_t dispatch = 200;         ///< Finding the function, decoding its arguments.
constexpr std::uint64_t read = 2'100;           ///< A storage slot, or another account's balance.
constexpr std::uint64_t write_new = 20'000;     ///< Zero becomes non-zero.
constexpr std::uint64_t write_changed = 5'000;  ///< Any other change. An unchanged write costs a read.
constexpr std::uint64_t call = 2'600;
constexpr std::uint64_t call_value = 9'000;  ///< On top, when the call carries value.
constexpr std::uint64_t create = 32'000;
constexpr std::uint64_t recover = 3'000;

constexpr std::uint64_t words(std::size_t bytes) {
    return (std::uint64_t{bytes} + 31) / 32;
}
constexpr std::uint64_t log(std::size_t topics, std::size_t bytes) {
    return 375 + 375 * std::uint64_t{topics} + 8 * std::uint64_t{bytes};
}
constexpr std::uint64_t keccak(std::size_t bytes) {
    return 30 + 6 * words(bytes);
}
constexpr std::uint64_t sha256(std::size_t bytes) {
    return 60 + 12 * words(bytes);
}
/// Two hashes: the block of the key and the message, then the block and the inner digest.
constexpr std::uint64_t hmac_sha256(std::size_t bytes) {
    return sha256(64 + bytes) + sha256(64 + 32);
}

}  // namespace farthing::contracts::gas
