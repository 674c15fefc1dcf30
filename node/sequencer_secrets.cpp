#include "node/sequencer_secrets.hpp"

#include "node/log.hpp"

#include <stdexcept>

namespace farthing::node {
namespace {

void log_step(const std::string& line) {
    log(LogLevel::debug, line);
}

void log_warning(const std::string& line) {
    log(LogLevel::warning, line);
}

}  // namespace

SequencerSecrets::SequencerSecrets(std::filesystem::path folder, std::uint64_t chain_length)
    : folder_(std::move(folder), {}, log_step, log_warning), chain_length_(chain_length) {}

std::shared_ptr<const fair::SeedChain> SequencerSecrets::chain_of(const Hash& link) {
    return or_damage(folder_.containing(link));
}

std::shared_ptr<const fair::SeedChain> SequencerSecrets::chain_with_tip(const Hash& tip) {
    return or_damage(folder_.with_tip(tip));
}

std::shared_ptr<const fair::SeedChain> SequencerSecrets::make_chain() {
    auto made = folder_.create(chain_length_);
    if (!made) throw std::runtime_error(made.error().message);
    return *std::move(made);
}

SeedChainPtr SequencerSecrets::or_damage(Result<SeedChainPtr> found) {
    damage_ = found ? std::string() : found.error().message;
    return found ? *std::move(found) : nullptr;
}

}  // namespace farthing::node
