#pragma once
// What a contract refused, in the words of its declaration.
#include "core/base/bytes.hpp"

#include <string>

namespace farthing::node {

/// "ExposureTooLarge(1000, 2000)" when the revert data is a custom error of a contract of this binary, the
/// text of an Error(string); the hex of anything else.
std::string revert_text(ByteView data);

}  // namespace farthing::node
