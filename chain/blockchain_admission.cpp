#include "chain/blockchain_impl.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {

SenderLookup BlockchainImpl::sender_lookup() const {
    return [state = tree_.newest()](const Address& who) {
        const auto account = state.account(who);
        return SenderState{account.nonce, account.balance};
    };
}

TxResult<SignedTxPtr> BlockchainImpl::recover(ByteView encoded, const Rules& rules) const {
    if (encoded.size() > options_.mempool.tx_bytes_max)
        return reject(TxError::oversized, "transaction size " + std::to_string(encoded.size()) + ", limit " +
                                              std::to_string(options_.mempool.tx_bytes_max));
    auto tx = decode_transaction(encoded);
    if (!tx) {
        if (tx.error().message == text(TxError::type_not_supported))
            return reject(TxError::type_not_supported);
        return reject(TxError::malformed, tx.error().message);
    }
    if (auto ok = check_static(*tx, rules); !ok) return std::unexpected(ok.error());
    const auto hash = keccak256(encoded);
    if (mempool_.find(hash)) return reject(TxError::already_known);
    const auto sender = recover_sender(*tx);
    if (!sender) return reject(TxError::invalid_sender, sender.error().message);
    return std::make_shared<const SignedTx>(
        SignedTx{*std::move(tx), hash, *sender, Bytes(encoded.begin(), encoded.end())});
}

TxResult<Hash> BlockchainImpl::pool(const SignedTxPtr& tx, const Rules& rules, const Account& account) {
    if (const auto& floor = rules.base_fee_floor; tx->tx.max_fee_per_gas < floor)
        return reject(TxError::underpriced, "maxFeePerGas " + to_decimal(tx->tx.max_fee_per_gas) +
                                                " below the base fee floor " + to_decimal(floor));
    if (auto ok = mempool_.add(tx, {account.nonce, account.balance}); !ok) return std::unexpected(ok.error());
    const std::shared_lock lock(callbacks_mutex_);
    for (const auto& [token, callback] : pending_callbacks_) callback(tx);
    return tx->hash;
}

TxResult<Hash> BlockchainImpl::submit(ByteView encoded) {
    const auto rules = this->rules();
    auto tx = recover(encoded, rules);
    if (!tx) return std::unexpected(tx.error());
    auto hash = pool(*tx, rules, tree_.newest().account((*tx)->sender));
    if (hash) wake();
    return hash;
}

std::vector<TxResult<Hash>> BlockchainImpl::submit_all(std::span<const Bytes> encoded) {
    std::vector<TxResult<SignedTxPtr>> recovered(encoded.size());
    const auto rules = this->rules();
    recoverers_.for_each(encoded.size(), [&](std::size_t i) { recovered[i] = recover(encoded[i], rules); });
    std::vector<Address> senders;
    senders.reserve(encoded.size());
    for (const auto& tx : recovered)
        if (tx) senders.push_back((*tx)->sender);
    const auto accounts = tree_.newest().accounts(senders);
    std::vector<TxResult<Hash>> out;
    out.reserve(encoded.size());
    auto account = accounts.begin();
    for (const auto& tx : recovered) {
        if (tx)
            out.push_back(pool(*tx, rules, *account++));
        else
            out.push_back(std::unexpected(tx.error()));
    }
    wake();
    return out;
}

}  // namespace farthing::chain
