#include "node/games_client.hpp"

#include "core/abi/signature.hpp"
#include "node/tx_sender.hpp"

namespace farthing::node {
namespace {

using contracts::House;
using contracts::Limits;
using contracts::Round;

using Houses = abi::Function<"function houses(uint64 house) view returns (House record)", House>;
using Rounds =
    abi::Function<"function rounds(uint64 house, uint64 round) view returns (Round record)", Round>;
using HouseCount = abi::Function<"function houseCount() view returns (uint64 count)">;
using UsedTip = abi::Function<"function usedTip(bytes32 tip) view returns (bool used)">;
using RegisterHouse = abi::Function<
    "function registerHouse(address asset, uint256 bond, bytes32 tip, Limits limits) payable returns (uint64 "
    "house)",
    Limits>;
using Fund = abi::Function<"function fund(uint64 house, uint256 amount) payable">;
using SetNextTip = abi::Function<"function setNextTip(uint64 house, bytes32 tip)">;
using Reveal = abi::Function<"function reveal(uint64 house, uint64 round, bytes32 seed)">;
using Settle = abi::Function<"function settle(uint64 house, uint64 round, uint32 max)">;

template <class F, class... A>
auto ask(RpcClient& node, const A&... arguments) -> Result<std::tuple_element_t<0, typename F::Tuple>> {
    TRY(const auto output, call_contract(node, games_address, F::encode(arguments...)));
    TRY(auto decoded, F::decode_output(output));
    return std::get<0>(std::move(decoded));
}

}  // namespace

Result<House> GamesClient::house(std::uint64_t id) {
    TRY(auto out, ask<Houses>(node_, id));
    if (out.status == static_cast<std::uint8_t>(contracts::HouseStatus::none))
        return fail("there is no house " + std::to_string(id) + " on this chain");
    return out;
}

Result<Round> GamesClient::round(std::uint64_t house, std::uint64_t round) {
    return ask<Rounds>(node_, house, round);
}

Result<std::uint64_t> GamesClient::house_count() {
    return ask<HouseCount>(node_);
}

Result<bool> GamesClient::used_tip(const Hash& tip) {
    return ask<UsedTip>(node_, tip);
}

Bytes GamesClient::register_house(const Address& asset, const U256& bond, const Hash& tip,
                                  const Limits& limits) {
    return RegisterHouse::encode(asset, bond, tip, limits);
}
Bytes GamesClient::fund(std::uint64_t house, const U256& amount) {
    return Fund::encode(house, amount);
}
Bytes GamesClient::set_next_tip(std::uint64_t house, const Hash& tip) {
    return SetNextTip::encode(house, tip);
}
Bytes GamesClient::reveal(std::uint64_t house, std::uint64_t round, const Hash& seed) {
    return Reveal::encode(house, round, seed);
}
Bytes GamesClient::settle(std::uint64_t house, std::uint64_t round, std::uint32_t bets_max) {
    return Settle::encode(house, round, bets_max);
}

}  // namespace farthing::node
