// What the framework promises every contract: storage places, locks, nested calls, read-only views, gas.
#include "contracts/ownable.hpp"
#include "contracts/print.hpp"
#include "contracts/testing/test_chain.hpp"

namespace farthing::contracts {
namespace {

using namespace testing;

struct Packed {
    Address player;
    std::uint64_t round = 0;
    std::uint8_t game = 0;
    abi::Uint<24> count;
    abi::Uint<128> stake;
    FixedBytes<4> tag;
    bool open = false;
    using Abi = abi::Struct<
        "struct Packed { address player; uint64 round; uint8 game; uint24 count; uint128 stake; "
        "bytes4 tag; bool open; }",
        &Packed::player, &Packed::round, &Packed::game, &Packed::count, &Packed::stake, &Packed::tag,
        &Packed::open>;
    bool operator==(const Packed&) const = default;
};
static_assert(record_words<Packed> == 2);

/// A contract that does everything once.
struct Probe {
    Context& ctx;

    Slot<std::uint64_t, 0, "a"> a{ctx};
    Slot<bool, 0, "b", 8> b{ctx};
    Slot<FixedBytes<4>, 0, "c", 9> c{ctx};
    Slot<std::string, 1, "text"> text{ctx};
    Mapping<std::uint64_t, Packed, 2, "packed"> packed{ctx};
    Slot<Array<std::uint64_t>, 3, "list"> list{ctx};
    Mapping<std::string, Map<Address, U256>, 4, "nested"> nested{ctx};

    using Noted = abi::Event<"event Noted(uint64 indexed a, string indexed b, string c, Packed d)", Packed>;

    void set_small(std::uint64_t x, bool y, const FixedBytes<4>& z) {
        a = x;
        b = y;
        c = z;
    }
    std::tuple<std::uint64_t, bool, FixedBytes<4>> small() { return {a, b, c}; }
    void set_text(const std::string& v) { text = v; }
    std::string get_text() { return text; }
    void set_packed(std::uint64_t id, const Packed& v) { packed[id] = v; }
    Packed get_packed(std::uint64_t id) { return packed[id]; }
    void bump(std::uint64_t id) {
        packed[id].update([](Packed& p) { p.count = p.count + 1; });
    }
    void erase(std::uint64_t id) { packed[id].erase(); }
    void push(std::uint64_t v) { list.push(v); }
    void pop() { list.pop(); }
    std::uint64_t item(std::uint64_t i) { return list[i]; }
    void set_nested(const std::string& key, const Address& who, const U256& v) { nested[key][who] = v; }
    void note(const Packed& p) { ctx.emit<Noted>(std::uint64_t{7}, std::string("b"), std::string("c"), p); }
    void write_in_view() { a = 1; }
    void call_back(const Address& to, const Bytes& data) {
        const auto done = ctx.raw_call(to, 0, data);
        if (!done.success) throw Revert{done.output};
    }
    void view_of(const Address& to) { ctx.call<abi::Function<"function writeInView() view">>(to); }
    std::uint64_t descend(std::uint64_t levels) {
        if (levels == 0) return 0;
        const auto done = ctx.raw_call(
            ctx.self, 0,
            abi::Function<"function descend(uint64 levels) returns (uint64)">::encode(levels - 1));
        if (!done.success) throw Revert{done.output};
        return 1 + std::get<0>(*abi::decode<std::uint64_t>(done.output));
    }
    U256 subtract(const U256& x, const U256& y) { return x - y; }
    void pay_and_fail(const Address& to) {
        a = 99;
        ctx.pay(to, 1);
        throw Revert{error_string("no")};
    }
};

constexpr auto rows = table<Row>({
    function<"function setSmall(uint64 x, bool y, bytes4 z)", &Probe::set_small>("."),
    function<"function small() view returns (uint64, bool, bytes4)", &Probe::small>("."),
    function<"function setText(string v)", &Probe::set_text>("."),
    function<"function text() view returns (string)", &Probe::get_text>("."),
    function<"function setPacked(uint64 id, Packed v)", &Probe::set_packed>("."),
    function<"function packed(uint64 id) view returns (Packed)", &Probe::get_packed>("."),
    function<"function bump(uint64 id)", &Probe::bump>("."),
    function<"function erase(uint64 id)", &Probe::erase>("."),
    function<"function push(uint64 v)", &Probe::push>("."),
    function<"function pop()", &Probe::pop>("."),
    function<"function item(uint64 i) view returns (uint64)", &Probe::item>("."),
    function<"function setNested(string key, address who, uint256 v)", &Probe::set_nested>("."),
    function<"function note(Packed p)", &Probe::note>("."),
    function<"function writeInView() view", &Probe::write_in_view>("."),
    function<"function callBack(address to, bytes data) nonreentrant", &Probe::call_back>("."),
    function<"function callOn(address to, bytes data)", &Probe::call_back>("."),
    function<"function viewOf(address to)", &Probe::view_of>("."),
    function<"function descend(uint64 levels) returns (uint64)", &Probe::descend>("."),
    function<"function subtract(uint256 x, uint256 y) pure returns (uint256)", &Probe::subtract>("."),
    function<"function payAndFail(address to) payable", &Probe::pay_and_fail>("."),
    event<Probe::Noted>("."),
});
constexpr auto slots = table<SlotRow>({
    slot<&Probe::a>("."),
    slot<&Probe::b>("."),
    slot<&Probe::c>("."),
    slot<&Probe::text>("."),
    slot<&Probe::packed>("."),
    slot<&Probe::list>("."),
    slot<&Probe::nested>("."),
});
constexpr Module probe =
    module<rows, slots>("Probe", {.id = 9999}, "A contract for the framework's own tests.");

class FrameworkTest : public ::testing::Test {
 protected:
    FrameworkTest() { chain.host.install(probe, at); }

