#include "contracts/testing/fuzz_calls.hpp"

#include "contracts/timelock/timelock.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::contracts::testing {
namespace {

const U256 coin = 1'000'000'000'000'000'000;
constexpr int depth_max = 2;
constexpr std::size_t remembered_max = 64;

/// VotingUnits believes what a registered source says, so its owner, governance, registers pools only.
constexpr std::array<std::string_view, 1> left_out{"registerSource"};

const abi::Type& inputs_of(const Row& row) {
    static std::map<const Row*, abi::Type> known;
    auto found = known.find(&row);
    if (found == known.end())
        found = known.emplace(&row, abi::parse_signature(row.signature.view()).value().inputs).first;
    return found->second;
}

/// An array type's name, as far as it tells two apart.
std::string name_of(const abi::Type& type) {
    std::string out = std::to_string(static_cast<int>(type.kind)) + ":" + std::to_string(type.size);
    for (const auto& part : type.parts) out += "(" + name_of(part) + ")";
    return out;
}

std::vector<const Row*> functions_of(const Module& module, bool also_views) {
    std::vector<const Row*> out;
    for (const Row& row : module.rows)
        if (row.decl.kind == abi::Kind::function && (also_views || !row.decl.read_only()) &&
            std::ranges::find(left_out, row.decl.name) == left_out.end())
            out.push_back(&row);
    return out;
}

}  // namespace

WatchedCall CallMaker::any_call() {
    WatchedCall call;
    const auto who = plan_.below(16);
    // The timelock stands for governance; the keeper runs house and sequencer.
    call.from = who == 15   ? timelock_address
                : who == 14 ? world_.keeper
                            : world_.people[who % world_.people.size()];
    call.to = world_.contracts[plan_.below(world_.contracts.size())];
    const auto* module = world_.module_at(call.to);
    if (plan_.below(32) == 31) {  // Bytes that need not be a call, perhaps to nobody.
        if (plan_.flag()) call.to = account();
        call.data = byte_string(0);
        if (plan_.flag()) call.value = amount();
        return call;
    }
    const auto rows = functions_of(*module, plan_.below(8) == 7);
    if (rows.empty()) return call;
    const Row& row = *rows[plan_.below(rows.size())];
    call.data = arguments(row, 0);
    if (row.decl.mutability == abi::Mutability::payable || plan_.below(32) == 31) switch (plan_.below(4)) {
            case 0:
                break;
            case 1:
                call.value = amount();
                break;
            default:
                call.value = last_amount_;
        }
    if (plan_.below(64) == 63) call.data.push_back(plan_.byte());
    if (plan_.below(64) == 63) call.data.resize(plan_.below(call.data.size() + 1));
    return call;
}

Bytes CallMaker::arguments(const Row& row, int depth) {
    Bytes out(row.selector.begin(), row.selector.end());
    const auto& type = inputs_of(row);
    const auto encoded = abi::encode_values(type, value(type, depth));
    FARTHING_CHECK(encoded.has_value());
    append(out, *encoded);
    return out;
}

std::pair<Address, Bytes> CallMaker::inner_call(int depth) {
    const auto to = world_.contracts[plan_.below(world_.contracts.size())];
    const auto rows = functions_of(*world_.module_at(to), plan_.below(8) == 7);
    if (rows.empty()) return {to, {}};
    return {to, arguments(*rows[plan_.below(rows.size())], depth + 1)};
}

void CallMaker::learn(const WatchedOutcome& outcome) {
    const auto keep = [&](ByteView word) {
        if (words_.size() < remembered_max)
            words_.push_back(Word::from(word));
        else
            words_[word[31] % remembered_max] = Word::from(word);
    };
    const auto take = outcome.success ? ByteView(outcome.output) : ByteView();
    for (std::size_t at = 0; at + 32 <= take.size() && at < 128; at += 32) keep(take.subspan(at, 32));
    for (const auto& log : outcome.logs)
        for (std::size_t i = 1; i < log.topics.size(); ++i) keep(log.topics[i]);
}

