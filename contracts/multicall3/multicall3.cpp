/// Multicall3: many calls in one, with the ABI, address and error texts of the contract that SDKs expect on
/// every chain (github.com/mds1/multicall). It keeps no state and owns nothing. Invariant: what a call does,
/// it does as this contract; whoever trusts this address as a caller trusts everybody.
#include "contracts/module.hpp"
#include "contracts/randomness/randomness.hpp"

namespace farthing::contracts {
namespace {

struct Call {
    Address target;
    Bytes call_data;
    using Abi =
        abi::Struct<"struct Call { address target; bytes callData; }", &Call::target, &Call::call_data>;
};
struct Call3 {
    Address target;
    bool allow_failure = false;
    Bytes call_data;
    using Abi = abi::Struct<"struct Call3 { address target; bool allowFailure; bytes callData; }",
                            &Call3::target, &Call3::allow_failure, &Call3::call_data>;
};
struct Call3Value {
    Address target;
    bool allow_failure = false;
    U256 value;  ///< Wei.
    Bytes call_data;
    using Abi =
        abi::Struct<"struct Call3Value { address target; bool allowFailure; uint256 value; bytes callData; }",
                    &Call3Value::target, &Call3Value::allow_failure, &Call3Value::value,
                    &Call3Value::call_data>;
};
struct CallOutcome {
    bool success = false;
    Bytes return_data;
    using Abi = abi::Struct<"struct Result { bool success; bytes returnData; }", &CallOutcome::success,
                            &CallOutcome::return_data>;
};

using BlockHash = abi::Function<"function blockHash(uint64 number) view returns (bytes32 hash)">;

[[noreturn]] void refuse(std::string_view why) {
    throw Revert{error_string(why)};
}

struct Multicall3 {
    Context& ctx;

    using Outcomes = std::vector<CallOutcome>;
    using BlockAndOutcomes = std::tuple<U256, Hash, Outcomes>;

    // --- calls

    std::tuple<U256, std::vector<Bytes>> aggregate(const std::vector<Call>& calls) {
        std::vector<Bytes> out;
        out.reserve(calls.size());
        for (auto& outcome : try_aggregate(true, calls)) out.push_back(std::move(outcome.return_data));
        return {block_number(), std::move(out)};
    }
    Outcomes try_aggregate(bool require_success, const std::vector<Call>& calls) {
        Outcomes out;
        out.reserve(calls.size());
        for (const auto& call : calls) out.push_back(run(call.target, 0, call.call_data, !require_success));
        return out;
    }
    // A block's own hash is zero while it is made, as on Ethereum.
    BlockAndOutcomes try_block_and_aggregate(bool require_success, const std::vector<Call>& calls) {
        return {block_number(), Hash{}, try_aggregate(require_success, calls)};
    }
    BlockAndOutcomes block_and_aggregate(const std::vector<Call>& calls) {
        return try_block_and_aggregate(true, calls);
    }
    Outcomes aggregate3(const std::vector<Call3>& calls) {
        Outcomes out;
        out.reserve(calls.size());
        for (const auto& call : calls) out.push_back(run(call.target, 0, call.call_data, call.allow_failure));
        return out;
    }
    Outcomes aggregate3_value(const std::vector<Call3Value>& calls) {
        Outcomes out;
        out.reserve(calls.size());
        U256 sum = 0;
        for (const auto& call : calls) {
            sum += call.value;
            out.push_back(run(call.target, call.value, call.call_data, call.allow_failure));
        }
        if (sum != ctx.value) refuse("Multicall3: value mismatch");
        return out;
    }

    // --- the block

