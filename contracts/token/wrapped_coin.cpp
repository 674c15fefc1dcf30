/// WrappedCoin: the native coin as an ERC-20, one unit for one wei.
/// Invariant: the supply never exceeds the wei that this contract holds. Coin reaches it by deposit alone.
/// Units vote, but not here: VotingUnits hears of each move and counts them together with staked ones.
#include "contracts/token/erc20.hpp"
#include "contracts/voting_units/voting_units.hpp"

namespace farthing::contracts {
namespace {

struct WrappedCoin : Erc20Of<WrappedCoin> {
    using Deposit = abi::Event<"event Deposit(address indexed dst, uint256 wad)">;
    using Withdrawal = abi::Event<"event Withdrawal(address indexed src, uint256 wad)">;

    std::uint8_t decimals() { return 18; }

    void deposit() {
        mint(ctx.caller, ctx.value);
        ctx.emit<Deposit>(ctx.caller, ctx.value);
    }

    void withdraw(const U256& wad) {
        burn(ctx.caller, wad);
        ctx.emit<Withdrawal>(ctx.caller, wad);
        ctx.pay(ctx.caller, wad);
    }

    void moved(const Address& from, const Address& to, const U256& value) {
        ctx.call<MoveUnits>(voting_units_address, from, to, value);
    }

    void genesis(const GenesisParams& params) {
        const std::string coin = params.has("symbol") ? params.text_of("symbol") : "FAR";
        full_name = "Wrapped " + coin;
        short_name = "W" + coin;
    }
};

constexpr auto own_rows = table<Row>({
    function<"function decimals() view returns (uint8)", &WrappedCoin::decimals>("18, as the coin itself."),
    function<"function deposit() payable", &WrappedCoin::deposit>("Wraps the sent coin for the caller."),
    function<"function withdraw(uint256 wad)", &WrappedCoin::withdraw>(
        "Unwraps the caller's units and pays the coin."),
    receive<&WrappedCoin::deposit>("The same as deposit()."),
    event<WrappedCoin::Deposit>("Coin was wrapped."),
    event<WrappedCoin::Withdrawal>("Coin was unwrapped."),
});
constexpr auto rows = join(erc20_rows<WrappedCoin>, own_rows);

}  // namespace

extern constexpr Module wrapped_coin = module<rows, erc20_slots>(
    "WrappedCoin", {.id = 1, .address = address("fa0001"), .genesis = at_genesis<&WrappedCoin::genesis>},
    "The native coin as an ERC-20 token, with WETH9's interface.");

}  // namespace farthing::contracts
