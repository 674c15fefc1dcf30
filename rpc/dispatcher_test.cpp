#include "rpc/dispatcher.hpp"

#include "chain/files.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace farthing::rpc {
namespace {

struct Sample {
    int notified = 0;
    U256 balance(const Address& who, const BlockTag& at) {
        return U256(who[19]) + (at.is(BlockTag::Name::latest) ? 0 : 1);
    }
    std::uint64_t touch() { return static_cast<std::uint64_t>(++notified); }
    RpcResult<std::string> fail_so(const std::optional<std::string>& how) {
        return rpc_fail(3, "execution reverted", json_string(how.value_or("0x")));
    }
    Json blob(std::uint64_t size) { return {json_string(std::string(size, 'x'))}; }
    std::vector<Address> echo(const std::vector<Address>& list) { return list; }
    Json call(const CallRequest& c) { return {json_string(quantity(c.gas.value_or(0)))}; }
    Json filter(const LogFilter& f) {
        return {std::to_string(f.addresses.size()) + std::to_string(f.topics.size())};
    }
    Json key(const StorageKey& k) { return {json_string(k.text)}; }
    std::uint64_t count(const Count& c) { return c.value; }
    U256 slip(const bool& on_disk) {
        if (on_disk) throw chain::StorageFailure("the journal is damaged");
        return u256_max + 1;
    }
    static constexpr auto rows =
        methods(method<"eth_balance(address who, blockTag at = latest) returns (quantity)", &Sample::balance>(
                    "A balance."),
                method<"eth_touch() returns (quantity)", &Sample::touch>("Counts."),
                method<"eth_fail(string how?) returns (string)", &Sample::fail_so>("Fails."),
                method<"eth_blob(quantity size) returns (string)", &Sample::blob>("Much."),
                method<"eth_echo(address[] list) returns (address[])", &Sample::echo>("The same."),
                method<"eth_take(call tx) returns (string)", &Sample::call>("A call."),
                method<"eth_filter(filter f) returns (string)", &Sample::filter>("A filter."),
                method<"eth_key(storageKey k) returns (string)", &Sample::key>("A key."),
                method<"eth_count(count n) returns (quantity)", &Sample::count>("A count."),
                method<"eth_slip(bool onDisk = false) returns (quantity)", &Sample::slip>("Throws."),
                method<"debug_touch() returns (quantity)", &Sample::touch>("Counts too."));
};

class DispatcherTest : public testing::Test {
 protected:
    Sample sample;
    Dispatcher dispatcher{{"eth"}, {.batch_max = 5, .response_bytes_max = 2000}};
    void SetUp() override { dispatcher.add(Sample::rows, sample); }

    std::string ask(std::string_view body) { return dispatcher.handle(body, {}); }
    std::string call(const std::string& method, const std::string& params) {
        return ask(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
    }
};

std::string error(std::string_view id, int code, std::string_view message) {
    return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"error":{"code":)" + std::to_string(code) +
           R"(,"message":")" + std::string(message) + "\"}}";
}
const std::string parse_error = error("null", -32700, "parse error");
const std::string invalid = error("null", -32600, "invalid request");

TEST_F(DispatcherTest, broken_json_is_a_parse_error_with_null_id) {
    for (const std::string_view body : {"", "{", "{\"id\":1", "{}{}", "[{}] x", "\xff"})
        EXPECT_EQ(ask(body), parse_error) << body;
    EXPECT_EQ(ask(std::string(20'000, '[') + std::string(20'000, ']')), parse_error);
    EXPECT_EQ(ask(std::string(1'000'000, '{')), parse_error);
}

TEST_F(DispatcherTest, json_that_is_no_call_is_an_invalid_request) {
    for (const std::string_view body :
         {"null", "1", "\"eth_touch\"", "true", "{}", R"({"id":{},"jsonrpc":"2.0","method":"eth_touch"})",
          R"({"id":true,"jsonrpc":"2.0","method":"eth_touch"})",
          R"({"id":[1],"jsonrpc":"2.0","method":"eth_touch"})"})
        EXPECT_EQ(ask(body), invalid) << body;
    EXPECT_EQ(ask("[]"), error("null", -32600, "empty batch"));
}

TEST_F(DispatcherTest, wrong_envelope_echoes_the_id) {
    const auto bad = error("7", -32600, "invalid request");
    EXPECT_EQ(ask(R"({"id":7,"method":"eth_touch"})"), bad);
    EXPECT_EQ(ask(R"({"jsonrpc":"1.0","id":7,"method":"eth_touch"})"), bad);
    EXPECT_EQ(ask(R"({"jsonrpc":2.0,"id":7,"method":"eth_touch"})"), bad);
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":7})"), bad);
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":7,"method":5})"), bad);
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","method":5})"), invalid);
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, ids_come_back_byte_for_byte) {
    for (const auto& id : std::vector<std::string>{
             "1", "-1", "1.5", "1.50", "1e3", "12345678901234567890123", "null", "\"\"", "\"a\\u0062\\n\"",
             "0", "\"5f2c9a1e-0000-4000-8000-3d1b8c7a9e42\"", "9007199254740993"})
        EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"eth_echo","params":[[]]})"),
                  R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":[]})");
}

