#pragma once
// Bounds the memory of answers whose peers read slowly or not at all.
#include "rpc/shares.hpp"

#include <cstddef>
#include <mutex>

namespace farthing::rpc {

/// Counts what each connection holds beyond what is kept for it: most answers are smaller, and cost nothing
/// here. Thread-safe.
class UnsentAnswers {
 public:
    /// Bytes. `all` and `client` bound the sums of what is beyond `kept`.
    struct Limits {
        std::size_t all = 0;
        std::size_t client = 0;  ///< Of one counted client.
        std::size_t kept = 0;    ///< Of each connection; never refused.
    };

    /// What one connection holds, given back with it. Used by one thread at a time; `answers` must outlive
    /// it.
    class Held {
     public:
        Held(UnsentAnswers& answers, const Client& client) : answers_(answers), client_(client) {}
        ~Held() { give_back(); }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

        /// False: there is no room for an answer of that size, and none is held. Requires: none is held yet.
        bool hold(std::size_t size);
        /// The answer that is held, if any, is sent.
        void give_back();

     private:
        UnsentAnswers& answers_;
        Client client_;
        std::size_t beyond_ = 0;
    };

    explicit UnsentAnswers(const Limits& limits)
        : kept_(limits.kept),
          shares_("bytes of unread answers", {.all = limits.all, .client = limits.client, .reserve = 0}) {}
    UnsentAnswers(const UnsentAnswers&) = delete;
    UnsentAnswers& operator=(const UnsentAnswers&) = delete;

 private:
    bool add(const Client& client, std::size_t size);
    void remove(const Client& client, std::size_t size);

    std::size_t kept_;
    std::mutex mutex_;
    Shares shares_;  ///< Guarded by `mutex_`.
};

}  // namespace farthing::rpc
