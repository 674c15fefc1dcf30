#pragma once
// Keys of a program's own accounts, which it uses unattended: in clear, for the owner's eyes only.
#include "core/base/result.hpp"
#include "core/crypto/secp256k1.hpp"

#include <filesystem>

namespace farthing::node {

/// A fresh key of the system's randomness.
SecretKey random_key();
/// Reads 64 hex digits.
Result<SecretKey> read_key_file(const std::filesystem::path& path);
/// The key in the file, which is made (mode 0600) when there is none.
Result<SecretKey> keep_key_file(const std::filesystem::path& path);

}  // namespace farthing::node
