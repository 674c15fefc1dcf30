#pragma once
// Typed structured data for signatures (EIP-712), as far as contracts need it: hashes over fields that are
// words already. Dynamic fields enter as the keccak256 of their bytes, nested structs as their struct hash.
#include "core/base/bytes.hpp"
#include "core/base/u256.hpp"
#include "core/crypto/keccak_constexpr.hpp"

#include <span>
#include <string_view>

namespace farthing::eip712 {

/// EIP712Domain(string name,string version,uint256 chainId,address verifyingContract), the form of ERC-2612.
struct Domain {
    std::string_view name;
    std::string_view version;
    U256 chain_id;
    Address verifying_contract;
};

inline constexpr Hash domain_type_hash =
    keccak256_constexpr("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
/// ERC-2612.
inline constexpr Hash permit_type_hash =
    keccak256_constexpr("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

/// ERC-5805.
inline constexpr Hash delegation_type_hash =
    keccak256_constexpr("Delegation(address delegatee,uint256 nonce,uint256 expiry)");
/// Votes of OpenZeppelin's Governor.
inline constexpr Hash ballot_type_hash =
    keccak256_constexpr("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
inline constexpr Hash extended_ballot_type_hash = keccak256_constexpr(
    "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes "
    "params)");

/// An address as a field: padded on the left.
Word field(const Address& address);

/// hashStruct: keccak256(type hash ‖ fields).
Hash struct_hash(const Hash& type_hash, std::span<const Word> fields);
Hash domain_separator(const Domain& domain);
/// What is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash).
Hash digest(const Hash& domain_separator, const Hash& struct_hash);

/// struct_hash of a Permit.
struct Permit {
    Address owner;
    Address spender;
    U256 value;
    U256 nonce;
    U256 deadline;
    Hash hash() const;
};

/// struct_hash of a Delegation.
struct Delegation {
    Address delegatee;
    U256 nonce;
    U256 expiry;
    Hash hash() const;
};

/// struct_hash of a Ballot.
struct Ballot {
    U256 proposal;
    std::uint8_t support = 0;
    Address voter;
    U256 nonce;
    Hash hash() const;
};

/// struct_hash of an ExtendedBallot.
struct ExtendedBallot {
    Ballot ballot;
    Hash reason;  ///< keccak256 of the text.
    Hash params;  ///< keccak256 of the bytes.
    Hash hash() const;
};

}  // namespace farthing::eip712
