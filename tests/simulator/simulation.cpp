#include "simulation.hpp"

#include "core/base/hex.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::simulator {
namespace {

const std::string data_directory = "/disk/data";
/// Blocks within which whatever waits and can be executed must be in, once nothing fails any more.
constexpr std::uint64_t liveness_blocks = 40;

constexpr const char* fault_names[] = {"none",     "power cut",   "kill",       "error",
                                       "no space", "short write", "failed sync"};

}  // namespace

Simulation::Fate::Fate(Random& random) {
    const bool is_wild = random.chance(40);
    rounds = is_wild ? 10 + random.below(30) : 20 + random.below(80);
    operations_between_faults = is_wild ? 10 + random.below(60) : 100 + random.below(600);
    cuts = random.chance(75);
    kills = random.chance(50);
    errors = random.chance(50);
    full_disk = random.chance(40);
    failed_syncs = random.chance(50);
    rots = random.chance(30);
    jumps = random.chance(60);
    restarts = random.chance(60);
    flush_blocks = random.any_of(1, 2, 3, 8, 64);
    segment_size_max = random.any_of(3'000, 20'000, 256u << 20);
    window_blocks = random.any_of(1, 4, 128);
}

Simulation::Simulation(std::uint64_t seed, Settings settings)
    : seed_(seed),
      settings_(settings),
      random_(seed),
      fate_(random_),
      disk_(Random(random_.word())),
      world_(seed, random_),
      workload_(world_, random_),
      twin_(world_.genesis),
      trace_(settings.trace),
      now_(world_.genesis.timestamp) {
    if (settings.rounds != 0) fate_.rounds = settings.rounds;
    if (settings.story != nullptr) disk_.on_operation([this](const std::string& line) { tell("  " + line); });
    // The data directory was made before the chain began.
    for (const auto* directory : {"/disk", "/disk/data"}) disk_.make(directory, true);
    for (const auto* directory : {"/", "/disk"})
        if (disk_.sync_names(directory == std::string_view("/") ? "" : directory)) throw Mistake("no disk");
}

Simulation::~Simulation() {
    engine_.reset();
    chain_.reset();
}

void Simulation::tell(const std::string& line) {
    if (settings_.story != nullptr) *settings_.story << line << '\n';
}

// --- the node's process ----------------------------------------------------------------------------

void Simulation::open() {
    ++result_.starts;
    chain::BlockchainOptions options;
    options.data_dir = data_directory;
    options.recover_threads = 1;
    options.load_threads = 1;
    options.background_checkpoints = false;
    options.files = &files_;
    options.env = &env_;
    options.segment_bytes = fate_.segment_size_max;
    options.flush_blocks = fate_.flush_blocks;
    options.window_blocks = fate_.window_blocks;
    options.window_s = 0;
    options.log = [this](const std::string& line) { tell("log: " + line); };
    chain_ = chain::Blockchain::open(world_.genesis, options);
    chain_->on_head([this](const chain::BlockPtr& block) {
        if (block->header.number != known_.size()) throw Mistake("a block was acknowledged out of order");
        known_.push_back(block->hash);
    });
    engine_ = std::make_unique<consensus::SoloEngine>(
        *chain_, world_.secrets, world_.sequencer.key,
        consensus::SoloOptions{.interval = std::chrono::milliseconds(1000),
                               .now = [this] { return now_; },
                               .strictly_later = false,
                               .replace_lost_chain = false});
}

void Simulation::close() {
    engine_.reset();
    chain_.reset();
}

/// The process has met a fault of its disk and ends; whoever runs it starts it again.
void Simulation::end_process() {
    const auto fault = disk_.fired();
    if (fault == Fault::none) throw Mistake("the node gave up although its disk works");
    tell(std::string("process ends: ") + fault_names[static_cast<std::size_t>(fault)]);
    ++result_.faults[static_cast<std::size_t>(fault)];
    close();
    disk_.restart();
}

void Simulation::start_until_up() {
    for (int attempt = 0;; ++attempt) {
        // Also while it recovers; but not for ever.
        if (attempt < 3) plan_fault();
        try {
            open();
            check_after_start();
            return;
        } catch (const chain::StorageFailure& failure) {
            tell(failure.what());
            if (!disk_.has_failed() && std::exchange(has_rotten_, false)) {
                close();
                continue;
            }
            if (attempt > 4 || !disk_.has_failed())
                throw Mistake(std::string("the node does not start: ") + failure.what());
            ++result_.faults_at_start;
            end_process();
        }
    }
}

