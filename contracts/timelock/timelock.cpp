/// Timelock: carries out operations that its proposers scheduled, not before their delay has passed, and owns
/// what the community owns. Invariants: an operation runs at most once, in full or not at all, at or after
/// its time and after its predecessor; only the timelock itself changes its delay.
#include "contracts/timelock/timelock.hpp"

#include "contracts/any_call.hpp"

namespace farthing::contracts {
namespace {

constexpr Address governor_address = address("fa000a");
constexpr std::uint64_t done_mark = 1;                    ///< As a timestamp: the operation has run.
constexpr std::uint64_t default_delay_s = 2 * 24 * 3600;  ///< When the genesis file says nothing.

/// Operation states as a set: bit n for state n.
template <class... States>
Hash states(States... each) {
    return to_word(U256((0u | ... | (1u << static_cast<unsigned>(each)))));
}

}  // namespace

void Timelock::schedule(const Address& target, const U256& value, const Bytes& data, const Hash& predecessor,
                        const Hash& salt, const U256& delay) {
    only_role(proposer);
    const Hash id = hash_operation(target, value, data, predecessor, salt);
    start(id, delay);
    ctx.emit<CallScheduled>(id, U256(0), target, value, data, predecessor, delay);
    if (!salt.is_zero()) ctx.emit<CallSalt>(id, salt);
}

void Timelock::schedule_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                              const std::vector<Bytes>& payloads, const Hash& predecessor, const Hash& salt,
                              const U256& delay) {
    only_role(proposer);
    require<InvalidOperationLength>(targets.size() == values.size() && targets.size() == payloads.size(),
                                    U256(targets.size()), U256(payloads.size()), U256(values.size()));
    const Hash id = hash_operation_batch(targets, values, payloads, predecessor, salt);
    start(id, delay);
    for (std::size_t i = 0; i < targets.size(); ++i)
        ctx.emit<CallScheduled>(id, U256(i), targets[i], values[i], payloads[i], predecessor, delay);
    if (!salt.is_zero()) ctx.emit<CallSalt>(id, salt);
}

void Timelock::execute(const Address& target, const U256& value, const Bytes& payload,
                       const Hash& predecessor, const Hash& salt) {
    only_executor();
    const Hash id = hash_operation(target, value, payload, predecessor, salt);
    before_calls(id, predecessor);
    run(id, 0, target, value, payload);
    after_calls(id);
}

void Timelock::execute_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                             const std::vector<Bytes>& payloads, const Hash& predecessor, const Hash& salt) {
    only_executor();
    require<InvalidOperationLength>(targets.size() == values.size() && targets.size() == payloads.size(),
                                    U256(targets.size()), U256(payloads.size()), U256(values.size()));
    const Hash id = hash_operation_batch(targets, values, payloads, predecessor, salt);
    before_calls(id, predecessor);
    for (std::size_t i = 0; i < targets.size(); ++i) run(id, i, targets[i], values[i], payloads[i]);
    after_calls(id);
}

void Timelock::cancel(const Hash& id) {
    only_role(canceller);
    require<UnexpectedOperationState>(is_pending(id), id,
                                      states(OperationState::waiting, OperationState::ready));
    timestamps[id] = U256(0);
    ctx.emit<Cancelled>(id);
}

void Timelock::update_delay(const U256& delay) {
    require<UnauthorizedCaller>(ctx.caller == ctx.self, ctx.caller);
    ctx.emit<MinDelayChange>(delay_min.get(), delay);
    delay_min = delay;
}

Hash Timelock::hash_operation(const Address& target, const U256& value, const Bytes& data,
                              const Hash& predecessor, const Hash& salt) {
    return ctx.keccak256(abi::encode(target, value, data, predecessor, salt));
}

Hash Timelock::hash_operation_batch(const std::vector<Address>& targets, const std::vector<U256>& values,
                                    const std::vector<Bytes>& payloads, const Hash& predecessor,
                                    const Hash& salt) {
    return ctx.keccak256(abi::encode(targets, values, payloads, predecessor, salt));
}

