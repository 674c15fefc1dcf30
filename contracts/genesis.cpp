#include "contracts/genesis.hpp"

#include "core/base/hex.hpp"

#include <stdexcept>

namespace farthing::contracts {
namespace {

template <class T>
T value_or_throw(std::string_view name, Result<T> parsed) {
    if (!parsed)
        throw std::invalid_argument("genesis: parameter \"" + std::string(name) +
                                    "\": " + parsed.error().message);
    return *std::move(parsed);
}

}  // namespace

const GenesisParams& GenesisParams::at(std::string_view name) const {
    const auto found = members.find(name);
    if (found == members.end())
        throw std::invalid_argument("genesis: parameter \"" + std::string(name) + "\" is missing");
    return found->second;
}

U256 GenesisParams::u256(std::string_view name) const {
    return value_or_throw(name, parse_u256(text_of(name)));
}

U256 GenesisParams::u256(std::string_view name, const U256& otherwise) const {
    return has(name) ? u256(name) : otherwise;
}

std::uint64_t GenesisParams::u64(std::string_view name) const {
    const auto v = u256(name);
    if (!fits_u64(v))
        throw std::invalid_argument("genesis: parameter \"" + std::string(name) + "\" must be below 2^64");
    return low_u64(v);
}

std::uint64_t GenesisParams::u64(std::string_view name, std::uint64_t otherwise) const {
    return has(name) ? u64(name) : otherwise;
}

Address GenesisParams::address(std::string_view name) const {
    return value_or_throw(name, address_from_hex(text_of(name)));
}

Hash GenesisParams::hash(std::string_view name) const {
    return value_or_throw(name, hash_from_hex(text_of(name)));
}

std::vector<Address> GenesisParams::address_names() const {
    std::vector<Address> out;
    out.reserve(members.size());
    for (const auto& [name, value] : members) out.push_back(value_or_throw(name, address_from_hex(name)));
    return out;
}

}  // namespace farthing::contracts
