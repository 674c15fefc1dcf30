#include "node/revert_text.hpp"

#include "contracts/module.hpp"
#include "core/abi/value.hpp"
#include "core/base/hex.hpp"

namespace farthing::node {
namespace {

/// The signature of the error with this selector; empty when no contract declares it.
std::string_view declared_error(const abi::Selector& selector) {
    for (const auto* module : contracts::all_modules())
        for (const auto& row : module->rows)
            if (row.decl.kind == abi::Kind::error && row.selector == selector) return row.signature.view();
    return {};
}

}  // namespace

std::string revert_text(ByteView data) {
    if (data.size() < 4) return hex0x(data);
    const auto selector = abi::Selector::from(data.first(4));
    auto signature = declared_error(selector);
    if (signature.empty() && selector == abi::Selector{{0x08, 0xc3, 0x79, 0xa0}}) signature = "Error(string)";
    const auto known = abi::parse_signature(signature);
    if (signature.empty() || !known) return hex0x(data);
    const auto values = abi::decode_values(known->inputs, data.subspan(4));
    if (!values) return hex0x(data);
    return std::string(signature.substr(0, signature.find('('))) + abi::to_text(known->inputs, *values);
}

}  // namespace farthing::node
