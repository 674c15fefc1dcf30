#include "chain/genesis.hpp"

#include "contracts/module.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <boost/json.hpp>

#include <fstream>

namespace farthing::chain {
namespace {

namespace json = boost::json;

Result<std::string> text_of(const json::value& value, std::string_view key) {
    if (const auto* text = value.if_string()) return std::string(*text);
    return fail("genesis: \"" + std::string(key) + "\" must be a string");
}

/// A JSON number, or a string of decimal or hex digits where a number would not fit.
Result<U256> amount_of(const json::value& value, std::string_view key) {
    if (const auto* number = value.if_int64(); number != nullptr && *number >= 0) return U256(*number);
    if (const auto* number = value.if_uint64()) return U256(*number);
    if (const auto* text = value.if_string())
        if (auto parsed = parse_u256(*text)) return parsed;
    return fail("genesis: \"" + std::string(key) + "\" must be a whole number");
}

Result<std::uint64_t> u64_of(const json::value& value, std::string_view key) {
    TRY(const auto amount, amount_of(value, key));
    if (!fits_u64(amount)) return fail("genesis: \"" + std::string(key) + "\" exceeds 64 bits");
    return low_u64(amount);
}

Result<void> read_allocations(const json::value& value, Genesis& genesis) {
    const auto* members = value.if_object();
    if (members == nullptr) return fail("genesis: \"alloc\" must be an object of address → wei");
    for (const auto& [key, amount] : *members) {
        TRY(const auto address, address_from_hex(key));
        TRY(const auto balance, amount_of(amount, key));
        genesis.allocations.push_back({address, balance});
    }
    return {};
}

Result<void> read_allocation_file_name(const json::value& value, const std::filesystem::path& directory,
                                       Genesis& genesis) {
    const auto* object = value.if_object();
    if (object == nullptr || object->size() != 2 || !object->contains("path") || !object->contains("sha256"))
        return fail("genesis: \"allocFile\" must be {\"path\": …, \"sha256\": …}");
    TRY(const auto name, text_of(object->at("path"), "allocFile.path"));
    TRY(const auto sum, text_of(object->at("sha256"), "allocFile.sha256"));
    TRY(const auto expected, hash_from_hex(sum));
    genesis.allocation_file = AllocationFile{directory / name, expected};
    return {};
}

/// One line an account, "0xaddress,wei"; kept apart so that millions stay readable.
Result<void> read_allocation_file(const AllocationFile& file, std::vector<Allocation>& to) {
    const auto name = file.path.filename().string();
    std::ifstream in(file.path, std::ios::binary);
    if (!in) return fail("genesis: cannot read " + file.path.string());
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    if (sha256(as_bytes(content)) != file.sha256)
        return fail("genesis: " + name + " does not have the SHA-256 that the genesis file names");
    std::size_t line_number = 0;
    for (std::size_t at = 0; at < content.size();) {
        const auto end = std::min(content.find('\n', at), content.size());
        const auto line = std::string_view(content).substr(at, end - at);
        at = end + 1;
        ++line_number;
        const auto comma = std::min(line.find(','), line.size());
        const auto address = address_from_hex(line.substr(0, comma));
        const auto balance = parse_u256(line.substr(std::min(comma + 1, line.size())));
        if (!address || !balance)
            return fail("genesis: " + name + " line " + std::to_string(line_number) +
                        ": expected address,wei");
        to.push_back({*address, *balance});
    }
    return {};
}

Result<void> check_allocations(std::vector<Allocation>& allocations) {
    std::ranges::sort(allocations, {}, &Allocation::address);
    const auto twice = std::ranges::adjacent_find(allocations, {}, &Allocation::address);
    if (twice != allocations.end()) return fail("genesis: " + hex0x(twice->address) + " is allocated twice");
    boost::multiprecision::uint512_t total = 0;
    for (const auto& allocation : allocations) total += boost::multiprecision::uint512_t(allocation.balance);
    // Far from the edge: no sum or product of balances and prices comes near 2^256.
    if ((total >> 128) != 0) return fail("genesis: the allocations exceed 2^128 wei");
    return {};
}

/// The tree below "contracts", with every number as its text.
Result<contracts::GenesisParams> read_params(const json::value& value, const std::string& path) {
    contracts::GenesisParams out;
    if (const auto* text = value.if_string()) {
        out.text = std::string(*text);
    } else if (value.is_int64() || value.is_uint64()) {
        out.text = json::serialize(value);
    } else if (const auto* members = value.if_object()) {
        for (const auto& [key, member] : *members) {
            TRY(out.members[std::string(key)], read_params(member, path + "." + std::string(key)));
        }
    } else {
        return fail("genesis: \"" + path + "\" must be a string, a whole number or an object");
    }
    return out;
}

Result<void> read_contracts(const json::value& value, Genesis& genesis) {
    if (!value.is_object()) return fail("genesis: \"contracts\" must be an object");
    TRY(genesis.contracts, read_params(value, "contracts"));
    for (const auto& [name, params] : genesis.contracts.members)
        if (contracts::find_module(name) == nullptr)
            return fail("genesis: there is no contract named \"" + name + "\"");
    return {};
}

Result<void> read_member(std::string_view key, const json::value& value,
                         const std::filesystem::path& directory, Genesis& genesis) {
    const auto set_u64 = [&](std::uint64_t& to) -> Result<void> {
        TRY(to, u64_of(value, key));
        return {};
    };
    if (key == "chainId") return set_u64(genesis.chain_id);
    if (key == "timestamp") return set_u64(genesis.timestamp);
    if (key == "blockGasLimit") return set_u64(genesis.block_gas_limit);
    if (key == "txGasMax") return set_u64(genesis.tx_gas_max);
    if (key == "alloc") return read_allocations(value, genesis);
    if (key == "allocFile") return read_allocation_file_name(value, directory, genesis);
    if (key == "contracts") return read_contracts(value, genesis);
    if (key == "baseFeeFloor") {
        TRY(genesis.base_fee_floor, amount_of(value, key));
        return {};
    }
    if (key != "symbol" && key != "sequencer" && key != "sequencerTip")
        return fail("genesis: unknown member \"" + std::string(key) + "\"");
    TRY(const auto text, text_of(value, key));
    if (key == "symbol") {
        genesis.symbol = text;
    } else if (key == "sequencer") {
        TRY(genesis.sequencer, address_from_hex(text));
    } else {
        TRY(genesis.sequencer_tip, hash_from_hex(text));
    }
    return {};
}

Result<void> check(Genesis& genesis) {
    // MetaMask's limit: larger ids lose precision in its arithmetic.
    constexpr std::uint64_t chain_id_max = 4'503'599'627'370'476;
    if (genesis.chain_id == 0 || genesis.chain_id > chain_id_max)
        return fail("genesis: \"chainId\" must be between 1 and " + std::to_string(chain_id_max));
    if (genesis.symbol.empty() || genesis.symbol.size() > 16)
        return fail("genesis: \"symbol\" must have 1 to 16 characters");
    if (genesis.sequencer.is_zero()) return fail("genesis: \"sequencer\" is missing");
    if (genesis.sequencer_tip.is_zero()) return fail("genesis: \"sequencerTip\" is missing");
    if (genesis.block_gas_limit < 1'000'000)
        return fail("genesis: \"blockGasLimit\" must be at least 1000000");
    if (genesis.tx_gas_max > genesis.block_gas_limit)
        return fail("genesis: \"txGasMax\" must not exceed \"blockGasLimit\"");
    return check_allocations(genesis.allocations);
}

}  // namespace

Result<Genesis> parse_genesis(std::string_view text, const std::filesystem::path& directory) {
    boost::system::error_code error;
    const auto parsed = json::parse(text, error);
    if (error) return fail("genesis: not JSON: " + error.message());
    const auto* members = parsed.if_object();
    if (members == nullptr) return fail("genesis: expected an object");
    Genesis genesis;
    for (const auto& [key, value] : *members)
        if (auto ok = read_member(key, value, directory, genesis); !ok)
            return fail(ok.error().message.starts_with("genesis: ")
                            ? ok.error().message
                            : "genesis: \"" + std::string(key) + "\": " + ok.error().message);
    if (auto ok = check(genesis); !ok) return std::unexpected(ok.error());
    genesis.file = {text.begin(), text.end()};
    return genesis;
}

Result<std::vector<Allocation>> all_allocations(const Genesis& genesis) {
    auto out = genesis.allocations;
    if (!genesis.allocation_file) return out;
    if (auto ok = read_allocation_file(*genesis.allocation_file, out); !ok)
        return std::unexpected(ok.error());
    if (auto ok = check_allocations(out); !ok) return std::unexpected(ok.error());
    return out;
}

Result<Genesis> read_genesis(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("cannot read the genesis file " + path.string());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return parse_genesis(text, path.parent_path());
}

}  // namespace farthing::chain
