#include "node/text.hpp"

#include "core/base/hex.hpp"

#include <algorithm>

namespace farthing::node {
namespace {

constexpr std::size_t decimals = 18;

}  // namespace

Result<Address> parse_address(std::string_view text) {
    TRY(const auto address, address_from_hex(text));
    const auto digits = text.substr(text.starts_with("0x") || text.starts_with("0X") ? 2 : 0);
    const auto has = [&](char first, char last) {
        return std::ranges::any_of(digits, [&](char c) { return c >= first && c <= last; });
    };
    if (has('a', 'f') && has('A', 'F') && digits != checksummed(address).substr(2))
        return fail("the checksum of the address " + std::string(text) +
                    " is wrong (EIP-55): a character is mistyped, or its case");
    return address;
}

std::string coins(const U256& wei) {
    auto digits = to_decimal(wei);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    return digits;
}

Result<U256> parse_coins(std::string_view text) {
    const auto point = std::min(text.find('.'), text.size());
    std::string digits(text.substr(0, point));
    std::string fraction(text.substr(std::min(point + 1, text.size())));
    const bool all_digits =
        std::ranges::all_of(digits + fraction, [](char c) { return c >= '0' && c <= '9'; });
    const bool whole = point == text.size();
    if (digits.empty() || !all_digits || fraction.size() > decimals || (!whole && fraction.empty()))
        return fail("expected an amount of coins such as 1.5, not \"" + std::string(text) + '"');
    fraction.resize(decimals, '0');
    return parse_u256(digits + fraction);
}

std::string counted(std::uint64_t count, std::string_view noun) {
    auto out = std::to_string(count) + ' ' + std::string(noun);
    if (count != 1) out += 's';
    return out;
}

}  // namespace farthing::node
