// What is printed from the rows: rpc_modules, rpc_discover and the help text.
#include "rpc/dispatcher.hpp"

namespace farthing::rpc {
namespace {

/// JSON Schema of a declared word. Words without a rule of their own are results described by their name.
std::string schema(std::string_view word) {
    if (word.ends_with("[]"))
        return R"({"type":"array","items":)" + schema(word.substr(0, word.size() - 2)) + "}";
    if (word == "address") return R"({"type":"string","pattern":"^0x[0-9a-fA-F]{40}$"})";
    if (word == "hash") return R"({"type":"string","pattern":"^0x[0-9a-fA-F]{64}$"})";
    if (word == "data") return R"({"type":"string","pattern":"^0x([0-9a-fA-F]{2})*$"})";
    if (word == "quantity") return R"({"type":"string","pattern":"^0x(0|[1-9a-fA-F][0-9a-fA-F]*)$"})";
    if (word == "storageKey") return R"({"type":"string","pattern":"^0x[0-9a-fA-F]{1,64}$"})";
    if (word == "count") return R"({"type":["string","integer"]})";
    if (word == "bool") return R"({"type":"boolean"})";
    if (word == "number") return R"({"type":"number"})";
    if (word == "string") return R"({"type":"string"})";
    if (word == "blockTag")
        return R"({"type":["string","object"],"description":"a number, latest, pending, earliest, safe, finalized, or EIP-1898"})";
    if (word == "any") return "{}";
    return R"({"type":["object","array","string","boolean","null"],"title":)" + json_string(word) + "}";
}

void write_method(Writer& w, const MethodRow& row) {
    const auto& d = row.declaration;
    w.begin_object().key("name").string(d.name).key("summary").string(row.doc);
    w.key("paramStructure").string("by-position").key("params").begin_array();
    for (std::size_t i = 0; i < d.count; ++i) {
        const auto& p = d.parameters[i];
        w.begin_object().key("name").string(p.name);
        w.key("required")
            .boolean(!p.optional && p.standard.empty())
            .key("schema")
            .raw(schema(p.type))
            .end_object();
    }
    w.end_array().key("result").begin_object().key("name").string(d.result);
    w.key("schema").raw(schema(d.result)).end_object().end_object();
}

}  // namespace

Json Dispatcher::modules() {
    Writer w;
    w.begin_object();
    std::string_view last;
    for (const auto& [name, entry] : entries_) {
        const auto space = entry.row.declaration.space();
        if (space != last) w.key(space).string("1.0");
        last = space;
    }
    return w.end_object().take();
}

Json Dispatcher::discover() {
    Writer w;
    w.begin_object().key("openrpc").string("1.3.2");
    w.key("info")
        .begin_object()
        .key("title")
        .string("Farthing JSON-RPC")
        .key("version")
        .string("0.1.0")
        .end_object();
    w.key("methods").begin_array();
    for (const auto& [name, entry] : entries_) write_method(w, entry.row);
    return w.end_array().end_object().take();
}

std::string help_text(const Dispatcher& dispatcher) {
    std::string out;
    for (const auto& [name, entry] : dispatcher.entries()) {
        out += entry.row.text;
        out += "\n    ";
        out += entry.row.doc;
        out += '\n';
    }
    return out;
}

}  // namespace farthing::rpc
