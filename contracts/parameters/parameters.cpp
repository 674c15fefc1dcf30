/// Parameters: the chain's numbers that may change without a new binary.
/// Invariant: a number that is set lies within its bounds.
#include "contracts/parameters/parameters.hpp"

#include "contracts/ownable.hpp"
#include "core/base/check.hpp"

namespace farthing::contracts {
namespace {

constexpr std::uint64_t bps_all = 10'000;

/// The dearest reveal that a house may owe, 64 bets in a token, fits: an owner must not be able to make it
/// impossible and its bond forfeit.
constexpr std::uint64_t gas_limit_min = 30'000'000;

constexpr std::array known{
    ParameterBounds{"baseFeeFloor", 0, 1'000'000'000'000'000,
                    "Wei per gas below which the base fee never falls."},
    ParameterBounds{"blockGasLimit", gas_limit_min, 1'000'000'000'000, "Gas of one block."},
    ParameterBounds{
        "feeStakersBps", 0, 10'000,
        "Share of the base fees, of 10,000, that goes to the stakers' pool instead of being burnt."},
    ParameterBounds{"feeTreasuryBps", 0, 10'000,
                    "Share of the base fees, of 10,000, that goes to the treasury; at most what the stakers "
                    "leave."},
    ParameterBounds{"txGasMax", gas_limit_min, 1'000'000'000'000,
                    "Gas of one transaction; the block's limit holds, too."},
};

const ParameterBounds* find_bounds(std::string_view name) {
    const auto found = std::ranges::find(known, name, &ParameterBounds::name);
    return found == known.end() ? nullptr : &*found;
}

/// A number and whether it was ever set; while it was not, the number is the genesis file's.
struct Parameter {
    abi::Uint<248> value;
    bool set = false;
    using Abi =
        abi::Struct<"struct Parameter { uint248 value; bool isSet; }", &Parameter::value, &Parameter::set>;
};

struct Parameters : Owned<Unowned, 0> {
    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<std::string, Parameter, 1, "_values"> values{ctx};

    using Set = abi::Event<"event ParameterSet(string name, uint256 value)">;
    using Unknown = abi::Error<"error ParameterUnknown(string name)">;
    using OutOfBounds =
        abi::Error<"error ParameterOutOfBounds(string name, uint256 value, uint256 min, uint256 max)">;

    void set(const std::string& name, const U256& value) {
        only_owner();
        store(name, value);
    }

    std::tuple<U256, bool> get(const std::string& name) {
        require<Unknown>(find_bounds(name) != nullptr, name);
        const Parameter p = values[name];
        return {p.value, p.set};
    }

    std::tuple<U256, U256, U256> in_force_within(const std::string& name) {
        const auto* of = find_bounds(name);
        require<Unknown>(of != nullptr, name);
        return {in_force(name), of->min, of->max};
    }

    /// What the chain goes by. A transaction has room in a block; the treasury gets what the stakers leave.
    U256 in_force(const std::string& name) {
        const U256 value = values[name].get().value;
        if (name == "txGasMax") return std::min(value, in_force("blockGasLimit"));
        if (name == "feeTreasuryBps") return std::min<U256>(value, bps_all - in_force("feeStakersBps"));
        return value;
    }

    std::tuple<U256, U256> bounds(const std::string& name) {
        const auto* of = find_bounds(name);
        require<Unknown>(of != nullptr, name);
        return {of->min, of->max};
    }

    std::vector<std::string> names() {
        std::vector<std::string> out;
        out.reserve(std::size(known));
        for (const auto& p : known) out.emplace_back(p.name);
        return out;
    }

    /// "owner": address; "values": {name: number} for those that differ from the genesis file's own, which
    /// the chain gives as "chain".
    void genesis(const GenesisParams& params) {
        for (const auto& of : known) {
            const std::string name(of.name);
            if (params.has("chain") && params.at("chain").has(name))
                values[name] = Parameter{params.at("chain").u256(name), false};
        }
        if (params.has("owner")) set_owner(params.address("owner"));
        if (!params.has("values")) return;
        for (const auto& [name, text] : params.at("values").members)
            store(name, params.at("values").u256(name));
    }

 private:
    void store(const std::string& name, const U256& value) {
        const auto* of = find_bounds(name);
        require<Unknown>(of != nullptr, name);
        require<OutOfBounds>(value >= of->min && value <= of->max, name, value, U256(of->min), U256(of->max));
        values[name] = Parameter{value, true};
        ctx.emit<Set>(name, value);
    }
};

constexpr auto own_rows = table<Row>({
    function<"function set(string name, uint256 value)", &Parameters::set>(
        "Sets a number from the next block on. Only the owner."),
    function<"function get(string name) view returns (uint256 value, bool isSet)", &Parameters::get>(
        "The number as it was set last; while isSet is false, as the genesis file says."),
    function<"function inForce(string name) view returns (uint256 value, uint256 min, uint256 max)",
             &Parameters::in_force_within>("The number that the chain goes by from the next block on, and "
                                           "what it may be set to. It is less than "
                                           "get says where another number leaves less room: txGasMax within "
                                           "blockGasLimit, feeTreasuryBps beside "
                                           "feeStakersBps."),
    function<"function bounds(string name) view returns (uint256 min, uint256 max)", &Parameters::bounds>(
        "What the number may be set to."),
    function<"function names() view returns (string[])", &Parameters::names>("The numbers there are."),
    event<Parameters::Set>("A number was set."),
    error<Parameters::Unknown>("There is no number of that name."),
    error<Parameters::OutOfBounds>("The value is outside of the number's bounds."),
});
constexpr auto rows = join(ownable_rows<Parameters>, own_rows);
constexpr auto slots = table<SlotRow>({
    slot<&Parameters::current_owner>("Who may set; zero for nobody."),
    slot<&Parameters::values>("Numbers by name."),
});

constexpr Address here = address("fa0005");

}  // namespace

std::span<const ParameterBounds> known_parameters() {
    return known;
}

U256 parameter(Host& host, std::string_view name) {
    FARTHING_CHECK(find_bounds(name) != nullptr);
    return inspect<Parameters>(host, here,
                               [&](Parameters& contract) { return contract.in_force(std::string(name)); });
}

extern constexpr Module parameters =
    module<rows, slots>("Parameters", {.id = 5, .address = here, .genesis = at_genesis<&Parameters::genesis>},
                        "The chain's numbers that its owner may change within bounds.");

}  // namespace farthing::contracts
