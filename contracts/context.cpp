#include "contracts/context.hpp"

#include "core/base/check.hpp"
#include "core/base/hex.hpp"

namespace farthing::contracts {
namespace {

constexpr std::string_view marker_name = "farthing";
constexpr Address minting_contract = literals::address("fa0008");
constexpr std::size_t marker_size = 1 + marker_name.size() + 2 + 2;

}  // namespace

Bytes panic(PanicCode code) {
    return abi::Error<"error Panic(uint256 code)">::encode(U256(static_cast<unsigned>(code)));
}

Bytes error_string(std::string_view text) {
    return abi::Error<"error Error(string message)">::encode(std::string(text));
}

void debit(Host& host, const Asset& asset, const Address& from, const U256& amount) {
    if (asset.token != native_coin) return;  // The caller is that token's Ledger.
    if (host.balance_of(from) < amount) throw Revert{};
    host.subtract_balance(from, amount);
}

Bytes marker_code(Marker marker) {
    Bytes out{0xef};
    append(out, as_bytes(marker_name));
    for (const std::uint16_t v : {marker.contract_id, marker.version}) {
        out.push_back(static_cast<std::uint8_t>(v >> 8));
        out.push_back(static_cast<std::uint8_t>(v & 0xff));
    }
    return out;
}

std::optional<Marker> parse_marker(ByteView code) {
    if (code.size() != marker_size || code[0] != 0xef) return std::nullopt;
    if (as_text(code.subspan(1, marker_name.size())) != marker_name) return std::nullopt;
    const auto u16 = [](ByteView b) { return static_cast<std::uint16_t>(b[0] << 8 | b[1]); };
    return Marker{u16(code.last(4)), u16(code.last(2))};
}

Address create2_address(const Address& creator, const Hash& salt, const Hash& init_code_hash) {
    const Bytes prefix{0xff};
    return Address::from(
        ByteView(farthing::keccak256(concat(prefix, creator, salt, init_code_hash)).bytes).last(20));
}

Context::Context(Host& host, const Message& message, GasMeter& gas)
    : self(message.self),
      caller(message.caller),
      value(message.value),
      calldata(message.data),
      block(host.block()),
      now(host.block().timestamp),
      host_(host),
      gas_(gas),
      depth_(message.depth),
      read_only_(message.read_only) {}

Word Context::load(const Word& slot) {
    gas_.charge(gas::read);
    return host_.load(self, slot);
}

void Context::store(const Word& slot, const Word& word) {
    require_writable();
    const Word old = host_.load(self, slot);
    if (old == word) return gas_.charge(gas::read);
    gas_.charge(old.is_zero() ? gas::write_new : gas::write_changed);
    host_.store(self, slot, word);
}

U256 Context::balance_of(const Address& who) {
    gas_.charge(gas::read);
    return host_.balance_of(who);
}

std::optional<Marker> Context::marker_of(const Address& who) {
    gas_.charge(gas::read);
    return parse_marker(host_.code_at(who));
}

void Context::debit(const Asset& asset, const Address& from, const U256& amount) {
    require_writable();
    contracts::debit(host_, asset, from, amount);
}

void Context::mint(const U256& amount) {
    FARTHING_CHECK(self == minting_contract);
    require_writable();
    gas_.charge(gas::write_changed);
    host_.mint(self, amount);
}

CallResult Context::raw_call(const Address& to, const U256& wei, ByteView data, bool read_only) {
    if (wei != 0) require_writable();
    gas_.charge(wei == 0 ? gas::call : gas::call + gas::call_value);
    if (depth_ >= call_depth_max) throw CallTooDeep{};
    if (host_.balance_of(self) < wei) return {};
    return host_.call({.caller = self,
                       .self = to,
                       .value = wei,
                       .data = data,
                       .read_only = read_only || read_only_,
                       .depth = depth_ + 1},
                      gas_);
}

void Context::pay(const Address& to, const U256& wei) {
    auto result = raw_call(to, wei, {});
    if (!result.success) throw Revert{std::move(result.output)};
}

Address Context::create_account(Marker marker, const Hash& salt) {
    require_writable();
    gas_.charge(gas::create);
    const Bytes code = marker_code(marker);
    const Address made = create2_address(self, salt, farthing::keccak256(code));
    if (!host_.code_at(made).empty()) throw Revert{};
    host_.create_contract(made, marker);
    return made;
}

Hash Context::keccak256(ByteView in) {
    gas_.charge(gas::keccak(in.size()));
    return farthing::keccak256(in);
}

Hash Context::sha256(ByteView in) {
    gas_.charge(gas::sha256(in.size()));
    return farthing::sha256(in);
}

Hash Context::hmac_sha256(ByteView key, ByteView message) {
    gas_.charge(gas::hmac_sha256(message.size()));
    return farthing::hmac_sha256(key, message);
}

std::optional<Address> Context::recover(const Hash& digest, const Signature& signature) {
    gas_.charge(gas::recover);
    const auto who = recover_address(digest, signature);
    return who ? std::optional(*who) : std::nullopt;
}

void Context::require_writable() const {
    if (read_only_) throw Revert{};
}

void Context::append_log(const std::vector<Hash>& topics, Bytes data) {
    require_writable();
    gas_.charge(gas::log(topics.size(), data.size()));
    host_.append_log({.address = self, .topics = topics, .data = std::move(data)});
}

}  // namespace farthing::contracts
