#include "contracts/print.hpp"

namespace farthing::contracts {
namespace {

using abi::Decl;
using abi::Kind;
using abi::Param;
using abi::StructInfo;
using abi::TypeText;
using Text = std::string;

Text in_quotes(std::string_view s) {
    Text out = "\"";
    for (const char c : s) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

/// Joins `each(item)` with commas.
template <class List, class Each>
Text joined(const List& list, std::string_view separator, const Each& each) {
    Text out;
    bool first = true;
    for (const auto& item : list) {
        if (!first) out += separator;
        first = false;
        out += each(item);
    }
    return out;
}

std::span<const Param> inputs(const Decl& d) {
    return std::span(d.in).first(d.in_count);
}
std::span<const Param> outputs(const Decl& d) {
    return std::span(d.out).first(d.out_count);
}

const StructInfo* find_struct(const Row& row, std::string_view type) {
    for (const auto* info : row.structs)
        if (info != nullptr && info->decl.name == TypeText(type).base) return info;
    return nullptr;
}

// --- ABI JSON -----------------------------------------------------------------------------------

class AbiPrinter {
 public:
    explicit AbiPrinter(const Module& module) : module_(module) {}

    Text entry(const Row& row) const {
        const Decl& d = row.decl;
        switch (d.kind) {
            case Kind::event:
                return R"({"anonymous":false,"inputs":)" + params(row, inputs(d), true) + name(d) +
                       R"(,"type":"event"})";
            case Kind::error:
                return R"({"inputs":)" + params(row, inputs(d), false) + name(d) + R"(,"type":"error"})";
            case Kind::receive:
                return R"({"stateMutability":"payable","type":"receive"})";
            case Kind::function:
            case Kind::structure:
                break;
        }
        return R"({"inputs":)" + params(row, inputs(d), false) + name(d) + R"(,"outputs":)" +
               params(row, outputs(d), false) + R"(,"stateMutability":)" + in_quotes(text_of(d.mutability)) +
               R"(,"type":"function"})";
    }

 private:
    static Text name(const Decl& d) { return R"(,"name":)" + in_quotes(d.name); }

    Text params(const Row& row, std::span<const Param> list, bool of_event) const {
        return "[" + joined(list, ",", [&](const Param& p) { return param(row, p, of_event); }) + "]";
    }
    Text param(const Row& row, const Param& p, bool of_event) const {
        Text out = "{";
        Text type(p.type), internal(p.type);
        if (const auto* info = find_struct(row, p.type)) {
            out += R"("components":)" + params(row, inputs(info->decl), false) + ",";
            type = "tuple" + Text(TypeText(p.type).suffix);
            internal = "struct I" + Text(module_.name) + "." + Text(p.type);
        }
        if (of_event) out += p.indexed ? R"("indexed":true,)" : R"("indexed":false,)";
        return out + R"("internalType":)" + in_quotes(internal) + R"(,"name":)" + in_quotes(p.name) +
               R"(,"type":)" + in_quotes(type) + "}";
    }

    const Module& module_;
};

// --- Solidity -----------------------------------------------------------------------------------

bool is_reference(const Row& row, std::string_view type) {
    const TypeText t(type);
    return !t.suffix.empty() || t.base == "string" || t.base == "bytes" || find_struct(row, type) != nullptr;
}

Text solidity_params(const Row& row, std::span<const Param> list, std::string_view location) {
    return joined(list, ", ", [&](const Param& p) {
        Text out(p.type);
        if (!location.empty() && is_reference(row, p.type)) out += " " + Text(location);
        if (p.indexed) out += " indexed";
        if (!p.name.empty()) out += " " + Text(p.name);
        return out;
    });
}

Text solidity_line(const Row& row) {
    const Decl& d = row.decl;
    switch (d.kind) {
        case Kind::event:
            return "event " + Text(d.name) + "(" + solidity_params(row, inputs(d), "") + ");";
        case Kind::error:
            return "error " + Text(d.name) + "(" + solidity_params(row, inputs(d), "") + ");";
        case Kind::receive:
            return "receive() external payable;";
        case Kind::function:
        case Kind::structure:
            break;
    }
    Text out = "function " + Text(d.name) + "(" + solidity_params(row, inputs(d), "calldata") + ") external";
    if (d.mutability != abi::Mutability::nonpayable) out += " " + Text(text_of(d.mutability));
    if (d.out_count > 0) out += " returns (" + solidity_params(row, outputs(d), "memory") + ")";
    return out + ";";
}

/// Every struct that a row of the module names, once.
std::vector<const StructInfo*> structs_of(const Module& module) {
    std::vector<const StructInfo*> out;
    for (const Row& row : module.rows)
        for (const auto* info : row.structs)
            if (info != nullptr && std::ranges::none_of(out, [&](const auto* seen) {
                    return seen->decl.name == info->decl.name;
                }))
                out.push_back(info);
    return out;
}

// --- storage layout -----------------------------------------------------------------------------

/// A type as solc names it ("t_mapping(t_address,t_uint256)") and as people do.
struct TypeNames {
    Text id;
    Text label;
};
TypeNames names_of(const StorageType& type, const Module& module) {
    using enum StorageType::Kind;
    const Text label(type.label);
    switch (type.kind) {
        case value:
            return {"t_" + label, label};
        case text:
            return {"t_" + label + "_storage", label};
        case record:
            return {"t_struct(" + label + ")_storage", "struct I" + Text(module.name) + "." + label};
        case array: {
            const auto element = names_of(*type.element, module);
            return {"t_array(" + element.id + ")dyn_storage", element.label + "[]"};
        }
        case mapping:
            break;
    }
    const auto element = names_of(*type.element, module);
    auto key = names_of(*type.key, module);
    if (type.key->kind == text) key.id = "t_" + key.label + "_memory_ptr";
    return {"t_mapping(" + key.id + "," + element.id + ")",
            "mapping(" + key.label + " => " + element.label + ")"};
}

class LayoutPrinter {
 public:
    explicit LayoutPrinter(const Module& module) : module_(module) {}

    Text print() {
        const auto storage = joined(module_.slots, ",\n", [&](const SlotRow& row) {
            add_type(*row.type);
            return "    " + place(row.name, row.offset, row.slot, *row.type);
        });
        const auto types = joined(types_, ",\n", [](const auto& named) {
            return "    " + in_quotes(named.first) + ":" + named.second;
        });
        return "{\n  \"storage\":[\n" + storage + "\n  ],\n  \"types\":{\n" + types + "\n  }\n}\n";
    }

 private:
    Text place(std::string_view label, std::size_t offset, std::size_t slot, const StorageType& type) const {
        return R"({"contract":)" + in_quotes(module_.name) + R"(,"label":)" + in_quotes(label) +
               R"(,"offset":)" + std::to_string(offset) + R"(,"slot":")" + std::to_string(slot) +
               R"(","type":)" + in_quotes(names_of(type, module_).id) + "}";
    }
    void add_type(const StorageType& type) {
        using enum StorageType::Kind;
        const auto [id, label] = names_of(type, module_);
        if (types_.contains(id)) return;
        Text body;
        switch (type.kind) {
            case value:
                body = R"({"encoding":"inplace")";
                break;
            case text:
                body = R"({"encoding":"bytes")";
                break;
            case array:
                add_type(*type.element);
                body =
                    R"({"encoding":"dynamic_array","base":)" + in_quotes(names_of(*type.element, module_).id);
                break;
            case mapping:
                body = mapping_body(type);
                break;
            case record:
                body = record_body(type);
                break;
        }
        types_[id] = body + R"(,"label":)" + in_quotes(label) + R"(,"numberOfBytes":")" +
                     std::to_string(type.bytes) + "\"}";
    }
    Text mapping_body(const StorageType& type) {
        Text key = names_of(*type.key, module_).id;
        if (type.key->kind == StorageType::Kind::text) {
            key = "t_" + Text(type.key->label) + "_memory_ptr";
            types_[key] =
                R"({"encoding":"bytes","label":)" + in_quotes(type.key->label) + R"(,"numberOfBytes":"32"})";
        } else {
            add_type(*type.key);
        }
        add_type(*type.element);
        return R"({"encoding":"mapping","key":)" + in_quotes(key) + R"(,"value":)" +
               in_quotes(names_of(*type.element, module_).id);
    }
    Text record_body(const StorageType& type) {
        const auto members =
            joined(std::span(type.members, type.member_count), ",", [&](const StorageMember& m) {
                add_type(*m.type);
                return place(m.name, m.offset, m.slot, *m.type);
            });
        return R"({"encoding":"inplace","members":[)" + members + "]";
    }

    const Module& module_;
    std::map<Text, Text> types_;
};

