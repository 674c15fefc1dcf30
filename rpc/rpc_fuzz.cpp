// Any body at all, given to the node's own methods over a real chain: the answer is JSON-RPC, each element of
// the body is answered once, in order, under its own id, and no answer speaks of an error of ours.
#include "chain/testing.hpp"
#include "core/base/check.hpp"
#include "core/testing/fuzz.hpp"
#include "rpc/api.hpp"
#include "rpc/json/scan.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace farthing::rpc {
namespace {

using namespace chain::testing;
using literals::address;

/// Small, so that inputs of the usual size reach it.
constexpr std::size_t params_values_max = 50;

/// Takes what it is told and forgets it.
class Listener : public Subscriber {
 public:
    void notify(std::shared_ptr<const std::string> message) override {
        FARTHING_CHECK(boost::json::parse(*message).is_object());
    }
};

/// A chain of some blocks with transfers and a contract's logs in them; made once, never grown.
class Node {
 public:
    Node() {
        chain::BlockchainOptions options;
        options.data_dir = directory_.path();
        options.recover_threads = 1;
        chain_ = chain::Blockchain::open(genesis_, options);
        using namespace std::chrono_literals;
        api_ = std::make_unique<Api>(*chain_, ApiOptions{.log_results_max = 100,
                                                         .call_timeout = 200ms,
                                                         .sync_timeout = 1ms,
                                                         .sync_timeout_max = 1ms,
                                                         .filters_max = 50});
        api_->add_to(dispatcher);
        for (std::uint64_t i = 0; i < 3; ++i) {
            FARTHING_CHECK(
                chain_->submit(transfer(key_of(1), 2 * i, key_of(2).address(), coin).encode()).has_value());
            auto deposit = transfer(key_of(1), 2 * i + 1, address("fa0001"), coin);
            deposit.data = Bytes{0xd0, 0xe3, 0x0d, 0xb0};  // deposit()
            deposit.gas_limit = 200'000;
            sign(deposit, key_of(1));
            FARTHING_CHECK(chain_->submit(deposit.encode()).has_value());
            chain::testing::mine(*chain_, preimages_);
        }
    }
    ~Node() { api_->stop(); }

    Dispatcher dispatcher{{}, {.params_values_max = params_values_max}};

