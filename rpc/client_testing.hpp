#pragma once
// Clients for tests of who gets how much.
#include "rpc/method.hpp"

namespace farthing::rpc {

/// A counted client of an address of its own.
inline Client numbered(std::uint8_t number) {
    Client out{.is_counted = true, .address = {}};
    out.address.back() = number;
    return out;
}

}  // namespace farthing::rpc