OperationState Timelock::state(const Hash& id) {
    const U256 at = timestamps[id];
    if (at == 0) return OperationState::unset;
    if (at == done_mark) return OperationState::done;
    return at > ctx.now ? OperationState::waiting : OperationState::ready;
}

bool Timelock::is_pending(const Hash& id) {
    const auto now = state(id);
    return now == OperationState::waiting || now == OperationState::ready;
}

void Timelock::start(const Hash& id, const U256& delay) {
    require<UnexpectedOperationState>(!is_operation(id), id, states(OperationState::unset));
    const U256 least = delay_min;
    require<InsufficientDelay>(delay >= least, delay, least);
    timestamps[id] = U256(ctx.now + delay);
}

void Timelock::only_executor() {
    if (!has_role(executor, {})) only_role(executor);
}

void Timelock::before_calls(const Hash& id, const Hash& predecessor) {
    require<UnexpectedOperationState>(is_ready(id), id, states(OperationState::ready));
    require<UnexecutedPredecessor>(predecessor.is_zero() || is_done(predecessor), predecessor);
}

void Timelock::after_calls(const Hash& id) {
    // A call may have come back and run this very operation; then this frame must not stand.
    require<UnexpectedOperationState>(is_ready(id), id, states(OperationState::ready));
    timestamps[id] = U256(done_mark);
}

void Timelock::run(const Hash& id, std::size_t index, const Address& target, const U256& value,
                   const Bytes& payload) {
    call_any(ctx, target, value, payload);
    ctx.emit<CallExecuted>(id, U256(index), target, value, payload);
}

bool Timelock::supports_interface(const abi::Selector& id) {
    return id == erc165_id || id == access_control_id || id == erc1155_receiver_id;
}

abi::Selector Timelock::on_erc721(const Address&, const Address&, const U256&, const Bytes&) {
    return abi::selector(receiver::erc721);
}

abi::Selector Timelock::on_erc1155(const Address&, const Address&, const U256&, const U256&, const Bytes&) {
    return abi::selector(receiver::erc1155);
}

abi::Selector Timelock::on_erc1155_batch(const Address&, const Address&, const std::vector<U256>&,
                                         const std::vector<U256>&, const Bytes&) {
    return abi::selector(receiver::erc1155_batch);
}

/// "minDelay": seconds; "admin": address that may give roles besides the timelock itself; "proposers":
/// {address: who} that propose and cancel, the Governor alone when it is missing; "executors": likewise,
/// anyone when it is missing.
void Timelock::genesis(const GenesisParams& params) {
    grant(admin_role, ctx.self);
    if (params.has("admin")) grant(admin_role, params.address("admin"));
    const auto named = [&](std::string_view list, const Address& otherwise) {
        return params.has(list) ? params.at(list).address_names() : std::vector{otherwise};
    };
    for (const auto& who : named("proposers", governor_address)) {
        grant(proposer, who);
        grant(canceller, who);
    }
    for (const auto& who : named("executors", {})) grant(executor, who);
    const U256 delay = params.u64("minDelay", default_delay_s);
    ctx.emit<MinDelayChange>(U256(0), delay);
    delay_min = delay;
}

