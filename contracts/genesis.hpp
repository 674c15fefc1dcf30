#pragma once
// What the genesis file says about one contract: a tree of texts, as JSON gives it.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::contracts {

/// A text, or named members. Numbers are kept as their text. The readers throw std::invalid_argument with a
/// sentence for the operator; genesis is read once, before anything runs.
struct GenesisParams {
    std::string text;
    std::map<std::string, GenesisParams, std::less<>> members;

    bool has(std::string_view name) const { return members.contains(name); }
    const GenesisParams& at(std::string_view name) const;
    const std::string& text_of(std::string_view name) const { return at(name).text; }
    U256 u256(std::string_view name) const;  ///< Decimal or 0x-hex.
    U256 u256(std::string_view name, const U256& otherwise) const;
    std::uint64_t u64(std::string_view name) const;
    std::uint64_t u64(std::string_view name, std::uint64_t otherwise) const;
    Address address(std::string_view name) const;
    Hash hash(std::string_view name) const;
    /// The names of the members, which are addresses, in order.
    std::vector<Address> address_names() const;
};

}  // namespace farthing::contracts
