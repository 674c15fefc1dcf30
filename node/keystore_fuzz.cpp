// Key files come from anywhere: whatever one holds, it opens or is refused within bounded work, and only the
// password that sealed it opens it, to the secret that was sealed.
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/testing/fuzz.hpp"
#include "node/keystore.hpp"

namespace farthing::node {
namespace {

/// So small that a thousand derivations a second fit.
constexpr DerivationLimits tiny{.scrypt_memory = 1 << 14, .scrypt_work = 256, .pbkdf2_rounds = 64};
constexpr std::string_view password = "testpassword";

const Hash& secret() {
    static const auto sealed = Hash::from(as_bytes("thirty-two bytes that are sealed"));
    return sealed;
}

std::string sealed_file() {
    return seal_secret(secret(), password, std::array{Label{"address", "00ff"}}, {.n = 2, .r = 1, .p = 1});
}

/// A foreign one: pbkdf2, other members, a MAC that only the right key matches.
constexpr std::string_view pbkdf2_file =
    R"({"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},)"
    R"("ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",)"
    R"("kdfparams":{"c":2,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c67"},)"
    R"("mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"version":3})";

std::vector<Bytes> seeds() {
    return {
        fuzz::bytes_of(pbkdf2_file),
        fuzz::bytes_of(
            R"({"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},)"
            R"("ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",)"
            R"("kdf":"scrypt","kdfparams":{"dklen":32,"n":4,"p":2,"r":1,"salt":"ab0c7876"},)"
            R"("mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},)"
            R"("address":"008aeeda4d805471df9b2a5b0f38a0c3bcba786b","version":3})"),
        fuzz::bytes_of(sealed_file()),
        {0xff, 0, 1, 40, 'x'}};
}

/// The sealed file with some places overwritten: it opens to what was sealed, or not at all. The initial
/// vector is the one thing that the format does not authenticate.
void check_damaged(ByteView in) {
    static const auto sealed = sealed_file();
    const auto vector_at = sealed.find("\"iv\":\"") + 6;
    fuzz::Source plan(in);
    auto text = sealed;
    for (auto places = 1 + plan.below(3); places > 0; --places)
        text[plan.below(text.size())] = static_cast<char>(plan.byte());
    const auto opened = open_secret(text, password, tiny);
    if (opened && text.substr(vector_at, 32) == sealed.substr(vector_at, 32))
        FARTHING_CHECK(*opened == secret());
}

FARTHING_FUZZ(keystore, seeds) {
    if (!in.empty() && in[0] == 0xff) return check_damaged(in.subspan(1));
    const auto text = as_text(in);
    const auto label = secret_label(text, "address");
    if (label) FARTHING_CHECK(label->size() <= text.size());
    const auto opened = open_secret(text, password, tiny);
    if (!opened) {
        FARTHING_CHECK(!opened.error().message.empty());
        return;
    }
    FARTHING_CHECK(open_secret(text, password, tiny) == *opened);
    // Sealed again, it opens again, and with this password only.
    const auto again = seal_secret(*opened, password, {}, {.n = 2, .r = 1, .p = 1});
    FARTHING_CHECK(open_secret(again, password, tiny) == *opened);
    FARTHING_CHECK(!open_secret(again, "testpasswore", tiny));
}

}  // namespace
}  // namespace farthing::node
