#pragma once
// The sequencer's secrets on disk, as the engine asks for them.
#include "consensus/solo/solo.hpp"
#include "node/seed_folder.hpp"

namespace farthing::node {

/// Damage of a file is thrown as std::runtime_error: the engine cannot go on without its chain.
class SequencerSecrets final : public consensus::ProposerSecrets {
 public:
    SequencerSecrets(std::filesystem::path folder, std::uint64_t chain_length)
        : folder_(std::move(folder)), chain_length_(chain_length) {}

    std::shared_ptr<const fair::SeedChain> chain_of(const Hash& link) override;
    std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash& tip) override;
    std::shared_ptr<const fair::SeedChain> make_chain() override;

 private:
    SeedFolder folder_;
    std::uint64_t chain_length_;
};

}  // namespace farthing::node