 private:
    TemporaryDirectory directory_;
    fair::SeedChain preimages_{Hash::from(to_word(U256(7))), 64};
    chain::Genesis genesis_ = small_genesis(preimages_.tip(), 64);
    std::unique_ptr<chain::Blockchain> chain_;
    std::unique_ptr<Api> api_;
};

void check_answer(const boost::json::value& answer, const json::Element& asked) {
    FARTHING_CHECK(answer.is_object());
    const auto& members = answer.get_object();
    FARTHING_CHECK(members.size() == 3 && members.at("jsonrpc") == "2.0");
    const auto* error = members.if_contains("error");
    FARTHING_CHECK((error != nullptr) != members.contains("result"));
    FARTHING_CHECK(error != nullptr || asked.params_values <= params_values_max);
    if (error != nullptr) {
        FARTHING_CHECK(error->at("code").is_int64() && error->at("message").is_string());
        FARTHING_CHECK(error->at("code") != code::internal_error);
    }
    // An id that cannot be echoed comes back as null.
    if (members.at("id").is_null()) return;
    boost::system::error_code failed;
    FARTHING_CHECK(boost::json::parse({asked.id.data(), asked.id.size()}, failed) == members.at("id"));
}

/// A request in order that asks for no answer (JSON-RPC 2.0 section 4.1).
bool is_notification(const json::Element& e) {
    const auto version = json::unquote(e.jsonrpc);
    return e.is_object && !e.has_duplicate_key && e.id.empty() && version && *version == "2.0" &&
           json::unquote(e.method).has_value();
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    const auto call = [&](const std::string& method, const std::string& params) {
        out.push_back(fuzz::bytes_of(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" +
                                     params + "}"));
    };
    const std::string one = "\"" + hex0x(key_of(1).address()) + "\"",
                      coin_address = "\"" + hex0x(address("fa0001")) + "\"";
    const std::string zero = "\"0x" + std::string(64, '0') + "\"";
    for (const auto* none :
         {"eth_chainId", "eth_gasPrice", "eth_newBlockFilter", "eth_newPendingTransactionFilter",
          "txpool_content", "txpool_inspect", "farthing_status", "farthing_contracts", "rpc_discover",
          "rpc_modules", "eth_syncing", "web3_clientVersion"})
        call(none, "[]");
    call("eth_getBalance", "[" + one + R"(,"latest"])");
    call("eth_getProof", "[" + coin_address + R"(,["0x0","0x1"],{"blockNumber":"0x2"}])");
    call("eth_getStorageAt", "[" + coin_address + R"(,"0x3","pending"])");
    call("eth_call", R"([{"from":)" + one + R"(,"to":)" + coin_address + R"(,"data":"0x18160ddd"},"0x1"])");
    call("eth_estimateGas", R"([{"from":)" + one + R"(,"to":)" + coin_address +
                                R"(,"value":"0x1","input":"0xd0e30db0","gas":"0xffff"}])");
    call("eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"latest","address":[)" + coin_address +
                            R"(],"topics":[null,[)" + zero + "]]}]");
    call("eth_newFilter", R"([{"fromBlock":"earliest","topics":[]}])");
    call("eth_getFilterChanges", R"(["0x1"])");
    call("eth_subscribe", R"(["logs",{"address":)" + coin_address + "}]");
    call("eth_unsubscribe", R"(["0x1"])");
    call("eth_getBlockByNumber", R"(["0x1",true])");
    call("eth_getBlockReceipts", R"(["0x1"])");
    call("eth_feeHistory", R"(["0x3","latest",[0,50.5,100]])");
    call("eth_getTransactionByBlockNumberAndIndex", R"(["0x2","0x0"])");
    call("eth_sendRawTransaction",
         "[\"" + hex0x(transfer(key_of(2), 0, key_of(3).address(), 1).encode()) + "\"]");
    call("eth_fillTransaction", R"([{"from":)" + one + R"(,"to":)" + one + "}]");
    const std::string huge = "\"0x" + std::string(64, 'f') + "\"";
    for (const auto* method : {"eth_fillTransaction", "eth_estimateGas", "eth_call"})
        for (const auto* field : {"maxPriorityFeePerGas", "maxFeePerGas", "gasPrice", "value", "gas"})
            call(method, R"([{"from":)" + one + R"(,"to":)" + one + ",\"" + field + "\":" + huge + "}]");
    call("eth_createAccessList", R"([{"to":)" + coin_address + "}]");
    call("farthing_getAbi", R"(["Games"])");
    call("farthing_verifyBet", "[" + zero + ",0]");
    call("debug_getRawBlock", R"(["latest"])");
    call("web3_sha3", R"(["0x00ff"])");
    std::string many = "[[0";
    for (std::size_t i = 1; i < params_values_max; ++i) many += ",0";
    call("eth_getLogs", many + "]]");
    Bytes batch{'['};
    append(batch, out[0]);
    batch.push_back(',');
    append(batch, fuzz::bytes_of(R"({"jsonrpc":"2.0","method":"net_version"},3,{"id":"x"})"));
    batch.push_back(']');
    out.push_back(batch);
    return out;
}

FARTHING_FUZZ(rpc, seeds) {
    static Node node;
    static const auto listener = std::make_shared<Listener>();
    std::vector<std::function<void()>> after_answer;
    const auto text = as_text(in);
    const bool on_websocket = !text.empty() && text.back() == ' ';
    const auto answer =
        on_websocket ? node.dispatcher.handle(text, {.subscriber = listener, .after_answer = &after_answer})
                     : node.dispatcher.handle(text, {});
    for (const auto& each : after_answer) each();
    const auto asked = json::scan(text);
    if (answer.empty()) {
        FARTHING_CHECK(asked.has_value());
        for (const auto& element : asked->elements) FARTHING_CHECK(is_notification(element));
        return;
    }
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(answer, failed);
    FARTHING_CHECK(!failed);
    if (!asked || !asked->is_batch || asked->count == 0) {
        return check_answer(parsed, asked && !asked->is_batch ? asked->elements.front() : json::Element{});
    }
    FARTHING_CHECK(parsed.is_array());
    const auto& answers = parsed.get_array();
    if (asked->count > asked->elements.size()) {  // Too large a batch.
        FARTHING_CHECK(answers.size() == 1);
        return;
    }
    std::size_t at = 0;
    for (const auto& element : asked->elements) {
        if (is_notification(element)) continue;
        FARTHING_CHECK(at < answers.size());
        check_answer(answers[at++], element);
    }
    FARTHING_CHECK(at == answers.size());
}

}  // namespace
}  // namespace farthing::rpc