abi::Value CallMaker::value(const abi::Type& type, int depth) {
    using enum abi::Type::Kind;
    switch (type.kind) {
        case uint_n: {
            const U256 n = number(type.size);
            if (type.size >= 128) last_amount_ = n;
            return {to_decimal(n), {}};
        }
        case int_n:
            return {to_decimal(number(type.size - 1)), {}};
        case boolean:
            return {plan_.flag() ? "true" : "false", {}};
        case abi::Type::Kind::address:
            return {hex0x(account()), {}};
        case bytes_n:
            return {hex0x(ByteView(word()).first(type.size)), {}};
        case abi::Type::Kind::bytes:
            return {hex0x(byte_string(depth)), {}};
        case string:
            return {text(), {}};
        default:
            break;
    }
    abi::Value out;
    if (type.kind == tuple) {
        for (const auto& part : type.parts) out.items.push_back(value(part, depth));
        return out;
    }
    auto& used = arrays_[name_of(type)];
    if (type.kind == array && !used.empty() && plan_.below(4) != 0) return used[plan_.below(used.size())];
    // Mostly one: lists that belong together have the same length.
    const auto choice = plan_.below(8);
    const std::size_t count = type.kind == fixed_array ? type.size : choice == 7 ? 0 : choice == 6 ? 2 : 1;
    for (std::size_t i = 0; i < count; ++i) out.items.push_back(value(type.parts[0], depth));
    if (used.size() < 4) used.push_back(out);
    return out;
}

U256 CallMaker::number(std::size_t bits) {
    const U256 most = bits == 256 ? u256_max : (U256(1) << static_cast<unsigned>(bits)) - 1;
    U256 n = 0;
    switch (plan_.below(10)) {
        case 0:
        case 1:
            n = plan_.below(8);
            break;
        case 2:
            n = plan_.number(2);
            break;
        case 3:
        case 4:
            n = to_u256(word());
            break;
        case 5:
        case 6:
            n = amount();
            break;
        case 7:
            n = most - plan_.below(3);
            break;
        case 8:
            n = world_.host.head.timestamp + plan_.number(2);
            if (plan_.flag()) n = world_.host.head.number + plan_.below(4);
            break;
        default:
            n = to_u256(plan_.bytes(bits / 8));
    }
    return n <= most ? n : n & most;
}

U256 CallMaker::amount() {
    switch (plan_.below(4)) {
        case 0:
            return coin * (1 + plan_.below(100));
        case 1:
            return U256(plan_.number(5));
        case 2:
            return coin / (1 + plan_.below(1000));
        default:
            return last_amount_;
    }
}

Address CallMaker::account() {
    const auto choice = plan_.below(8);
    if (choice == 7) return {};
    if (choice == 6) return Address::from(ByteView(word()).subspan(12));
    if (choice >= 3) return world_.contracts[plan_.below(world_.contracts.size())];
    return person();
}

Word CallMaker::word() {
    if (!words_.empty() && plan_.below(8) != 0) return words_[plan_.below(words_.size())];
    return plan_.flag() ? plan_.fixed<32>() : Word{};
}

Bytes CallMaker::byte_string(int depth) {
    const auto choice = plan_.below(8);
    if (choice < 4 && depth < depth_max) return inner_call(depth).second;
    if (choice == 5) return abi::encode(static_cast<std::uint16_t>(plan_.number(2) % 10'000), plan_.flag());
    if (choice == 6) return abi::encode(static_cast<std::uint32_t>(100 + plan_.number(2)));
    if (choice == 7) {
        const auto view = plan_.bytes(plan_.below(100));
        return {view.begin(), view.end()};
    }
    return {};
}

std::string CallMaker::text() {
    static constexpr std::array<std::string_view, 7> known{
        "baseFeeFloor", "blockGasLimit", "txGasMax", "feeStakersBps", "lucky_seven", "Motion", ""};
    const auto choice = plan_.below(known.size() + 1);
    const std::string out(choice < known.size() ? known[choice] : as_text(plan_.bytes(plan_.below(40))));
    // A proposal is named by its description's hash.
    if (words_.size() < remembered_max) words_.push_back(keccak256(as_bytes(out)));
    return out;
}

}  // namespace farthing::contracts::testing
