#pragma once
// The account that carries out what governance decided, after a delay: OpenZeppelin 5's TimelockController.
#include "contracts/access_control.hpp"
#include "contracts/erc165.hpp"

namespace farthing::contracts {

inline constexpr Address timelock_address = address("fa000b");

/// Of an operation, in the order of OpenZeppelin's enum.
enum class OperationState : std::uint8_t { unset, waiting, ready, done };

struct Timelock : AccessControl {
    // Slot numbers are consensus: never reuse or reorder one.
    Mapping<Hash, U256, 1, "_timestamps"> timestamps{ctx};
    Slot<U256, 2, "_minDelay"> delay_min{ctx};

    using CallScheduled = abi::Event<
        "event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, "
        "uint256 value, bytes data, bytes32 predecessor, uint256 delay)">;
    using CallExecuted = abi::Event<
        "event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, "
        "bytes data)">;
    using CallSalt = abi::Event<"event CallSalt(bytes32 indexed id, bytes32 salt)">;
    using Cancelled = abi::Event<"event Cancelled(bytes32 indexed id)">;
    using MinDelayChange = abi::Event<"event MinDelayChange(uint256 oldDuration, uint256 newDuration)">;
    using InvalidOperationLength =
        abi::Error<"error TimelockInvalidOperationLength(uint256 targets, uint256 payloads, uint256 values)">;
    using InsufficientDelay = abi::Error<"error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)">;
    using UnexpectedOperationState =
        abi::Error<"error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)">;
    using UnexecutedPredecessor = abi::Error<"error TimelockUnexecutedPredecessor(bytes32 predecessorId)">;
    using UnauthorizedCaller = abi::Error<"error TimelockUnauthorizedCaller(address caller)">;

    static constexpr Hash proposer = keccak256_constexpr("PROPOSER_ROLE");
    static constexpr Hash executor = keccak256_constexpr("EXECUTOR_ROLE");
    static constexpr Hash canceller = keccak256_constexpr("CANCELLER_ROLE");

    Hash proposer_role() { return proposer; }
    Hash executor_role() { return executor; }
    Hash canceller_role() { return canceller; }

    void schedule(const Address& target, const U256& value, const Bytes& data, const Hash& predecessor,
                  const Hash& salt, const U256& delay);
    void schedule_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                        const std::vector<Bytes>& payloads, const Hash& predecessor, const Hash& salt,
                        const U256& delay);
    void execute(const Address& target, const U256& value, const Bytes& payload, const Hash& predecessor,
                 const Hash& salt);
    void execute_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                       const std::vector<Bytes>& payloads, const Hash& predecessor, const Hash& salt);
    void cancel(const Hash& id);
    void update_delay(const U256& delay);

    Hash hash_operation(const Address& target, const U256& value, const Bytes& data, const Hash& predecessor,
                        const Hash& salt);
    Hash hash_operation_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                              const std::vector<Bytes>& payloads, const Hash& predecessor, const Hash& salt);
    std::uint8_t operation_state(const Hash& id) { return static_cast<std::uint8_t>(state(id)); }
    bool is_operation(const Hash& id) { return state(id) != OperationState::unset; }
    bool is_pending(const Hash& id);
    bool is_ready(const Hash& id) { return state(id) == OperationState::ready; }
    bool is_done(const Hash& id) { return state(id) == OperationState::done; }
    U256 timestamp(const Hash& id) { return timestamps[id]; }
    U256 min_delay() { return delay_min; }

    bool supports_interface(const abi::Selector& id);
    void accept() {}  // Coin is welcome: the timelock is the community's treasury.
    abi::Selector on_erc721(const Address& by, const Address& from, const U256& token, const Bytes& data);
    abi::Selector on_erc1155(const Address& by, const Address& from, const U256& id, const U256& value,
                             const Bytes& data);
    abi::Selector on_erc1155_batch(const Address& by, const Address& from, const std::vector<U256>& ids,
                                   const std::vector<U256>& values, const Bytes& data);

    void genesis(const GenesisParams& params);

 private:
    OperationState state(const Hash& id);
    void start(const Hash& id, const U256& delay);
    void only_executor();
    void before_calls(const Hash& id, const Hash& predecessor);
    void after_calls(const Hash& id);
    void run(const Hash& id, std::size_t index, const Address& target, const U256& value,
             const Bytes& payload);
};

}  // namespace farthing::contracts
