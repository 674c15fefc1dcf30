#include "contracts/ecdsa.hpp"

namespace farthing::contracts {

Address signer_of(Context& ctx, const Hash& digest, const Vrs& vrs) {
    const Signature signature{vrs.r, vrs.s, static_cast<std::uint8_t>(vrs.v == 28 ? 1 : 0)};
    require<ECDSAInvalidSignatureS>(has_low_s(signature), vrs.s);
    require<ECDSAInvalidSignature>(vrs.v == 27 || vrs.v == 28);
    const auto signer = ctx.recover(digest, signature);
    require<ECDSAInvalidSignature>(signer.has_value());
    return *signer;
}

}  // namespace farthing::contracts