    Hash block_hash(const U256& number) {
        if (number >= ctx.block.number) return {};
        return ctx.call<BlockHash>(randomness_address, low_u64(number));
    }
    Hash last_block_hash() { return block_hash(ctx.block.number == 0 ? 0 : ctx.block.number - 1); }
    U256 block_number() { return ctx.block.number; }
    Address coinbase() { return ctx.block.miner; }
    U256 difficulty() { return to_u256(ctx.block.mix_hash); }
    U256 gas_limit() { return ctx.block.gas_limit; }
    U256 timestamp() { return ctx.now; }
    U256 base_fee() { return ctx.block.base_fee; }
    U256 chain_id() { return ctx.block.chain_id; }
    U256 eth_balance(const Address& who) { return ctx.balance_of(who); }

 private:
    CallOutcome run(const Address& target, const U256& wei, ByteView data, bool allow_failure) {
        auto result = ctx.raw_call(target, wei, data);
        if (!result.success && !allow_failure) refuse("Multicall3: call failed");
        return {result.success, std::move(result.output)};
    }
};

constexpr auto rows = table<Row>({
    function<"function aggregate(Call[] calls) payable returns (uint256 blockNumber, bytes[] returnData)",
             &Multicall3::aggregate>("Calls each; reverts when one fails."),
    function<"function tryAggregate(bool requireSuccess, Call[] calls) payable returns (Result[] returnData)",
             &Multicall3::try_aggregate>("Calls each; says of each whether it succeeded."),
    function<"function tryBlockAndAggregate(bool requireSuccess, Call[] calls) payable returns (uint256 "
             "blockNumber, bytes32 blockHash, Result[] returnData)",
             &Multicall3::try_block_and_aggregate>(
        "The same with the block; its own hash is zero while it is made, as on Ethereum."),
    function<"function blockAndAggregate(Call[] calls) payable returns (uint256 blockNumber, bytes32 "
             "blockHash, Result[] returnData)",
             &Multicall3::block_and_aggregate>("The same; reverts when a call fails."),
    function<"function aggregate3(Call3[] calls) payable returns (Result[] returnData)",
             &Multicall3::aggregate3>("Calls each; reverts when one fails that was not allowed to."),
    function<"function aggregate3Value(Call3Value[] calls) payable returns (Result[] returnData)",
             &Multicall3::aggregate3_value>(
        "The same with coin; the value sent must be what the calls take."),
    function<"function getBlockHash(uint256 blockNumber) view returns (bytes32 blockHash)",
             &Multicall3::block_hash>("Hash of one of the last 256 blocks; zero for any other number."),
    function<"function getBlockNumber() view returns (uint256 blockNumber)", &Multicall3::block_number>(
        "This block's number."),
    function<"function getCurrentBlockCoinbase() view returns (address coinbase)", &Multicall3::coinbase>(
        "Who makes this block."),
    function<"function getCurrentBlockDifficulty() view returns (uint256 difficulty)",
             &Multicall3::difficulty>("This block's randomness R, where Ethereum has prevRandao."),
    function<"function getCurrentBlockGasLimit() view returns (uint256 gaslimit)", &Multicall3::gas_limit>(
        "This block's gas limit."),
    function<"function getCurrentBlockTimestamp() view returns (uint256 timestamp)", &Multicall3::timestamp>(
        "This block's unix seconds."),
    function<"function getEthBalance(address addr) view returns (uint256 balance)", &Multicall3::eth_balance>(
        "Wei of an account."),
    function<"function getLastBlockHash() view returns (bytes32 blockHash)", &Multicall3::last_block_hash>(
        "Hash of the block before this one."),
    function<"function getBasefee() view returns (uint256 basefee)", &Multicall3::base_fee>(
        "This block's base fee, wei."),
    function<"function getChainId() view returns (uint256 chainid)", &Multicall3::chain_id>(
        "The chain's id."),
});

}  // namespace

extern constexpr Module multicall3 = module<rows, no_slots>(
    "Multicall3", {.id = 12, .address = address("ca11bde05977b3631167028862be2a173976ca11")},
    "Many calls in one, where SDKs look for it.");

}  // namespace farthing::contracts
