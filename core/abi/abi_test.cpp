#include "core/abi/signature.hpp"

#include <gtest/gtest.h>

namespace farthing::abi {
namespace {

static_assert(Function<"function transfer(address to, uint256 amount) returns (bool ok)">::selector ==
              Selector{{0xa9, 0x05, 0x9c, 0xbb}});

}
}  // namespace farthing::abi
