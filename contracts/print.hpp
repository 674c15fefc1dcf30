#pragma once
// What people and tools read of a contract, printed from the rows that run it.
#include "contracts/module.hpp"

#include <string>

namespace farthing::contracts {

/// The JSON ABI as solc writes it, one entry a line, ending in a line feed.
std::string abi_json(const Module& module);
/// `interface IName` with NatSpec; solc compiles it to the same ABI, order aside.
std::string solidity_interface(const Module& module);
/// solc's storageLayout.
std::string storage_layout_json(const Module& module);
/// A Markdown page.
std::string docs_page(const Module& module);

}  // namespace farthing::contracts
