/// PoolFactory: anyone makes a staking pool at an address known beforehand; the owner chooses the sources of
/// rewards that pools ask. Invariant: the n-th pool of a creator has one address; a pool asks only contracts
/// of this chain that the owner named.
#include "contracts/staking/pool.hpp"
#include "contracts/token/token.hpp"
#include "contracts/voting_units/voting_units.hpp"

namespace farthing::contracts {
namespace {

constexpr std::size_t sources_max = 4;
constexpr std::uint16_t wrapped_coin_id = 1;

Bytes salt_of(const Address& creator, const U256& index) {
    return abi::encode(creator, index);
}

struct PoolFactory : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<Address, U256, 1, "_poolCountOf"> pools_made{ctx};
    Slot<Array<Address>, 2, "_pools"> pools{ctx};

    using PoolCreated = abi::Event<
        "event PoolCreated(address indexed pool, address indexed creator, address indexed "
        "stakeAsset, address rewardAsset, uint256 rewardsDuration)">;
    using AssetUnsupported = abi::Error<"error PoolAssetUnsupported(address asset)">;
    using PoolUnknown = abi::Error<"error PoolUnknown(address pool)">;
    using TooManySources = abi::Error<"error PoolTooManySources(uint256 count, uint256 most)">;
    using SourceInvalid = abi::Error<"error PoolSourceInvalid(address source)">;
    using SetSources = abi::Function<"function setSources(address[] sources)">;

    Address create_pool(const Address& stake_asset, const Address& reward_asset, const U256& duration) {
        return make(ctx.caller, {stake_asset, reward_asset, duration});
    }

    void set_sources(const Address& pool, const std::vector<Address>& sources) {
        only_owner();
        require<PoolUnknown>(is_pool(pool), pool);
        require<TooManySources>(sources.size() <= sources_max, U256(sources.size()), U256(sources_max));
        for (auto at = sources.begin(); at != sources.end(); ++at)
            require<SourceInvalid>(
                ctx.marker_of(*at).has_value() && std::find(sources.begin(), at, *at) == at, *at);
        ctx.call<SetSources>(pool, sources);
    }

    U256 pool_count() { return pools.size(); }
    Address pool_at(const U256& index) {
        if (!fits_u64(index)) throw Revert{panic(PanicCode::index_out_of_bounds)};
        return pools[low_u64(index)];
    }
    U256 pool_count_of(const Address& creator) { return pools_made[creator]; }
    Address pool_address(const Address& creator, const U256& index) {
        return create2_address(ctx.self, ctx.keccak256(salt_of(creator, index)),
                               ctx.keccak256(marker_code(Pool::marker)));
    }
    bool is_pool(const Address& pool) { return ctx.marker_of(pool) == Pool::marker; }

    /// "owner": address; "stakersPool": {"rewardsDuration": seconds, "source": address}: a first pool that
    /// stakes and earns the wrapped coin, made for the owner.
    void genesis(const GenesisParams& params) {
        if (params.has("owner")) set_owner(params.address("owner"));
        if (!params.has("stakersPool")) return;
        const auto& given = params.at("stakersPool");
        const Address made = make(params.address("owner"), {wrapped_coin_address, wrapped_coin_address,
                                                            given.u256("rewardsDuration")});
        ctx.call<SetSources>(made, std::vector{given.address("source")});
    }

 private:
    // Only code of this chain is sure to move exactly what it is told, or to revert.
    void require_supported(const Address& asset) {
        const auto marker = ctx.marker_of(asset);
        require<AssetUnsupported>(marker && (marker->contract_id == wrapped_coin_id ||
                                             marker->contract_id == Token::marker.contract_id),
                                  asset);
    }

    Address make(const Address& creator, const PoolTerms& terms) {
        require_supported(terms.stake_asset);
        require_supported(terms.reward_asset);
        const U256 index = pools_made[creator];
        pools_made[creator] = index + 1;
        const Address made = ctx.create(Pool::marker, ctx.keccak256(salt_of(creator, index)),
                                        [&](Context& at_pool) { Pool{at_pool}.construct(creator, terms); });
        pools.push(made);
        if (terms.stake_asset == wrapped_coin_address) ctx.call<RegisterSource>(voting_units_address, made);
        ctx.emit<PoolCreated>(made, creator, terms.stake_asset, terms.reward_asset, terms.rewards_duration);
        return made;
    }
};

constexpr auto own_rows = table<Row>({
    function<"function createPool(address stakeAsset, address rewardAsset, uint256 rewardsDuration) returns "
             "(address pool)",
             &PoolFactory::create_pool>(
        "Makes a pool for two tokens of this chain, which may be one; the caller owns it and notifies. "
        "Streams last rewardsDuration seconds."),
    function<"function setSources(address pool, address[] sources)", &PoolFactory::set_sources>(
        "Names up to four contracts that the pool asks for rewards. Only the owner."),
    function<"function poolCount() view returns (uint256 count)", &PoolFactory::pool_count>("Pools made."),
    function<"function poolAt(uint256 index) view returns (address pool)", &PoolFactory::pool_at>(
        "The pool made as number `index`, from 0."),
    function<"function poolCountOf(address creator) view returns (uint256 count)",
             &PoolFactory::pool_count_of>("Pools that `creator` has made."),
    function<"function poolAddress(address creator, uint256 index) view returns (address pool)",
             &PoolFactory::pool_address>("Where the creator's pool of that index, from 0, is or will be."),
    function<"function isPool(address account) view returns (bool)", &PoolFactory::is_pool>(
        "Whether a pool is there."),
    event<PoolFactory::PoolCreated>("A pool was made."),
    error<PoolFactory::AssetUnsupported>("Pools take the wrapped coin and tokens of TokenFactory."),
    error<PoolFactory::PoolUnknown>("There is no pool at that address."),
    error<PoolFactory::TooManySources>("A pool asks at most four sources."),
    error<PoolFactory::SourceInvalid>("A source is a contract of this chain, named once."),
    error<Pool::DurationInvalid>("A stream lasts from one second to ten years."),
});
constexpr auto rows = join(ownable_rows<PoolFactory>, own_rows);
constexpr auto slots = table<SlotRow>({
    slot<&PoolFactory::current_owner>("Names sources; zero for nobody."),
    slot<&PoolFactory::pools_made>("Pools made, by creator."),
    slot<&PoolFactory::pools>("Every pool, oldest first."),
});

}  // namespace

Address pool_address(const Address& creator, const U256& index) {
    return create2_address(pool_factory_address, keccak256(salt_of(creator, index)),
                           keccak256(marker_code(Pool::marker)));
}

extern constexpr Module pool_factory = module<rows, slots>(
    "PoolFactory", {.id = 9, .address = pool_factory_address, .genesis = at_genesis<&PoolFactory::genesis>},
    "Makes staking pools.");

}  // namespace farthing::contracts
