#include "chain/blockchain_impl.hpp"
#include "chain/call_host.hpp"
#include "chain/event_index.hpp"
#include "core/crypto/hash.hpp"

namespace farthing::chain {

BlockPtr to_block(BlockRecord record) {
    auto block = std::make_shared<Block>();
    for (std::size_t i = 0; i < record.transactions.size(); ++i) {
        auto tx = decode_transaction(record.transactions[i]);
        if (!tx) throw StorageFailure("the journal holds an undecodable transaction: " + tx.error().message);
        const auto hash = keccak256(record.transactions[i]);
        block->transactions.push_back(std::make_shared<SignedTx>(
            SignedTx{*std::move(tx), hash, record.senders[i], std::move(record.transactions[i])}));
    }
    block->header = record.header;
    block->hash = record.header.hash();
    block->receipts = std::move(record.receipts);
    block->seal = std::move(record.seal);
    block->size = block_size(block->header, block->transactions);
    return block;
}

BlockPtr BlockchainImpl::block(std::uint64_t number) const {
    // A block that was dropped is gone for everyone, whatever memory still holds.
    if (number != 0 && number < oldest_block()) return nullptr;
    if (auto cached = blocks_.find(number)) return cached;
    return read_block(number);
}

BlockPtr BlockchainImpl::read_block(std::uint64_t number) const {
    if (number == 0) {
        // It has no transactions, its diff may be huge, and its header outlives it.
        const auto header = store_->read_header(0);
        if (!header) return nullptr;
        BlockRecord record;
        record.header = *header;
        return to_block(std::move(record));
    }
    const auto hash = store_->hash_at(number);
    if (!hash) return nullptr;
    if (auto known = read_blocks_.find(*hash)) return known;
    auto record = store_->read_without_diff(number);
    if (!record) return nullptr;
    auto block = to_block(*std::move(record));
    ++blocks_decoded_;
    read_blocks_.put(block);
    return block;
}

BlockPtr BlockchainImpl::block(const Hash& hash) const {
    const auto cached = blocks_.find(hash);
    const auto number = cached ? std::optional(cached->header.number) : store_->number_of(hash);
    if (!number) return nullptr;
    auto found = block(*number);
    return found && found->hash == hash ? found : nullptr;
}

std::optional<TxLocation> BlockchainImpl::locate(const Hash& tx_hash) const {
    for (const auto& [number, index] : store_->transaction_positions(tx_hash)) {
        // The index may be a moment ahead of what readers see.
        if (number > head()->header.number) continue;
        auto found = block(number);
        if (found && index < found->transactions.size() && found->transactions[index]->hash == tx_hash)
            return TxLocation{std::move(found), index};
    }
    return std::nullopt;
}

std::optional<std::uint64_t> BlockchainImpl::block_of_event(const Hash& event_topic,
                                                            std::span<const Hash> subject) const {
    const auto row = store_->row(event_row_key(event_topic, subject));
    const auto number = row ? read_event_row(*row) : std::nullopt;
    if (!number || *number > head()->header.number || *number < oldest_block()) return std::nullopt;
    return number;
}

std::optional<Header> BlockchainImpl::header(std::uint64_t number) const {
    if (number != 0 && number < oldest_block()) return std::nullopt;
    if (const auto cached = blocks_.find(number)) return cached->header;
    // The store may be a moment ahead of what readers see.
    if (number > head()->header.number) return std::nullopt;
    return store_->read_header(number);
}

LogEntry log_entry(const Block& block, std::uint32_t tx_index, std::uint64_t log_index, const Log& log) {
    return {.log = log,
            .block_number = block.header.number,
            .timestamp = block.header.timestamp,
            .block_hash = block.hash,
            .tx_hash = block.transactions[tx_index]->hash,
            .tx_index = tx_index,
            .log_index = log_index};
}

std::size_t log_bytes(const Log& log) {
    // Its place in the chain, and its share of what holds it or of the text it becomes.
    constexpr std::size_t place_bytes = 256;
    return place_bytes + Hash::size() * log.topics.size() + log.data.size();
}

BloomQuery::BloomQuery(const LogFilter& filter) {
    const auto add = [&](const auto& items) {
        auto& set = sets_.emplace_back();
        for (const auto& item : items) set.push_back(bloom_bits(item));
    };
    add(filter.addresses);
    for (const auto& alternatives : filter.topics) add(alternatives);
}

bool BloomQuery::may_match(const Bloom& bloom) const {
    const auto holds = [&](const BloomBits& item) { return may_contain(bloom, item); };
    return std::ranges::all_of(
        sets_, [&](const auto& set) { return set.empty() || std::ranges::any_of(set, holds); });
}

namespace {

std::vector<LogEntry> matching_logs(const LogFilter& filter, const Block& block) {
    std::vector<LogEntry> out;
    std::uint64_t log_index = 0;
    for (std::uint32_t i = 0; i < block.receipts.size(); ++i)
        for (const auto& log : block.receipts[i].logs) {
            if (matches(filter, log)) out.push_back(log_entry(block, i, log_index, log));
            ++log_index;
        }
    return out;
}

std::size_t bytes_of(const std::vector<LogEntry>& entries) {
    std::size_t bytes = 0;
    for (const auto& entry : entries) bytes += log_bytes(entry.log);
    return bytes;
}

}  // namespace

LogPage BlockchainImpl::logs(const LogFilter& filter, const LogLimits& limits) const {
    const auto first = std::max(filter.from_block, oldest_block());
    const auto last = std::min(filter.to_block, head()->header.number);
    LogPage out{.entries = {}, .next_block = std::max(first, last + 1), .end = LogPage::End::range};
    const auto stop_at = [&](std::uint64_t number, LogPage::End end) {
        out.next_block = number;
        out.end = end;
    };
    const BloomQuery query(filter);
    std::size_t bytes = 0;
    for (auto number = first; number <= last; ++number) {
        if (number > first && limits.is_over && limits.is_over()) {
            stop_at(number, LogPage::End::time);
            break;
        }
        const auto header = this->header(number);
        if (!header || !query.may_match(header->logs_bloom)) continue;
        const auto block = this->block(number);
        if (!block) break;  // A development chain went back meanwhile.
        auto found = matching_logs(filter, *block);
        if (number > first && out.entries.size() + found.size() > limits.results) {
            stop_at(number, LogPage::End::results);
            break;
        }
        const auto found_bytes = bytes_of(found);
        if (number > first && bytes + found_bytes > limits.bytes) {
            stop_at(number, LogPage::End::bytes);
            break;
        }
        bytes += found_bytes;
        std::ranges::move(found, std::back_inserter(out.entries));
    }
    return out;
}

contracts::BlockInfo BlockchainImpl::info_of(const Header& header) const {
    return {.chain_id = genesis_.chain_id,
            .number = header.number,
            .timestamp = header.timestamp,
            .gas_limit = header.gas_limit,
            .base_fee = header.base_fee_per_gas,
            .miner = header.miner,
            .mix_hash = header.mix_hash,
            .extra_data = header.extra_data,
            .parent_hash = header.parent_hash};
}

contracts::BlockInfo BlockchainImpl::pending_info() const {
    const auto parent = head();
    auto info = info_of(parent->header);
    ++info.number;
    if (options_.next_timestamp) info.timestamp = options_.next_timestamp(info.timestamp);
    info.gas_limit = rules().block_gas_limit;
    info.base_fee = next_base_fee(parent->header, rules().base_fee_floor);
    info.mix_hash = {};
    info.extra_data = {};
    info.parent_hash = parent->hash;
    return info;
}

TxResult<TxOutcome> BlockchainImpl::call(const StateView& state, const contracts::BlockInfo& info,
                                         const CallRequest& request) const {
    WorldState scratch(state);
    auto clamped = request;
    clamped.gas_limit = std::min(clamped.gas_limit, rules().tx_gas_max);
    return execute_call(scratch, info, clamped);
}

void BlockchainImpl::inspect(const std::function<void(contracts::Host&)>& read, const Proposal* after) const {
    const auto* proposal = static_cast<const BuiltProposal*>(after);
    WorldState scratch(proposal ? tree_.view(proposal->built.version) : tree_.newest());
    const auto info = proposal ? info_of(proposal->built.block.header) : pending_info();
    CallHost host(scratch, info, Address{});
    read(host);
}

std::uint64_t BlockchainImpl::pending_nonce(const Address& who) const {
    return mempool_.next_nonce(who, sender_lookup());
}

Mempool::Content BlockchainImpl::mempool_content_of(const Address& who) const {
    return mempool_.content_of(who, sender_lookup());
}

std::vector<SignedTxPtr> BlockchainImpl::pending_transactions() const {
    const auto info = pending_info();
    return mempool_.best(info.base_fee, info.gas_limit, sender_lookup(), is_reveal);
}

bool matches(const LogFilter& filter, const Log& log) {
    const auto allows = [](const auto& wanted, const auto& item) {
        return wanted.empty() || std::ranges::find(wanted, item) != wanted.end();
    };
    if (!allows(filter.addresses, log.address) || filter.topics.size() > log.topics.size()) return false;
    for (std::size_t i = 0; i < filter.topics.size(); ++i)
        if (!allows(filter.topics[i], log.topics[i])) return false;
    return true;
}

}  // namespace farthing::chain
