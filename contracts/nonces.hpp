#pragma once
// OpenZeppelin's Nonces: one counter a signer for everything that it signs for a contract.
#include "contracts/storage.hpp"

namespace farthing::contracts {

using InvalidAccountNonce = abi::Error<"error InvalidAccountNonce(address account, uint256 currentNonce)">;

/// The next nonce, which is now used.
inline U256 use_nonce(Place<U256> counter) {
    const U256 nonce = counter;
    counter = U256(nonce + 1);
    return nonce;
}

/// Uses a nonce that the signature names. Raises InvalidAccountNonce unless it is the next.
inline void use_nonce(Place<U256> counter, const Address& signer, const U256& named) {
    const U256 nonce = use_nonce(counter);
    require<InvalidAccountNonce>(named == nonce, signer, nonce);
}

}  // namespace farthing::contracts
