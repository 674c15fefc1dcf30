#pragma once
// The token that TokenFactory makes.
#include "contracts/ownable.hpp"
#include "contracts/token/erc20.hpp"
#include "contracts/votes/votes.hpp"

namespace farthing::contracts {

/// What a new token is to be; checked by Token::construct.
struct TokenTerms {
    std::string name;
    std::string symbol;
    std::uint8_t decimals = 18;
    U256 initial_supply;
    U256 cap;  ///< Largest supply; 0 for none but 2^208 − 1.
    bool mintable = false;
};

/// A factory-made ERC-20 with votes (OpenZeppelin's ERC20Votes): a unit held is a voting unit, counted once
/// its holder delegates. Only the owner mints, within the cap; a token that is not mintable has no owner.
struct Token : Votes<Owned<Erc20Of<Token>, 6>, 8> {
    Slot<std::uint8_t, 6, "_decimals", 20> fraction_digits{ctx};
    Slot<U256, 7, "_cap"> supply_max{ctx};

    using NameInvalid = abi::Error<"error TokenNameInvalid(uint256 length)">;
    using DecimalsInvalid = abi::Error<"error TokenDecimalsInvalid(uint8 decimals)">;
    using InvalidCap = abi::Error<"error ERC20InvalidCap(uint256 cap)">;
    using ExceededCap = abi::Error<"error ERC20ExceededCap(uint256 increasedSupply, uint256 cap)">;

    static constexpr Marker marker{32, 1};

    std::uint8_t decimals() { return fraction_digits; }
    U256 cap() { return supply_max; }
    void mint(const Address& to, const U256& value);
    void burn(const U256& value);
    void burn_from(const Address& from, const U256& value);
    void renounce_ownership();

    /// Erc20Of's word of each move.
    void moved(const Address& from, const Address& to, const U256& value) {
        move_voting_units(from, to, value);
    }

    /// Runs once, in the account that the factory has just made.
    void construct(const Address& creator, const TokenTerms& terms);

 private:
    void mint_within_cap(const Address& to, const U256& value);
};

}  // namespace farthing::contracts
