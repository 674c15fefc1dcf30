#pragma once
// The text of what a transaction is meant to do: members of a JSON object.
#include "core/base/u256.hpp"

#include <string>
#include <string_view>
#include <type_traits>

namespace farthing::simulator {

template <class T>
std::string member(std::string_view name, const T& value) {
    std::string out = ",\"" + std::string(name) + "\":";
    if constexpr (std::is_same_v<T, U256>)
        return out + to_decimal(value);
    else if constexpr (std::is_convertible_v<T, std::string_view>)
        return out + '"' + std::string(value) + '"';
    else
        return out + std::to_string(value);
}

inline std::string kind(std::string_view name) {
    return "\"k\":\"" + std::string(name) + '"';
}

}  // namespace farthing::simulator
