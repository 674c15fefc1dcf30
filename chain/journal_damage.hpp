#pragma once
// What an operator is told about a journal that is not as it was written.
#include "chain/files.hpp"

namespace farthing::chain {

/// Throws StorageFailure: where, what, and what to do; `advice` is a sentence more, led by a space.
[[noreturn]] void journal_damaged(const std::filesystem::path& path, std::uint64_t offset,
                                  const std::string& what, const std::string& advice = "");

/// What to do about a journal that ends before what was acknowledged, if its directory is a copy.
std::string copy_advice();

/// "000007.log".
std::string segment_name(std::uint32_t sequence);

}  // namespace farthing::chain
