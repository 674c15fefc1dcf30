#pragma once
// ERC-165 interface ids, and the receiving halves of ERC-721 and ERC-1155.
#include "core/abi/signature.hpp"

#include <initializer_list>
#include <span>

namespace farthing::contracts {

/// The selectors of an interface's functions, combined by exclusive or.
constexpr abi::Selector interface_id(std::span<const std::string_view> signatures) {
    abi::Selector out;
    for (const auto signature : signatures) {
        const auto one = abi::selector(signature);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= one[i];
    }
    return out;
}
constexpr abi::Selector interface_id(std::initializer_list<std::string_view> signatures) {
    return interface_id(std::span(signatures.begin(), signatures.size()));
}

namespace receiver {
constexpr std::string_view erc721 = "onERC721Received(address,address,uint256,bytes)";
constexpr std::string_view erc1155 = "onERC1155Received(address,address,uint256,uint256,bytes)";
constexpr std::string_view erc1155_batch =
    "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)";
}  // namespace receiver

constexpr abi::Selector erc165_id = interface_id({"supportsInterface(bytes4)"});
constexpr abi::Selector erc1155_receiver_id = interface_id({receiver::erc1155, receiver::erc1155_batch});
constexpr abi::Selector access_control_id =
    interface_id({"hasRole(bytes32,address)", "getRoleAdmin(bytes32)", "grantRole(bytes32,address)",
                  "revokeRole(bytes32,address)", "renounceRole(bytes32,address)"});

}  // namespace farthing::contracts
