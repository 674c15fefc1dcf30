#include "core/crypto/eip712.hpp"

#include "core/crypto/hash.hpp"

namespace farthing::eip712 {

Word field(const Address& address) {
    Word out;
    std::ranges::copy(address, out.begin() + 12);
    return out;
}

Hash struct_hash(const Hash& type_hash, std::span<const Word> fields) {
    Bytes preimage;
    preimage.reserve(32 * (1 + fields.size()));
    append(preimage, type_hash);
    for (const auto& word : fields) append(preimage, word);
    return keccak256(preimage);
}

Hash domain_separator(const Domain& domain) {
    const std::array<Word, 4> fields{keccak256(as_bytes(domain.name)), keccak256(as_bytes(domain.version)),
                                     to_word(domain.chain_id), field(domain.verifying_contract)};
    return struct_hash(domain_type_hash, fields);
}

Hash digest(const Hash& domain_separator, const Hash& struct_hash) {
    constexpr std::array<std::uint8_t, 2> version{0x19, 0x01};
    return keccak256(concat(version, domain_separator, struct_hash));
}

Hash Permit::hash() const {
    const std::array<Word, 5> fields{field(owner), field(spender), to_word(value), to_word(nonce),
                                     to_word(deadline)};
    return struct_hash(permit_type_hash, fields);
}

Hash Delegation::hash() const {
    const std::array<Word, 3> fields{field(delegatee), to_word(nonce), to_word(expiry)};
    return struct_hash(delegation_type_hash, fields);
}

Hash Ballot::hash() const {
    const std::array<Word, 4> fields{to_word(proposal), to_word(U256(support)), field(voter), to_word(nonce)};
    return struct_hash(ballot_type_hash, fields);
}

Hash ExtendedBallot::hash() const {
    const std::array<Word, 6> fields{to_word(ballot.proposal),
                                     to_word(U256(ballot.support)),
                                     field(ballot.voter),
                                     to_word(ballot.nonce),
                                     reason,
                                     params};
    return struct_hash(extended_ballot_type_hash, fields);
}

}  // namespace farthing::eip712
