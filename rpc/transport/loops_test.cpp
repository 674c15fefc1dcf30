// Which call begins when: all of them sometime, and of one client half at most at the same time.
#include "rpc/transport/loops.hpp"

#include "core/testing/seed.hpp"
#include "rpc/client_testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace farthing::rpc {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

std::size_t begin_all(Loops& loops, const Client& client) {
    std::size_t count = 0;
    while (loops.try_begin_call(client)) ++count;
    return count;
}

TEST(Loops, one_address_gets_half_of_the_calls_and_leaves_the_rest_to_others) {
    Loops loops(4);
    const auto first = begin_all(loops, numbered(1));
    const auto second = begin_all(loops, numbered(2));
    const auto own = begin_all(loops, Client{});
    const auto all = first + second + own;
    EXPECT_GT(all, 4U) << "one more for each loop";
    EXPECT_EQ(first, all / 2);
    EXPECT_EQ(second, all / 2);
    EXPECT_FALSE(loops.try_begin_call(numbered(3)));
    {
        const Loop::Busy ends(loops.first(), numbered(1));
    }
    EXPECT_FALSE(loops.try_begin_call(numbered(2))) << "it has its half";
    EXPECT_TRUE(loops.try_begin_call(numbered(1)));
}

TEST(Loops, this_machine_has_no_share_and_one_call_is_everyones_share) {
    Loops idle(4);
    EXPECT_GT(begin_all(idle, Client{}), 4U);
    Loops small(1);
    EXPECT_EQ(begin_all(small, numbered(1)), 1U);
    EXPECT_EQ(begin_all(small, numbered(2)), 1U);
}

/// Calls that last until they are told to end, on one thread: two at a time, one of each counted client.
class LoopsTest : public testing::Test {
 protected:
    Loops loops{1};
    Names begun;
    std::map<std::string, std::unique_ptr<Loop::Busy>> running;

    void ask(const std::string& name, const Client& client) {
        loops.begin_call(loops.first(), client, [this, name, client] {
            begun.push_back(name);
            running[name] = std::make_unique<Loop::Busy>(loops.first(), client);
        });
        loops.first().io().poll();
    }
    void end(const std::string& name) {
        ASSERT_EQ(running.erase(name), 1U) << name;
        loops.first().io().poll();
    }
};

TEST_F(LoopsTest, who_has_its_share_waits_while_others_pass) {
    for (const auto* name : {"a1", "a2", "a3"}) ask(name, numbered(1));
    EXPECT_EQ(begun, (Names{"a1"}));
    ask("b1", numbered(2));
    EXPECT_EQ(begun, (Names{"a1", "b1"}));
    ask("own", Client{});
    ask("c1", numbered(3));
    end("b1");
    EXPECT_EQ(begun, (Names{"a1", "b1", "own"})) << "the first of those that may";
    end("own");
    EXPECT_EQ(begun.back(), "c1");
    end("c1");
    EXPECT_EQ(begun.size(), 4U) << "half stays free";
    ask("d1", numbered(4));
    EXPECT_EQ(begun.back(), "d1");
}

TEST_F(LoopsTest, a_call_that_waits_begins_as_soon_as_its_client_has_room) {
    for (const auto* name : {"a1", "a2", "a3"}) ask(name, numbered(1));
    ask("own", Client{});
    ask("b1", numbered(2));
    end("a1");
    EXPECT_EQ(begun, (Names{"a1", "own", "a2"})) << "it has waited longer than the other";
    end("a2");
    EXPECT_EQ(begun.back(), "a3");
    end("own");
    EXPECT_EQ(begun.back(), "b1");
    end("a3");
    end("b1");
    ask("a4", numbered(1));
    ask("b2", numbered(2));
    EXPECT_EQ(begun, (Names{"a1", "own", "a2", "a3", "b1", "a4", "b2"}));
}

TEST_F(LoopsTest, stopping_drops_those_that_wait) {
    const auto held = std::make_shared<int>(0);
    ask("a1", numbered(1));
    loops.begin_call(loops.first(), numbered(1), [held] { ADD_FAILURE() << *held; });
    EXPECT_EQ(held.use_count(), 2);
    loops.stop();
    EXPECT_EQ(held.use_count(), 1);
    running.clear();
}

