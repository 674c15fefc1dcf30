#pragma once
// Errors of bad input from outside. Decoders return Result and never throw.
#include <cstddef>
#include <expected>
#include <string>
#include <utility>

namespace farthing {

/// What was wrong with the input, in a sentence fit for its sender.
struct [[nodiscard]] Error {
    std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string message) {
    return std::unexpected(Error{std::move(message)});
}

}  // namespace farthing

#define FARTHING_JOIN_(a, b) a##b
#define FARTHING_JOIN(a, b) FARTHING_JOIN_(a, b)

/// `TRY(const auto x, expression)` binds the value or returns the error from the enclosing function;
/// `TRY(expression)` does so for a Result<void>.
#define TRY(first, ...) \
    TRY_CHECK##__VA_OPT__(_AND_BIND)(FARTHING_JOIN(try_result_, __LINE__), first __VA_OPT__(, ) __VA_ARGS__)
#define TRY_CHECK(result, expression) \
    if (auto&& result = (expression); !result) return std::unexpected(std::move(result).error())
#define TRY_CHECK_AND_BIND(result, declaration, ...)                \
    auto&& result = (__VA_ARGS__);                                  \
    if (!result) return std::unexpected(std::move(result).error()); \
    declaration = *std::move(result)