    template <abi::Text D, class... Structs, class... A>
    auto call(const A&... args) {
        return chain.call<D, Structs...>(alice, at, args...);
    }
    std::string slot_hex(const Word& key) { return hex(chain.host.load(at, key)); }
    auto set_text(const std::string& v) { return call<"function setText(string v)">(v); }

    TestChain chain;
    const Address at = account(100), alice = account(1);
    const Packed record{account(0xabcd), 5, 6, std::uint64_t{7}, U256(8), {{1, 2, 3, 4}}, true};
};

TEST_F(FrameworkTest, short_values_share_a_slot_from_the_right_as_in_solidity) {
    ASSERT_TRUE((call<"function setSmall(uint64 x, bool y, bytes4 z)">(
                     std::uint64_t{0x1122}, true, FixedBytes<4>{{0xaa, 0xbb, 0xcc, 0xdd}})
                     .success));
    EXPECT_EQ(slot_hex(slot_word(0)), std::string(38, '0') + "aabbccdd" + "01" + "0000000000001122");
    EXPECT_EQ((call<"function small() view returns (uint64, bool, bytes4)">().value),
              (std::tuple<std::uint64_t, bool, FixedBytes<4>>(0x1122, true, {{0xaa, 0xbb, 0xcc, 0xdd}})));
}

TEST_F(FrameworkTest, a_record_is_packed_as_solidity_packs_a_struct) {
    ASSERT_TRUE((call<"function setPacked(uint64 id, Packed v)", Packed>(std::uint64_t{3}, record).success));
    const Word base = keccak256(abi::encode(std::uint64_t{3}, std::uint64_t{2}));
    // Slot 0: uint24 count, uint8 game, uint64 round, address player from left to right.
    EXPECT_EQ(slot_hex(base),
              "000007"
              "06"
              "0000000000000005" +
                  hex(record.player));
    EXPECT_EQ(slot_hex(slot_after(base, 1)), std::string(22, '0') +
                                                 "01"
                                                 "01020304" +
                                                 std::string(31, '0') + "8");
    EXPECT_EQ((call<"function packed(uint64 id) view returns (Packed)", Packed>(std::uint64_t{3}).value),
              record);
    EXPECT_EQ((call<"function packed(uint64 id) view returns (Packed)", Packed>(std::uint64_t{4}).value),
              Packed{});

    const auto bumped = call<"function bump(uint64 id)">(std::uint64_t{3});
    EXPECT_EQ(bumped.gas, gas::dispatch + 2 * gas::read + gas::write_changed)
        << "only the changed word is written";
    Packed expected = record;
    expected.count = std::uint64_t{8};
    EXPECT_EQ((call<"function packed(uint64 id) view returns (Packed)", Packed>(std::uint64_t{3}).value),
              expected);

    ASSERT_TRUE(call<"function erase(uint64 id)">(std::uint64_t{3}).success);
    EXPECT_TRUE(chain.host.state.storage.empty());
}

TEST_F(FrameworkTest, texts_use_the_slot_up_to_31_bytes_and_leave_nothing_behind) {
    for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 65u, 200u, 31u, 64u, 32u, 0u}) {
        const std::string v(size, 'x');
        ASSERT_TRUE(set_text(v).success);
        EXPECT_EQ(call<"function text() view returns (string)">().value, v);
        const auto words = size == 0 ? 0u : size < 32 ? 1u : 1u + (size + 31) / 32;
        EXPECT_EQ(chain.host.state.storage.size(), words) << size;
    }
    ASSERT_TRUE(set_text("abc").success);
    EXPECT_EQ(slot_hex(slot_word(1)), "616263" + std::string(56, '0') + "06");
    ASSERT_TRUE(set_text(std::string(33, 'x')).success);
    EXPECT_EQ(slot_hex(slot_word(1)), std::string(62, '0') + "43");
    EXPECT_EQ(slot_hex(slot_after(keccak256(slot_word(1).bytes), 1)), "78" + std::string(62, '0'));
}

