#pragma once
// What loads a node: a client that costs as little as it can, for it shares the machine with what it
// measures.
#include "core/base/bytes.hpp"
#include "core/crypto/secp256k1.hpp"
#include "core/types/transaction.hpp"

#include <cstdint>
#include <string>

namespace farthing::node {

/// A blocking HTTP client that does nothing but post, to this machine. A broken connection ends the process.
class Poster {
 public:
    explicit Poster(std::uint16_t port);
    ~Poster();
    Poster(const Poster&) = delete;
    Poster& operator=(const Poster&) = delete;

    /// Sends a whole request and gives the answer's body; valid until the next call.
    const std::string& post(const std::string& request);

 private:
    void receive();
    void receive_until(std::size_t size);
    /// Reads chunks into their place behind the body so far (RFC 9112 section 7.1).
    void join_chunks();

    int socket_;
    std::string received_;
};

/// A POST of JSON, head and all.
std::string http_post(const std::string& body);

/// The key of a load's sender.
SecretKey bench_key(std::uint64_t index);

/// Gathers eth_sendRawTransaction calls into requests of `size` calls.
class Batches {
 public:
    explicit Batches(std::uint64_t size) : size_(size) {}
    void add(const Transaction& tx);
    /// The requests, the last of which may be smaller.
    std::vector<std::string> take();

 private:
    void flush();

    std::uint64_t size_;
    std::uint64_t calls_ = 0;
    std::string body_;
    std::vector<std::string> requests_;
};

}  // namespace farthing::node
