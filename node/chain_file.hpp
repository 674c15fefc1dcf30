#pragma once
// A whole chain in one file: how it moves to another machine, and how an auditor recomputes it.
//
// The file (integers big-endian): magic "FARTHCHN", version u32, number of the last block u64, its hash 32;
// then items, each a length u32 and that many bytes of RLP: first [genesis file, allocation file or empty],
// then each block from 0 on as [header, seal, [transaction…]], a transaction as its EIP-2718 string. There
// are no checksums, because every byte is covered by a hash that the import computes anew.
#include "chain/genesis.hpp"
#include "chain/store.hpp"
#include "core/base/result.hpp"
#include "node/data_directory.hpp"

#include <functional>
#include <istream>
#include <ostream>

namespace farthing::node {

struct ChainFileReport {
    std::uint64_t blocks = 0;
    std::uint64_t transactions = 0;
    Hash head;
    Hash state_root;
};

using ChainFileProgress = std::function<void(std::uint64_t block, std::uint64_t last)>;

/// Writes the chain of an open store. Throws StorageFailure when the journal is damaged.
Result<ChainFileReport> export_chain(const chain::Store& store, const DataDirectory& data, std::ostream& out,
                                     const ChainFileProgress& progress);

/// Executes every block of `in` from its genesis on and compares header and seal with what comes out: the
/// error names the first block that differs. `data` must not exist or be empty; it holds the chain
/// afterwards, and is as before after an error.
Result<ChainFileReport> import_chain(std::istream& in, const DataDirectory& data,
                                     const ChainFileProgress& progress);

}  // namespace farthing::node
