#pragma once
// The hash functions of the chain.
#include "core/base/bytes.hpp"

#include <initializer_list>
#include <string_view>

namespace farthing {

/// Keccak-256 with the original 0x01 padding, as Ethereum uses it.
Hash keccak256(ByteView in);
/// FIPS 180-4.
Hash sha256(ByteView in);
/// RFC 2104 with SHA-256.
Hash hmac_sha256(ByteView key, ByteView message);

/// keccak256 of nothing: the codeHash of a codeless account.
extern const Hash empty_code_hash;

}  // namespace farthing
