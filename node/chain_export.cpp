#include "chain/store_base.hpp"
#include "core/rlp/rlp.hpp"
#include "node/chain_file.hpp"
#include "node/chain_file_format.hpp"
#include "node/files.hpp"

#include <fstream>

namespace farthing::node {
namespace {

Result<Bytes> pack_genesis(const DataDirectory& data) {
    TRY(const auto genesis, read_file(data.genesis()));
    std::string allocations;
    if (const auto name = allocation_file_of(genesis); !name.empty()) {
        // An importer would refuse another file than the chain was made with.
        TRY(std::ignore, data.read_allocations());
        std::ifstream file(data.root / name, std::ios::binary);
        allocations.assign(std::istreambuf_iterator<char>(file), {});
        if (!file) return fail("cannot read " + (data.root / name).string());
    }
    rlp::Encoder encoder;
    const auto list = encoder.begin_list();
    encoder.add(as_bytes(genesis));
    encoder.add(as_bytes(allocations));
    encoder.end_list(list);
    return encoder.take();
}

void copy_file(std::ostream& out, const std::filesystem::path& path) {
    const auto file = chain::posix_files().open(path, chain::OpenMode::existing);
    const auto size = file->size();
    write_number(out, size, 8);
    Bytes piece(1 << 20);
    for (std::uint64_t at = 0; at < size && out; at += piece.size()) {
        piece.resize(std::min<std::uint64_t>(piece.size(), size - at));
        if (file->read_at(at, piece) != piece.size())
            throw chain::StorageFailure(path.string() + " became shorter while it was read");
        write_bytes(out, piece);
    }
}

/// Block 0's header, the base block and its state.
Result<void> write_base(std::ostream& out, const chain::Store& store, const chain::BaseState& base) {
    chain::BlockRecord origin;
    const auto header = store.read_header(0);
    const auto record = store.read(base.block.number);
    if (!header || !record)
        return fail("block " + std::to_string(base.block.number) + " is not in the journal");
    origin.header = *header;
    write_item(out, encode_block(origin));
    write_item(out, encode_base(*record));
    copy_file(out, base.path);
    return {};
}

}  // namespace

Result<ChainFileReport> export_chain(const chain::Store& store, const DataDirectory& data, std::ostream& out,
                                     const ChainFileProgress& progress) {
    const auto head = store.head();
    if (!head) return fail("there is no block in " + data.root.string());
    const auto base =
        store.base() == 0 ? std::nullopt : chain::find_base_state(chain::posix_files(), store, data.root);
    if (store.base() > 0 && !base)
        return fail("this node keeps its blocks from " + std::to_string(store.base()) +
                    " on (retain-blocks) and none of its checkpoints is whole, so there is no state for a "
                    "chain file to begin with: run it until it has made one (checkpoint-blocks)");
    TRY(const auto genesis, pack_genesis(data));
    write_bytes(out, as_bytes(chain_file_magic));
    write_number(out, base ? chain_file_base_version : chain_file_version, 4);
    write_number(out, head->number, 8);
    write_bytes(out, head->hash);
    write_item(out, genesis);
    ChainFileReport report;
    report.head = head->hash;
    report.state_root = store.read_header(head->number)->state_root;
    if (base) {
        TRY(write_base(out, store, *base));
        report.base = base->block.number;
        report.base_hash = base->block.hash;
    }
    for (std::uint64_t number = base ? report.base + 1 : 0; number <= head->number; ++number) {
        const auto record = store.read(number);
        if (!record) return fail("block " + std::to_string(number) + " is not in the journal");
        write_item(out, encode_block(*record));
        ++report.blocks;
        report.transactions += record->transactions.size();
        progress(number, head->number);
    }
    out.flush();
    if (!out) return fail("cannot write the file: is the disk full?");
    return report;
}

}  // namespace farthing::node
