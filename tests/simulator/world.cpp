#include "world.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <map>

namespace farthing::simulator {
namespace {

constexpr std::uint64_t chain_length = 64;  // Short, so that rotations happen.
constexpr std::uint64_t house_chain_length = 256;

Hash secret_of(std::uint64_t seed, std::string_view what, std::uint64_t number) {
    return sha256(concat(as_bytes(what), be64(seed), be64(number)));
}

Word number_word(std::uint64_t number) {
    return to_word(U256(number));
}

}  // namespace

std::shared_ptr<const fair::SeedChain> MemorySecrets::chain_of(const Hash& link) {
    for (auto it = chains_.rbegin(); it != chains_.rend(); ++it)
        if ((*it)->index_of(link)) return *it;
    return nullptr;
}

std::shared_ptr<const fair::SeedChain> MemorySecrets::chain_with_tip(const Hash& tip) {
    for (const auto& chain : chains_)
        if (chain->tip() == tip) return chain;
    return nullptr;
}

std::shared_ptr<const fair::SeedChain> MemorySecrets::make_chain() {
    const auto secret = secret_of(seed_, "sequencer", chains_.size());
    return chains_.emplace_back(std::make_shared<fair::SeedChain>(secret, length_));
}

const Person& person(std::size_t number) {
    static std::map<std::size_t, Person> people;
    const auto found = people.find(number);
    if (found != people.end()) return found->second;
    const auto key = *SecretKey::from(number_word(number + 1));
    return people.emplace(number, Person{key, key.address()}).first->second;
}

World::World(std::uint64_t seed, Random& random)
    : keeper(person(100)),
      sequencer(person(101)),
      secrets(seed, chain_length),
      house_seeds(secret_of(seed, "house", 0), house_chain_length) {
    const auto count = 2 + random.below(5);
    for (std::size_t i = 0; i < count; ++i) players.push_back(person(i));
    pool_compounds = random.chance(50);
    vault = coin * (100 + random.below(2'000));
    bond = coin * (30 + random.below(1'000));

    genesis.chain_id = 31337;
    genesis.timestamp = 1'700'000'000;
    genesis.block_gas_limit = random.any_of(2'000'000'000, 30'000'000, 3'000'000);
    genesis.tx_gas_max = std::min<std::uint64_t>(genesis.block_gas_limit, 200'000'000);
    genesis.sequencer = sequencer.address;
    genesis.sequencer_tip = secrets.first_tip();
    for (const auto& player : players) {
        const U256 funds = coin * (50 + random.below(500));
        genesis.allocations.push_back({player.address, funds});
    }
    for (const auto* each : {&keeper, &sequencer})
        genesis.allocations.push_back({each->address, coin * 1'000});
    genesis.allocations.push_back({games, vault + bond});
    std::ranges::sort(genesis.allocations, {}, &chain::Allocation::address);

    auto& contracts = genesis.contracts.members;
    contracts["Randomness"].members["chainLength"].text = std::to_string(chain_length);
    for (const auto* owned : {"Parameters", "Upgrades"})
        contracts[owned].members["owner"].text = hex0x(keeper.address);
    auto& rules = contracts["Games"].members;
    rules["deadlineBlocks"].text = "10";
    rules["deadlineSeconds"].text = "15";
    rules["stallBlocks"].text = "5";
    auto& house = rules["house"].members;
    house["operator"].text = hex0x(keeper.address);
    house["tip"].text = hex0x(house_seeds.tip());
    house["vault"].text = to_decimal(vault);
    house["bond"].text = to_decimal(bond);
    house["minStake"].text = "1000";
    const auto text = "simulated " + std::to_string(seed);
    genesis.file = Bytes(text.begin(), text.end());
}

CallData::CallData(std::string_view signature) {
    const auto hash = keccak256(as_bytes(signature));
    selector_.assign(hash.begin(), hash.begin() + 4);
}
CallData& CallData::add(const U256& value) {
    arguments_.push_back({.word = to_word(value), .bytes = {}});
    return *this;
}
CallData& CallData::add(const Address& value) {
    arguments_.push_back({.word = word_of(value), .bytes = {}});
    return *this;
}
CallData& CallData::add_bytes(ByteView value) {
    arguments_.push_back({.word = {}, .bytes = Bytes(value.begin(), value.end()), .is_dynamic = true});
    return *this;
}
Bytes CallData::encode() const {
    Bytes head = selector_, tail;
    for (const auto& argument : arguments_) {
        if (!argument.is_dynamic) {
            append(head, argument.word);
            continue;
        }
        append(head, number_word(arguments_.size() * 32 + tail.size()));
        append(tail, number_word(argument.bytes.size()));
        append(tail, argument.bytes);
        tail.resize((tail.size() + 31) / 32 * 32);
    }
    append(head, tail);
    return head;
}

Word word_of(const Address& address) {
    Word word;
    std::ranges::copy(address, word.begin() + 12);
    return word;
}

Word mapping_slot(const Word& key, const Word& slot) {
    // Each seed asks for a few hundred, after every block.
    static std::map<std::pair<Word, Word>, Word> known;
    if (known.size() == 100'000) known.clear();
    const auto [place, is_new] = known.try_emplace({key, slot});
    if (is_new) place->second = keccak256(concat(key, slot));
    return place->second;
}

Word slot_after(const Word& slot, std::uint64_t n) {
    return to_word(to_u256(slot) + n);
}

std::uint64_t field(const Word& word, std::size_t offset, std::size_t size) {
    FARTHING_CHECK(size <= 8);
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < size; ++i) out = out << 8 | word[32 - offset - size + i];
    return out;
}

Word house_slot() {
    return mapping_slot(number_word(1), number_word(2));
}

Word round_slot(std::uint64_t round) {
    return mapping_slot(number_word(round), mapping_slot(number_word(1), number_word(3)));
}

HouseView house_of(const chain::StateView& state) {
    const auto first = state.storage(games, house_slot());
    const auto second = state.storage(games, slot_after(house_slot(), 1));
    return {.is_open = field(first, 20, 1) == 1,
            .last_revealed = field(first, 21, 8),
            .next_round = field(second, 20, 8)};
}

U256 token_balance(const chain::StateView& state, const Address& token, const Address& holder) {
    return to_u256(state.storage(token, mapping_slot(word_of(holder), number_word(0))));
}

U256 allowance(const chain::StateView& state, const Address& token, const Address& owner,
               const Address& spender) {
    const auto of_owner = mapping_slot(word_of(owner), number_word(1));
    return to_u256(state.storage(token, mapping_slot(word_of(spender), of_owner)));
}

Word staker_slot(const Address& who) {
    return mapping_slot(word_of(who), number_word(11));
}

}  // namespace farthing::simulator
