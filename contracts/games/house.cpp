// A house's terms and money.
#include "contracts/games/games.hpp"

#include <stdexcept>

namespace farthing::contracts {
namespace {

constexpr std::uint64_t houses_max = (std::uint64_t{1} << 24) - 1;

bool limits_fit(const Limits& l, const Rules& rules) {
    return l.bet_bps >= 1 && l.bet_bps <= rules.bet_bps_max && l.round_bps >= l.bet_bps &&
           l.round_bps <= rules.round_bps_max && l.open_bps >= l.round_bps &&
           l.open_bps <= rules.open_bps_max && l.games != 0;
}

template <class T>
T small(const GenesisParams& params, std::string_view name, T otherwise, std::uint64_t least,
        std::uint64_t most) {
    const auto v = params.u64(name, otherwise);
    if (v < least || v > most)
        throw std::invalid_argument("genesis: Games." + std::string(name) + " must be from " +
                                    std::to_string(least) + " to " + std::to_string(most));
    return static_cast<T>(v);
}

}  // namespace

Amount to_amount(const U256& amount) {
    require<Games::AmountTooLarge>((amount >> 128) == 0);
    return amount;
}

void Games::genesis(const GenesisParams& params) {
    Rules r;
    r.entropy_delay = small(params, "entropyDelay", r.entropy_delay, 1, 8);
    r.deadline_blocks = small(params, "deadlineBlocks", r.deadline_blocks, 10, 10'000'000);
    r.deadline_s = small(params, "deadlineSeconds", r.deadline_s, 0, 30 * 86'400);
    r.stall_blocks = small(params, "stallBlocks", r.stall_blocks, 1, 10'000'000);
    r.bet_bps_max = small(params, "betBpsMax", r.bet_bps_max, 1, 10'000);
    r.round_bps_max = small(params, "roundBpsMax", r.round_bps_max, r.bet_bps_max, 10'000);
    r.open_bps_max = small(params, "openBpsMax", r.open_bps_max, r.round_bps_max, 10'000);
    r.loosening_s = small(params, "looseningSeconds", r.loosening_s, 0, 366 * 86'400);
    rules_ = r;
    if (!params.has("house")) return;

    // A first house whose money the genesis file allocates to this contract as native coin.
    const auto& given = params.at("house");
    const auto vault = given.u256("vault"), bond = given.u256("bond");
    if (ctx.balance_of(ctx.self) < vault + bond)
        throw std::invalid_argument("genesis: allocate the house's vault and bond to Games");
    const auto tip = given.hash("tip");
    used_tip_[tip] = true;
    House h;
    h.operator_account = given.address("operator");
    h.status = static_cast<std::uint8_t>(HouseStatus::open);
    h.asset = wrapped_coin_address;
    h.min_stake = to_amount(given.u256("minStake", 1));
    h.bet_bps = r.bet_bps_max;
    h.round_bps = r.round_bps_max;
    h.open_bps = r.open_bps_max;
    h.games = 0xffff;
    h.next_bet = std::uint64_t{1} << 40 | 1;
    h.head = tip;
    h.vault = to_amount(vault);
    h.bond = to_amount(bond);
    ctx.call_paying<abi::Function<"function deposit() payable">>(wrapped_coin_address, vault + bond);
    houses_[1] = h;
    house_count_ = 1;
}

std::uint64_t Games::register_house(const Address& asset, const U256& bond, const Hash& tip,
                                    const Limits& limits) {
    require<ZeroAmount>(bond > 0);
    require<BadLimits>(limits_fit(limits, rules_));
    take_tip(tip);
    const auto id = house_count_.get() + 1;
    require<TooManyHouses>(id <= houses_max);
    house_count_ = id;

    House h;
    h.operator_account = ctx.caller;
    h.status = static_cast<std::uint8_t>(HouseStatus::open);
    h.asset = asset;
    h.min_stake = limits.min_stake;
    h.bet_bps = limits.bet_bps;
    h.round_bps = limits.round_bps;
    h.open_bps = limits.open_bps;
    h.games = limits.games;
    h.next_bet = id << 40 | 1;
    h.head = tip;
    h.bond = to_amount(bond);
    houses_[id] = h;
    ctx.emit<HouseRegistered>(id, ctx.caller, asset, bond);
    ctx.emit<TipRegistered>(id, tip, h.chain_start);

    take(asset, bond);
    return id;
}

void Games::fund(std::uint64_t house, const U256& amount) {
    const House stored = open_house(house);
    House h = stored;
    require<ZeroAmount>(amount > 0);
    h.vault = to_amount(h.vault.value() + amount);
    to_amount(h.vault.value() + h.escrow.value());  // Lost stakes must fit, too.
    houses_[house].replace(stored, h);
    ctx.emit<Funded>(house, ctx.caller, amount);
    take(h.asset, amount);
}

void Games::withdraw(std::uint64_t house, const U256& amount) {
    const House stored = own_house(house);
    House h = stored;
    require<ZeroAmount>(amount > 0);
    require<InsufficientFree>(amount <= h.bankroll(), h.bankroll(), amount);
    h.vault = h.vault.value() - amount;
    houses_[house].replace(stored, h);
    ctx.emit<Withdrawn>(house, ctx.caller, amount);
    pay_out(h.asset, ctx.caller, amount);
}

void Games::add_bond(std::uint64_t house, const U256& amount) {
    const House stored = open_house(house);
    House h = stored;
    require<ZeroAmount>(amount > 0);
    h.bond = to_amount(h.bond.value() + amount);
    houses_[house].replace(stored, h);
    ctx.emit<BondAdded>(house, ctx.caller, amount);
    take(h.asset, amount);
}

void Games::withdraw_bond(std::uint64_t house, const U256& amount) {
    const House stored = own_house(house);
    House h = stored;
    require<ZeroAmount>(amount > 0);
    const U256 free = h.bond.value() - h.reserved.value();
    require<InsufficientFree>(amount <= free, free, amount);
    h.bond = h.bond.value() - amount;
    houses_[house].replace(stored, h);
    ctx.emit<BondWithdrawn>(house, ctx.caller, amount);
    pay_out(h.asset, ctx.caller, amount);
}

void Games::stop(std::uint64_t house) {
    const House stored = own_house(house);
    House h = stored;
    require<HouseStopped>(h.is_open(), house);
    h.status = static_cast<std::uint8_t>(HouseStatus::stopped);
    houses_[house].replace(stored, h);
    ctx.emit<Stopped>(house);
}

// Which chain decides a round is fixed when the round opens: rounds that exist keep the old one, later rounds
// use the new one. Were it decided at the reveal, the operator could pick the better of two seeds.
void Games::set_next_tip(std::uint64_t house, const Hash& tip) {
    const House stored = own_house(house);
    House h = stored;
    require<HouseStopped>(h.is_open(), house);
    require<TipPending>(h.next_tip.is_zero(), h.next_tip);
    take_tip(tip);
    if (h.has_unrevealed()) {
        h.next_tip = tip;
        h.switch_round = h.next_round;
    } else {
        h.head = tip;
        h.chain_start = h.next_round;
    }
    houses_[house].replace(stored, h);
    ctx.emit<TipRegistered>(house, tip, h.next_round);
}

House Games::open_house(std::uint64_t house) {
    House h = houses_[house];
    require<HouseNotFound>(h.status != 0, house);
    require<HouseStopped>(h.is_open(), house);
    return h;
}

House Games::own_house(std::uint64_t house) {
    House h = houses_[house];
    require<HouseNotFound>(h.status != 0, house);
    require<NotOperator>(ctx.caller == h.operator_account, h.operator_account);
    return h;
}

void Games::take_tip(const Hash& tip) {
    require<BadTip>(!tip.is_zero());
    require<TipAlreadyUsed>(!used_tip_[tip], tip);
    used_tip_[tip] = true;
}

}  // namespace farthing::contracts