template <class Work>
void Simulation::live(const Work& work) {
    try {
        work();
        if (disk_.fired() != Fault::power_cut && disk_.fired() != Fault::kill) return;
    } catch (const chain::StorageFailure& failure) {
        tell(failure.what());
        // Rot is found when it is read: then a restart must mend it.
        if (!disk_.has_failed() && std::exchange(has_rotten_, false)) {
            close();
            start_until_up();
            return;
        }
    }
    end_process();
    start_until_up();
}

// --- what must hold --------------------------------------------------------------------------------

void Simulation::check_after_start() {
    const auto head = chain_->head();
    const auto found = head->header.number + 1;
    if (found < known_.size())
        throw Mistake("acknowledged block " + std::to_string(known_.size() - 1) + " is lost: the head is " +
                      std::to_string(head->header.number));
    // What was being committed is there as a whole or not at all.
    const auto more = found - known_.size();
    const bool is_begin = known_.empty() && found == 1;
    if (more != 0 && more != in_flight_ && !is_begin)
        throw Mistake(std::to_string(more) + " blocks appeared that nobody committed");
    auto hashes = known_;
    for (std::uint64_t n = 0; n < found; ++n) {
        const auto block = chain_->block(n);
        if (!block) throw Mistake("block " + std::to_string(n) + " is a hole");
        if (n < known_.size() && block->hash != known_[n])
            throw Mistake("acknowledged block " + std::to_string(n) + " has another hash");
        if (block->header.hash() != block->hash) throw Mistake("a block's hash is not its header's");
        if (n != 0 && block->header.parent_hash != hashes[n - 1]) throw Mistake("a block has another parent");
        if (n >= hashes.size()) hashes.push_back(block->hash);
    }
    // From here on they count as acknowledged: somebody has seen them.
    known_ = std::move(hashes);
    in_flight_ = 0;
    if (chain_->head_state().root() != head->header.state_root)
        throw Mistake("the state's root is not the head's");
    note_new_blocks();
    for (int i = 0; i < 3; ++i) read_something();
}

void Simulation::note_new_blocks() {
    while (result_.blocks < known_.size()) {
        const auto block = chain_->block(result_.blocks);
        if (!block) throw Mistake("block " + std::to_string(result_.blocks) + " cannot be read");
        note(block);
    }
}

/// A block has become part of the chain for good.
void Simulation::note(const chain::BlockPtr& block) {
    const auto number = block->header.number;
    const auto expected = number == 0 ? twin_.genesis_hash() : twin_.follow(*block);
    if (block->hash != expected || known_[number] != expected)
        throw Mistake("block " + std::to_string(number) + " is not what its twin says");
    if (number == 0) {
        const auto ask = [&](const Address& to, const CallData& data) {
            const auto answer = chain_->call(chain_->head_state(), chain_->pending_info(),
                                             {.from = world_.players[0].address,
                                              .to = to,
                                              .value = 0,
                                              .data = data.encode(),
                                              .gas_limit = 1'000'000,
                                              .gas_price = 0,
                                              .access_list = {}});
            if (!answer || !answer->success || answer->output.size() != 32) throw Mistake("a view fails");
            return Address::from(ByteView(answer->output).last(20));
        };
        const auto& maker = world_.players[0].address;
        world_.token = ask(token_factory, CallData("tokenAddress(address,uint256)").add(maker).add(U256(0)));
        world_.pool = ask(pool_factory, CallData("poolAddress(address,uint256)").add(maker).add(U256(0)));
    }
    for (const auto& tx : block->transactions) {
        if (tx->sender != world_.sequencer.address && !workload_.knows(tx->hash))
            throw Mistake("a block holds a transaction that nobody sent");
        some_transactions_.push_back(tx->hash);
    }
    auto state =
        number == chain_->head()->header.number ? std::optional(chain_->head_state()) : chain_->state(number);
    if (state && state->root() != block->header.state_root)
        throw Mistake("a state's root is not its block's");
    trace_.block(*block, world_, workload_, state);
    ++result_.blocks;
    result_.transactions += block->transactions.size();
}

