#include "chain/store_testing.hpp"

#include "core/crypto/hash.hpp"

namespace farthing::chain::testing {

void BlockMaker::add_transaction(BlockCommit& block) {
    auto& record = block.record;
    record.transactions.push_back(random_bytes(40 + below(100)));
    block.tx_hashes.push_back(keccak256(record.transactions.back()));
    record.senders.push_back(random<20>());
    Receipt receipt;
    receipt.tx_type = static_cast<std::uint8_t>(below(3));
    receipt.success = below(4) != 0;
    receipt.cumulative_gas_used = record.header.gas_used += 21'000 + below(1000);
    for (auto logs = below(3); logs > 0; --logs) {
        Log log;
        log.address = random<20>();
        for (auto topics = below(5); topics > 0; --topics) log.topics.push_back(random<32>());
        log.data = random_bytes(below(70));
        receipt.logs.push_back(std::move(log));
    }
    record.receipts.push_back(std::move(receipt));
}

/// Touches few addresses often, so that later blocks change and delete what earlier ones made.
std::vector<Diff> BlockMaker::change(Model& model, std::size_t count) {
    std::map<std::pair<Address, std::optional<Word>>, Diff> diff;
    for (std::size_t i = 0; i < count; ++i) {
        Address address;
        address[19] = static_cast<std::uint8_t>(1 + below(24));
        std::optional<Word> slot;
        if (below(2) == 0) {
            slot.emplace();
            (*slot)[below(2) == 0 ? 31 : 0] = static_cast<std::uint8_t>(below(6));
        }
        auto& d = diff[{address, slot}];
        d.address = address;
        d.slot = slot;
        const bool remove = below(4) == 0;
        if (slot) {
            d.word_before =
                model.slots.contains({address, *slot}) ? model.slots.at({address, *slot}) : Word{};
            d.word_after = remove ? Word{} : to_word(U256(below(1000)));
        } else {
            d.account_before = model.accounts.contains(address) ? model.accounts.at(address) : AccountState{};
            d.account_after = {};
            if (!remove) d.account_after = {below(100), U256(random_()) << 70, random_bytes(below(2) * 13)};
        }
    }
    std::vector<Diff> out;
    for (auto& [key, d] : diff) {
        if (d.account_before == d.account_after && d.word_before == d.word_after) continue;
        if (d.slot) {
            model.slots[{d.address, *d.slot}] = d.word_after;
            if (d.word_after.is_zero()) model.slots.erase({d.address, *d.slot});
        } else {
            model.accounts[d.address] = d.account_after;
            if (d.account_after.is_empty()) model.accounts.erase(d.address);
        }
        out.push_back(std::move(d));
    }
    return out;
}

namespace {

class FaultyFile final : public File {
 public:
    FaultyFile(FaultyFiles& disk, std::unique_ptr<File> real) : disk_(disk), real_(std::move(real)) {}

    void append(ByteView bytes) override { write_at(real_->size(), bytes); }
    void write_at(std::uint64_t offset, ByteView bytes) override {
        const bool fails = disk_.fails();
        real_->write_at(offset, fails ? bytes.first(bytes.size() / 2) : bytes);
        if (fails) throw StorageFailure("injected: no space left on device");
    }
    void sync() override {
        disk_.step();
        real_->sync();
    }
    std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        disk_.step();
        return real_->read_at(offset, into);
    }
    void truncate(std::uint64_t size) override {
        disk_.step();
        real_->truncate(size);
    }
    std::uint64_t size() const override { return real_->size(); }

 private:
    FaultyFiles& disk_;
    std::unique_ptr<File> real_;
};

}  // namespace

std::unique_ptr<File> FaultyFiles::open(const std::filesystem::path& path, OpenMode mode) {
    step();
    return std::make_unique<FaultyFile>(*this, real_.open(path, mode));
}

}  // namespace farthing::chain::testing
