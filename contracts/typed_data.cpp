#include "contracts/typed_data.hpp"

#include "core/crypto/eip712.hpp"

namespace farthing::contracts {

Hash domain_separator(Context& ctx, std::string_view name, std::string_view version) {
    ctx.charge(gas::keccak(name.size()) + gas::keccak(version.size()) + gas::keccak(5 * 32));
    return eip712::domain_separator({name, version, U256(ctx.block.chain_id), ctx.self});
}

DomainFields domain_fields(Context& ctx, std::string_view name, std::string_view version) {
    constexpr FixedBytes<1> name_version_chain_contract{{0x0f}};
    return {name_version_chain_contract,
            std::string(name),
            std::string(version),
            U256(ctx.block.chain_id),
            ctx.self,
            Hash{},
            {}};
}

}  // namespace farthing::contracts
