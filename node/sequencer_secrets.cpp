#include "node/sequencer_secrets.hpp"

#include <stdexcept>

namespace farthing::node {
namespace {

SeedChainPtr or_throw(Result<SeedChainPtr> chain) {
    if (!chain) throw std::runtime_error(chain.error().message);
    return *std::move(chain);
}

}  // namespace

std::shared_ptr<const fair::SeedChain> SequencerSecrets::chain_of(const Hash& link) {
    return or_throw(folder_.containing(link));
}

std::shared_ptr<const fair::SeedChain> SequencerSecrets::chain_with_tip(const Hash& tip) {
    return or_throw(folder_.with_tip(tip));
}

std::shared_ptr<const fair::SeedChain> SequencerSecrets::make_chain() {
    return or_throw(folder_.create(chain_length_));
}

}  // namespace farthing::node
