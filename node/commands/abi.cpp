#include "contracts/module.hpp"
#include "contracts/print.hpp"
#include "node/commands/commands.hpp"
#include "node/text.hpp"

#include <iostream>

namespace farthing::node {
namespace {

void list_contracts() {
    for (const auto* module : contracts::all_modules())
        std::cout << (module->identity.address ? checksummed(*module->identity.address)
                                               : std::string("made by its factory                       "))
                  << "  " << module->name << " version " << module->identity.version << '\n';
}

Result<int> abi(const Arguments& arguments) {
    if (!arguments.has("contract")) {
        list_contracts();
        return 0;
    }
    const contracts::Module* found = nullptr;
    for (const auto* module : contracts::all_modules())
        if (module->name == arguments.text("contract")) found = module;
    if (!found)
        return fail("there is no contract named \"" + arguments.text("contract") +
                    "\"; `farthing abi` lists them");
    const auto form = arguments.text("form");
    if (form == "json")
        std::cout << contracts::abi_json(*found);
    else if (form == "solidity")
        std::cout << contracts::solidity_interface(*found);
    else if (form == "layout")
        std::cout << contracts::storage_layout_json(*found);
    else if (form == "docs")
        std::cout << contracts::docs_page(*found);
    else
        return fail("--form must be json, solidity, layout or docs, not \"" + form + '"');
    return 0;
}

}  // namespace

std::vector<Command> abi_commands() {
    return {{"abi",
             "List the contracts, or print one's ABI, interface, layout or docs page",
             "farthing abi Games --form solidity",
             {Option{"contract", Kind::text, "", "Name of a contract; none: list them", 0, true},
              Option{"form", Kind::text, "json", "json, solidity, layout or docs"}},
             abi}};
}

}  // namespace farthing::node
