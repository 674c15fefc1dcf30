#include "rpc/api.hpp"

#include "rpc/methods/block_methods.hpp"
#include "rpc/methods/call_methods.hpp"
#include "rpc/methods/farthing_methods.hpp"
#include "rpc/methods/fee_methods.hpp"
#include "rpc/methods/filter_methods.hpp"
#include "rpc/methods/node_methods.hpp"
#include "rpc/methods/send_methods.hpp"
#include "rpc/methods/state_methods.hpp"
#include "rpc/methods/subscriptions.hpp"

namespace farthing::rpc {

struct Api::Parts {
    Parts(chain::Blockchain& chain, ApiOptions given) : options(std::move(given)), backend(chain, options) {
        on_head = chain.on_head([this](const chain::BlockPtr&) {
            send.on_head();
            subscriptions.on_head();
        });
        on_rewind = chain.on_rewind([this](std::uint64_t number) { subscriptions.on_rewind(number); });
        on_pending = chain.on_pending([this](const chain::SignedTxPtr& tx) {
            filter.on_pending(tx->hash);
            subscriptions.on_pending(tx);
        });
    }

    ApiOptions options;
    Backend backend;
    NodeMethods node{backend};
    StateMethods state{backend};
    BlockMethods block{backend};
    CallMethods call{backend};
    FeeMethods fee{backend};
    SendMethods send{backend};
    FilterMethods filter{backend};
    Subscriptions subscriptions{backend};
    FarthingMethods farthing{backend};
    std::uint64_t on_head = 0;
    std::uint64_t on_pending = 0;
    std::uint64_t on_rewind = 0;
    bool is_stopped = false;
};

Api::Api(chain::Blockchain& chain, ApiOptions options)
    : parts_(std::make_unique<Parts>(chain, std::move(options))) {}

Api::~Api() {
    stop();
}

void Api::add_to(Dispatcher& dispatcher) {
    parts_->node.add_to(dispatcher);
    parts_->state.add_to(dispatcher);
    parts_->block.add_to(dispatcher);
    parts_->call.add_to(dispatcher);
    parts_->fee.add_to(dispatcher);
    parts_->send.add_to(dispatcher);
    parts_->filter.add_to(dispatcher);
    parts_->subscriptions.add_to(dispatcher);
    parts_->farthing.add_to(dispatcher);
}

void Api::stop() {
    if (std::exchange(parts_->is_stopped, true)) return;
    parts_->backend.chain().unsubscribe(parts_->on_head);
    parts_->backend.chain().unsubscribe(parts_->on_pending);
    parts_->backend.chain().unsubscribe(parts_->on_rewind);
    parts_->backend.calls().stop();
    parts_->backend.searches().stop();
    parts_->send.stop();
    parts_->subscriptions.stop();
}

}  // namespace farthing::rpc