TEST_F(DispatcherTest, duplicate_keys_anywhere_are_refused) {
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":1,"id":2,"method":"eth_touch"})"), invalid);
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":1,"method":"eth_touch","m\u0065thod":"eth_touch"})"), invalid);
    EXPECT_EQ(call("eth_take", R"([{"gas":"0x1","gas":"0x2"}])"), error("1", -32600, "invalid request"));
    EXPECT_EQ(call("eth_take", R"([{"gas":"0x1","x":{"a":1,"\u0061":1}}])"),
              error("1", -32600, "invalid request"));
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, notifications_run_and_get_no_answer) {
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","method":"eth_touch"})"), "");
    EXPECT_EQ(sample.notified, 1);
    EXPECT_EQ(ask(R"([{"jsonrpc":"2.0","method":"eth_touch"},{"jsonrpc":"2.0","method":"eth_none"}])"), "");
    EXPECT_EQ(sample.notified, 2);
}

TEST_F(DispatcherTest, a_bad_element_spoils_only_itself) {
    EXPECT_EQ(
        ask(R"([1,{"jsonrpc":"2.0","id":2,"method":"eth_count","params":["0x5"]},{},{"jsonrpc":"2.0","method":"eth_touch"}])"),
        "[" + invalid + R"(,{"jsonrpc":"2.0","id":2,"result":"0x5"},)" + invalid + "]");
}

TEST_F(DispatcherTest, an_id_that_the_grammar_allows_and_parsers_refuse_is_not_echoed) {
    const std::string refused =
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request"}})";
    for (const std::string id :
         {R"("\ud800")", R"("a\udc00b")", R"("\udc00\ud800")", "1e99999999999", "-1E99999999999"}) {
        EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"eth_echo","params":[[]]})"), refused);
        EXPECT_EQ(ask(R"([{"id":)" + id + "}]"), "[" + refused + "]");
    }
}

TEST_F(DispatcherTest, too_large_a_batch_gets_one_error_with_the_first_id) {
    EXPECT_EQ(ask("[1,1,1,1,1,1]"), "[" + error("null", -32600, "batch too large") + "]");
    const std::string one = R"({"jsonrpc":"2.0","id":"x","method":"eth_touch"})";
    EXPECT_EQ(ask("[" + one + "," + one + "," + one + "," + one + "," + one + "," + one + "]"),
              "[" + error("\"x\"", -32600, "batch too large") + "]");
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, too_large_an_answer_is_refused_and_the_rest_is_not_run) {
    EXPECT_EQ(call("eth_blob", R"(["0x1000"])"), error("1", -32003, "response too large"));
    const auto out = ask(
        R"([{"jsonrpc":"2.0","id":1,"method":"eth_count","params":[5]},{"jsonrpc":"2.0","id":2,"method":"eth_blob","params":["0x1000"]},)"
        R"({"jsonrpc":"2.0","id":3,"method":"eth_touch"}])");
    EXPECT_EQ(out, R"([{"jsonrpc":"2.0","id":1,"result":"0x5"},)" + error("2", -32003, "response too large") +
                       "," + error("3", -32003, "response too large") + "]");
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, of_a_batch_that_takes_too_long_the_rest_is_not_run) {
    Dispatcher hasty({"eth"}, {.batch_time_max = std::chrono::milliseconds(-1)});
    hasty.add(Sample::rows, sample);
    const auto out = hasty.handle(
        R"([{"jsonrpc":"2.0","id":1,"method":"eth_count","params":[5]},{"jsonrpc":"2.0","method":"eth_touch"},)"
        R"({"jsonrpc":"2.0","id":3,"method":"eth_touch"}])",
        {});
    EXPECT_EQ(out,
              R"([{"jsonrpc":"2.0","id":1,"result":"0x5"},)" + error("3", -32002, "request timed out") + "]");
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, a_batch_that_takes_long_needs_a_slot_and_a_short_one_does_not) {
    const auto batch = [](std::chrono::milliseconds free) {
        Sample own;
        Dispatcher busy(
            {"eth"}, {.batch_time_free = free, .long_batches = {.running = 0, .waiting = 0, .patience = {}}});
        busy.add(Sample::rows, own);
        return busy.handle(
            R"([{"jsonrpc":"2.0","id":1,"method":"eth_touch"},{"jsonrpc":"2.0","id":2,"method":"eth_touch"}])",
            {});
    };
    EXPECT_EQ(batch(std::chrono::seconds(60)),
              R"([{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":2,"result":"0x2"}])");
    EXPECT_EQ(batch(std::chrono::milliseconds(-1)),
              R"([{"jsonrpc":"2.0","id":1,"result":"0x1"},)" +
                  error("2", -32005, "too many calls that take long at the same time") + "]");
}

