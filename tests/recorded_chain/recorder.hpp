#pragma once
// Makes a chain by hand, block by block, from signed transactions written as people write calls.
#include "chain/blockchain.hpp"
#include "chain/testing.hpp"
#include "core/abi/value.hpp"
#include "core/crypto/hash.hpp"
#include "node/data_directory.hpp"

#include <map>
#include <set>

namespace farthing::recorded {

using chain::testing::coin;
using chain::testing::key_of;

/// "0x" and twenty bytes, as calls write an address.
inline std::string text(const Address& who) {
    return hex0x(who);
}
inline std::string text(const U256& number) {
    return to_decimal(number);
}

/// Fixed: whoever records again gets the same bytes from the same rules.
struct Seeds {
    fair::SeedChain sequencer{sha256(as_bytes("recorded sequencer")), 1024};
    fair::SeedChain house{sha256(as_bytes("recorded house")), 256};
    fair::SeedChain second_house{sha256(as_bytes("recorded second house")), 64};
};
inline constexpr std::uint64_t sequencer_number = 99, keeper_number = 50, people_count = 4;
std::string genesis_text(const Seeds& seeds);

class Recorder {
 public:
    /// Goes on from what is in the directory: a genesis file at least.
    explicit Recorder(const node::DataDirectory& data);

    Seeds seeds;

    static Address person(std::uint64_t n) { return key_of(n).address(); }

    /// Signs a call for the next block: `function` and `arguments` as abi::parse_signature and parse_value
    /// read them. `expect`: whether it must succeed.
    void call(std::uint64_t from, const Address& to, std::string_view function, std::string_view arguments,
              const U256& wei = 0, bool expect = true);
    /// The same with bytes, which may be nothing a contract knows.
    void send(std::uint64_t from, const Address& to, Bytes data, const U256& wei, bool expect,
              std::uint64_t gas_limit = 3'000'000);
    /// A call's bytes, to go into another call.
    static std::string encoded(std::string_view function, std::string_view arguments);
    /// What a view says at the head, as text.
    std::string ask(const Address& to, std::string_view function, std::string_view arguments);

    void block(std::uint64_t seconds);
    /// Transactions that did not do what was expected of them.
    const std::vector<std::string>& mistakes() const { return mistakes_; }

    const chain::Blockchain& chain() const { return *chain_; }
    chain::Blockchain& chain() { return *chain_; }
    /// Contracts that a successful transaction called, by address.
    const std::set<Address>& called() const { return called_; }

 private:
    struct Sent {
        chain::SignedTxPtr tx;
        bool expect = true;
        std::string what;
    };
    std::unique_ptr<chain::Blockchain> chain_;
    std::vector<Sent> next_;
    std::map<Address, std::uint64_t> nonces_;
    std::set<Address> called_;
    std::vector<std::string> mistakes_;
    std::uint64_t count_ = 0;
};

/// What a recorded chain plays, in order. A chapter that is in the recorded chain never changes; new ones
/// follow.
using Chapter = void (*)(Recorder&);
std::span<const Chapter> chapters();

}  // namespace farthing::recorded
