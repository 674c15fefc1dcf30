// What the chain pays most for: signatures, hashes and reading transactions.
#include "core/base/check.hpp"
#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"
#include "core/crypto/keccak_many.hpp"
#include "core/crypto/secp256k1.hpp"
#include "core/types/transaction.hpp"

#include <benchmark/benchmark.h>
#include <cryptopp/keccak.h>

namespace farthing {
namespace {

SecretKey key() {
    return SecretKey::from(keccak256(as_bytes("bench"))).value();
}

/// A transfer as a wallet sends it: 120 bytes.
Transaction transfer() {
    Transaction tx;
    tx.type = TxType::dynamic_fee;
    tx.chain_id = 31'337;
    tx.nonce = 300;
    tx.max_priority_fee_per_gas = 1'000'000'000;
    tx.max_fee_per_gas = 2'000'000'000;
    tx.gas_limit = 21'000;
    tx.to = literals::address("70997970c51812dc3a010c7d01b50e0d17dc79c8");
    tx.value = U256("1000000000000000000");
    sign(tx, key());
    return tx;
}

void recover(benchmark::State& state) {
    const auto digest = keccak256(as_bytes("digest"));
    const auto signature = key().sign(digest);
    for (auto _ : state) benchmark::DoNotOptimize(recover_address(digest, signature));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(recover);

void sign_digest(benchmark::State& state) {
    const auto secret = key();
    const auto digest = keccak256(as_bytes("digest"));
    for (auto _ : state) benchmark::DoNotOptimize(secret.sign(digest));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sign_digest);

/// Each input depends on the last output, as it does along a trie's path.
void keccak(benchmark::State& state) {
    Bytes in(static_cast<std::size_t>(state.range(0)), 7);
    for (auto _ : state) in[0] = keccak256(in)[0];
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(keccak)->Arg(32)->Arg(136)->Arg(544);

/// As the state trie hashes: many inputs of one size at a time.
void keccak_many(benchmark::State& state) {
    constexpr std::size_t count = 64;
    std::vector<Bytes> inputs(count, Bytes(static_cast<std::size_t>(state.range(0)), 7));
    const std::vector<ByteView> views(inputs.begin(), inputs.end());
    std::vector<Hash> hashes(count);
    for (auto _ : state) {
        keccak256_many(views, hashes);
        inputs[0][0] = hashes[0][0];
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(count) * state.range(0));
    state.SetLabel(std::to_string(keccak_lane_count()) + " at once");
}
BENCHMARK(keccak_many)->Arg(32)->Arg(135)->Arg(544);

/// The alternative that ours has to beat.
void keccak_cryptopp(benchmark::State& state) {
    Bytes in(static_cast<std::size_t>(state.range(0)), 7);
    Hash out;
    for (auto _ : state) {
        CryptoPP::Keccak_256().CalculateDigest(out.data(), in.data(), in.size());
        in[0] = out[0];
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(keccak_cryptopp)->Arg(32)->Arg(136)->Arg(544);

/// One link of a seed chain: 64 characters.
void sha256_link(benchmark::State& state) {
    Bytes in(64, '7');
    for (auto _ : state) in[0] = sha256(in)[0];
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sha256_link);

void hmac_draw(benchmark::State& state) {
    const Bytes seed(64, '7');
    Bytes message(80, '1');
    for (auto _ : state) message[0] = hmac_sha256(seed, message)[0];
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hmac_draw);

void decode_dynamic_fee(benchmark::State& state) {
    const auto encoded = transfer().encode();
    FARTHING_CHECK(decode_transaction(encoded).has_value());
    for (auto _ : state) benchmark::DoNotOptimize(decode_transaction(encoded));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_dynamic_fee);

void encode_dynamic_fee(benchmark::State& state) {
    const auto tx = transfer();
    for (auto _ : state) benchmark::DoNotOptimize(tx.encode());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_dynamic_fee);

void signing_hash(benchmark::State& state) {
    const auto tx = transfer();
    for (auto _ : state) benchmark::DoNotOptimize(tx.signing_hash());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(signing_hash);

}  // namespace
}  // namespace farthing
