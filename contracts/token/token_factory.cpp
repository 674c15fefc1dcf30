/// TokenFactory: anyone makes an ERC-20 token of given terms at an address known beforehand.
/// Invariants: the n-th token of a creator has one address; every token stands once in the list; making a
/// token moves nothing but its own supply.
#include "contracts/token/token.hpp"

namespace farthing::contracts {
namespace {

struct TokenFactory {
    Context& ctx;

    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<Address, U256, 0, "_tokenCount"> tokens_made{ctx};
    Slot<Array<Address>, 1, "_tokens"> tokens{ctx};

    using TokenCreated = abi::Event<
        "event TokenCreated(address indexed token, address indexed creator, string name, string symbol, "
        "uint8 decimals, uint256 initialSupply, uint256 cap, bool mintable)">;

    Address create_token(const std::string& name, const std::string& symbol, std::uint8_t decimals,
                         const U256& initial_supply, const U256& cap, bool mintable) {
        const U256 index = tokens_made[ctx.caller];
        tokens_made[ctx.caller] = index + 1;
        const TokenTerms terms{name, symbol, decimals, initial_supply, cap, mintable};
        const Address made = ctx.create(Token::marker, salt(ctx.caller, index), [&](Context& at_token) {
            Token{at_token}.construct(ctx.caller, terms);
        });
        tokens.push(made);
        ctx.emit<TokenCreated>(made, ctx.caller, name, symbol, decimals, initial_supply, cap, mintable);
        return made;
    }

    // No overload of tokenCount(address): ethers would take an address for its own options.
    U256 total_tokens() { return tokens.size(); }
    Address token_at(const U256& index) {
        if (index >= tokens.size()) throw Revert{panic(PanicCode::index_out_of_bounds)};
        return tokens[low_u64(index)];
    }
    U256 token_count(const Address& creator) { return tokens_made[creator]; }

    Address token_address(const Address& creator, const U256& index) {
        return create2_address(ctx.self, salt(creator, index), ctx.keccak256(marker_code(Token::marker)));
    }

 private:
    Hash salt(const Address& creator, const U256& index) {
        return ctx.keccak256(abi::encode(creator, index));
    }
};

constexpr auto rows = table<Row>({
    function<"function createToken(string name, string symbol, uint8 decimals, uint256 initialSupply, "
             "uint256 cap, bool mintable) returns (address token)",
             &TokenFactory::create_token>("Makes a token and gives its first supply to the caller, who owns "
                                          "it if it is mintable. Cap 0 means none "
                                          "but 2^208 - 1."),
    function<"function totalTokens() view returns (uint256 count)", &TokenFactory::total_tokens>(
        "Tokens made by anyone."),
    function<"function tokenAt(uint256 index) view returns (address token)", &TokenFactory::token_at>(
        "The token of that index, from 0, in order of making; Panic 0x32 beyond the last."),
    function<"function tokenCount(address creator) view returns (uint256 count)", &TokenFactory::token_count>(
        "Tokens that `creator` has made."),
    function<"function tokenAddress(address creator, uint256 index) view returns (address token)",
             &TokenFactory::token_address>("Where the creator's token of that index, from 0, is or will be."),
    event<TokenFactory::TokenCreated>("A token was made."),
    error<Token::NameInvalid>("A name and a symbol have 1 to 64 bytes."),
    error<Token::DecimalsInvalid>("A token has at most 36 decimals."),
    error<Token::InvalidCap>("The cap is above 2^208 - 1."),
    error<Token::ExceededCap>("The first supply is above the cap."),
});
constexpr auto slots = table<SlotRow>({
    slot<&TokenFactory::tokens_made>("Tokens made, by creator."),
    slot<&TokenFactory::tokens>("Every token, in order of making."),
});

}  // namespace

extern constexpr Module token_factory =
    module<rows, slots>("TokenFactory", {.id = 2, .address = address("fa0002")}, "Makes ERC-20 tokens.");

}  // namespace farthing::contracts
