#pragma once
// What tests of the methods share: a chain of the small genesis, and questions asked as a client asks them.
#include "chain/testing.hpp"
#include "rpc/api.hpp"
#include "rpc/client_testing.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace farthing::rpc {

/// One node's API on a chain of its own; `change` sets other options of the chain.
class ApiTest : public ::testing::Test {
 protected:
    using Change = std::function<void(chain::BlockchainOptions&)>;
    explicit ApiTest(const Change& change = [](chain::BlockchainOptions&) {}) {
        chain::BlockchainOptions options;
        options.data_dir = directory.path();
        change(options);
        chain = chain::Blockchain::open(genesis, options);
        api = std::make_unique<Api>(*chain, ApiOptions{.log_blocks_max = 50,
                                                       .sync_timeout = std::chrono::milliseconds(50),
                                                       .client_filters_max = 3});
        api->add_to(dispatcher);
    }

    void mine() { chain::testing::mine(*chain, preimages); }

    std::string ask(const std::string& method, const std::string& params, const Call& call = {}) {
        return dispatcher.handle(
            R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}", call);
    }
    /// The result; the whole answer when it is an error.
    boost::json::value result(const std::string& method, const std::string& params = "[]") {
        const auto text = ask(method, params);
        boost::system::error_code failed;
        const auto parsed = boost::json::parse(text, failed);
        EXPECT_FALSE(failed) << text;
        const auto* found = parsed.as_object().if_contains("result");
        return found ? *found : parsed;
    }
    std::string text(const std::string& method, const std::string& params = "[]") {
        return boost::json::serialize(result(method, params));
    }
    std::string error(const std::string& method, const std::string& params) {
        const auto answer = boost::json::parse(ask(method, params));
        const auto* found = answer.as_object().if_contains("error");
        if (!found) return "no error: " + boost::json::serialize(answer);
        return std::to_string(found->at("code").as_int64()) + " " +
               std::string(found->at("message").as_string());
    }
    Hash send(std::uint64_t nonce, const U256& amount = chain::testing::coin) {
        const auto tx = chain::testing::transfer(chain::testing::key_of(1), nonce, nobody, amount);
        EXPECT_EQ(text("eth_sendRawTransaction", "[\"" + hex0x(tx.encode()) + "\"]"),
                  "\"" + hex0x(tx.hash()) + "\"");
        return tx.hash();
    }

    const Address nobody = literals::address("b0b");
    chain::testing::TemporaryDirectory directory;
    fair::SeedChain preimages{Hash::from(to_word(U256(7))), 4096};
    chain::Genesis genesis = chain::testing::small_genesis(preimages.tip(), 4096);
    std::unique_ptr<chain::Blockchain> chain;
    Dispatcher dispatcher;
    std::unique_ptr<Api> api;
    const std::string sender = "\"" + hex0x(chain::testing::key_of(1).address()) + "\"";
    const std::string receiver = "\"" + hex0x(nobody) + "\"";
};

}  // namespace farthing::rpc
