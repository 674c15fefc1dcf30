#include "rpc/json/scan.hpp"

#include "core/testing/seed.hpp"
#include "rpc/json/writer.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <random>

namespace farthing::rpc::json {
namespace {

TEST(Scan, cuts_a_call_into_the_bytes_that_were_sent) {
    const auto d = scan(
        R"( {"jsonrpc":"2.0","id": 12345678901234567890123 ,"method":"eth_call","params":[{"a":1,"b":{"c":2}}]} )");
    ASSERT_TRUE(d);
    EXPECT_FALSE(d->is_batch);
    ASSERT_EQ(d->elements.size(), 1U);
    const auto& e = d->elements[0];
    EXPECT_TRUE(e.is_object);
    EXPECT_EQ(e.id, "12345678901234567890123");
    EXPECT_EQ(e.method, R"("eth_call")");
    EXPECT_EQ(e.jsonrpc, R"("2.0")");
    EXPECT_EQ(e.params, R"([{"a":1,"b":{"c":2}}])");
    EXPECT_EQ(e.params_keys, 3U);
    EXPECT_EQ(e.params_values, 4U);
}

TEST(Scan, counts_every_value_inside_params_and_none_outside) {
    const auto values = [](const std::string& params) {
        const auto d = scan(R"({"id":[1,2],"params":)" + params + R"(,"x":{"y":[3,4]}})");
        return d ? d->elements.at(0).params_values : std::string::npos;
    };
    EXPECT_EQ(values("null"), 0U);
    EXPECT_EQ(values("7"), 0U);
    EXPECT_EQ(values("[]"), 0U);
    EXPECT_EQ(values("{}"), 0U);
    EXPECT_EQ(values(" [ 0 , 0 , 0 ] "), 3U);
    EXPECT_EQ(values(R"(["a,b",[],{},[[]]])"), 5U);
    EXPECT_EQ(values(R"({"a":1,"b":{"c":[true,null]},"d":[]})"), 6U);
    EXPECT_EQ(values(R"([{"a":[1,2],"a":3}])"), 5U) << "both of two equal keys";
    EXPECT_EQ(scan("{}")->elements.at(0).params_values, 0U);
    std::string many = "[0";
    for (int i = 1; i < 100'000; ++i) many += ",0";
    EXPECT_EQ(values(many + "]"), 100'000U);
    const auto batch = scan(R"([{"params":[1]},{"params":[[1,2]]},[9,9]])");
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->elements[0].params_values, 1U);
    EXPECT_EQ(batch->elements[1].params_values, 3U);
    EXPECT_EQ(batch->elements[2].params_values, 0U);
}

TEST(Scan, keys_written_with_escapes_are_the_same_keys) {
    const auto d = scan(R"({"\u0069d":7,"id":8})");
    ASSERT_TRUE(d);
    EXPECT_TRUE(d->elements[0].has_duplicate_key);
}

TEST(Scan, counts_a_huge_batch_without_keeping_it) {
    std::string text = "[";
    for (int i = 0; i < 100'000; ++i) text += "{},";
    text += "{}]";
    const auto d = scan(text, {.depth_max = 32, .elements_max = 10});
    ASSERT_TRUE(d);
    EXPECT_EQ(d->count, 100'001U);
    EXPECT_EQ(d->elements.size(), 10U);
}

TEST(Scan, refuses_depth_past_the_limit_and_takes_depth_at_it) {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    EXPECT_TRUE(scan(nested(32)));
    EXPECT_FALSE(scan(nested(33)));
    EXPECT_FALSE(scan(nested(1'000'000)));
    EXPECT_FALSE(scan(std::string(5'000'000, '[')));
    EXPECT_FALSE(scan(R"({"params":)" + nested(32) + "}"));
    EXPECT_TRUE(scan(R"({"params":)" + nested(31) + "}"));
}

TEST(Scan, refuses_what_is_not_one_json_text) {
    for (const std::string_view bad : {"",
                                       " ",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       "[1,]",
                                       "[,1]",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{a:1}",
                                       "{\"a\":1}{}",
                                       "1 2",
                                       "01",
                                       "-",
                                       "1.",
                                       ".5",
                                       "1e",
                                       "+1",
                                       "0x10",
                                       "nul",
                                       "nullx",
                                       "True",
                                       "NaN",
                                       "\"",
                                       "\"\\x\"",
                                       "\"\\u12g4\"",
                                       "\"\n\"",
                                       "\"\\",
                                       "[1}",
                                       "{\"a\":1]",
                                       "'a'",
                                       "//x\n1",
                                       "[1 2]",
                                       "\xef\xbb\xbf{}",
                                       "\"\x80\"",
                                       "\"\xc0\xaf\"",
                                       "\"\xed\xa0\x80\"",
                                       "\"\xf5\x80\x80\x80\"",
                                       "\"\xe2\x82\""})
        EXPECT_FALSE(scan(bad)) << bad;
}

TEST(Scan, takes_every_kind_of_value) {
    for (const std::string_view good : {"null", "true", "-0", "0.5e-7", "1E+2", "\"\\u00e9\\n\\/\"",
                                        "\"é€😀\"", "[]", "{}", "[[],{}]", "\t[ 1 , 2 ]\r\n"})
        EXPECT_TRUE(scan(good)) << good;
}

TEST(Scan, agrees_with_a_foreign_parser_on_random_texts) {
    std::mt19937_64 random(test_seed());
    const std::string base = R"([{"id":1,"a":[1.5e3,null,{"b":"x\u0041\n"}],"c":-7},true,"é",[[]],{}])";
    int good = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto text = base;
        for (auto edits = random() % 3; edits > 0 && !text.empty(); --edits) {
            const auto at = random() % text.size();
            if (random() % 2)
                text[at] = "[]{},:\"\\01-.eEnt u\xc3\x80"[random() % 20];
            else
                text.erase(at, 1 + random() % 3);
        }
        boost::system::error_code error;
        boost::json::parse(text, error);
        EXPECT_EQ(scan(text).has_value(), !error) << text << " " << error.message();
        good += !error;
    }
    EXPECT_GT(good, 1000);
}

TEST(Unquote, undoes_escapes_and_refuses_the_rest) {
    EXPECT_EQ(unquote(R"("a\u0062c")").value_or(""), "abc");
    EXPECT_FALSE(unquote("12"));
    EXPECT_FALSE(unquote(""));
    EXPECT_FALSE(unquote(R"("\ud800")"));
}

TEST(Writer, puts_commas_and_quotes_where_they_belong) {
    Writer w;
    w.begin_object().key("a").quantity(0).key("b").begin_array().number(1).null().boolean(true);
    w.begin_object()
        .end_object()
        .end_array()
        .key("c")
        .string("\"\\\n\x01\xff€")
        .key("d")
        .data(Bytes{0, 0xab})
        .end_object();
    EXPECT_EQ(
        w.take().text,
        "{\"a\":\"0x0\",\"b\":[1,null,true,{}],\"c\":\"\\\"\\\\\\u000a\\u0001\\ufffd€\",\"d\":\"0x00ab\"}");
    EXPECT_EQ(quantity(U256(0)), "0x0");
    EXPECT_EQ(quantity(u256_max), "0x" + std::string(64, 'f'));
    EXPECT_EQ(quantity(U256(1) << 64), "0x10000000000000000");
    EXPECT_EQ(quantity(U256(1) << 68), "0x100000000000000000");
}

}  // namespace
}  // namespace farthing::rpc::json