/// What a client might ask for: a block by its hash, a transaction's place.
void Simulation::read_something() {
    const auto number = random_.below(known_.size());
    const auto by_hash = chain_->block(known_[number]);
    if (!by_hash || by_hash->header.number != number) throw Mistake("a block is not found by its hash");
    if (some_transactions_.empty()) return;
    const auto& hash = some_transactions_[random_.below(some_transactions_.size())];
    const auto place = chain_->locate(hash);
    if (!place) throw Mistake("a transaction is not found by its hash");
    if (chain_->block(place->block->header.number)->hash != place->block->hash ||
        place->block->transactions.at(place->index)->hash != hash)
        throw Mistake("a transaction is found where it is not");
}

void Simulation::check_liveness() {
    for (std::uint64_t i = 0; i < liveness_blocks; ++i) {
        if (chain_->mempool_content().pending.empty()) return;
        engine_->mine(1);
        note_new_blocks();
    }
    throw Mistake("transactions that can be executed wait for ever");
}

// --- what happens ----------------------------------------------------------------------------------

void Simulation::plan_fault() {
    std::vector<Fault> possible;
    if (fate_.cuts) possible.insert(possible.end(), {Fault::power_cut, Fault::power_cut});
    if (fate_.kills) possible.push_back(Fault::kill);
    if (fate_.errors) possible.push_back(Fault::error);
    if (fate_.full_disk) possible.insert(possible.end(), {Fault::no_space, Fault::short_write});
    if (fate_.failed_syncs) possible.push_back(Fault::failed_sync);
    if (possible.empty()) return;
    const auto fault = possible[random_.below(possible.size())];
    disk_.plan(fault, 1 + random_.below(2 * fate_.operations_between_faults));
}

void Simulation::move_clock() {
    const auto what = random_.below(100);
    if (!fate_.jumps || what < 80) {
        now_ += random_.below(4);
    } else if (what < 90) {
        now_ += random_.below(500);
    } else if (what < 93) {
        now_ += random_.below(400 * 86'400);
    } else {
        now_ -= std::min(random_.below(5'000), now_);
    }
}

void Simulation::rot() {
    const auto directory = data_directory + (random_.chance(50) ? "/state" : "/index");
    const auto what = disk_.rot(directory);
    if (what.empty()) return;
    tell("rot: " + what);
    has_rotten_ = true;
    ++result_.rots;
}

void Simulation::play_round() {
    move_clock();
    workload_.send_some(*chain_);
    in_flight_ = random_.chance(85) ? 1 : 2 + random_.below(3);
    const auto time = chain_->head()->header.timestamp;
    engine_->mine(in_flight_);
    in_flight_ = 0;
    if (chain_->head()->header.timestamp < time) throw Mistake("time went backwards");
    env_.run_background();
    note_new_blocks();
    read_something();
}

Outcome Simulation::run() {
    trace_.begin(seed_, world_);
    start_until_up();
    for (std::uint64_t i = 0; i < fate_.rounds; ++i) {
        live([&] { play_round(); });
        if (fate_.restarts && random_.chance(10)) {
            // What a close cannot write any more, the next start replays.
            close();
            if (disk_.has_failed()) {
                ++result_.faults[static_cast<std::size_t>(disk_.fired())];
                disk_.restart();
            }
            if (fate_.rots && random_.chance(40)) rot();
            start_until_up();
        }
    }
    // Nothing fails any more: everything that waits must go through, and stay.
    disk_.plan(Fault::none, 0);
    if (disk_.has_failed()) {
        end_process();
        start_until_up();
        disk_.plan(Fault::none, 0);
    }
    live([&] { check_liveness(); });
    const auto root = chain_->head_state().root();
    close();
    open();
    check_after_start();
    if (chain_->head_state().root() != root) throw Mistake("a restart changed the state");
    Bytes all;
    for (const auto& hash : known_) append(all, hash);
    append(all, root);
    close();
    append(all, disk_.digest());
    append(all, be64(disk_.operations()));
    result_.digest = sha256(all);
    trace_.end(result_.blocks);
    return result_;
}

}  // namespace farthing::simulator
