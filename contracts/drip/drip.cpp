/// Drip: a community tap. Anyone fills it; each address may take a fixed sip once per interval.
/// Invariants: the balance never falls except by `sip`, and each fall is matched by one Sipped event; two
/// sips of an address lie an interval apart.
#include "contracts/module.hpp"

namespace farthing::contracts {
namespace {

constexpr std::uint64_t sip_wei = 1'000'000'000'000;
constexpr std::uint64_t interval_s = 24 * 60 * 60;

struct Drip {
    Context& ctx;

    // Slot numbers are consensus: never reuse or reorder one.
    Slot<U256, 0, "paid"> paid{ctx};
    Mapping<Address, std::uint64_t, 1, "lastSipAt"> last_sip_at{ctx};

    using Sipped = abi::Event<"event Sipped(address indexed who, uint256 amount)">;
    using TooSoon = abi::Error<"error TooSoon(uint64 availableAt)">;
    using Dry = abi::Error<"error Dry(uint256 balance, uint256 needed)">;

    U256 sip() {
        const U256 amount = sip_wei;
        const auto from = available_at(ctx.caller);
        require<TooSoon>(ctx.now >= from, from);
        const auto held = ctx.balance_of(ctx.self);
        require<Dry>(held >= amount, held, amount);

        // Effects come before the payment, so a re-entering caller finds the sip already taken.
        last_sip_at[ctx.caller] = ctx.now;
        paid += amount;
        ctx.emit<Sipped>(ctx.caller, amount);

        ctx.pay(ctx.caller, amount);
        return amount;
    }

    void fill() {}  // The value moved with the call; this only makes the intent callable.

    std::uint64_t available_at(const Address& who) {
        const std::uint64_t last = last_sip_at[who];
        return last == 0 ? 0 : last + interval_s;
    }

    U256 total_paid() { return paid; }
};

constexpr auto rows = table<Row>({
    function<"function sip() returns (uint256 amount)", &Drip::sip>("Pays one sip to the caller."),
    function<"function fill() payable", &Drip::fill>("Adds the sent value to the tap."),
    function<"function availableAt(address who) view returns (uint64 time)", &Drip::available_at>(
        "Unix seconds from which `who` may sip; 0 means now."),
    function<"function totalPaid() view returns (uint256 amount)", &Drip::total_paid>(
        "Wei paid since genesis."),
    event<Drip::Sipped>("A sip was paid."),
    error<Drip::TooSoon>("The caller's interval has not passed."),
    error<Drip::Dry>("The tap holds less than one sip."),
});
constexpr auto slots = table<SlotRow>({
    slot<&Drip::paid>("Wei paid since genesis."),
    slot<&Drip::last_sip_at>("Block time of the address's last sip, in unix seconds."),
});

}  // namespace

extern constexpr Module drip =
    module<rows, slots>("Drip", {.id = 13, .address = address("fa000d")}, "A community tap.");

}  // namespace farthing::contracts
