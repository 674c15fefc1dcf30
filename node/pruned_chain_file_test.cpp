#include "chain/checkpoints.hpp"
#include "core/testing/seed.hpp"
#include "node/chain_file_testing.hpp"
#include "node/commands/commands.hpp"

namespace farthing::node {
namespace {

using namespace testing;
using ::testing::HasSubstr;

// --- chains whose old blocks were dropped ------------------------------------------------------------

class PrunedChainFile : public ChainFile {
 protected:
    PrunedChainFile() {
        chain_options.checkpoint_blocks = 4;
        chain_options.retain_blocks = 3;
        chain_options.segment_bytes = 6'000;
        chain_options.background_checkpoints = false;
        open();
    }

    void mine_something() {
        const auto nonce = chain->pending_nonce(key_of(1).address());
        for (std::uint64_t i = 0; i < 2; ++i) {
            auto tx = transfer(key_of(1), nonce + i, i == 0 ? wrapped_coin : address("b0b"), 1000 + nonce);
            tx.gas_limit = 200'000;
            sign(tx, key_of(1));
            send(tx);
        }
        mine();
    }
    void make_pruned_chain() {
        while (chain->oldest_block() == 0) mine_something();
        mine_something();
        mine();
    }

    std::vector<std::filesystem::path> checkpoints() const {
        std::vector<std::filesystem::path> out;
        for (const auto& entry : std::filesystem::directory_iterator(data.root / "checkpoints"))
            out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }
    static std::string content(const std::filesystem::path& path) {
        auto read = read_file(path);
        EXPECT_TRUE(read);
        return *std::move(read);
    }
    static void damage(const std::filesystem::path& path) {
        auto bytes = content(path);
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 8);
        EXPECT_TRUE(write_file(path, bytes, Privacy::everyone_reads));
    }
    std::string base_name() const { return "block " + std::to_string(exported.base) + ": "; }
    static void replace(std::string& file, std::string_view from, std::string_view to) {
        const auto at = file.find(from);
        ASSERT_NE(at, std::string::npos);
        file.replace(at, from.size(), to);
    }
};

TEST_F(PrunedChainFile, begins_at_its_older_checkpoint_and_the_imported_chain_goes_on_from_there) {
    make_pruned_chain();
    for (int generation = 0; generation < 2; ++generation) {
        const auto head = chain->head();
        const auto first = chain->block(0)->hash;
        std::vector<chain::BlockPtr> blocks;
        for (auto n = chain->oldest_block(); n <= head->header.number; ++n) blocks.push_back(chain->block(n));
        const auto file = export_all();
        ASSERT_GT(exported.base, 0u);
        EXPECT_EQ(exported.blocks, head->header.number - exported.base);
        const auto report = import(file);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->base, exported.base);
        EXPECT_EQ(report->blocks, exported.blocks);
        EXPECT_EQ(report->transactions, exported.transactions);
        EXPECT_EQ(report->head, head->hash);
        EXPECT_EQ(report->state_root, head->header.state_root);

        data = copy;
        copy = DataDirectory{directory.path() / "another"};
        for (const bool lost : {false, true}) {
            chain.reset();
            // What is rebuilt comes from the checkpoint and the blocks that came along.
            if (lost) std::filesystem::remove_all(data.root / "state");
            if (lost) std::filesystem::remove_all(data.root / "index");
            open();
            EXPECT_EQ(chain->head()->hash, head->hash);
            EXPECT_EQ(chain->head_state().root(), head->header.state_root);
            EXPECT_EQ(chain->oldest_block(), exported.base);
            EXPECT_EQ(chain->block(0)->hash, first);
            for (const auto& block : blocks) {
                const auto number = block->header.number;
                const auto found = chain->block(number);
                ASSERT_EQ(found != nullptr, number >= exported.base) << number;
                if (!found) continue;
                EXPECT_EQ(found->hash, block->hash);
                EXPECT_EQ(found->seal, block->seal);
                EXPECT_EQ(found->receipts, block->receipts);
                for (const auto& tx : block->transactions) {
                    const auto place = chain->locate(tx->hash);
                    ASSERT_TRUE(place);
                    EXPECT_EQ(place->block->transactions[place->index]->sender, tx->sender);
                }
            }
        }
        chain.reset();
        chain::StoreOptions store_options;
        store_options.directory = data.root;
        const auto verified = chain::Store::open(std::move(store_options))->verify([](auto, auto) {});
        EXPECT_TRUE(verified) << verified.error().message;
        open();
        const auto before = chain->oldest_block();
        while (chain->oldest_block() == before) mine_something();
    }
}

