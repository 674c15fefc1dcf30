// What comes out of a contract is what its rows declare: results, errors and events, to the byte.
#include "contracts/testing/fuzz_world.hpp"
#include "core/abi/value.hpp"

namespace farthing::contracts::testing {
namespace {

std::string type_text(const Row& row, std::string_view type) {
    const abi::TypeText parts(type);
    for (const auto* info : row.structs) {
        if (info == nullptr || info->decl.name != parts.base) continue;
        std::string out;
        for (std::size_t i = 0; i < info->decl.in_count; ++i)
            out += (i == 0 ? "(" : ",") + type_text(row, info->decl.in[i].type);
        return out + ")" + std::string(parts.suffix);
    }
    return std::string(type);
}

/// The type, parsed once a row.
const abi::Type& type_of(std::map<const Row*, abi::Type>& known, const Row& row,
                         const abi::Decl::Params& params, std::size_t count) {
    auto found = known.find(&row);
    if (found == known.end()) {
        auto parsed = abi::parse_type(tuple_text(row, params, count, row.decl.kind == abi::Kind::event));
        FARTHING_CHECK(parsed.has_value());
        found = known.emplace(&row, *std::move(parsed)).first;
    }
    return found->second;
}

/// Exactly the bytes that encode values of the type.
bool is_encoding(const abi::Type& type, ByteView bytes) {
    const auto values = abi::decode_values(type, bytes);
    if (!values) return false;
    const auto again = abi::encode_values(type, *values);
    return again && std::ranges::equal(*again, bytes);
}

/// Every contract's errors by selector, with the two that Solidity itself knows.
const std::map<abi::Selector, abi::Type>& error_types() {
    static const auto all = [] {
        std::map<abi::Selector, abi::Type> out;
        for (const auto* signature : {"Error(string)", "Panic(uint256)"}) {
            const auto parsed = abi::parse_signature(signature).value();
            out.emplace(parsed.selector, parsed.inputs);
        }
        for (const Module* module : all_modules())
            for (const Row& row : module->rows)
                if (row.decl.kind == abi::Kind::error)
                    out.emplace(row.selector,
                                abi::parse_type(tuple_text(row, row.decl.in, row.decl.in_count)).value());
        return out;
    }();
    return all;
}

}  // namespace

std::string tuple_text(const Row& row, const abi::Decl::Params& params, std::size_t count,
                       bool only_unindexed) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        if (!only_unindexed || !params[i].indexed)
            out += (out.empty() ? "" : ",") + type_text(row, params[i].type);
    return "(" + out + ")";
}

void FuzzWorld::check_output(const Module& module, ByteView data, ByteView output) {
    if (data.size() < 4) {
        FARTHING_CHECK(data.empty() && module.receive != nullptr && output.empty());
        return;
    }
    static std::map<const Row*, abi::Type> types;
    const auto selector = abi::Selector::from(data.first(4));
    for (const Row& row : module.rows) {
        if (row.decl.kind != abi::Kind::function || row.selector != selector) continue;
        if (row.decl.read_only()) FARTHING_CHECK(!host.touched());
        FARTHING_CHECK(is_encoding(type_of(types, row, row.decl.out, row.decl.out_count), output));
        return;
    }
    check_failed("a call that no row declares succeeded");
}

/// A contract that is called by another one, and bytes that a caller made up, may revert with nothing.
void FuzzWorld::check_revert(ByteView data) {
    if (data.empty()) return;
    FARTHING_CHECK(data.size() >= 4);
    const auto known = error_types().find(abi::Selector::from(data.first(4)));
    FARTHING_CHECK(known != error_types().end());
    FARTHING_CHECK(is_encoding(known->second, data.subspan(4)));
}

void FuzzWorld::check_log(const Log& log) {
    static std::map<const Row*, abi::Type> types;
    const auto* module = module_at(log.address);
    FARTHING_CHECK(module != nullptr && !log.topics.empty() && log.topics.size() <= 4);
    for (const Row& row : module->rows) {
        if (row.decl.kind != abi::Kind::event || row.topic != log.topics[0]) continue;
        std::size_t indexed = 0;
        for (std::size_t i = 0; i < row.decl.in_count; ++i) indexed += row.decl.in[i].indexed;
        FARTHING_CHECK(log.topics.size() == 1 + indexed);
        FARTHING_CHECK(is_encoding(type_of(types, row, row.decl.in, row.decl.in_count), log.data));
        // Who is named may hold something from now on.
        for (const auto& topic : log.topics)
            if (std::ranges::all_of(ByteView(topic).first(12), [](std::uint8_t b) { return b == 0; }))
                seen_.insert(Address::from(ByteView(topic).subspan(12)));
        return;
    }
    check_failed("an event that no row declares was logged");
}

}  // namespace farthing::contracts::testing
