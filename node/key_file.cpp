#include "node/key_file.hpp"

#include "core/base/hex.hpp"
#include "node/files.hpp"

namespace farthing::node {

SecretKey random_key() {
    while (true) {
        // All but one in 2^127 strings of 32 bytes are keys.
        auto bytes = random_bytes(32);
        const auto key = SecretKey::from(bytes);
        wipe(bytes);
        if (key) return *key;
    }
}

Result<SecretKey> read_key_file(const std::filesystem::path& path) {
    TRY(auto text, read_file(path));
    text.erase(text.find_last_not_of(" \r\n\t") + 1);
    const auto bytes = hash_from_hex(text);
    wipe(text);
    if (!bytes) return fail(path.string() + " must hold a private key as 64 hexadecimal digits");
    const auto key = SecretKey::from(*bytes);
    if (!key) return fail(path.string() + " holds no valid private key");
    return *key;
}

Result<SecretKey> keep_key_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) return read_key_file(path);
    auto key = random_key();
    TRY(make_directory(path.parent_path(), Privacy::owner_only));
    TRY(create_file(path, hex(key.bytes()) + '\n', Privacy::owner_only));
    return key;
}

}  // namespace farthing::node
