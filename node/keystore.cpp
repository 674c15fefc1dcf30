#include "node/keystore.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "node/files.hpp"

#include <boost/json.hpp>
#include <cryptopp/aes.h>
#include <cryptopp/modes.h>
#include <cryptopp/pwdbased.h>
#include <cryptopp/scrypt.h>
#include <cryptopp/sha.h>

#include <algorithm>
#include <bit>
#include <ctime>

namespace farthing::node {
namespace {

namespace json = boost::json;

/// Thirty-two bytes from the password: the first half encrypts, the second authenticates. Wiped at the end.
struct DerivedKey {
    Hash bytes;
    DerivedKey() = default;
    DerivedKey(const DerivedKey&) = default;
    DerivedKey& operator=(const DerivedKey&) = delete;
    ~DerivedKey() { wipe(bytes.data(), bytes.size()); }
    ByteView cipher_key() const { return ByteView(bytes).first(16); }
    Hash mac(ByteView ciphertext) const { return keccak256(concat(ByteView(bytes).subspan(16), ciphertext)); }
};

DerivedKey derive_scrypt(std::string_view password, ByteView salt, const ScryptCost& cost) {
    DerivedKey out;
    const auto secret = as_bytes(password);
    CryptoPP::Scrypt().DeriveKey(out.bytes.data(), 32, secret.data(), secret.size(), salt.data(), salt.size(),
                                 cost.n, cost.r, cost.p);
    return out;
}

DerivedKey derive_pbkdf2(std::string_view password, ByteView salt, std::uint64_t rounds) {
    DerivedKey out;
    const auto secret = as_bytes(password);
    CryptoPP::PKCS5_PBKDF2_HMAC<CryptoPP::SHA256>().DeriveKey(out.bytes.data(), 32, 0, secret.data(),
                                                              secret.size(), salt.data(), salt.size(),
                                                              static_cast<unsigned>(rounds));
    return out;
}

/// Counter mode: the same step encrypts and decrypts.
Hash aes_128_ctr(ByteView key, ByteView vector, const Hash& in) {
    Hash out;
    CryptoPP::CTR_Mode<CryptoPP::AES>::Encryption cipher;
    cipher.SetKeyWithIV(key.data(), key.size(), vector.data(), vector.size());
    cipher.ProcessData(out.data(), in.data(), in.size());
    return out;
}

/// RFC 4122, version 4.
std::string random_uuid() {
    auto bytes = random_bytes(16);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    auto out = hex(bytes);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) out.insert(at, "-");
    return out;
}

Result<const json::object*> object_at(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (!value || !value->is_object()) return fail("key file lacks the object \"" + std::string(name) + '"');
    return &value->get_object();
}

Result<std::string> text_at(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (!value || !value->is_string()) return fail("key file lacks the text \"" + std::string(name) + '"');
    return std::string(value->get_string());
}

Result<std::uint64_t> number_at(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    if (!value || !value->is_int64() || value->get_int64() < 0)
        return fail("key file lacks the whole number \"" + std::string(name) + '"');
    return static_cast<std::uint64_t>(value->get_int64());
}

Result<Bytes> hex_at(const json::object& in, std::string_view name) {
    TRY(const auto text, text_at(in, name));
    auto bytes = from_hex(text);
    if (!bytes) return fail("key file: \"" + std::string(name) + "\" is not hexadecimal");
    return bytes;
}

Result<ScryptCost> scrypt_cost(const json::object& parameters, const DerivationLimits& limits) {
    ScryptCost cost;
    TRY(cost.n, number_at(parameters, "n"));
    TRY(cost.r, number_at(parameters, "r"));
    TRY(cost.p, number_at(parameters, "p"));
    if (cost.n < 2 || !std::has_single_bit(cost.n)) return fail("key file: scrypt n must be a power of two");
    if (cost.r == 0 || cost.p == 0) return fail("key file: scrypt r and p must be positive");
    // One division at a time: no product here can wrap.
    if (cost.n > limits.scrypt_memory / 128 || cost.r > limits.scrypt_memory / 128 / cost.n)
        return fail("key file: scrypt parameters need more than " +
                    std::to_string(limits.scrypt_memory >> 20) + " MiB of memory");
    if (cost.p > limits.scrypt_work / cost.n / cost.r)
        return fail("key file: scrypt parameters need more work than any wallet asks for");
    return cost;
}

Result<DerivedKey> derive(const json::object& crypto, std::string_view password,
                          const DerivationLimits& limits) {
    TRY(const auto kdf, text_at(crypto, "kdf"));
    TRY(const auto* parameters, object_at(crypto, "kdfparams"));
    TRY(const auto length, number_at(*parameters, "dklen"));
    if (length != 32) return fail("key file: dklen must be 32");
    TRY(const auto salt, hex_at(*parameters, "salt"));
    if (kdf == "scrypt") {
        TRY(const auto cost, scrypt_cost(*parameters, limits));
        return derive_scrypt(password, salt, cost);
    }
    if (kdf != "pbkdf2") return fail("key file: key derivation \"" + kdf + "\" is not scrypt or pbkdf2");
    TRY(const auto prf, text_at(*parameters, "prf"));
    if (prf != "hmac-sha256") return fail("key file: pbkdf2 with \"" + prf + "\" is not supported");
    TRY(const auto rounds, number_at(*parameters, "c"));
    if (rounds == 0 || rounds > limits.pbkdf2_rounds) return fail("key file: pbkdf2 rounds out of range");
    return derive_pbkdf2(password, salt, rounds);
}

Result<json::object> parse_v3(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return fail("key file is not a JSON object");
    TRY(const auto version, number_at(value.get_object(), "version"));
    if (version != 3) return fail("key file has version " + std::to_string(version) + ", expected 3");
    return std::move(value.get_object());
}

std::string file_name(const Address& address) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    tm utc{};
    ::gmtime_r(&now.tv_sec, &utc);
    std::array<char, 32> seconds{};
    std::strftime(seconds.data(), seconds.size(), "%Y-%m-%dT%H-%M-%S.", &utc);
    auto nanoseconds = std::to_string(now.tv_nsec);
    nanoseconds.insert(0, 9 - nanoseconds.size(), '0');
    return "UTC--" + std::string(seconds.data()) + nanoseconds + "Z--" + hex(address);
}

}  // namespace

