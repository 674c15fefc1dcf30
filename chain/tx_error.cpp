#include "chain/tx_error.hpp"

namespace farthing::chain {

const char* text(TxError error) {
    switch (error) {
        case TxError::malformed:
            return "invalid transaction";
        case TxError::type_not_supported:
            return "transaction type not supported";
        case TxError::unprotected:
            return "only replay-protected (EIP-155) transactions allowed over RPC";
        case TxError::invalid_chain_id:
            return "invalid sender: invalid chain id for signer";
        case TxError::invalid_sender:
            return "invalid sender";
        case TxError::creation_refused:
            return "contract creation is not supported: this chain's contracts are native; create tokens "
                   "with "
                   "TokenFactory.createToken";
        case TxError::already_known:
            return "already known";
        case TxError::nonce_too_low:
            return "nonce too low";
        case TxError::nonce_too_high:
            return "nonce too high";
        case TxError::nonce_max:
            return "nonce has max value";
        case TxError::insufficient_funds:
            return "insufficient funds for gas * price + value";
        case TxError::intrinsic_gas:
            return "intrinsic gas too low";
        case TxError::tx_gas_limit:
            return "transaction gas limit too high";
        case TxError::block_gas_limit:
            return "exceeds block gas limit";
        case TxError::fee_cap_too_low:
            return "max fee per gas less than block base fee";
        case TxError::tip_above_fee_cap:
            return "max priority fee per gas higher than max fee per gas";
        case TxError::underpriced:
            return "transaction underpriced";
        case TxError::replacement_underpriced:
            return "replacement transaction underpriced";
        case TxError::oversized:
            return "oversized data";
        case TxError::account_limit:
            return "account limit exceeded";
    }
    return "invalid transaction";
}

std::unexpected<TxRejection> reject(TxError error, const std::string& detail) {
    std::string message = text(error);
    if (!detail.empty()) message += (error == TxError::tx_gas_limit ? " " : ": ") + detail;
    return std::unexpected(TxRejection{error, std::move(message)});
}

}  // namespace farthing::chain
