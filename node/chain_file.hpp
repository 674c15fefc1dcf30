#pragma once
// A whole chain in one file: how it moves to another machine, and how an auditor recomputes it.
//
// The file (integers big-endian): magic "FARTHCHN", version u32, number of the last block u64, its hash 32;
// then items, each a length u32 and that many bytes of RLP: first [genesis file, allocation file or empty],
// then each block from 0 on as [header, seal, [transaction…]], a transaction as its EIP-2718 string. There
// are no checksums, because every byte is covered by a hash that the import computes anew.
//
// That is version 1. Version 2 is of a chain whose old blocks were dropped. It begins at a base, the block of
// a checkpoint: after block 0, which has no more than its header, follow [block, [receipt…]] of the base, the
// size u64 and the bytes of the checkpoint (chain/FORMAT.md), and the blocks after it.
#include "chain/genesis.hpp"
#include "chain/store.hpp"
#include "core/base/result.hpp"
#include "node/data_directory.hpp"

#include <functional>
#include <istream>
#include <optional>
#include <ostream>

namespace farthing::node {

struct ChainFileReport {
    std::uint64_t base = 0;          ///< Whose state the file begins with; 0: with block 0.
    Hash base_hash;                  ///< Zero where the file begins with block 0.
    std::uint64_t blocks = 0;        ///< Block 0 and those after it, or those after the base.
    std::uint64_t transactions = 0;  ///< In these blocks.
    Hash head;
    Hash state_root;
};

using ChainFileProgress = std::function<void(std::uint64_t block, std::uint64_t last)>;

/// Writes the chain of an open store: whole, or from its oldest checkpoint on where blocks were dropped.
/// Throws StorageFailure when the journal is damaged.
Result<ChainFileReport> export_chain(const chain::Store& store, const DataDirectory& data, std::ostream& out,
                                     const ChainFileProgress& progress);

/// Executes every block of `in` from its genesis on and compares header and seal with what comes out: the
/// error names the first block that differs. Where the file begins at a base, nothing in it ties that block
/// to the genesis: its hash must be `trusted_base`, which the operator has from elsewhere; it must bear the
/// sequencer's seal and the state its state root. `data` must not exist or be empty; it holds the chain
/// afterwards, and is as before after an error. While the import runs, and if it is killed, all of it lies in
/// the folder `importing` there and no node can start on it.
Result<ChainFileReport> import_chain(std::istream& in, const DataDirectory& data,
                                     const ChainFileProgress& progress,
                                     const std::optional<Hash>& trusted_base = std::nullopt);

}  // namespace farthing::node
