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

/// `TRY(const auto x, expression)` binds the value or returns the error from the enclosing function.
#define TRY(declaration, ...) TRY_(FARTHING_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_(result, declaration, ...)                                   \
    auto&& result = (__VA_ARGS__);                                        \
    if (!result) return std::unexpected(std::move(result).error());      \
    declaration = *std::move(result)
