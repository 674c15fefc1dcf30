#pragma once
// Signatures over EIP-712 digests, with OpenZeppelin's errors.
#include "contracts/context.hpp"

namespace farthing::contracts {

using ECDSAInvalidSignature = abi::Error<"error ECDSAInvalidSignature()">;
using ECDSAInvalidSignatureS = abi::Error<"error ECDSAInvalidSignatureS(bytes32 s)">;

/// A signature as Solidity passes it.
struct Vrs {
    std::uint8_t v = 0;  ///< 27 or 28.
    Hash r;
    Hash s;
};

/// Who signed `digest`. Raises ECDSAInvalidSignatureS for high s (EIP-2), ECDSAInvalidSignature for anything
/// else that is no signature.
Address signer_of(Context& ctx, const Hash& digest, const Vrs& vrs);

/// Whether `signer` signed: by 65 bytes r ‖ s ‖ v with low s, or, where a contract stands there, by its own
/// word (ERC-1271). Raises nothing.
bool is_signed_by(Context& ctx, const Address& signer, const Hash& digest, const Bytes& signature);

}  // namespace farthing::contracts