/// The rule in as few words as possible, slow and without a queue of threads.
class Model {
 public:
    explicit Model(std::size_t max) : max_(max) {}
    void ask(int id, int client) {
        waiting_.emplace_back(id, client);
        begin();
    }
    void end(int id) {
        running_.erase(id);
        begin();
    }
    const std::map<int, int>& running() const { return running_; }

 private:
    void begin() {
        for (std::size_t i = 0; i < waiting_.size();) {
            const auto [id, client] = waiting_[i];
            const auto own =
                std::ranges::count_if(running_, [&](const auto& one) { return one.second == client; });
            const bool may = client == 0 || static_cast<std::size_t>(own) < max_ / 2;
            if (!may || running_.size() == max_) {
                ++i;
                continue;
            }
            running_.emplace(id, client);
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }

    std::size_t max_;
    std::map<int, int> running_;                ///< Client by id.
    std::vector<std::pair<int, int>> waiting_;  ///< Ids and clients.
};

TEST(Loops, agree_with_a_plain_model_on_random_calls) {
    Loops counting(6);
    const auto max = begin_all(counting, Client{});
    Loops loops(6);
    std::mt19937_64 random(test_seed());
    Model model(max);
    std::map<int, std::unique_ptr<Loop::Busy>> running;
    const auto client_of_number = [](int number) {
        return number == 0 ? Client{} : numbered(static_cast<std::uint8_t>(number));
    };
    for (int id = 0; id < 5'000; ++id) {
        if (random() % 2 == 0 || running.empty()) {
            const int number = random() % 2 == 0 ? 1 : static_cast<int>(random() % 4);
            const auto client = client_of_number(number);
            loops.begin_call(loops.first(), client, [&, id, client] {
                running[id] = std::make_unique<Loop::Busy>(loops.first(), client);
            });
            model.ask(id, number);
        } else {
            const auto ends =
                std::next(running.begin(), static_cast<std::ptrdiff_t>(random() % running.size()));
            model.end(ends->first);
            running.erase(ends);
        }
        loops.first().io().poll();
        ASSERT_TRUE(std::ranges::equal(
            running, model.running(), {}, [](const auto& one) { return one.first; },
            [](const auto& one) { return one.first; }))
            << "after step " << id;
    }
    while (!running.empty()) {
        running.erase(running.begin());
        loops.first().io().poll();
    }
    EXPECT_TRUE(loops.try_begin_call(numbered(1))) << "all that waited have run";
}

TEST(Loops, calls_asked_for_from_many_threads_are_all_run_and_no_client_has_more_than_half) {
    constexpr std::size_t askers = 4, each = 500;
    std::array<std::atomic<std::size_t>, askers> running{};
    std::atomic<std::size_t> done = 0, most = 0;
    Loops loops(6);
    Loops counting(6);
    const auto half = begin_all(counting, Client{}) / 2;
    loops.start();
    std::vector<std::thread> threads;
    for (std::size_t a = 0; a < askers; ++a)
        threads.emplace_back([&, a] {
            const auto client = numbered(static_cast<std::uint8_t>(a + 1));
            for (std::size_t i = 0; i < each; ++i) {
                auto& loop = loops.next();
                loops.begin_call(loop, client, [&, a, i, client, on = &loop] {
                    const Loop::Busy busy(*on, client);
                    const auto own = ++running[a];
                    for (auto seen = most.load(); own > seen && !most.compare_exchange_weak(seen, own);) {
                    }
                    if (i % 50 == 0) std::this_thread::sleep_for(3ms);
                    --running[a];
                    ++done;
                });
            }
        });
    for (auto& thread : threads) thread.join();
    for (int i = 0; i < 3'000 && done < askers * each; ++i) std::this_thread::sleep_for(10ms);
    loops.stop();
    EXPECT_EQ(done.load(), askers * each);
    EXPECT_LE(most.load(), half);
}

}  // namespace
}  // namespace farthing::rpc
