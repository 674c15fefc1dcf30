#include "core/rlp/rlp.hpp"
#include "node/chain_file.hpp"
#include "node/chain_file_format.hpp"
#include "node/files.hpp"

#include <fstream>

namespace farthing::node {

Result<ChainFileReport> export_chain(const chain::Store& store, const DataDirectory& data, std::ostream& out,
                                     const ChainFileProgress& progress) {
    const auto head = store.head();
    if (!head) return fail("there is no block in " + data.root.string());
    if (store.base() > 0)
        return fail(
            "this node keeps its blocks from " + std::to_string(store.base()) +
            " on (retain-blocks), and a chain file begins with block 0: export from a node that keeps "
            "every block, or move this one by copying its directory while it is stopped");
    TRY(const auto genesis, read_file(data.genesis()));
    std::string allocations;
    if (const auto name = allocation_file_of(genesis); !name.empty()) {
        std::ifstream file(data.root / name, std::ios::binary);
        allocations.assign(std::istreambuf_iterator<char>(file), {});
        if (!file) return fail("cannot read " + (data.root / name).string());
    }
    write_bytes(out, as_bytes(chain_file_magic));
    write_number(out, chain_file_version, 4);
    write_number(out, head->number, 8);
    write_bytes(out, head->hash);
    rlp::Encoder encoder;
    const auto list = encoder.begin_list();
    encoder.add(as_bytes(genesis));
    encoder.add(as_bytes(allocations));
    encoder.end_list(list);
    write_item(out, encoder.bytes());
    ChainFileReport report{.blocks = 0, .transactions = 0, .head = head->hash, .state_root = {}};
    for (std::uint64_t number = 0; number <= head->number; ++number) {
        const auto record = store.read(number);
        if (!record) return fail("block " + std::to_string(number) + " is not in the journal");
        write_item(out, encode_block(*record));
        ++report.blocks;
        report.transactions += record->transactions.size();
        report.state_root = record->header.state_root;
        progress(number, head->number);
    }
    out.flush();
    if (!out) return fail("cannot write the file: is the disk full?");
    return report;
}

}  // namespace farthing::node