// --- documentation ------------------------------------------------------------------------------

Text docs_section(const Module& module, Kind kind, std::string_view title, std::string_view id_title) {
    Text rows;
    for (const Row& row : module.rows) {
        if (row.decl.kind != kind) continue;
        Text id = kind == Kind::receive ? "" : kind == Kind::event ? hex0x(row.topic) : hex0x(row.selector);
        rows += "| `" + Text(row.text) + "` | " + (id.empty() ? id : "`" + id + "`") + " | " + Text(row.doc) +
                " |\n";
    }
    if (rows.empty()) return {};
    return "\n## " + Text(title) + "\n\n| Declaration | " + Text(id_title) +
           " | What it does |\n|---|---|---|\n" + rows;
}

}  // namespace

std::string abi_json(const Module& module) {
    const AbiPrinter printer(module);
    return "[\n" + joined(module.rows, ",\n", [&](const Row& row) { return "  " + printer.entry(row); }) +
           "\n]\n";
}

std::string solidity_interface(const Module& module) {
    Text out =
        "// SPDX-License-Identifier: Apache-2.0\n// Printed from the contract's declarations.\n"
        "pragma solidity ^0.8.4;\n\n/// @notice " +
        Text(module.doc) + "\ninterface I" + Text(module.name) + " {\n";
    for (const auto* info : structs_of(module)) out += "    " + Text(info->text) + "\n\n";
    out += joined(module.rows, "\n", [](const Row& row) {
        Text item = "    /// @notice " + Text(row.doc) + "\n";
        if (row.decl.nonreentrant) item += "    /// @dev Refuses to be entered again while it runs.\n";
        return item + "    " + solidity_line(row) + "\n";
    });
    return out + "}\n";
}

