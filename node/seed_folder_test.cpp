#include "node/seed_folder.hpp"

#include "core/base/hex.hpp"
#include "node/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace farthing::node {
namespace {

constexpr ScryptCost quick{.n = 2, .r = 8, .p = 1};

class SeedFolderTest : public testing::Test {
 protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() / ("farthing-seeds-" + hex(random_bytes(8)));
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::filesystem::path file_of(const Hash& tip) const { return folder / (hex(tip) + ".json"); }

    std::filesystem::path folder;
};

TEST_F(SeedFolderTest, chain_is_found_again_by_tip_and_by_any_of_its_links) {
    const auto made = SeedFolder(folder).create(100).value();
    const auto other = SeedFolder(folder).create(50).value();
    SeedFolder fresh(folder);
    EXPECT_EQ(fresh.with_tip(made->tip()).value()->link(100), made->link(100));
    for (const std::uint64_t index : {0U, 1U, 57U, 100U})
        EXPECT_EQ(SeedFolder(folder).containing(made->link(index)).value()->tip(), made->tip()) << index;
    EXPECT_EQ(fresh.containing(other->link(50)).value()->tip(), other->tip());
    EXPECT_NE(made->tip(), other->tip());
}

TEST_F(SeedFolderTest, strange_links_and_tips_are_of_no_chain) {
    EXPECT_EQ(SeedFolder(folder).containing(Hash{}).value(), nullptr) << "no folder yet";
    ASSERT_TRUE(SeedFolder(folder).create(10));
    EXPECT_EQ(SeedFolder(folder).containing(Hash{}).value(), nullptr);
    EXPECT_EQ(SeedFolder(folder).with_tip(Hash{}).value(), nullptr);
}

TEST_F(SeedFolderTest, clear_and_encrypted_files_are_for_the_owner_only) {
    const auto clear = SeedFolder(folder).create(10).value();
    const auto sealed = SeedFolder(folder, {"pw", quick}).create(10).value();
    for (const auto& chain : {clear, sealed}) {
        struct stat status{};
        ASSERT_EQ(::stat(file_of(chain->tip()).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600U);
    }
    const auto text = read_file(file_of(sealed->tip())).value();
    EXPECT_EQ(text.find(hex(sealed->link(10))), std::string::npos);
    EXPECT_EQ(SeedFolder(folder, {"pw", quick}).with_tip(sealed->tip()).value()->link(10), sealed->link(10));
}

TEST_F(SeedFolderTest, wrong_or_missing_password_is_an_error_and_not_an_unknown_chain) {
    const auto sealed = SeedFolder(folder, {"pw", quick}).create(10).value();
    EXPECT_TRUE(SeedFolder(folder, {"px", quick})
                    .with_tip(sealed->tip())
                    .error()
                    .message.ends_with("wrong password, or the key file is damaged"));
    EXPECT_TRUE(SeedFolder(folder).containing(sealed->tip()).error().message.ends_with("needs its password"));
}

TEST_F(SeedFolderTest, any_damage_is_noticed) {
    const auto chain = SeedFolder(folder).create(1000).value();
    const auto path = file_of(chain->tip());
    const auto good = read_file(path).value();
    const auto refused = [&](const std::string& text) {
        EXPECT_TRUE(write_file(path, text, Privacy::owner_only));
        return !SeedFolder(folder).with_tip(chain->tip());
    };
    for (std::size_t size = 0; size + 2 < good.size(); ++size) EXPECT_TRUE(refused(good.substr(0, size)));
    for (const auto& [from, to] : {std::pair{"\"1000\"", "\"1001\""},
                                   {"\"1000\"", "\"0\""},
                                   {"\"1000\"", "\"99999999999\""},
                                   {"\"1000\"", "\"x\""},
                                   {"secret", "Secret"}}) {
        auto text = good;
        EXPECT_TRUE(refused(text.replace(text.find(from), std::string_view(from).size(), to))) << to;
    }
    auto secret = good;
    auto& digit = secret[secret.find("secret\":\"") + 9];
    digit = digit == '0' ? '1' : '0';
    EXPECT_TRUE(refused(secret));
}

TEST_F(SeedFolderTest, a_damaged_file_hides_no_whole_one_and_is_named) {
    const auto needed = SeedFolder(folder).create(10).value();
    Hash low, high;
    high[0] = 0xff;
    ASSERT_TRUE(write_file(file_of(low), "", Privacy::owner_only));
    ASSERT_TRUE(write_file(file_of(high), read_file(file_of(needed->tip())).value(), Privacy::owner_only));
    std::vector<std::string> warned;
    const auto silent = [](const std::string&) {};
    const auto warn = [&](const std::string& line) { warned.push_back(line); };
    EXPECT_EQ(SeedFolder(folder, {}, silent, warn).containing(needed->link(7)).value()->tip(), needed->tip());
    ASSERT_EQ(warned.size(), 1U);
    EXPECT_EQ(warned[0],
              "the seed file " + file_of(low).string() + " is not a JSON object; it is passed over");
    const auto unknown = SeedFolder(folder, {}, silent, warn).containing(Hash{});
    ASSERT_FALSE(unknown) << "it may be the one that is needed";
    EXPECT_NE(unknown.error().message.find(file_of(low).string()), std::string::npos);
    EXPECT_NE(unknown.error().message.find(file_of(high).string()), std::string::npos);
}

}  // namespace
}  // namespace farthing::node
