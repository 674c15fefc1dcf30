#pragma once
// The store over LevelDB: the class behind chain/store.hpp.
#include "chain/store.hpp"
#include "chain/store_follower.hpp"
#include "chain/store_rows.hpp"

namespace farthing::chain {

class LevelStore final : public Store {
 public:
    explicit LevelStore(StoreOptions options);
    void start();

    std::optional<BlockId> head() const override;
    void commit(std::span<const BlockCommit> blocks) override;
    void rewind(std::uint64_t target) override;
    std::optional<BlockRecord> read(std::uint64_t number) const override;
    std::optional<Header> read_header(std::uint64_t number) const override;
    std::optional<Hash> hash_at(std::uint64_t number) const override;
    std::optional<std::uint64_t> number_of(const Hash& block_hash) const override;
    std::optional<TransactionPosition> find_transaction(const Hash& tx_hash) const override;
    std::optional<Bytes> row(ByteView key) const override;
    void for_each_state(const std::function<void()>& begin,
                        const std::function<void(const StateEntry&)>& visit) override;
    void rebuild_state() override;
    void flush() override;
    void close() override;
    Result<VerifyReport> verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;

 private:
    Changes changes(const Follower& follower, const BlockRecord& record, const Hash& hash,
                    Direction direction) const;
    void catch_up(Follower& follower);
    void step_back(Follower& follower);
    void flush_when_due();
    void write_databases();
    void writing(const std::function<void()>& write);

    StoreOptions options_;
    std::unique_ptr<FileLock> lock_;
    std::unique_ptr<Journal> journal_;
    Follower state_;
    Follower index_;
    bool failed_ = false;
};

}  // namespace farthing::chain