TEST_F(DispatcherTest, unknown_or_disabled_methods_have_geths_text) {
    EXPECT_EQ(call("eth_none", "[]"),
              error("1", -32601, "the method eth_none does not exist/is not available"));
    EXPECT_EQ(call("debug_touch", "[]"),
              error("1", -32601, "the method debug_touch does not exist/is not available"));
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":1,"method":"\"\u0000<\""})"),
              error("1", -32601, R"(the method \"\u0000<\" does not exist/is not available)"));
}

TEST_F(DispatcherTest, arguments_missing_superfluous_or_of_wrong_shape) {
    EXPECT_EQ(call("eth_balance", "[]"), error("1", -32602, "missing value for required argument 0"));
    EXPECT_EQ(call("eth_balance", "[null]"), error("1", -32602, "missing value for required argument 0"));
    EXPECT_EQ(call("eth_balance", R"(["0x0000000000000000000000000000000000000001","latest",1])"),
              error("1", -32602, "too many arguments, want at most 2"));
    EXPECT_EQ(call("eth_touch", "[null]"), error("1", -32602, "too many arguments, want at most 0"));
    EXPECT_EQ(call("eth_touch", "{}"), error("1", -32602, "non-array args"));
    EXPECT_EQ(call("eth_touch", "\"x\""), error("1", -32602, "non-array args"));
    EXPECT_EQ(call("eth_touch", "null"), R"({"jsonrpc":"2.0","id":1,"result":"0x1"})");
    EXPECT_EQ(call("eth_touch", "[1e999999]"), error("1", -32602, "too many arguments, want at most 0"));
}

TEST_F(DispatcherTest, defaults_and_optionals) {
    const std::string who = R"("0x0000000000000000000000000000000000000007")";
    const auto result = [](const std::string& r) {
        return R"({"jsonrpc":"2.0","id":1,"result":")" + r + "\"}";
    };
    EXPECT_EQ(call("eth_balance", "[" + who + "]"), result("0x7"));
    EXPECT_EQ(call("eth_balance", "[" + who + ",null]"), result("0x7"));
    EXPECT_EQ(call("eth_balance", "[" + who + R"(,"0x0"])"), result("0x8"));
    EXPECT_EQ(call("eth_balance", "[" + who + R"(,{"blockNumber":"0x1"}])"), result("0x8"));
    EXPECT_EQ(call("eth_fail", "[]"),
              R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x"}})");
    EXPECT_EQ(call("eth_fail", R"(["0x08"])"),
              R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x08"}})");
}

