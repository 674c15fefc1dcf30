// Tokens in and out. The books never read a balance: what moved is measured around each movement, and the
// houses' own sums say what is whose. Native houses keep the wrapped coin; players may send and get the coin
// itself.
#include "contracts/games/games.hpp"

namespace farthing::contracts {
namespace {

using BalanceOf = abi::Function<"function balanceOf(address account) view returns (uint256 balance)">;
using Transfer = abi::Function<"function transfer(address to, uint256 value) returns (bool ok)">;
using TransferFrom =
    abi::Function<"function transferFrom(address from, address to, uint256 value) returns (bool ok)">;
using Deposit = abi::Function<"function deposit() payable">;
using Withdraw = abi::Function<"function withdraw(uint256 wad)">;

/// Also finds out that there is no token at all.
U256 balance_of_self(Context& ctx, const Address& asset) {
    const auto answer = ctx.raw_call(asset, 0, BalanceOf::encode(ctx.self), true);
    const auto balance = BalanceOf::decode_output(answer.output);
    require<Games::AssetMisbehaved>(answer.success && balance.has_value(), asset);
    return std::get<0>(*balance);
}

}  // namespace

// Only unwrapping sends coin here; anything else would be lost.
void Games::receive_coin() {
    require<BadValue>(ctx.caller == wrapped_coin_address, ctx.value);
}

void Games::take(const Address& asset, const U256& amount) {
    if (ctx.value != 0) {
        require<BadValue>(asset == wrapped_coin_address && ctx.value == amount, ctx.value);
        ctx.call_paying<Deposit>(wrapped_coin_address, amount);
        return;
    }
    const auto before = balance_of_self(ctx, asset);
    const bool ok = ctx.call<TransferFrom>(asset, ctx.caller, ctx.self, amount);
    const auto after = balance_of_self(ctx, asset);
    require<AssetMisbehaved>(ok && after >= before && after - before == amount, asset);
}

void Games::pay_out(const Address& asset, const Address& to, const U256& amount) {
    const auto before = balance_of_self(ctx, asset);
    const bool ok = ctx.call<Transfer>(asset, to, amount);
    const auto after = balance_of_self(ctx, asset);
    require<AssetMisbehaved>(ok && before >= after && before - after == amount, asset);
}

void Games::pay_players(const Address& asset, const std::vector<Payment>& payments) {
    if (payments.empty()) return;
    if (asset != wrapped_coin_address) {
        for (const auto& p : payments) pay_out(asset, p.player, p.amount);
        return;
    }
    U256 sum = 0;
    for (const auto& p : payments) sum += p.amount;
    ctx.call<Withdraw>(wrapped_coin_address, sum);
    for (const auto& p : payments) {
        if (ctx.raw_call(p.player, p.amount, {}).success) continue;
        // A contract that refuses the coin must not stop the round: it gets the wrapped coin instead.
        ctx.call_paying<Deposit>(wrapped_coin_address, p.amount);
        pay_out(wrapped_coin_address, p.player, p.amount);
    }
}

}  // namespace farthing::contracts
