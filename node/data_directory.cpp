#include "node/data_directory.hpp"

namespace farthing::node {

Result<chain::Genesis> DataDirectory::read_genesis() const {
    if (!has_chain())
        return fail("there is no chain in " + root.string() + "; `farthing init --data " + root.string() +
                    "` makes one");
    return chain::read_genesis(genesis());
}

Result<std::uint64_t> seed_chain_length(const chain::Genesis& genesis) {
    constexpr std::uint64_t standard = std::uint64_t{1} << 20;
    const auto found = genesis.contracts.members.find("Randomness");
    if (found == genesis.contracts.members.end()) return standard;
    try {
        return found->second.u64("chainLength", standard);
    } catch (const std::invalid_argument& error) {
        return fail(error.what());
    }
}

}  // namespace farthing::node