TEST_F(DispatcherTest, strict_and_liberal_arguments) {
    const std::string who = R"("0x0000000000000000000000000000000000000007")";
    const auto bad = [&](const std::string& method, const std::string& params) {
        const auto out = call(method, params);
        EXPECT_NE(out.find("-32602"), std::string::npos) << method << params << out;
    };
    const auto good = [&](const std::string& method, const std::string& params) {
        const auto out = call(method, params);
        EXPECT_NE(out.find("\"result\""), std::string::npos) << method << params << out;
    };
    for (
        const auto& tag : std::vector<std::string>{
            "1", "\"0x00\"", "\"0x01\"", "\"0x\"", "\"1\"", "\"newest\"", "true", "[]", "{}",
            "\"0x8000000000000000\"", R"({"blockHash":"0x12"})",
            R"({"blockNumber":"0x1","blockHash":"0x0000000000000000000000000000000000000000000000000000000000000000"})"})
        bad("eth_balance", "[" + who + "," + tag + "]");
    for (
        const auto& tag : std::vector<std::string>{
            "\"0x0\"", "\"earliest\"", "\"safe\"", "\"finalized\"", "\"pending\"",
            R"({"blockNumber":"latest"})",
            R"({"blockHash":"0x0000000000000000000000000000000000000000000000000000000000000000","requireCanonical":true})"})
        good("eth_balance", "[" + who + "," + tag + "]");
    for (const auto& w :
         std::vector<std::string>{"\"0x\"", "\"\"", "1", "\"0000000000000000000000000000000000000007\"",
                                  "\"0x000000000000000000000000000000000000000g\"",
                                  "\"0x00000000000000000000000000000000000000077\""})
        bad("eth_balance", "[" + w + "]");
    for (const auto& tx : std::vector<std::string>{
             "1", R"({"gas":1})", R"({"gas":"0x01"})", R"({"to":"0x1"})", R"({"data":"0x0"})",
             R"({"data":"0x00","input":"0x01"})", R"({"gasPrice":"0x1","maxFeePerGas":"0x1"})",
             R"({"gas":"0x10000000000000000000000000000000000000000000000000000000000000000"})",
             R"({"accessList":{}})", R"({"accessList":[{"storageKeys":[]}]})"})
        bad("eth_take", "[" + tx + "]");
    for (const auto& tx : std::vector<std::string>{"{}", R"({"data":"0x01","input":"0x01"})",
                                                   R"({"chain":"x","hardfork":"y","networkId":"0x1"})",
                                                   R"({"to":null,"gas":"0x5"})", R"({"accessList":[]})"})
        good("eth_take", "[" + tx + "]");
    for (
        const auto& f : std::vector<std::string>{
            "[]", R"({"address":"0x1"})", R"({"topics":[[],[],[],[],[]]})", R"({"topics":{}})",
            R"({"topics":["0x1"]})",
            R"({"blockHash":"0x0000000000000000000000000000000000000000000000000000000000000000","fromBlock":"0x1"})"})
        bad("eth_filter", "[" + f + "]");
    for (const auto& f : std::vector<std::string>{
             "{}", R"({"address":)" + who + "}", R"({"address":[)" + who + "," + who + "]}",
             R"({"topics":[null,[],null]})", R"({"address":null,"topics":null})"})
        good("eth_filter", "[" + f + "]");
    for (const auto& k :
         std::vector<std::string>{"\"0x0\"", "\"0x00\"", "\"0x123\"", "\"0x" + std::string(64, '0') + "\""})
        good("eth_key", "[" + k + "]");
    for (const auto& k :
         std::vector<std::string>{"\"0x\"", "\"\"", "0", "\"0xg\"", "\"0x" + std::string(65, '0') + "\""})
        bad("eth_key", "[" + k + "]");
    for (const auto& n : std::vector<std::string>{"4", "\"0x4\"", "\"4\""}) good("eth_count", "[" + n + "]");
    for (const auto& n : std::vector<std::string>{"-4", "\"x\"", "1.5", "\"\"", "\"0x04\""})
        bad("eth_count", "[" + n + "]");
}

TEST_F(DispatcherTest, prints_itself) {
    EXPECT_EQ(call("rpc_modules", "[]"), R"({"jsonrpc":"2.0","id":1,"result":{"eth":"1.0","rpc":"1.0"}})");
    Dispatcher wide;
    wide.add(Sample::rows, sample);
    const auto out = wide.handle(R"({"jsonrpc":"2.0","id":1,"method":"rpc_discover"})", {});
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(out, failed);
    ASSERT_FALSE(failed) << out;
    const auto& listed = parsed.at("result").at("methods").as_array();
    EXPECT_EQ(listed.size(), std::size(Sample::rows) + 2);
    const auto found =
        std::ranges::find_if(listed, [](const auto& m) { return m.at("name") == "eth_balance"; });
    ASSERT_NE(found, listed.end());
    EXPECT_TRUE(found->at("params").at(0).at("required").as_bool());
    EXPECT_FALSE(found->at("params").at(1).at("required").as_bool());
    EXPECT_NE(help_text(wide).find("eth_balance(address who, blockTag at = latest)"), std::string::npos);
}