TEST_F(PrunedChainFile, needs_the_operators_word_for_its_base) {
    make_pruned_chain();
    const auto file = export_all();
    const auto hash = *trusted;
    trusted.reset();
    EXPECT_THAT(refusal(file), HasSubstr("cannot be checked"));
    EXPECT_THAT(refusal(file), HasSubstr("--trust-base " + hex0x(hash)));
    trusted = exported.head;
    EXPECT_THAT(refusal(file), HasSubstr("not of the block that --trust-base names"));
    trusted = hash;
    EXPECT_TRUE(import(file));
}

TEST_F(PrunedChainFile, may_end_with_its_base) {
    make_pruned_chain();
    while (chain->head()->header.number % chain_options.checkpoint_blocks != 0) mine();
    chain.reset();
    std::filesystem::remove(checkpoints().front());
    const auto report = import(export_all());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->blocks, 0u);
    EXPECT_EQ(report->head, exported.head);
    EXPECT_EQ(report->state_root, exported.state_root);
}

TEST_F(PrunedChainFile, of_which_any_bit_is_flipped_or_any_end_is_cut_is_refused) {
    make_pruned_chain();
    const auto file = export_all();
    const auto seed = test_seed();
    std::minstd_rand random(static_cast<std::uint32_t>(seed));
    const int flips = std::getenv("FARTHING_LONG") != nullptr ? 4'000 : 40;
    for (int i = 0; i < flips; ++i) {
        auto damaged = file;
        const auto at = random() % file.size();
        damaged[at] = static_cast<char>(damaged[at] ^ 1 << random() % 8);
        EXPECT_NE(refusal(damaged), "accepted")
            << "byte " << at << " of " << file.size() << ", seed " << seed;
    }
    for (int i = 0; i < flips / 4; ++i) {
        const auto size = random() % file.size();
        EXPECT_NE(refusal(file.substr(0, size)), "accepted") << "cut to " << size << ", seed " << seed;
    }
    EXPECT_EQ(refusal(file + '\0'), "more follows after the last block");
}

TEST_F(PrunedChainFile, with_a_state_of_another_root_is_refused) {
    make_pruned_chain();
    auto file = export_all();
    const auto path = checkpoints().front();
    const auto honest = content(path);
    auto& files = chain::posix_files();
    const auto header = chain::peek_checkpoint(files, path);
    std::vector<chain::StateEntry> rows;
    chain::read_checkpoint(files, path, [&](const chain::StateEntry& row) { rows.push_back(row); });
    const auto forge = [&](const chain::CheckpointHeader& of) {
        const auto forged_path = directory.path() / "forged";
        chain::CheckpointWriter writer(files, forged_path, of);
        for (const auto& row : rows) writer.add(row);
        writer.finish();
        const auto forged = content(forged_path);
        auto out = file;
        const auto size = be64(honest.size());
        replace(out, std::string(as_text(size)) + honest, std::string(as_text(be64(forged.size()))) + forged);
        return out;
    };
    EXPECT_TRUE(forge(header) == file) << "only what is forged may differ";
    auto other = header;
    other.block.hash = {};
    EXPECT_EQ(refusal(forge(other)), base_name() + "its state is that of another block");
    other = header;
    other.origin.back() = static_cast<std::uint8_t>(other.origin.back() ^ 1);
    EXPECT_EQ(refusal(forge(other)), base_name() + "its state is that of another chain");
    other = header;
    other.state_root = {};
    EXPECT_EQ(refusal(forge(other)), base_name() + "its state does not have the state root of its block");
    const auto rich = std::ranges::find_if(rows, [](const auto& row) { return !row.slot; });
    rich->account.balance += 1;
    EXPECT_EQ(refusal(forge(header)), base_name() + "its state does not have the state root of its block");
    EXPECT_THAT(refusal(file.substr(0, file.find(honest) + 700)), HasSubstr("the file ends early"));
    auto rotten = file;
    auto& rotten_byte = rotten[file.find(honest) + 700];
    rotten_byte = static_cast<char>(rotten_byte ^ 1);
    EXPECT_THAT(refusal(rotten), HasSubstr(base_name() + "its state is damaged at byte "));
}

