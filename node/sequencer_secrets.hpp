#pragma once
// The sequencer's secrets on disk, as the engine asks for them.
#include "consensus/solo/solo.hpp"
#include "node/seed_folder.hpp"

namespace farthing::node {

/// A file that cannot be read or is damaged counts as missing; `damage` tells of it.
class SequencerSecrets final : public consensus::ProposerSecrets {
 public:
    SequencerSecrets(std::filesystem::path folder, std::uint64_t chain_length);

    std::shared_ptr<const fair::SeedChain> chain_of(const Hash& link) override;
    std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash& tip) override;
    /// Throws std::runtime_error when it cannot be stored.
    std::shared_ptr<const fair::SeedChain> make_chain() override;
    std::string damage() const override { return damage_; }

 private:
    SeedChainPtr or_damage(Result<SeedChainPtr> found);

    SeedFolder folder_;
    std::uint64_t chain_length_;
    std::string damage_;
};

}  // namespace farthing::node