TEST_F(DispatcherTest, neighbours_in_a_batch_are_run_in_bulk_and_answered_each) {
    std::vector<std::size_t> sizes;
    dispatcher.add_bulk("eth_count", [&](const std::vector<boost::json::array>& arguments) {
        sizes.push_back(arguments.size());
        std::vector<RpcResult<std::string>> out;
        for (const auto& one : arguments) {
            if (one.empty())
                out.emplace_back(std::unexpected(argument_error(0, "")));
            else
                out.emplace_back(boost::json::serialize(one[0]));
        }
        return out;
    });
    const auto count = [](const std::string& id, const std::string& params) {
        return R"({"jsonrpc":"2.0",)" + id + R"("method":"eth_count","params":)" + params + "}";
    };
    const auto result = [](const std::string& id, const std::string& value) {
        return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + value + "}";
    };
    EXPECT_EQ(ask("[" + count("\"id\":1,", "[1]") + "," + count("", "[2]") + "," + count("\"id\":3,", "{}") +
                  "," + count("\"id\":4,", "[]") + "," + count("\"id\":5.0,", "[5]") + "]"),
              "[" + result("1", "1") + "," + error("3", -32602, "non-array args") + "," +
                  error("4", -32602, "missing value for required argument 0") + "," + result("5.0", "5") +
                  "]");
    EXPECT_EQ(sizes, (std::vector<std::size_t>{4}));
    // A lone call, and runs cut by others or by a bad element.
    EXPECT_EQ(ask("[" + count("\"id\":1,", "[1]") + ",7," + count("\"id\":2,", "[2]") + "]"),
              "[" + result("1", "\"0x1\"") + "," + invalid + "," + result("2", "\"0x2\"") + "]");
    EXPECT_EQ(sizes.size(), 1U);
}

TEST_F(DispatcherTest, a_method_that_throws_costs_its_own_call_and_nothing_else) {
    std::vector<std::string> failures, seen;
    dispatcher.on_failure([&](std::string_view name, std::string_view what) {
        failures.push_back(std::string(name) + ": " + std::string(what));
    });
    dispatcher.observe(
        [&](std::string_view name, bool ok) { seen.push_back(std::string(name) + (ok ? "+" : "-")); });
    EXPECT_EQ(call("eth_slip", "[]"), error("1", -32603, "internal error"));
    EXPECT_EQ(failures, std::vector<std::string>{"eth_slip: U256: overflow"});
    const std::string slip = R"({"jsonrpc":"2.0","id":1,"method":"eth_slip"})",
                      touch = R"({"jsonrpc":"2.0","id":2,"method":"eth_touch"})";
    EXPECT_EQ(ask("[" + slip + "," + touch + "]"),
              "[" + error("1", -32603, "internal error") + R"(,{"jsonrpc":"2.0","id":2,"result":"0x1"}])");
    EXPECT_EQ(seen, (std::vector<std::string>{"eth_slip-", "eth_slip-", "eth_touch+"}));
    dispatcher.add_bulk("eth_slip", [](const auto&) -> std::vector<RpcResult<std::string>> {
        throw std::out_of_range("bulk");
    });
    EXPECT_EQ(ask("[" + slip + "," + slip + "]"),
              "[" + error("1", -32603, "internal error") + "," + error("1", -32603, "internal error") + "]");
    EXPECT_EQ(failures.back(), "eth_slip: bulk");
}

TEST_F(DispatcherTest, damage_on_the_disk_reaches_whoever_runs_the_node) {
    EXPECT_THROW(call("eth_slip", "[true]"), chain::StorageFailure);
}

std::string zeros(std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "[0" : ",0";
    return out + "]";
}

