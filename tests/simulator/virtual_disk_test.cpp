// What the virtual disk does, and what it has found: each test at the end is a fault that once lost a block
// or did not heal.
#include "virtual_disk.hpp"

#include "chain/journal.hpp"
#include "chain/store_testing.hpp"

#include <gtest/gtest.h>

namespace farthing::simulator {
namespace {

using chain::StorageFailure;

const std::string data = "/disk/data";

struct Machine {
    explicit Machine(std::uint64_t seed) : disk(Random(seed)) {
        disk.make("/disk", true);
        disk.make(data, true);
        EXPECT_FALSE(disk.sync_names(""));
        EXPECT_FALSE(disk.sync_names("/disk"));
    }

    void cut_power() {
        disk.plan(Fault::power_cut, 0);
        EXPECT_TRUE(disk.begin(VirtualDisk::Kind::read, "the last thing"));
        disk.restart();
    }
    std::string content(const std::string& path) const {
        const auto node = disk.find(path);
        return node ? std::string(as_text(node->content)) : "no file";
    }

    VirtualDisk disk;
    VirtualFiles files{disk};
    VirtualEnv env{disk};
};

/// Runs `life` on many machines, each with its own luck.
template <class Life>
void with_every_luck(const Life& life, std::uint64_t count = 60) {
    for (std::uint64_t seed = 0; seed < count && !::testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("machine " + std::to_string(seed));
        Machine machine(seed);
        life(machine);
    }
}

TEST(VirtualDisk, keeps_what_was_synced_and_loses_what_was_not_now_and_then) {
    int lost = 0, kept = 0, garbled = 0;
    with_every_luck([&](Machine& m) {
        const auto file = m.files.open(data + "/file", chain::OpenMode::create);
        file->append(as_bytes("synced"));
        file->sync();
        m.files.sync_directory(data);
        file->append(as_bytes(" and not"));
        m.cut_power();
        const auto content = m.content(data + "/file");
        ASSERT_TRUE(content.starts_with("synced")) << content;
        const auto rest = content.substr(6);
        (rest.empty() ? lost : rest == " and not" ? kept : garbled)++;
    });
    EXPECT_GT(lost, 5);
    EXPECT_GT(kept, 5);
    EXPECT_GT(garbled, 5);
}

TEST(VirtualDisk, loses_names_whose_folder_was_not_synced_now_and_then) {
    int lost = 0, kept = 0;
    with_every_luck([&](Machine& m) {
        m.files.open(data + "/file", chain::OpenMode::create)->sync();
        m.cut_power();
        (m.files.exists(data + "/file") ? kept : lost)++;
    });
    EXPECT_GT(lost, 5);
    EXPECT_GT(kept, 5);
}

TEST(VirtualDisk, forgets_after_a_failed_sync_what_was_never_written) {
    int lost = 0;
    with_every_luck([&](Machine& m) {
        const auto file = m.files.open(data + "/file", chain::OpenMode::create);
        m.files.sync_directory(data);
        file->append(as_bytes("once"));
        m.disk.plan(Fault::failed_sync, 0);
        EXPECT_THROW(file->sync(), StorageFailure);
        m.disk.restart();
        EXPECT_EQ(m.content(data + "/file"), "once") << "the page cache still has it";
        file->sync();
        m.cut_power();
        lost += m.content(data + "/file") != "once" ? 1 : 0;
    });
    EXPECT_GT(lost, 5);
}

TEST(VirtualDisk, is_full_until_the_process_ends_and_loses_nothing_to_a_kill) {
    Machine m(1);
    const auto file = m.files.open(data + "/file", chain::OpenMode::create);
    m.disk.plan(Fault::no_space, 0);
    EXPECT_THROW(file->append(as_bytes("more than fits")), StorageFailure);
    EXPECT_THROW(file->append(as_bytes("again")), StorageFailure);
    EXPECT_NO_THROW(file->sync());
    m.disk.restart();
    const auto before = m.content(data + "/file");
    file->append(as_bytes("."));
    m.disk.plan(Fault::kill, 0);
    EXPECT_THROW(file->sync(), StorageFailure);
    EXPECT_THROW(file->sync(), StorageFailure);
    m.disk.restart();
    EXPECT_EQ(m.content(data + "/file"), before + ".");
}

// --- what simulated nodes met ------------------------------------------------------------------------

class JournalLife {
 public:
    explicit JournalLife(Machine& machine) : machine_(machine) {}

    void open() {
        journal_ = chain::Journal::open({.files = &machine_.files,
                                         .directory = data + "/journal",
                                         .segment_size_max = 300,
                                         .acknowledged = {},
                                         .log = {}});
    }
    /// One block, a segment of its own.
    void append() {
        const auto number = next();
        const chain::JournalRecord record = {chain::RecordKind::block, number, {}, Bytes(250)};
        journal_->append({&record, 1});
        acknowledged_ = number + 1;
    }
    void append_until_it_fails() {
        for (int i = 0; i < 3; ++i) append();
    }
    /// The process, whose disk has failed, is started again and acknowledges a block; then the power goes.
    void expect_kept_through_a_restart_and_a_power_cut() {
        journal_.reset();
        machine_.disk.restart();
        open();
        append();
        journal_.reset();
        machine_.cut_power();
        ASSERT_NO_THROW(open());
        EXPECT_GE(next(), acknowledged_);
    }

 private:
    std::uint64_t next() const { return journal_->head() ? journal_->head()->number + 1 : 0; }