std::string storage_layout_json(const Module& module) {
    return LayoutPrinter(module).print();
}

std::string docs_page(const Module& module) {
    const auto& at = module.identity;
    Text out = "# " + Text(module.name) + "\n\n" + Text(module.doc) +
               "\n\n<!-- Printed from the contract's declarations: "
               "do not edit. -->\n\n";
    out += at.address ? "Address `" + hex0x(*at.address) + "`" : Text("Made by a factory");
    out += ", contract id " + std::to_string(at.id) + ", version " + std::to_string(at.version) + ".\n";
    out += docs_section(module, Kind::function, "Functions", "Selector");
    out += docs_section(module, Kind::receive, "Plain transfers", "");
    out += docs_section(module, Kind::event, "Events", "Topic");
    out += docs_section(module, Kind::error, "Errors", "Selector");
    const auto structs = structs_of(module);
    if (!structs.empty()) out += "\n## Structs\n\n";
    for (const auto* info : structs) out += "- `" + Text(info->text) + "`\n";
    if (!module.slots.empty())
        out += "\n## Storage\n\n| Slot | Byte | Name | Type | Content |\n|--:|--:|---|---|---|\n";
    for (const SlotRow& row : module.slots)
        out += "| " + std::to_string(row.slot) + " | " + std::to_string(row.offset) + " | `" +
               Text(row.name) + "` | `" + names_of(*row.type, module).label + "` | " + Text(row.doc) + " |\n";
    return out;
}

}  // namespace farthing::contracts
