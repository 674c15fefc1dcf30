#pragma once
// Why the chain refuses a transaction, in geth's words (core/error.go, core/txpool/errors.go), which wallet
// libraries recognise.
#include <expected>
#include <string>

namespace farthing::chain {

enum class TxError {
    malformed,  ///< Not a transaction at all.
    type_not_supported,
    unprotected,  ///< Legacy without EIP-155.
    invalid_chain_id,
    invalid_sender,  ///< High s or no such point.
    creation_refused,
    already_known,
    nonce_too_low,
    nonce_too_high,  ///< In a block: a gap. The pool parks such a transaction instead.
    nonce_max,
    insufficient_funds,
    intrinsic_gas,
    tx_gas_limit,     ///< Above what one transaction may use.
    block_gas_limit,  ///< Above what the block has left.
    fee_cap_too_low,  ///< In a block: below its base fee.
    tip_above_fee_cap,
    underpriced,  ///< Fee cap below the floor, or pool full and nothing cheaper to evict.
    replacement_underpriced,
    oversized,
    account_limit,
};

struct TxRejection {
    TxError error = TxError::malformed;
    std::string message;  ///< Begins with geth's text for the error.
};

template <class T>
using TxResult = std::expected<T, TxRejection>;

/// The fixed part of the message.
const char* text(TxError error);
/// `text(error)`, then ": detail" when there is one.
std::unexpected<TxRejection> reject(TxError error, const std::string& detail = {});

}  // namespace farthing::chain