TEST_F(DispatcherTest, more_values_than_any_call_needs_are_refused_before_a_tree_is_made_of_them) {
    const auto refused = error("1", -32600, "too many values in params (max 20000)");
    const auto read = error("1", -32602, "too many arguments, want at most 0");
    EXPECT_EQ(call("eth_touch", zeros(20'000)), read);
    EXPECT_EQ(call("eth_touch", zeros(20'001)), refused);
    EXPECT_EQ(call("eth_touch", zeros(2'500'000)), refused);
    EXPECT_EQ(call("eth_touch", R"([{"a":)" + zeros(19'998) + "}]"), read);
    EXPECT_EQ(call("eth_touch", R"([{"a":)" + zeros(19'999) + "}]"), refused);
    EXPECT_EQ(call("eth_touch", R"({"a":)" + zeros(20'000) + "}"), refused);
    // A tree cannot hold half of a surrogate pair, and says so where one is made.
    EXPECT_TRUE(call("eth_touch", R"(["\ud800",)" + zeros(10).substr(1)).contains("invalid params: "));
    EXPECT_EQ(call("eth_touch", R"(["\ud800",)" + zeros(20'000).substr(1)), refused);
    EXPECT_EQ(call("eth_none", zeros(20'001)),
              error("1", -32601, "the method eth_none does not exist/is not available"));
    EXPECT_EQ(ask(R"({"jsonrpc":"2.0","method":"eth_touch","params":)" + zeros(20'001) + "}"), "");
    EXPECT_EQ(sample.notified, 0);
}

TEST_F(DispatcherTest, the_largest_arguments_that_mean_something_are_taken) {
    const auto list = [](const std::string& item, std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "[" : ",") + item;
        return out + "]";
    };
    const auto who = "\"0x" + std::string(40, '7') + "\"",
               topics = list("\"0x" + std::string(64, '7') + "\"", 1000);
    EXPECT_EQ(call("eth_filter", R"([{"fromBlock":"0x0","toBlock":"latest","address":)" + list(who, 1000) +
                                     R"(,"topics":)" + list(topics, 4) + "}]"),
              R"({"jsonrpc":"2.0","id":1,"result":10004})");
    // 131,072 bytes, the size of the largest transaction, hold this many entries of 23 bytes.
    EXPECT_EQ(call("eth_take", R"([{"accessList":)" +
                                   list(R"({"address":)" + who + R"(,"storageKeys":[]})", 5'698) + "}]"),
              R"({"jsonrpc":"2.0","id":1,"result":"0x0"})");
}

TEST_F(DispatcherTest, a_run_in_bulk_ends_where_it_would_hold_too_many_values) {
    Dispatcher narrow({"eth"}, {.params_values_max = 4});
    narrow.add(Sample::rows, sample);
    std::vector<std::size_t> sizes;
    narrow.add_bulk("eth_count", [&](const std::vector<boost::json::array>& arguments) {
        sizes.push_back(arguments.size());
        return std::vector<RpcResult<std::string>>(arguments.size(), std::string("1"));
    });
    std::string body, wanted;
    int id = 0;
    for (const auto* params :
         {"[1,1]", "[[1]]", "[1,1]", "[1]", "[1,1,[1,1]]", "[]", "[]", "[1,1,1,1]", "[1]"}) {
        const auto own = std::to_string(++id);
        body += (id == 1 ? "[" : ",") + (R"({"jsonrpc":"2.0","id":)" + own) +
                R"(,"method":"eth_count","params":)" + params + "}";
        const auto answer = id == 5   ? error(own, -32600, "too many values in params (max 4)")
                            : id == 9 ? R"({"jsonrpc":"2.0","id":9,"result":"0x1"})"
                                      : R"({"jsonrpc":"2.0","id":)" + own + R"(,"result":1})";
        wanted += (id == 1 ? "[" : ",") + answer;
    }
    EXPECT_EQ(narrow.handle(body + "]", {}), wanted + "]");
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 3}));
}

TEST_F(DispatcherTest, observer_sees_known_names_only) {
    std::vector<std::string> seen;
    dispatcher.observe(
        [&](std::string_view name, bool ok) { seen.push_back(std::string(name) + (ok ? "+" : "-")); });
    ask(R"([{"jsonrpc":"2.0","id":1,"method":"eth_touch"},{"jsonrpc":"2.0","id":1,"method":"x"},{"jsonrpc":"2.0","id":1,"method":"eth_fail"}])");
    EXPECT_EQ(seen, (std::vector<std::string>{"eth_touch+", "eth_fail-"}));
}

}  // namespace
}  // namespace farthing::rpc
