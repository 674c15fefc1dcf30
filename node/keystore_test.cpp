#include "node/keystore.hpp"

#include "core/base/hex.hpp"
#include "core/testing/vectors.hpp"
#include "node/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <regex>

namespace farthing::node {
namespace {

/// As weak as the format allows: the tests are about the format.
constexpr std::array labels{Label{"address", "00"}};
constexpr ScryptCost quick{.n = 2, .r = 8, .p = 1};

std::string vector_file(std::string_view name) {
    return read_file(std::filesystem::path(vectors_folder) / "keystore" / name).value();
}

/// `text` with the first `from` replaced.
std::string edited(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

class KeystoreTest : public testing::Test {
 protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() / ("farthing-keystore-" + hex(random_bytes(8)));
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    static SecretKey key(std::uint8_t last) {
        Hash bytes;
        bytes[31] = last;
        return SecretKey::from(bytes).value();
    }
    static mode_t mode(const std::filesystem::path& path) {
        struct stat status{};
        EXPECT_EQ(::stat(path.c_str(), &status), 0);
        return status.st_mode & 0777;
    }

    std::filesystem::path folder;
};

TEST(SecretStorage, published_scrypt_and_pbkdf2_vectors_open) {
    for (const auto* name : {"scrypt.json", "pbkdf2.json"}) {
        const auto secret = open_secret(vector_file(name), "testpassword");
        ASSERT_TRUE(secret) << secret.error().message;
        EXPECT_EQ(hex(*secret), "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d") << name;
    }
}

TEST(SecretStorage, what_is_sealed_opens_with_its_password_only) {
    const auto secret = Hash::from(random_bytes(32));
    const auto file = seal_secret(secret, "correct horse", labels, quick);
    EXPECT_EQ(open_secret(file, "correct horse").value(), secret);
    EXPECT_EQ(open_secret(file, "correct horsf").error().message,
              "wrong password, or the key file is damaged");
    EXPECT_FALSE(open_secret(file, ""));
    EXPECT_EQ(file.find(hex(secret)), std::string::npos);
    EXPECT_NE(file, seal_secret(secret, "correct horse", labels, quick)) << "salt is not fresh";
}

TEST(SecretStorage, default_cost_is_that_of_wallets) {
    const ScryptCost cost;
    EXPECT_EQ(cost.n, 262144U);
    EXPECT_EQ(cost.r, 8U);
    EXPECT_EQ(cost.p, 1U);
}

TEST(SecretStorage, each_damaged_digit_of_ciphertext_mac_salt_is_noticed) {
    const auto file = seal_secret(Hash{}, "p", labels, quick);
    for (const std::string_view member : {"\"ciphertext\":\"", "\"mac\":\"", "\"salt\":\""}) {
        const auto start = file.find(member) + member.size();
        for (std::size_t i = start; i < start + 64; ++i) {
            auto damaged = file;
            damaged[i] = damaged[i] == '0' ? '1' : '0';
            EXPECT_FALSE(open_secret(damaged, "p")) << member << " digit " << i - start;
        }
    }
}

TEST(SecretStorage, every_truncation_is_refused) {
    const auto file = seal_secret(Hash{}, "p", labels, quick);
    for (std::size_t size = 0; size + 2 < file.size(); ++size)
        EXPECT_FALSE(open_secret(file.substr(0, size), "p")) << size;
}

TEST(SecretStorage, unsupported_or_absurd_parameters_are_named_before_any_work) {
    const auto file = seal_secret(Hash{}, "p", labels, quick);
    const auto error = [&](std::string_view from, std::string_view to) {
        const auto opened = open_secret(edited(file, from, to), "p");
        EXPECT_FALSE(opened) << to;
        return opened ? "" : opened.error().message;
    };
    EXPECT_EQ(error("\"version\":3", "\"version\":1"), "key file has version 1, expected 3");
    EXPECT_EQ(error("aes-128-ctr", "aes-128-cbc"), "key file: cipher \"aes-128-cbc\" is not aes-128-ctr");
    EXPECT_EQ(error("\"kdf\":\"scrypt\"", "\"kdf\":\"argon\""),
              "key file: key derivation \"argon\" is not scrypt or pbkdf2");
    EXPECT_EQ(error("\"n\":2,", "\"n\":3,"), "key file: scrypt n must be a power of two");
    EXPECT_EQ(error("\"n\":2,", "\"n\":0,"), "key file: scrypt n must be a power of two");
    EXPECT_EQ(error("\"r\":8", "\"r\":0"), "key file: scrypt r and p must be positive");
    EXPECT_EQ(error("\"n\":2,", "\"n\":1073741824,"),
              "key file: scrypt parameters need more than 1024 MiB of memory");
    EXPECT_EQ(error("\"n\":2,", "\"n\":4611686018427387904,"),
              "key file: scrypt parameters need more than 1024 MiB of memory");
    for (const auto* p : {"\"p\":2097153", "\"p\":9223372036854775807"})
        EXPECT_EQ(error("\"p\":1", p), "key file: scrypt parameters need more work than any wallet asks for");
    EXPECT_EQ(error("\"dklen\":32", "\"dklen\":16"), "key file: dklen must be 32");
    EXPECT_EQ(error("\"iv\":\"", "\"iv\":\"00"), "key file: iv must be 16 bytes");
    EXPECT_EQ(error("\"ciphertext\":\"", "\"ciphertext\":\"00"), "key file: ciphertext must be 32 bytes");
    EXPECT_EQ(error("\"mac\":\"", "\"mac\":\"zz"), "key file: \"mac\" is not hexadecimal");
    EXPECT_EQ(error("\"crypto\":", "\"krypto\":"), "key file lacks the object \"crypto\"");
    EXPECT_EQ(open_secret("[]", "p").error().message, "key file is not a JSON object");
}

TEST_F(KeystoreTest, added_key_is_listed_unlocked_and_private_on_disk) {
    const Keystore store(folder);
    EXPECT_TRUE(store.list().value().empty()) << "a folder that does not exist is an empty one";
    const auto one = store.add(key(1), "pw", quick).value();
    const auto two = store.add(key(2), "pw", quick).value();
    EXPECT_EQ(hex(one.address), "7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    EXPECT_EQ(mode(folder), 0700U);
    EXPECT_EQ(mode(one.path), 0600U);
    EXPECT_TRUE(std::regex_match(
        one.path.filename().string(),
        std::regex(
            R"(UTC--\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{9}Z--7e5f4552091a69125d5dfcb7b8c2659029395bdf)")))
        << one.path;
    const auto files = store.list().value();
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].address, one.address);
    EXPECT_EQ(files[1].address, two.address);
    EXPECT_EQ(store.unlock(two.address, "pw").value().bytes(), key(2).bytes());
}

TEST_F(KeystoreTest, same_key_is_not_added_twice) {
    const Keystore store(folder);
    ASSERT_TRUE(store.add(key(1), "pw", quick));
    EXPECT_TRUE(store.add(key(1), "other", quick).error().message.starts_with("the account is already in "));
    EXPECT_EQ(store.list().value().size(), 1U);
}

TEST_F(KeystoreTest, foreign_files_are_passed_over_and_missing_accounts_named) {
    const Keystore store(folder);
    ASSERT_TRUE(store.add(key(1), "pw", quick));
    ASSERT_TRUE(write_file(folder / "notes.txt", "not a key", Privacy::everyone_reads));
    EXPECT_EQ(store.list().value().size(), 1U);
    EXPECT_TRUE(store.unlock(key(3).address(), "pw").error().message.starts_with("no account 0x"));
}

TEST_F(KeystoreTest, file_whose_key_belongs_to_another_address_is_refused) {
    const Keystore store(folder);
    const auto file = store.add(key(1), "pw", quick).value();
    const auto text = read_file(file.path).value();
    const auto swapped = edited(text, hex(key(1).address()), hex(key(2).address()));
    ASSERT_TRUE(write_file(file.path, swapped, Privacy::owner_only));
    EXPECT_TRUE(store.unlock(key(2).address(), "pw").error().message.ends_with("the key of another address"));
}

TEST_F(KeystoreTest, files_are_created_whole_and_never_replaced_by_create) {
    ASSERT_TRUE(make_directory(folder, Privacy::owner_only));
    ASSERT_TRUE(create_file(folder / "a", "one", Privacy::owner_only));
    EXPECT_FALSE(create_file(folder / "a", "two", Privacy::owner_only));
    EXPECT_EQ(read_file(folder / "a").value(), "one");
    ASSERT_TRUE(write_file(folder / "a", "three", Privacy::owner_only));
    EXPECT_EQ(read_file(folder / "a").value(), "three");
    EXPECT_FALSE(write_file(folder / "absent" / "a", "x", Privacy::owner_only));
    const auto entries = std::filesystem::directory_iterator(folder);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1) << "temporary files stay behind";
}

}  // namespace
}  // namespace farthing::node
