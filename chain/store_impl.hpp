#pragma once
// The store over LevelDB: the class behind chain/store.hpp. Its functions stand in five files: store.cpp,
// store_start.cpp, store_state.cpp (filling and reading the state database), store_checkpoint.cpp and
// store_verify.cpp.
#include "chain/background.hpp"
#include "chain/checkpoints.hpp"
#include "chain/store.hpp"
#include "chain/store_follower.hpp"
#include "chain/store_rows.hpp"

namespace farthing::chain {

class LevelStore final : public Store {
 public:
    explicit LevelStore(StoreOptions options);
    ~LevelStore() override;
    void start();

    std::optional<BlockId> head() const override;
    std::uint64_t base() const override { return journal_->base(); }
    std::uint64_t rewind_floor() override;
    std::vector<BlockId> checkpoints() const override;
    void wait_for_checkpoint() override { background_.wait(); }
    void commit(std::span<const BlockCommit> blocks) override;
    void rewind(std::uint64_t target) override;
    std::optional<BlockRecord> read(std::uint64_t number) const override;
    std::optional<BlockRecord> read_without_diff(std::uint64_t number) const override;
    std::optional<Header> read_header(std::uint64_t number) const override;
    std::optional<Hash> hash_at(std::uint64_t number) const override;
    std::optional<std::uint64_t> number_of(const Hash& block_hash) const override;
    std::vector<TransactionPosition> transaction_positions(const Hash& tx_hash) const override;
    std::optional<Bytes> row(ByteView key) const override;
    void visit_state(std::size_t parts, const std::function<void()>& begin, const VisitPart& visit) override;
    void rebuild_state() override;
    void flush() override;
    void close() override;
    Result<VerifyReport> verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                                const BlockCheck& check) override;

 private:
    Changes changes(const Follower& follower, const BlockRecord& record, const Hash& hash,
                    Direction direction) const;
    void catch_up(Follower& follower);
    void begin_state();
    using PutRow = std::function<void(std::pair<Bytes, std::optional<Bytes>>)>;
    using FillSource = std::function<void(const PutRow&)>;
    void fill_state_of_block_0(const BlockRecord& record, const Hash& hash);
    void fill_state_of_checkpoint(const Checkpoints::Entry& entry);
    [[noreturn]] void no_source_of_state() const;
    void fill_state(const Applied& reached, const FillSource& source);
    void visit_part(std::size_t part, std::size_t parts, const VisitPart& visit);
    void visit_parts(std::size_t parts, const VisitPart& visit);

    Result<void> check_look_ups(const BlockRecord& record, const Hash& hash) const;
    Result<void> check_state(const Changes& expected) const;

    void refuse_lost_journal() const;
    void mark_begun();
    void find_origin();
    void make_checkpoint_when_due();
    void make_checkpoint(const CheckpointHeader& header, const Database::Snapshot& rows);
    void drop_old_blocks();
    void drop_old_rows();
    void log(const std::string& line) const { options_.log(line); }
    void step_back(Follower& follower);
    void flush_when_due();
    void write_databases();
    void writing(const std::function<void()>& write);
    [[noreturn]] void refuse() const;

    StoreOptions options_;
    std::unique_ptr<FileLock> lock_;
    std::unique_ptr<Journal> journal_;
    Follower state_;
    Follower index_;
    Checkpoints checkpoints_;
    std::optional<Header> origin_;  ///< Block 0's, once it is dropped.
    std::uint64_t tried_checkpoint_at_ = 0;
    bool failed_ = false;
    Background background_;  ///< Last: it ends before what it uses.
};

}  // namespace farthing::chain
