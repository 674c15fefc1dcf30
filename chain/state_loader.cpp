#include "chain/state_loader.hpp"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace farthing::chain {
namespace {

constexpr std::size_t batch_rows = 4'096;
constexpr std::size_t batches_max = 4;

struct Batch {
    bool starts_over = false;  ///< What came before is void.
    std::vector<StateEntry> rows;
};

/// A bounded queue from one thread to another.
class Handover {
 public:
    /// Waits for room; false when nobody takes any more.
    bool put(Batch batch) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return batches_.size() < batches_max || abandoned_; });
        batches_.push_back(std::move(batch));
        changed_.notify_all();
        return !abandoned_;
    }
    void end(std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        failure_ = std::move(failure);
        changed_.notify_all();
    }
    /// The next batch; nothing at the end. Rethrows what ended the other side.
    std::optional<Batch> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !batches_.empty() || ended_; });
        if (batches_.empty()) {
            if (failure_) std::rethrow_exception(failure_);
            return std::nullopt;
        }
        auto batch = std::move(batches_.front());
        batches_.pop_front();
        changed_.notify_all();
        return batch;
    }
    void abandon() {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
        changed_.notify_all();
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> batches_;
    bool ended_ = false;
    bool abandoned_ = false;
    std::exception_ptr failure_;
};

struct Abandoned {};

void read_rows(Store& store, Handover& out) {
    Batch batch;
    const auto hand_over = [&] {
        if (!out.put(std::exchange(batch, {}))) throw Abandoned{};
        batch.rows.reserve(batch_rows);
    };
    try {
        store.for_each_state(
            [&] {
                batch = {.starts_over = true, .rows = {}};
                hand_over();
            },
            [&](const StateEntry& row) {
                batch.rows.push_back(row);
                if (batch.rows.size() == batch_rows) hand_over();
            });
        hand_over();
        out.end(nullptr);
    } catch (const Abandoned&) {
    } catch (...) {
        out.end(std::current_exception());
    }
}

void load_row(const StateEntry& row, StateTree& tree) {
    if (row.slot)
        tree.load_slot(row.slot_hash, row.word);
    else
        tree.load_account(row.address_hash, row.account);
}

}  // namespace

void load_rows(Store& store, StateTree& tree, bool reads_beside) {
    if (!reads_beside)
        return store.for_each_state([&] { tree.restart_load(); },
                                    [&](const StateEntry& row) { load_row(row, tree); });
    Handover rows;
    struct Reader {
        Handover& rows;
        std::thread thread;
        ~Reader() {
            rows.abandon();
            thread.join();
        }
    } const reader{rows, std::thread([&] { read_rows(store, rows); })};

    while (const auto batch = rows.take()) {
        if (batch->starts_over) tree.restart_load();
        for (const auto& row : batch->rows) load_row(row, tree);
    }
}

}  // namespace farthing::chain
