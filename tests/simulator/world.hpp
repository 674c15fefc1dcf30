#pragma once
// Who takes part in a simulated chain, what it starts from, and how its storage is read: by the published
// layouts (docs/storage), as eth_getStorageAt's users do.
#include "chain/genesis.hpp"
#include "chain/state_view.hpp"
#include "consensus/solo/solo.hpp"
#include "core/base/hex.hpp"
#include "random.hpp"

namespace farthing::simulator {

inline const U256 coin = 1'000'000'000'000'000'000;

inline constexpr Address wrapped_coin = literals::address("fa0001"),
                         token_factory = literals::address("fa0002"), games = literals::address("fa0004"),
                         pool_factory = literals::address("fa0009");

/// The sequencer's secret chains. They stand for a disk of their own that never fails.
class MemorySecrets final : public consensus::ProposerSecrets {
 public:
    MemorySecrets(std::uint64_t seed, std::uint64_t length) : seed_(seed), length_(length) { make_chain(); }
    std::shared_ptr<const fair::SeedChain> chain_of(const Hash& link) override;
    std::shared_ptr<const fair::SeedChain> chain_with_tip(const Hash& tip) override;
    std::shared_ptr<const fair::SeedChain> make_chain() override;
    const Hash& first_tip() const { return chains_.front()->tip(); }

 private:
    std::uint64_t seed_;
    std::uint64_t length_;
    std::vector<std::shared_ptr<const fair::SeedChain>> chains_;
};

struct Person {
    SecretKey key;
    Address address;
};

struct World {
    World(std::uint64_t seed, Random& random);

    std::vector<Person> players;
    Person keeper;  ///< Operates house 1.
    Person sequencer;
    MemorySecrets secrets;
    fair::SeedChain house_seeds;
    chain::Genesis genesis;
    /// Of player 0, whether made already or not. Set from the chain's own views.
    Address token, pool;
    bool pool_compounds = false;  ///< Stake and reward are both wrapped coin; else the stake is the token.
    U256 vault, bond;
};

/// Player `n`, keeper or sequencer; keys are made once a process.
const Person& person(std::size_t number);

/// A call's data: a signature and its arguments.
class CallData {
 public:
    explicit CallData(std::string_view signature);
    CallData& add(const U256& value);
    CallData& add(const Address& value);
    CallData& add_bytes(ByteView value);  ///< bytes or string.
    Bytes encode() const;

 private:
    struct Argument {
        Word word;
        Bytes bytes;
        bool is_dynamic = false;
    };
    Bytes selector_;
    std::vector<Argument> arguments_;
};

Word word_of(const Address& address);
Word mapping_slot(const Word& key, const Word& slot);
Word slot_after(const Word& slot, std::uint64_t n);
/// A field of a packed word: `size` bytes, `offset` bytes from its low end.
std::uint64_t field(const Word& word, std::size_t offset, std::size_t size);

/// House 1 as the workload needs it.
struct HouseView {
    bool is_open = false;
    std::uint64_t last_revealed = 0;
    std::uint64_t next_round = 1;
};
HouseView house_of(const chain::StateView& state);
/// Slot of house 1's first word, and of a round's.
Word house_slot();
Word round_slot(std::uint64_t round);
U256 token_balance(const chain::StateView& state, const Address& token, const Address& holder);
U256 allowance(const chain::StateView& state, const Address& token, const Address& owner,
               const Address& spender);
Word staker_slot(const Address& who);

}  // namespace farthing::simulator