namespace {

constexpr auto operation_rows = table<Row>({
    function<
        "function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, "
        "uint256 delay)",
        &Timelock::schedule>("Schedules a call for `delay` seconds from now. Only a proposer."),
    function<"function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
             "predecessor, bytes32 salt, uint256 delay)",
             &Timelock::schedule_batch>("Schedules calls that run together or not at all. Only a proposer."),
    function<"function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 "
             "salt) payable",
             &Timelock::execute>("Runs a call whose time has come. Only an executor."),
    function<"function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
             "predecessor, bytes32 salt) payable",
             &Timelock::execute_batch>("Runs calls whose time has come. Only an executor."),
    function<"function cancel(bytes32 id)", &Timelock::cancel>(
        "Takes back an operation that has not run. Only a canceller."),
    function<"function updateDelay(uint256 newDelay)", &Timelock::update_delay>(
        "Sets the least delay, in seconds. Only the timelock itself."),
    function<"function hashOperation(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 "
             "salt) pure returns (bytes32)",
             &Timelock::hash_operation>("The id of an operation of one call."),
    function<"function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 "
             "predecessor, bytes32 salt) pure returns (bytes32)",
             &Timelock::hash_operation_batch>("The id of an operation of several calls."),
    function<"function getOperationState(bytes32 id) view returns (uint8)", &Timelock::operation_state>(
        "0 unset, 1 waiting, 2 ready, 3 done."),
    function<"function isOperation(bytes32 id) view returns (bool)", &Timelock::is_operation>(
        "Whether it was scheduled and not cancelled."),
    function<"function isOperationPending(bytes32 id) view returns (bool)", &Timelock::is_pending>(
        "Whether it is scheduled and has not run."),
    function<"function isOperationReady(bytes32 id) view returns (bool)", &Timelock::is_ready>(
        "Whether its time has come and it has not run."),
    function<"function isOperationDone(bytes32 id) view returns (bool)", &Timelock::is_done>(
        "Whether it has run."),
    function<"function getTimestamp(bytes32 id) view returns (uint256)", &Timelock::timestamp>(
        "Unix seconds from which it may run; 0 when unset, 1 when done."),
    function<"function getMinDelay() view returns (uint256)", &Timelock::min_delay>(
        "The least delay, in seconds."),
    function<"function PROPOSER_ROLE() view returns (bytes32)", &Timelock::proposer_role>("Who schedules."),
    function<"function EXECUTOR_ROLE() view returns (bytes32)", &Timelock::executor_role>(
        "Who runs what is ready; anyone when the zero address has it."),
    function<"function CANCELLER_ROLE() view returns (bytes32)", &Timelock::canceller_role>("Who cancels."),
});
constexpr auto other_rows = table<Row>({
    function<"function supportsInterface(bytes4 interfaceId) view returns (bool)",
             &Timelock::supports_interface>("ERC-165: AccessControl and the ERC-1155 receiver."),
    receive<&Timelock::accept>("Coin for the community's treasury."),
    function<"function onERC721Received(address operator, address from, uint256 tokenId, bytes data) returns "
             "(bytes4)",
             &Timelock::on_erc721>("Accepts an ERC-721 token."),
    function<"function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes "
             "data) returns (bytes4)",
             &Timelock::on_erc1155>("Accepts ERC-1155 items."),
    function<"function onERC1155BatchReceived(address operator, address from, uint256[] ids, uint256[] "
             "values, bytes data) returns (bytes4)",
             &Timelock::on_erc1155_batch>("Accepts ERC-1155 items of several kinds."),
    event<Timelock::CallScheduled>("A call was scheduled; index counts within its operation."),
    event<Timelock::CallExecuted>("A call was run."),
    event<Timelock::CallSalt>("The salt of a scheduled operation, unless zero."),
    event<Timelock::Cancelled>("An operation was taken back."),
    event<Timelock::MinDelayChange>("The least delay changed."),
    error<Timelock::InvalidOperationLength>("The three lists differ in length."),
    error<Timelock::InsufficientDelay>("The delay is below the least."),
    error<Timelock::UnexpectedOperationState>(
        "The operation is in none of the expected states, bit n for n."),
    error<Timelock::UnexecutedPredecessor>("The operation that must run before has not."),
    error<Timelock::UnauthorizedCaller>("Only the timelock itself may do this."),
    error<FailedCall>("A call failed without a word."),
});
constexpr auto rows = join(operation_rows, access_control_rows<Timelock>, other_rows);
constexpr auto slots = table<SlotRow>({
    slot<&Timelock::members>("Members by role."),
    slot<&Timelock::timestamps>("Unix seconds from which an operation may run; 1 when it has."),
    slot<&Timelock::delay_min>("Least delay, in seconds."),
});

}  // namespace

extern constexpr Module timelock = module<rows, slots>(
    "Timelock", {.id = 11, .address = timelock_address, .genesis = at_genesis<&Timelock::genesis>},
    "Carries out what the Governor decided, after a delay, and owns what the community owns.");

}  // namespace farthing::contracts
