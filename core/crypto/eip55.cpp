#include "core/crypto/eip55.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

namespace farthing {

std::string checksummed(const Address& address) {
    auto digits = hex(address);
    const auto hash = hex(keccak256(as_bytes(digits)));
    for (std::size_t i = 0; i < digits.size(); ++i)
        if (digits[i] >= 'a' && hash[i] >= '8') digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
    return "0x" + digits;
}

}  // namespace farthing
