// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

// OpenZeppelin's token put together as ours is, with nothing but the rows that ours adds.

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Capped} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Capped.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// What TokenFactory makes.
contract OriginalToken is ERC20, ERC20Burnable, ERC20Capped, ERC20Permit, ERC20Votes, Ownable {
    uint8 private immutable _digits;

    constructor(
        string memory name,
        string memory symbol,
        uint8 digits,
        uint256 supply,
        uint256 most,
        address creator,
        bool mintable
    ) ERC20(name, symbol) ERC20Permit(name) ERC20Capped(most) Ownable(creator) {
        _digits = digits;
        if (supply != 0) _mint(creator, supply);
        if (!mintable) _transferOwnership(address(0));
    }

    function mint(address to, uint256 value) external onlyOwner {
        _mint(to, value);
    }

    function decimals() public view override returns (uint8) {
        return _digits;
    }

    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Capped, ERC20Votes) {
        super._update(from, to, value);
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }
}
