#pragma once
// The bytes of a chain in one file; chain_file.hpp describes them.
#include "chain/block_record.hpp"
#include "core/base/result.hpp"
#include "core/types/header.hpp"
#include "core/types/log.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace farthing::node {

inline constexpr std::string_view chain_file_magic = "FARTHCHN";
inline constexpr std::uint32_t chain_file_version = 1;       ///< From block 0 on.
inline constexpr std::uint32_t chain_file_base_version = 2;  ///< From the state after a later block on.

/// One block of the file.
struct FileBlock {
    Header header;
    Bytes seal;
    std::vector<Bytes> transactions;  ///< EIP-2718 encodings.
};

/// The block whose state a file begins with: nothing executes it, so its receipts are there too.
struct FileBase {
    FileBlock block;
    std::vector<Receipt> receipts;
};

Bytes encode_base(const chain::BlockRecord& record);
Result<FileBase> decode_base(ByteView item);
Bytes encode_block(const chain::BlockRecord& record);
Result<FileBlock> decode_block(ByteView item);

void write_number(std::ostream& out, std::uint64_t value, std::size_t size);
void write_bytes(std::ostream& out, ByteView bytes);
void write_item(std::ostream& out, ByteView item);

Result<std::uint64_t> read_number(std::istream& in, std::size_t size);
/// Grows with what is there, so that a false length costs no memory.
Result<Bytes> read_bytes(std::istream& in, std::size_t size);
Result<Bytes> read_item(std::istream& in);

/// The name of the file of allocations that a genesis file points to; empty when it names none.
std::string allocation_file_of(std::string_view genesis);

}  // namespace farthing::node
