#include "node/revert_text.hpp"

#include "contracts/context.hpp"
#include "core/base/hex.hpp"

#include <gtest/gtest.h>

namespace farthing::node {
namespace {

TEST(RevertText, names_the_error_with_its_arguments_and_shows_other_bytes_as_they_are) {
    using Insufficient =
        abi::Error<"error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)">;
    const auto data = Insufficient::encode(Address{}, U256(5), U256(6));
    EXPECT_EQ(revert_text(data),
              "ERC20InsufficientBalance(0x0000000000000000000000000000000000000000, 5, 6)");
    EXPECT_EQ(revert_text(contracts::error_string("too late")), "Error(\"too late\")");
    EXPECT_EQ(revert_text(ByteView(data).first(40)), hex0x(ByteView(data).first(40)));
    EXPECT_EQ(revert_text(Bytes{1, 2, 3, 4}), "0x01020304");
    EXPECT_EQ(revert_text({}), "0x");
}

}  // namespace
}  // namespace farthing::node