    Machine& machine_;
    std::unique_ptr<chain::Journal> journal_;
    std::uint64_t acknowledged_ = 0;
};

TEST(Found, a_segment_begun_before_a_failed_sync_is_on_the_disk_before_blocks_are_acknowledged_in_it) {
    for (std::uint64_t at = 0; at < 12; ++at) {
        SCOPED_TRACE("the sync after operation " + std::to_string(at) + " fails");
        with_every_luck([&](Machine& m) {
            JournalLife life(m);
            life.open();
            m.disk.plan(Fault::failed_sync, at);
            EXPECT_THROW(life.append_until_it_fails(), StorageFailure);
            life.expect_kept_through_a_restart_and_a_power_cut();
        });
    }
}

TEST(Found, a_segment_begun_before_a_kill_keeps_its_name) {
    for (std::uint64_t at = 0; at < 16; ++at) {
        SCOPED_TRACE("killed at operation " + std::to_string(at));
        with_every_luck([&](Machine& m) {
            JournalLife life(m);
            life.open();
            m.disk.plan(Fault::kill, at);
            try {
                life.append_until_it_fails();
            } catch (const StorageFailure&) {
            }
            life.expect_kept_through_a_restart_and_a_power_cut();
        });
    }
}

struct StoreLife {
    explicit StoreLife(Machine& m) {
        options.directory = data;
        options.files = &m.files;
        options.env = &m.env;
        options.flush_blocks = 2;
    }
    /// Enough for tables of several blocks.
    void make_chain(std::size_t transactions) {
        for (int session = 0; session < 3; ++session) {
            const auto store = chain::Store::open(options);
            maker.add_to(*store, 10, transactions, 60);
            store->close();
        }
    }
    chain::StoreOptions options;
    chain::testing::BlockMaker maker{7};
};

TEST(Found, a_data_directory_is_on_the_disk_before_a_block_in_it_is_acknowledged) {
    constexpr std::uint64_t not_killed = 24;
    for (std::uint64_t at = 0; at <= not_killed; ++at) {
        SCOPED_TRACE("killed at operation " + std::to_string(at));
        with_every_luck(
            [&](Machine& m) {
                StoreLife life(m);
                life.options.directory = data + "/of/a/farthing";
                if (at < not_killed) m.disk.plan(Fault::kill, at);
                try {
                    chain::Store::open(life.options);
                    EXPECT_EQ(at, not_killed) << "this start must have been killed";
                } catch (const StorageFailure&) {
                }
                m.disk.restart();
                {
                    const auto store = chain::Store::open(life.options);
                    const auto block = life.maker.next();
                    store->commit({&block, 1});
                }
                m.cut_power();
                const auto store = chain::Store::open(life.options);
                ASSERT_TRUE(store->head()) << "the directory of an acknowledged block is gone";
                EXPECT_EQ(store->head()->hash, life.maker.hashes.back());
            },
            20);
    }
}

using Key = std::pair<Hash, std::optional<Hash>>;

std::vector<Key> keys_of(chain::Store& store, const std::function<void(const std::vector<Key>&)>& at_begin) {
    std::vector<Key> keys;
    store.for_each_state(
        [&] {
            at_begin(keys);
            keys.clear();
        },
        [&](const chain::StateEntry& entry) {
            keys.emplace_back(entry.address_hash, entry.slot ? std::optional(entry.slot_hash) : std::nullopt);
        });
    return keys;
}

TEST(Found, what_is_read_of_a_damaged_state_has_no_hole) {
    int stopped = 0;
    with_every_luck([&](Machine& m) {
        StoreLife life(m);
        life.make_chain(3);
        std::vector<Key> all;
        {
            const auto store = chain::Store::open(life.options);
            all = keys_of(*store, [](const auto&) {});
            store->close();
        }
        const auto what = m.disk.rot(data + "/state");
        SCOPED_TRACE(what);
        const auto store = chain::Store::open(life.options);
        const auto healed = keys_of(*store, [&](const std::vector<Key>& so_far) {
            ASSERT_LE(so_far.size(), all.size());
            EXPECT_TRUE(std::equal(so_far.begin(), so_far.end(), all.begin()))
                << "rows were passed over, among them perhaps the account of slots that followed";
            stopped += so_far.empty() ? 0 : 1;
        });
        EXPECT_EQ(healed, all);
        store->close();
    });
    EXPECT_GT(stopped, 3) << "no damage was met in the middle";
}

TEST(Found, an_index_whose_damage_a_look_up_meets_is_rebuilt_by_the_next_start_after_a_power_cut_too) {
    int met = 0;
    with_every_luck(
        [&](Machine& m) {
            StoreLife life(m);
            life.make_chain(40);
            SCOPED_TRACE(m.disk.rot(data + "/index"));
            const auto find_all = [&] {
                const auto store = chain::Store::open(life.options);
                for (const auto& block : life.maker.blocks) {
                    EXPECT_EQ(store->number_of(block.hash), block.record.header.number);
                    for (const auto& hash : block.tx_hashes)
                        EXPECT_TRUE(chain::testing::find_transaction(*store, hash));
                }
                store->close();
            };
            try {
                find_all();
            } catch (const StorageFailure&) {
                ++met;
                m.cut_power();
                EXPECT_NO_THROW(find_all());
            }
        },
        25);
    EXPECT_GT(met, 0) << "no look-up met damage";
}

}  // namespace
}  // namespace farthing::simulator
