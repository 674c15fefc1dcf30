#include "contracts/ecdsa.hpp"

namespace farthing::contracts {
namespace {

using IsValidSignature =
    abi::Function<"function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)">;

bool is_own_signature(Context& ctx, const Address& signer, const Hash& digest, ByteView signature) {
    if (signature.size() != 65 || (signature[64] != 27 && signature[64] != 28)) return false;
    const Signature parts{Hash::from(signature.first(32)), Hash::from(signature.subspan(32, 32)),
                          static_cast<std::uint8_t>(signature[64] - 27)};
    return has_low_s(parts) && ctx.recover(digest, parts) == signer;
}

}  // namespace

Address signer_of(Context& ctx, const Hash& digest, const Vrs& vrs) {
    const Signature signature{vrs.r, vrs.s, static_cast<std::uint8_t>(vrs.v == 28 ? 1 : 0)};
    require<ECDSAInvalidSignatureS>(has_low_s(signature), vrs.s);
    require<ECDSAInvalidSignature>(vrs.v == 27 || vrs.v == 28);
    const auto signer = ctx.recover(digest, signature);
    require<ECDSAInvalidSignature>(signer.has_value());
    return *signer;
}

bool is_signed_by(Context& ctx, const Address& signer, const Hash& digest, const Bytes& signature) {
    if (is_own_signature(ctx, signer, digest, signature)) return true;
    const auto answer = ctx.raw_call(signer, 0, IsValidSignature::encode(digest, signature), true);
    const auto word = IsValidSignature::decode_output(answer.output);
    return answer.success && word && std::get<0>(*word) == IsValidSignature::selector;
}

}  // namespace farthing::contracts
