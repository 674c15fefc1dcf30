#pragma once
// What an operator is told about a journal that is not as it was written.
#include "chain/files.hpp"

namespace farthing::chain {

/// Throws StorageFailure: where, what, and what to do.
[[noreturn]] void journal_damaged(const std::filesystem::path& path, std::uint64_t offset,
                                  const std::string& what);

/// "000007.log".
std::string segment_name(std::uint32_t sequence);

}  // namespace farthing::chain