TEST_F(FrameworkTest, arrays_pack_and_panic_beyond_their_end) {
    for (std::uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(call<"function push(uint64 v)">(i + 10).success);
    EXPECT_EQ(slot_hex(slot_word(3)), std::string(63, '0') + "5");
    const Word first = keccak256(slot_word(3).bytes);
    EXPECT_EQ(slot_hex(first),
              "000000000000000d"
              "000000000000000c"
              "000000000000000b"
              "000000000000000a");
    EXPECT_EQ(call<"function item(uint64 i) view returns (uint64)">(std::uint64_t{4}).value, 14u);
    EXPECT_EQ(call<"function item(uint64 i) view returns (uint64)">(std::uint64_t{5}).revert,
              panic(PanicCode::index_out_of_bounds));
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(call<"function pop()">().success);
    EXPECT_EQ(call<"function pop()">().revert, panic(PanicCode::pop_of_empty_array));
    EXPECT_TRUE(chain.host.state.storage.empty());
}

TEST_F(FrameworkTest, nested_mappings_hash_key_then_slot) {
    ASSERT_TRUE(
        (call<"function setNested(string key, address who, uint256 v)">(std::string("key"), alice, U256(5))
             .success));
    const Word outer = keccak256(concat(as_bytes("key"), slot_word(4)));
    const Word inner = keccak256(concat(abi::encode(alice), outer));
    EXPECT_EQ(chain.host.load(at, inner), to_word(5));
}

TEST_F(FrameworkTest, events_hash_indexed_texts_and_encode_the_rest) {
    const auto done = call<"function note(Packed p)", Packed>(record);
    ASSERT_TRUE(done.success);
    EXPECT_EQ(done.logs.at(0).topics,
              (std::vector<Hash>{
                  keccak256(as_bytes("Noted(uint64,string,string,(address,uint64,uint8,uint24,uint128,"
                                     "bytes4,bool))")),
                  slot_word(7), keccak256(as_bytes("b"))}));
    EXPECT_EQ(done.logs.at(0).data, abi::encode(std::string("c"), record));
}

TEST_F(FrameworkTest, a_view_cannot_write_nor_can_what_it_calls) {
    EXPECT_FALSE(call<"function writeInView() view">().success);
    EXPECT_FALSE(call<"function viewOf(address to)">(at).success);
    EXPECT_TRUE(chain.host.state.storage.empty());
}

TEST_F(FrameworkTest, a_nonreentrant_function_is_not_entered_again) {
    const Bytes again =
        abi::Function<"function callBack(address to, bytes data) nonreentrant">::encode(at, Bytes{});
    const Bytes harmless = abi::Function<"function push(uint64 v)">::encode(std::uint64_t{1});
    EXPECT_EQ((call<"function callBack(address to, bytes data)">(at, again).revert),
              error<"error ReentrancyGuardReentrantCall()">());
    EXPECT_TRUE((call<"function callBack(address to, bytes data)">(at, harmless).success))
        << "the lock is per function";
    EXPECT_TRUE((call<"function callOn(address to, bytes data)">(
                     at, abi::Function<"function callBack(address to, bytes data)">::encode(at, harmless))
                     .success));
}

TEST_F(FrameworkTest, calls_nest_32_deep_and_one_more_ends_the_transaction) {
    const auto descend = [&](std::uint64_t levels) {
        return call<"function descend(uint64 levels) returns (uint64)">(levels);
    };
    EXPECT_EQ(descend(32).value, 32u);
    EXPECT_TRUE(descend(33).call_too_deep);
    EXPECT_EQ(descend(32).value, 32u) << "and leaves no lock and no frame behind";
}

TEST_F(FrameworkTest, arithmetic_panics_and_a_failed_call_leaves_nothing) {
    EXPECT_EQ(
        (call<"function subtract(uint256 x, uint256 y) pure returns (uint256)">(U256(1), U256(2)).revert),
        panic(PanicCode::overflow));
    chain.host.state.balances[alice] = 10;
    const auto before = chain.host.state;
    EXPECT_EQ((chain.pay<"function payAndFail(address to) payable">(alice, at, U256(5), account(77)).revert),
              error_string("no"));
    EXPECT_EQ(chain.host.state, before);
}

TEST_F(FrameworkTest, what_is_printed_names_tuples_and_packing) {
    const auto abi = abi_json(probe);
    EXPECT_NE(abi.find(R"("internalType":"struct IProbe.Packed","name":"v","type":"tuple")"),
              std::string::npos);
    EXPECT_NE(abi.find(R"("stateMutability":"pure")"), std::string::npos);
    const auto layout = storage_layout_json(probe);
    EXPECT_NE(layout.find(R"("label":"c","offset":9,"slot":"0","type":"t_bytes4")"), std::string::npos);
    EXPECT_NE(layout.find(R"("label":"stake","offset":0,"slot":"1","type":"t_uint128")"), std::string::npos);
    EXPECT_NE(layout.find("t_mapping(t_string_memory_ptr,t_mapping(t_address,t_uint256))"),
              std::string::npos);
    EXPECT_NE(solidity_interface(probe).find("function setPacked(uint64 id, Packed calldata v) external;"),
              std::string::npos);
}

TEST(Registry, every_contract_has_its_own_id_name_and_address) {
    std::set<std::pair<int, int>> ids;
    std::set<Address> addresses;
    for (const Module* m : all_modules()) {
        EXPECT_TRUE(ids.insert({m->identity.id, m->identity.version}).second) << m->name;
        EXPECT_EQ(find_module(m->identity.id, m->identity.version), m);
        if (m->identity.version == 1 && m->identity.address) {
            EXPECT_TRUE(addresses.insert(*m->identity.address).second) << m->name;
        }
    }
    EXPECT_EQ(find_module(std::uint16_t{9}, std::uint16_t{9}), nullptr);
    EXPECT_EQ(find_module("Token"), nullptr) << "factory-made contracts have no fixed place";
}

TEST(Marker, only_our_own_code_is_a_marker) {
    const Bytes code = marker_code({0x0102, 0x0304});
    EXPECT_EQ(hex(code),
              "ef"
              "66617274"
              "68696e67"
              "0102"
              "0304");
    EXPECT_EQ(parse_marker(code), (Marker{0x0102, 0x0304}));
    Bytes longer = code, other = code;
    longer.push_back(0);
    other[3] ^= 1;
    EXPECT_FALSE(parse_marker(longer));
    EXPECT_FALSE(parse_marker(other));
    EXPECT_FALSE(parse_marker({}));
}

// The examples of EIP-1014.
TEST(Create2, agrees_with_the_eip) {
    const Hash zero_code = keccak256(Bytes{0});
    EXPECT_EQ(hex(create2_address({}, {}, zero_code)), "4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38");
    EXPECT_EQ(
        hex(create2_address(*address_from_hex("0xdeadbeef00000000000000000000000000000000"), {}, zero_code)),
        "b928f69bb1d91cd65274e3c79d8986362984fda3");
}

}  // namespace
}  // namespace farthing::contracts
