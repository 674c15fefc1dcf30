#include "rpc/methods/state_methods.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

#include <boost/json/object.hpp>

namespace farthing::rpc {
namespace {

constexpr std::size_t slots_max = 1024;  ///< Of one call.

void write_nodes(Writer& w, const std::vector<Bytes>& nodes) {
    w.begin_array();
    for (const auto& node : nodes) w.data(node);
    w.end_array();
}

}  // namespace

RpcResult<U256> StateMethods::get_balance(const Address& who, const BlockTag& at) {
    TRY(const auto found, backend_.state(at));
    return found.state.account(who).balance;
}

RpcResult<std::uint64_t> StateMethods::get_transaction_count(const Address& who, const BlockTag& at) {
    if (at.is(BlockTag::Name::pending)) return backend_.chain().pending_nonce(who);
    TRY(const auto found, backend_.state(at));
    return found.state.account(who).nonce;
}

RpcResult<Bytes> StateMethods::get_code(const Address& who, const BlockTag& at) {
    TRY(const auto found, backend_.state(at));
    return found.state.code(who);
}

RpcResult<Hash> StateMethods::get_storage_at(const Address& who, const StorageKey& key, const BlockTag& at) {
    TRY(const auto found, backend_.state(at));
    return found.state.storage(who, key.word);
}

/// Many slots of many accounts: {address: [key, ...]} gives {address: [value, ...]}.
RpcResult<Json> StateMethods::get_storage_values(const AnyJson& wanted, const BlockTag& at) {
    const auto wrong = [](const std::string& why) { return std::unexpected(argument_error(0, why)); };
    if (!wanted.value.is_object() || wanted.value.get_object().empty()) return wrong("empty request");
    TRY(const auto found, backend_.state(at));
    std::size_t count = 0;
    Writer w;
    w.begin_object();
    for (const auto& [name, list] : wanted.value.get_object()) {
        const auto who = Codec<Address>::read(boost::json::value(name));
        if (!who) return wrong(who.error().message);
        const auto keys = Codec<std::vector<StorageKey>>::read(list);
        if (!keys) return wrong(keys.error().message);
        if (count += keys->size(); count > slots_max) return wrong("too many slots (max 1024)");
        w.key(hex0x(*who)).begin_array();
        for (const auto& key : *keys) w.data(found.state.storage(*who, key.word));
        w.end_array();
    }
    return w.end_object().take();
}

RpcResult<Json> StateMethods::get_proof(const Address& who, const std::vector<StorageKey>& keys,
                                        const BlockTag& at) {
    if (keys.size() > slots_max) return rpc_fail(code::invalid_params, "too many keys (max 1024)");
    TRY(const auto found, backend_.state(at));
    std::vector<Word> slots;
    for (const auto& key : keys) slots.push_back(key.word);
    const auto proof = found.state.prove(who, slots);
    const auto& account = proof.account;
    Writer w;
    w.begin_object().key("address").data(who).key("accountProof");
    write_nodes(w, proof.nodes);
    w.key("balance").quantity(account.balance).key("nonce").quantity(account.nonce);
    w.key("codeHash").data(account.code_hash.is_zero() ? empty_code_hash : account.code_hash);
    w.key("storageHash").data(account.storage_root.is_zero() ? empty_trie_root : account.storage_root);
    w.key("storageProof").begin_array();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& one = proof.storage.at(i);
        w.begin_object()
            .key("key")
            .string(keys[i].text)
            .key("value")
            .quantity(to_u256(one.value))
            .key("proof");
        write_nodes(w, one.nodes);
        w.end_object();
    }
    w.end_array().end_object();
    return w.take();
}

void StateMethods::add_to(Dispatcher& dispatcher) {
    using Self = StateMethods;
    static constexpr auto rows = methods(
        method<"eth_getBalance(address who, blockTag at = latest) returns (quantity)", &Self::get_balance>(
            "Wei that `who` holds."),
        method<"eth_getTransactionCount(address who, blockTag at = latest) returns (quantity)",
               &Self::get_transaction_count>("The nonce of `who`; at `pending` after all it has waiting."),
        method<"eth_getCode(address who, blockTag at = latest) returns (data)", &Self::get_code>(
            "Code of `who`: a native contract's marker (0xef, \"farthing\", id, version), else 0x."),
        method<"eth_getStorageAt(address who, storageKey key, blockTag at = latest) returns (hash)",
               &Self::get_storage_at>("One storage slot, 32 bytes."),
        method<"eth_getStorageValues(any wanted, blockTag at = latest) returns (object)",
               &Self::get_storage_values>("Slots of several accounts at once: {address: [key, ...]}."),
        method<"eth_getProof(address who, storageKey[] keys, blockTag at = latest) returns (accountProof)",
               &Self::get_proof>("Merkle proof of an account and slots (EIP-1186)."));
    dispatcher.add(rows, *this);
}

}  // namespace farthing::rpc
