#pragma once
// The secrets of seed chains, by tip. A file is written before its tip is used anywhere, and never deleted:
// bets made under a tip can be answered only with its secret.
#include "core/base/result.hpp"
#include "core/fair/chain.hpp"
#include "node/keystore.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace farthing::node {

using SeedChainPtr = std::shared_ptr<const fair::SeedChain>;

/// How the files protect the secrets: in clear for the owner's eyes (mode 0600; a sequencer starts
/// unattended), or in Web3 Secret Storage under a password.
struct SeedProtection {
    std::optional<std::string> password;
    ScryptCost cost;
};

/// Hears a line before each step that may take seconds.
using Progress = std::function<void(const std::string&)>;
/// For a person at a terminal.
void tell_on_stderr(const std::string& line);

/// Files <tip>.json in one folder. Not thread-safe, nor are the chains it gives.
class SeedFolder {
 public:
    explicit SeedFolder(
        std::filesystem::path folder, SeedProtection protection = {},
        Progress progress = [](const std::string&) {}, Progress warn = tell_on_stderr)
        : folder_(std::move(folder)),
          protection_(std::move(protection)),
          progress_(std::move(progress)),
          warn_(std::move(warn)) {}

    /// A fresh chain from the system's randomness, durable before this returns.
    Result<SeedChainPtr> create(std::uint64_t length);
    /// The chain with this tip; null when it is not here. Errors: a damaged file, a wrong password.
    Result<SeedChainPtr> with_tip(const Hash& tip);
    /// The chain that `link` belongs to, whatever its place in it; null when it is of none of ours. A file
    /// that cannot be used is warned of and passed over; when no other holds the link, it is the error.
    Result<SeedChainPtr> containing(const Hash& link);

 private:
    std::filesystem::path path_of(const Hash& tip) const;
    Result<SeedChainPtr> read(const std::filesystem::path& path) const;

    std::filesystem::path folder_;
    SeedProtection protection_;
    Progress progress_;
    Progress warn_;
    std::map<Hash, SeedChainPtr> loaded_;  ///< By tip.
};

}  // namespace farthing::node