std::string seal_secret(const Hash& secret, std::string_view password, std::span<const Label> labels,
                        const ScryptCost& cost) {
    const auto salt = random_bytes(32);
    const auto vector = random_bytes(16);
    const auto key = derive_scrypt(password, salt, cost);
    const auto ciphertext = aes_128_ctr(key.cipher_key(), vector, secret);
    json::object file{
        {"crypto",
         {{"cipher", "aes-128-ctr"},
          {"cipherparams", {{"iv", hex(vector)}}},
          {"ciphertext", hex(ciphertext)},
          {"kdf", "scrypt"},
          {"kdfparams", {{"dklen", 32}, {"n", cost.n}, {"p", cost.p}, {"r", cost.r}, {"salt", hex(salt)}}},
          {"mac", hex(key.mac(ciphertext))}}},
        {"id", random_uuid()},
        {"version", 3}};
    for (const auto& label : labels) file[label.name] = label.value;
    return json::serialize(file) + '\n';
}

Result<Hash> open_secret(std::string_view text, std::string_view password, const DerivationLimits& limits) {
    TRY(const auto file, parse_v3(text));
    TRY(const auto* crypto, object_at(file, "crypto"));
    TRY(const auto cipher, text_at(*crypto, "cipher"));
    if (cipher != "aes-128-ctr") return fail("key file: cipher \"" + cipher + "\" is not aes-128-ctr");
    TRY(const auto* cipher_parameters, object_at(*crypto, "cipherparams"));
    TRY(const auto vector, hex_at(*cipher_parameters, "iv"));
    if (vector.size() != 16) return fail("key file: iv must be 16 bytes");
    TRY(const auto ciphertext, hex_at(*crypto, "ciphertext"));
    if (ciphertext.size() != 32) return fail("key file: ciphertext must be 32 bytes");
    TRY(const auto mac, hex_at(*crypto, "mac"));
    TRY(const auto key, derive(*crypto, password, limits));
    if (!std::ranges::equal(key.mac(ciphertext), mac))
        return fail("wrong password, or the key file is damaged");
    return aes_128_ctr(key.cipher_key(), vector, Hash::from(ciphertext));
}

Result<std::string> secret_label(std::string_view text, std::string_view name) {
    TRY(const auto file, parse_v3(text));
    return text_at(file, name);
}

Result<std::vector<KeyFile>> Keystore::list() const {
    std::vector<KeyFile> out;
    std::error_code error;
    if (!std::filesystem::exists(folder_, error)) return out;
    for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
         at.increment(error)) {
        const auto text = read_file(at->path());
        if (!text) continue;
        const auto label = secret_label(*text, "address");
        if (!label) continue;
        if (const auto address = address_from_hex(*label)) out.push_back({*address, at->path()});
    }
    if (error) return fail("cannot read the key folder " + folder_.string() + ": " + error.message());
    std::ranges::sort(out, {}, &KeyFile::path);
    return out;
}

Result<KeyFile> Keystore::add(const SecretKey& key, std::string_view password, const ScryptCost& cost) const {
    const auto address = key.address();
    TRY(const auto present, list());
    for (const auto& file : present)
        if (file.address == address) return fail("the account is already in " + file.path.string());
    if (const auto made = make_directory(folder_, Privacy::owner_only); !made)
        return std::unexpected(made.error());
    const auto path = folder_ / file_name(address);
    const auto digits = hex(address);
    const auto text = seal_secret(key.bytes(), password, std::array{Label{"address", digits}}, cost);
    if (const auto written = create_file(path, text, Privacy::owner_only); !written)
        return std::unexpected(written.error());
    return KeyFile{address, path};
}

Result<SecretKey> Keystore::unlock(const Address& address, std::string_view password) const {
    TRY(const auto present, list());
    for (const auto& file : present) {
        if (file.address != address) continue;
        TRY(const auto text, read_file(file.path));
        TRY(const auto secret, open_secret(text, password));
        TRY(auto key, SecretKey::from(secret));
        if (key.address() != address) return fail(file.path.string() + " holds the key of another address");
        return key;
    }
    return fail("no account " + hex0x(address) + " in " + folder_.string() + "; see `farthing account list`");
}

}  // namespace farthing::node
