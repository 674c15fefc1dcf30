#include "contracts/token/token.hpp"

namespace farthing::contracts {
namespace {

constexpr std::uint8_t decimals_max = 36;
constexpr std::size_t name_size_max = 64;  ///< Bytes of the name, and of the symbol.

void require_name(const std::string& name) {
    require<Token::NameInvalid>(!name.empty() && name.size() <= name_size_max, U256(name.size()));
}

}  // namespace

void Token::construct(const Address& creator, const TokenTerms& terms) {
    require_name(terms.name);
    require_name(terms.symbol);
    require<DecimalsInvalid>(terms.decimals <= decimals_max, terms.decimals);
    require<InvalidCap>(terms.cap <= token_supply_max, terms.cap);
    full_name = terms.name;
    short_name = terms.symbol;
    fraction_digits = terms.decimals;
    supply_max = terms.cap == 0 ? token_supply_max : terms.cap;
    if (terms.mintable) set_owner(creator);
    if (terms.initial_supply != 0) mint_within_cap(creator, terms.initial_supply);
}

void Token::mint(const Address& to, const U256& value) {
    only_owner();
    mint_within_cap(to, value);
}

void Token::mint_within_cap(const Address& to, const U256& value) {
    // Before the cap, as OpenZeppelin's ERC20Capped.
    require<InvalidReceiver>(!to.is_zero(), to);
    const U256 increased = supply.get() + value;
    const U256 most = supply_max;
    require<ExceededCap>(increased <= most, increased, most);
    Erc20Of::mint(to, value);
}

void Token::burn(const U256& value) {
    Erc20Of::burn(ctx.caller, value);
}

void Token::burn_from(const Address& from, const U256& value) {
    spend_allowance(from, value);
    Erc20Of::burn(from, value);
}

void Token::renounce_ownership() {
    only_owner();
    set_owner({});
}

namespace {

constexpr auto own_rows = table<Row>({
    function<"function decimals() view returns (uint8)", &Token::decimals>(
        "Digits behind the point when a balance is shown."),
    function<"function cap() view returns (uint256)", &Token::cap>("The largest supply there can be."),
    function<"function mint(address to, uint256 value)", &Token::mint>(
        "Makes units, within the cap. Only the owner."),
    function<"function burn(uint256 value)", &Token::burn>("Destroys units of the caller."),
    function<"function burnFrom(address account, uint256 value)", &Token::burn_from>(
        "Destroys units of `account` within the caller's allowance."),
    function<"function renounceOwnership()", &Token::renounce_ownership>(
        "Gives up minting for ever. Only the owner."),
    error<Token::NameInvalid>("A name and a symbol have 1 to 64 bytes."),
    error<Token::DecimalsInvalid>("A token has at most 36 decimals."),
    error<Token::InvalidCap>("The cap is above 2^208 - 1."),
    error<Token::ExceededCap>("The supply would pass the cap."),
});
constexpr auto own_slots = table<SlotRow>({
    slot<&Token::current_owner>("Who may mint; zero for nobody."),
    slot<&Token::fraction_digits>("Digits behind the point."),
    slot<&Token::supply_max>("Largest supply."),
});
constexpr auto rows = join(erc20_rows<Token>, ownable_rows<Token>, own_rows, votes_rows<Token>);
constexpr auto slots = join(erc20_slots, own_slots, votes_slots<Token>);

}  // namespace

extern constexpr Module token =
    module<rows, slots>("Token", {.id = Token::marker.contract_id}, "A token made by TokenFactory.");

}  // namespace farthing::contracts
