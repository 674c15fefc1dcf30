#include "chain/blockchain_impl.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_many.hpp"

namespace farthing::chain {

SenderLookup BlockchainImpl::sender_lookup() const {
    return [this, state = std::optional<StateView>()](const Address& who) mutable {
        if (!state) state = tree_.newest();
        const auto account = state->account(who);
        return SenderState{account.nonce, account.balance};
    };
}

namespace {

/// Transactions that one thread takes at a time: as many as are hashed side by side, fewer where some core
/// would get none.
std::size_t run_length(std::size_t count, std::size_t threads) {
    return std::clamp<std::size_t>(count / std::max<std::size_t>(threads, 1), 1, 8);
}

}  // namespace

TxResult<Transaction> BlockchainImpl::decode_to_admit(ByteView encoded, const Rules& rules) const {
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
    return *std::move(tx);
}

void BlockchainImpl::recover(std::span<const Bytes> encoded, const Rules& rules,
                             std::span<TxResult<SignedTxPtr>> out) const {
    struct Candidate {
        std::size_t at;
        Transaction tx;
    };
    std::vector<Candidate> candidates;
    std::vector<ByteView> to_hash;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        auto tx = decode_to_admit(encoded[i], rules);
        if (!tx) {
            out[i] = std::unexpected(tx.error());
            continue;
        }
        candidates.push_back({i, *std::move(tx)});
        to_hash.emplace_back(encoded[i]);
    }
    std::vector<Bytes> preimages;
    preimages.reserve(candidates.size());
    for (const auto& candidate : candidates) preimages.push_back(candidate.tx.signing_preimage());
    to_hash.insert(to_hash.end(), preimages.begin(), preimages.end());
    std::vector<Hash> hashes(to_hash.size());
    keccak256_many(to_hash, hashes);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto& [at, tx] = candidates[i];
        if (mempool_.find(hashes[i])) {
            out[at] = reject(TxError::already_known);
            continue;
        }
        const auto sender = recover_sender(tx, hashes[candidates.size() + i]);
        if (sender)
            out[at] =
                std::make_shared<const SignedTx>(SignedTx{std::move(tx), hashes[i], *sender, encoded[at]});
        else
            out[at] = reject(TxError::invalid_sender, sender.error().message);
    }
}

TxResult<Hash> BlockchainImpl::pool(const SignedTxPtr& tx, const Rules& rules, const Account& account,
                                    std::uint64_t blocks) {
    if (const auto& floor = rules.base_fee_floor; tx->tx.max_fee_per_gas < floor)
        return reject(TxError::underpriced, "maxFeePerGas " + to_decimal(tx->tx.max_fee_per_gas) +
                                                " below the base fee floor " + to_decimal(floor));
    const auto newest = [this](const Address& who) { return sender_lookup()(who); };
    if (auto ok = mempool_.add(tx, {account.nonce, account.balance}, blocks, newest); !ok)
        return std::unexpected(ok.error());
    const std::shared_lock lock(callbacks_mutex_);
    for (const auto& [token, callback] : pending_callbacks_) callback(tx);
    return tx->hash;
}

TxResult<Hash> BlockchainImpl::submit(ByteView encoded) {
    const auto rules = this->rules();
    const Bytes copy(encoded.begin(), encoded.end());
    TxResult<SignedTxPtr> tx;
    recover(std::span(&copy, 1), rules, std::span(&tx, 1));
    if (!tx) return std::unexpected(tx.error());
    const auto blocks = mempool_.blocks();
    auto hash = pool(*tx, rules, tree_.newest().account((*tx)->sender), blocks);
    if (hash) wake();
    return hash;
}

std::vector<TxResult<Hash>> BlockchainImpl::submit_all(std::span<const Bytes> encoded) {
    std::vector<TxResult<SignedTxPtr>> recovered(encoded.size());
    const auto rules = this->rules();
    const auto run = run_length(encoded.size(), options_.recover_threads);
    recoverers_.for_each((encoded.size() + run - 1) / run, [&](std::size_t i) {
        const auto begin = i * run, size = std::min(run, encoded.size() - begin);
        recover(encoded.subspan(begin, size), rules, std::span(recovered).subspan(begin, size));
    });
    std::vector<Address> senders;
    senders.reserve(encoded.size());
    for (const auto& tx : recovered)
        if (tx) senders.push_back((*tx)->sender);
    const auto blocks = mempool_.blocks();
    const auto accounts = tree_.newest().accounts(senders);
    std::vector<TxResult<Hash>> out;
    out.reserve(encoded.size());
    auto account = accounts.begin();
    for (const auto& tx : recovered) {
        if (tx)
            out.push_back(pool(*tx, rules, *account++, blocks));
        else
            out.emplace_back(std::unexpected(tx.error()));
    }
    wake();
    return out;
}

}  // namespace farthing::chain
