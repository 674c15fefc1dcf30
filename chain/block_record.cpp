#include "chain/block_record.hpp"

#include "core/base/check.hpp"
#include "core/rlp/rlp.hpp"
#include "core/trie/trie.hpp"

#include <tuple>

namespace farthing::chain {
namespace {

/// A word without its leading zeros: most values are small numbers.
ByteView minimal(const Word& word) {
    const auto first = std::ranges::find_if(word.bytes, [](std::uint8_t b) { return b != 0; });
    return {first, word.bytes.end()};
}

Result<Word> read_word(rlp::Decoder& in) {
    TRY(const auto bytes, in.string());
    if (bytes.size() > Word::size()) return fail("a word has more than 32 bytes");
    if (!bytes.empty() && bytes[0] == 0) return fail("a word has leading zeros");
    Word word;
    std::ranges::copy(bytes, word.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return word;
}

/// Receipts without bloom (a function of the logs): [type, success, cumulative gas, [log…]].
void add_receipt(rlp::Encoder& out, const Receipt& receipt) {
    const auto list = out.begin_list();
    out.add(std::uint64_t{receipt.tx_type});
    out.add(std::uint64_t{receipt.success ? 1u : 0u});
    out.add(receipt.cumulative_gas_used);
    const auto logs = out.begin_list();
    for (const auto& log : receipt.logs) {
        const auto entry = out.begin_list();
        out.add(ByteView(log.address));
        const auto topics = out.begin_list();
        for (const auto& topic : log.topics) out.add(ByteView(topic));
        out.end_list(topics);
        out.add(ByteView(log.data));
        out.end_list(entry);
    }
    out.end_list(logs);
    out.end_list(list);
}

Result<Log> read_log(rlp::Decoder& in) {
    Log log;
    TRY(auto fields, in.list());
    TRY(log.address, fields.fixed<20>());
    TRY(auto topics, fields.list());
    while (!topics.empty()) {
        TRY(const auto topic, topics.fixed<32>());
        log.topics.push_back(topic);
    }
    if (log.topics.size() > 4) return fail("a log has more than 4 topics");
    TRY(const auto data, fields.string());
    log.data.assign(data.begin(), data.end());
    TRY(fields.finish());
    return log;
}

Result<Receipt> read_receipt(rlp::Decoder& in) {
    Receipt receipt;
    TRY(auto fields, in.list());
    TRY(const auto type, fields.u64());
    TRY(const auto success, fields.u64());
    if (type > 0x7f) return fail("a receipt has an impossible type");
    if (success > 1) return fail("a receipt's status is neither 0 nor 1");
    receipt.tx_type = static_cast<std::uint8_t>(type);
    receipt.success = success == 1;
    TRY(receipt.cumulative_gas_used, fields.u64());
    TRY(auto logs, fields.list());
    while (!logs.empty()) {
        TRY(auto log, read_log(logs));
        receipt.logs.push_back(std::move(log));
    }
    TRY(fields.finish());
    return receipt;
}

/// [] for no account, else [nonce, balance, code].
void add_account(rlp::Encoder& out, const AccountState& account) {
    const auto list = out.begin_list();
    if (!account.is_empty()) {
        out.add(account.nonce);
        out.add(account.balance);
        out.add(ByteView(account.code));
    }
    out.end_list(list);
}

Result<AccountState> read_account(rlp::Decoder& in) {
    AccountState account;
    TRY(auto fields, in.list());
    if (fields.empty()) return account;
    TRY(account.nonce, fields.u64());
    TRY(account.balance, fields.u256());
    TRY(const auto code, fields.string());
    account.code.assign(code.begin(), code.end());
    TRY(fields.finish());
    if (account.is_empty()) return fail("an empty account is written out");
    return account;
}

/// One group an address: [address, [] or [before, after], [[slot, before, after]…]].
void add_diff(rlp::Encoder& out, const std::vector<Diff>& diff) {
    const auto groups = out.begin_list();
    for (std::size_t i = 0; i < diff.size();) {
        const auto group = out.begin_list();
        const Address& address = diff[i].address;
        out.add(ByteView(address));
        const auto accounts = out.begin_list();
        if (!diff[i].slot) {
            FARTHING_CHECK(diff[i].account_before != diff[i].account_after);
            add_account(out, diff[i].account_before);
            add_account(out, diff[i].account_after);
            ++i;
        }
        out.end_list(accounts);
        const auto slots = out.begin_list();
        for (; i < diff.size() && diff[i].address == address; ++i) {
            FARTHING_CHECK(diff[i].slot && diff[i].word_before != diff[i].word_after);
            const auto slot = out.begin_list();
            out.add(minimal(*diff[i].slot));
            out.add(minimal(diff[i].word_before));
            out.add(minimal(diff[i].word_after));
            out.end_list(slot);
        }
        out.end_list(slots);
        out.end_list(group);
    }
    out.end_list(groups);
}

Result<void> read_group(rlp::Decoder& in, std::vector<Diff>& diff) {
    TRY(auto fields, in.list());
    TRY(const auto address, fields.fixed<20>());
    if (!diff.empty() && !(diff.back().address < address)) return fail("accounts are not in order");
    TRY(auto accounts, fields.list());
    TRY(auto slots, fields.list());
    TRY(fields.finish());
    if (accounts.empty() && slots.empty()) return fail("an account without a change is listed");
    if (!accounts.empty()) {
        auto& change = diff.emplace_back();
        change.address = address;
        TRY(change.account_before, read_account(accounts));
        TRY(change.account_after, read_account(accounts));
        TRY(accounts.finish());
        if (change.account_before == change.account_after) return fail("an account's change changes nothing");
    }
    for (bool first = true; !slots.empty(); first = false) {
        TRY(auto slot, slots.list());
        Diff change;
        change.address = address;
        TRY(change.slot, read_word(slot));
        TRY(change.word_before, read_word(slot));
        TRY(change.word_after, read_word(slot));
        TRY(slot.finish());
        if (change.word_before == change.word_after) return fail("a slot's change changes nothing");
        if (!first && !(diff.back().slot < change.slot)) return fail("slots are not in order");
        diff.push_back(std::move(change));
    }
    return {};
}

Result<std::vector<Address>> split_senders(ByteView joined, std::size_t count) {
    if (joined.size() != count * Address::size()) return fail("senders and transactions differ in number");
    std::vector<Address> senders;
    senders.reserve(count);
    for (; !joined.empty(); joined = joined.subspan(Address::size()))
        senders.push_back(Address::from(joined.first(Address::size())));
    return senders;
}

/// Bytes of a record's encoding, about.
std::size_t expected_size(const BlockRecord& record) {
    constexpr std::size_t sender_and_receipt = 32, change = 96;
    std::size_t size = 1'024 + record.diff.size() * change;
    for (const auto& transaction : record.transactions) size += transaction.size() + 4 + sender_and_receipt;
    return size;
}

}  // namespace

Bytes encode_record(const BlockRecord& record) {
    FARTHING_CHECK(record.senders.size() == record.transactions.size());
    FARTHING_CHECK(record.receipts.size() == record.transactions.size());
    FARTHING_CHECK(std::ranges::adjacent_find(record.diff, [](const Diff& a, const Diff& b) {
                       return !comes_before(a, b);
                   }) == record.diff.end());
    rlp::Encoder out(expected_size(record));
    const auto list = out.begin_list();
    out.add_raw(record.header.encode());
    out.add(ByteView(record.seal));
    const auto transactions = out.begin_list();
    for (const auto& transaction : record.transactions) out.add(ByteView(transaction));
    out.end_list(transactions);
    Bytes senders;
    senders.reserve(record.senders.size() * Address::size());
    for (const auto& sender : record.senders) append(senders, sender);
    out.add(ByteView(senders));
    const auto receipts = out.begin_list();
    for (const auto& receipt : record.receipts) add_receipt(out, receipt);
    out.end_list(receipts);
    add_diff(out, record.diff);
    out.end_list(list);
    return out.take();
}

namespace {

/// All but the last field, the diff; gives what is left.
Result<rlp::Decoder> read_front_fields(ByteView encoded, BlockRecord& record) {
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    TRY(in.finish());
    TRY(const auto header, fields.raw());
    TRY(record.header, decode_header(header));
    TRY(const auto seal, fields.string());
    record.seal.assign(seal.begin(), seal.end());
    TRY(auto transactions, fields.list());
    while (!transactions.empty()) {
        TRY(const auto transaction, transactions.string());
        record.transactions.emplace_back(transaction.begin(), transaction.end());
    }
    TRY(const auto senders, fields.string());
    TRY(record.senders, split_senders(senders, record.transactions.size()));
    TRY(auto receipts, fields.list());
    while (!receipts.empty()) {
        TRY(auto receipt, read_receipt(receipts));
        record.receipts.push_back(std::move(receipt));
    }
    if (record.receipts.size() != record.transactions.size())
        return fail("receipts and transactions differ in number");
    return fields;
}

}  // namespace

Result<BlockRecord> decode_record(ByteView encoded) {
    BlockRecord record;
    TRY(auto fields, read_front_fields(encoded, record));
    TRY(auto groups, fields.list());
    while (!groups.empty()) {
        TRY(read_group(groups, record.diff));
    }
    TRY(fields.finish());
    return record;
}

Result<BlockRecord> decode_record_without_diff(ByteView encoded) {
    BlockRecord record;
    TRY(auto fields, read_front_fields(encoded, record));
    TRY(std::ignore, fields.list());
    TRY(fields.finish());
    return record;
}

Result<void> for_each_record_change(ByteView encoded, const std::function<void(const Diff&)>& visit) {
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    for (int field = 0; field < 5; ++field) {
        TRY(std::ignore, fields.raw());
    }
    TRY(auto groups, fields.list());
    std::vector<Diff> changes;  // The last one before a group stays, which must be in order after it.
    while (!groups.empty()) {
        const std::size_t before = changes.size();
        TRY(read_group(groups, changes));
        for (auto i = before; i < changes.size(); ++i) visit(changes[i]);
        changes.erase(changes.begin(), changes.end() - 1);
    }
    return {};
}

Result<void> check_roots(const BlockRecord& record) {
    const auto& header = record.header;
    if (trie::ordered_root(record.transactions) != header.transactions_root)
        return fail("its transactions do not have the header's root");
    std::vector<Bytes> receipts;
    Bloom bloom;
    for (const auto& receipt : record.receipts) {
        receipts.push_back(receipt.encode());
        for (const auto& log : receipt.logs) add_to_bloom(bloom, log);
    }
    if (trie::ordered_root(receipts) != header.receipts_root)
        return fail("its receipts do not have the header's root");
    if (bloom != header.logs_bloom) return fail("its logs do not have the header's bloom");
    const auto gas = record.receipts.empty() ? 0 : record.receipts.back().cumulative_gas_used;
    if (gas != header.gas_used) return fail("its receipts do not add up to the header's gas");
    return {};
}

Result<Header> decode_front_header(ByteView front) {
    // The list's own prefix cannot be checked against bytes that are not here.
    if (front.empty() || front[0] < 0xc0) return fail("a record is no list");
    const std::size_t prefix = front[0] <= 0xf7 ? 1 : 1u + front[0] - 0xf7;
    if (prefix >= front.size()) return fail("a record is cut short");
    TRY(const auto header, rlp::Decoder(front.subspan(prefix)).raw());
    return decode_header(header);
}

}  // namespace farthing::chain
