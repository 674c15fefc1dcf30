// How transactions are signed and sent, and what people try who mean no good.
#include "intent.hpp"
#include "workload.hpp"

namespace farthing::simulator {
namespace {

const U256 gwei = 1'000'000'000;

}  // namespace

Transaction Workload::sign_call(const Person& who, std::uint64_t nonce, const Call& call) {
    Transaction tx;
    tx.type = random_.chance(85) ? TxType::dynamic_fee : TxType::legacy;
    tx.chain_id = world_.genesis.chain_id;
    tx.nonce = nonce;
    const auto low = random_.below(2'000'000'000);
    if (tx.type == TxType::legacy) {
        tx.max_fee_per_gas = tx.max_priority_fee_per_gas = gwei * 4 + low;
    } else {
        tx.max_fee_per_gas = gwei * (random_.chance(90) ? 3'000 : 3);
        tx.max_priority_fee_per_gas = random_.chance(20) ? 0 : low;
    }
    tx.gas_limit = call.gas_limit;
    tx.to = call.to;
    tx.value = call.value;
    tx.data = call.data;
    sign(tx, who.key);
    return tx;
}

void Workload::send(chain::Blockchain& chain, const Person& who, const Call& call) {
    const auto nonce = chain.pending_nonce(who.address);
    const auto tx = sign_call(who, nonce, call);
    auto encoded = tx.encode();
    const auto hash = tx.hash();
    const auto pooled = chain.submit(encoded);
    if (!pooled) {
        using chain::TxError;
        // Somebody may have become too poor, also for all that waits; nothing else is wrong with it.
        if (pooled.error().error == TxError::insufficient_funds) {
            ++refused_;
            return;
        }
        throw Mistake("a good transaction was refused: " + pooled.error().message);
    }
    if (*pooled != hash) throw Mistake("the pool gave another hash than the transaction's");
    const auto from =
        who.address == world_.keeper.address ? "\"keeper\"" : std::to_string(index_of(who.address));
    auto json = "{" + call.json + ",\"from\":" + from + member("nonce", nonce) +
                member("fee_cap", tx.max_fee_per_gas) + member("tip_cap", tx.max_priority_fee_per_gas) +
                member("gas_limit", tx.gas_limit) + "}";
    intents_.emplace(hash, json);
    sent_.push_back({std::move(json), std::move(encoded), hash});
}

void Workload::expect_refusal(chain::Blockchain& chain, const Bytes& encoded, chain::TxError expected,
                              const std::string& what) {
    const auto pooled = chain.submit(encoded);
    if (pooled) throw Mistake(what + " was accepted");
    if (pooled.error().error != expected) throw Mistake(what + " was refused as: " + pooled.error().message);
    ++refused_;
}

void Workload::misbehave(chain::Blockchain& chain) {
    using chain::TxError;
    const auto& who = someone();
    const auto state = chain.head_state();
    const auto what = random_.below(5);
    if (what == 0 && !sent_.empty()) {
        const auto& old = sent_[random_.below(sent_.size())];
        if (chain.mempool().find(old.hash))
            return expect_refusal(chain, old.encoded, TxError::already_known, "a transaction that waits");
        if (chain.locate(old.hash))
            return expect_refusal(chain, old.encoded, TxError::nonce_too_low, "a replay");
        return;
    }
    if (what == 1) {
        Call call = pay(who, state);
        call.value = state.account(who.address).balance + 1;
        const auto tx = sign_call(who, chain.pending_nonce(who.address), call);
        return expect_refusal(chain, tx.encode(), TxError::insufficient_funds, "more than there is");
    }
    if (what == 2) {
        auto tx = sign_call(who, chain.pending_nonce(who.address), pay(who, state));
        tx.chain_id = 1;
        sign(tx, who.key);
        return expect_refusal(chain, tx.encode(), TxError::invalid_chain_id, "another chain's transaction");
    }
    if (what == 3) {
        const auto nonce = state.account(who.address).nonce;
        if (nonce == 0) return;
        const auto tx = sign_call(who, nonce - 1, pay(who, state));
        return expect_refusal(chain, tx.encode(), TxError::nonce_too_low, "an old nonce");
    }
    // A gap: parked until it is filled, which others' transactions may do.
    Call call = pay(who, state);
    call.value = 1;
    call.json = kind("pay") + member("to", index_of(call.to)) + member("v", call.value);
    const auto nonce = chain.pending_nonce(who.address) + 1 + random_.below(3);
    const auto tx = sign_call(who, nonce, call);
    if (chain.submit(tx.encode()))
        intents_.emplace(tx.hash(), "{" + call.json + ",\"from\":" + std::to_string(index_of(who.address)) +
                                        member("nonce", nonce) + member("fee_cap", tx.max_fee_per_gas) +
                                        member("tip_cap", tx.max_priority_fee_per_gas) +
                                        member("gas_limit", tx.gas_limit) + "}");
}

void Workload::send_some(chain::Blockchain& chain) {
    const auto head = chain.head()->header;
    for (auto n = random_.below(habits_.transactions_most + 1); n > 0; --n) {
        const auto& who = someone();
        send(chain, who, choose(who, chain.head_state(), head.number));
    }
    if (habits_.bets)
        if (const auto call = keep_house(chain.head_state(), head.number, head.timestamp))
            send(chain, random_.chance(90) ? world_.keeper : someone(), *call);
    if (habits_.misbehaves && random_.chance(40)) misbehave(chain);
}

const std::string& Workload::intent_of(const Hash& hash) const {
    static const std::string rotation = "{\"k\":\"rotation\",\"from\":\"sequencer\"}";
    const auto found = intents_.find(hash);
    return found == intents_.end() ? rotation : found->second;
}

}  // namespace farthing::simulator
