#pragma once
// Small files of the operator: written whole or not at all, secrets for the owner's eyes only.
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace farthing::node {

enum class Privacy { everyone_reads, owner_only };

/// The whole file. Refuses files over 64 MiB: nothing of the operator's is larger.
Result<std::string> read_file(const std::filesystem::path& path);

/// Writes beside the target, syncs, then renames over it: after a crash there is the old file or the new one.
Result<void> write_file(const std::filesystem::path& path, std::string_view content, Privacy privacy);

/// As write_file, but an existing file is left alone and reported.
Result<void> create_file(const std::filesystem::path& path, std::string_view content, Privacy privacy);

/// The directory and its parents. With `owner_only` the directory itself gets mode 0700.
Result<void> make_directory(const std::filesystem::path& path, Privacy privacy);

/// Bytes from the operating system's generator. Stops the process if there is none.
Bytes random_bytes(std::size_t count);

/// Overwrites in a way the optimiser may not remove.
void wipe(void* memory, std::size_t size);
inline void wipe(std::string& text) {
    wipe(text.data(), text.size());
}
inline void wipe(Bytes& bytes) {
    wipe(bytes.data(), bytes.size());
}

}  // namespace farthing::node
