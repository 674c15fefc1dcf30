#include "core/types/account.hpp"

#include "core/rlp/rlp.hpp"

namespace farthing {

Bytes Account::encode() const {
    rlp::Encoder out(112);  // 110 at most.
    const auto fields = out.begin_list();
    out.add(nonce);
    out.add(balance);
    out.add(storage_root);
    out.add(code_hash);
    out.end_list(fields);
    return out.take();
}

Result<Account> decode_account(ByteView encoded) {
    rlp::Decoder in(encoded);
    TRY(auto fields, in.list());
    TRY(in.finish());
    Account account;
    TRY(account.nonce, fields.u64());
    TRY(account.balance, fields.u256());
    TRY(account.storage_root, fields.fixed<32>());
    TRY(account.code_hash, fields.fixed<32>());
    TRY(fields.finish());
    return account;
}

}  // namespace farthing
