#pragma once
// What the people of a simulated chain do: transactions of every kind, drawn from the seed and from what the
// chain's state allows, some of which must be refused and some of which must fail.
#include "chain/blockchain.hpp"
#include "world.hpp"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

namespace farthing::simulator {

/// The chain did what it must not do. The message says what.
class Mistake : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Which operations a run has. Swarm testing: each seed draws its own subset, so that rare combinations occur
/// in some runs often instead of in all runs seldom.
struct Habits {
    explicit Habits(Random& random);

    bool wraps, tokens, stakes, bets, misbehaves, neglects_house;
    unsigned transactions_most;  ///< Of a round.
};

/// What a transaction is meant to do, in JSON, and how it travels.
struct Intent {
    std::string json;
    Bytes encoded;
    Hash hash;
};

class Workload {
 public:
    Workload(World& world, Random& random) : world_(world), random_(random), habits_(random) {}

    /// Sends some transactions to `chain`. Throws Mistake when one is refused that should not be, or not
    /// refused that should be.
    void send_some(chain::Blockchain& chain);
    /// What `hash` was meant to do; a rotation is the engine's own.
    const std::string& intent_of(const Hash& hash) const;
    bool knows(const Hash& hash) const { return intents_.contains(hash); }
    std::size_t sent() const { return intents_.size(); }
    std::size_t refused() const { return refused_; }

 private:
    struct Call {
        std::string json;  ///< Members, each with a comma before it.
        Address to;
        U256 value;
        Bytes data;
        std::uint64_t gas_limit = 400'000;
    };

    const Person& someone() { return world_.players[random_.below(world_.players.size())]; }
    std::size_t index_of(const Address& who) const;
    U256 amount(const U256& about);

    /// What `who` does next.
    Call choose(const Person& who, const chain::StateView& state, std::uint64_t head);
    std::optional<Call> prepare(const Person& who, const chain::StateView& state);
    Call pay(const Person& who, const chain::StateView& state);
    Call wrap(const Person& who, const chain::StateView& state);
    Call use_token(const Person& who, const Address& token, const chain::StateView& state);
    Call approve(const Address& token, const Address& spender, const std::string& name, const U256& value);
    Call stake(const Person& who, const chain::StateView& state);
    Call bet(std::uint64_t head);
    std::optional<Call> keep_house(const chain::StateView& state, std::uint64_t head, std::uint64_t time);
    Call use_house_money();

    Transaction sign_call(const Person& who, std::uint64_t nonce, const Call& call);
    void send(chain::Blockchain& chain, const Person& who, const Call& call);
    void misbehave(chain::Blockchain& chain);
    void expect_refusal(chain::Blockchain& chain, const Bytes& encoded, chain::TxError expected,
                        const std::string& what);

    World& world_;
    Random& random_;
    Habits habits_;
    std::map<Hash, std::string> intents_;
    std::vector<Intent> sent_;
    std::size_t refused_ = 0;
};

}  // namespace farthing::simulator