TEST_F(PrunedChainFile, of_another_genesis_or_sequencer_is_refused) {
    make_pruned_chain();
    const auto file = export_all();
    auto other = file;
    replace(other, "\"5000000000000000000\"", "\"5000000000000000001\"");
    EXPECT_EQ(refusal(other), "block 0: another genesis file made it");
    open();
    const auto base = chain->block(exported.base);
    other = file;
    replace(other, as_text(base->seal), as_text(consensus::make_seal(base->hash, key_of(1))));
    EXPECT_EQ(refusal(other), base_name() + "its seal is not the sequencer's");
    // Receipts that nobody can compute again are held against the header.
    other = file;
    ASSERT_FALSE(base->receipts.empty());
    const auto receipt = base->receipts.front().encode();
    auto changed = base->receipts.front();
    changed.success = !changed.success;
    replace(other, as_text(receipt), as_text(changed.encode()));
    EXPECT_EQ(refusal(other), base_name() + "its receipts do not have the header's root");
}

TEST_F(PrunedChainFile, passes_over_a_damaged_checkpoint_and_needs_one_that_is_whole) {
    make_pruned_chain();
    chain.reset();
    const auto names = checkpoints();
    ASSERT_EQ(names.size(), 2u);
    damage(names[0]);
    const auto file = export_all();
    EXPECT_EQ(chain::checkpoint_path(data.root / "checkpoints", exported.base), names[1]);
    EXPECT_TRUE(import(file));
    damage(names[1]);
    chain::StoreOptions store_options;
    store_options.directory = data.root;
    const auto store = chain::Store::open(std::move(store_options));
    std::ostringstream out;
    const auto report = export_chain(*store, data, out, [](auto, auto) {});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("none of its checkpoints is whole"));
    EXPECT_TRUE(out.str().empty());
}

TEST_F(PrunedChainFile, is_moved_by_commands_that_say_what_they_did_not_check) {
    make_pruned_chain();
    chain.reset();
    const auto run = [](std::vector<std::string> words) {
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        ::testing::internal::CaptureStderr();
        const auto code = run_command_line(db_move_commands(), static_cast<int>(words.size()), argv.data());
        return std::pair{code, ::testing::internal::GetCapturedStderr()};
    };
    const auto file = (directory.path() / "chain").string();
    const auto [exported_code, exported_text] =
        run({"farthing", "db", "export", "--data", data.root.string(), file});
    EXPECT_EQ(exported_code, 0);
    EXPECT_THAT(exported_text, HasSubstr("this node has dropped what comes before"));
    const auto base = exported_text.substr(exported_text.find(", 0x") + 2, 66);
    const auto [word_code, word_text] = run({"farthing", "db", "import", "--data", copy.root.string(), file});
    EXPECT_EQ(word_code, 2);
    EXPECT_THAT(word_text, HasSubstr("import with --trust-base " + base + "\n"));
    const auto [hash_code, hash_text] =
        run({"farthing", "db", "import", "--data", copy.root.string(), "--trust-base", "0x12", file});
    EXPECT_EQ(hash_code, 2);
    EXPECT_THAT(hash_text, HasSubstr("--trust-base wants the hash of a block"));
    const auto good = content(file);
    ASSERT_TRUE(write_file(file, good.substr(0, good.size() / 3), Privacy::everyone_reads));
    const auto [cut_code, cut_text] =
        run({"farthing", "db", "import", "--data", copy.root.string(), "--trust-base", base, file});
    EXPECT_EQ(cut_code, 2);
    EXPECT_THAT(cut_text, HasSubstr("the file ends early\n"));
    EXPECT_EQ(std::ranges::count(cut_text, '\n'), 1) << cut_text;
    EXPECT_FALSE(std::filesystem::exists(copy.root));
    ASSERT_TRUE(write_file(file, good, Privacy::everyone_reads));
    const auto [code, text] =
        run({"farthing", "db", "import", "--data", copy.root.string(), "--trust-base", base, file});
    EXPECT_EQ(code, 0);
    EXPECT_THAT(text, HasSubstr("The blocks before it are not in the file and were not checked\nHead  0x"));
}

}  // namespace
}  // namespace farthing::node
