#pragma once
// One seed: a whole node (chain, store, LevelDB, mempool, solo engine) on a virtual disk and a virtual clock,
// on one thread, with everything that happens to it drawn from the seed.
#include "trace.hpp"
#include "twin.hpp"
#include "virtual_disk.hpp"
#include "workload.hpp"

#include <array>
#include <map>

namespace farthing::simulator {

struct Settings {
    std::uint64_t rounds = 0;       ///< 0: drawn from the seed.
    std::ostream* trace = nullptr;  ///< For the ledger model.
    std::ostream* story = nullptr;  ///< What happens, for a person.
};

struct Outcome {
    Hash digest;  ///< Of every block hash, the final state and what is on the disk.
    std::uint64_t blocks = 0, transactions = 0, starts = 0, rots = 0;
    std::array<std::uint64_t, 7> faults{};  ///< By Fault.
    std::uint64_t faults_at_start = 0;
};

class Simulation {
 public:
    Simulation(std::uint64_t seed, Settings settings);
    ~Simulation();

    /// Throws Mistake when something that is promised does not hold.
    Outcome run();

 private:
    /// How a run treats its node. Short and wild or long and calm, by the seed.
    struct Fate {
        explicit Fate(Random& random);
        std::uint64_t rounds, operations_between_faults;
        bool cuts, kills, errors, full_disk, failed_syncs, rots, jumps, restarts;
        std::uint64_t flush_blocks, segment_size_max, window_blocks;
    };

    void play_round();
    void move_clock();
    void plan_fault();
    /// Runs `work` on the node; when the disk fails meanwhile, the process ends and a new one starts.
    template <class Work>
    void live(const Work& work);
    void start_until_up();
    void open();
    void close();
    void end_process();
    void rot();
    void check_after_start();
    void note_new_blocks();
    void note(const chain::BlockPtr& block);
    void read_something();
    void check_liveness();
    void tell(const std::string& line);

    const std::uint64_t seed_;
    Settings settings_;
    Random random_;
    Fate fate_;
    VirtualDisk disk_;
    VirtualFiles files_{disk_};
    VirtualEnv env_{disk_};
    World world_;
    Workload workload_;
    Twin twin_;
    Trace trace_;
    std::uint64_t now_;
    std::unique_ptr<chain::Blockchain> chain_;
    std::unique_ptr<consensus::SoloEngine> engine_;

    std::vector<Hash> known_;      ///< Hashes of all blocks, by number: acknowledged, or found at a start.
    std::uint64_t in_flight_ = 0;  ///< Blocks of the group that was being committed.
    std::vector<Hash> some_transactions_;
    bool has_rotten_ = false;  ///< Since the last time that everything could be read.
    Outcome result_;
};

}  // namespace farthing::simulator
