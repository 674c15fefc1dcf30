"""web3.py, unmodified, against the node named by the first argument (its URL)."""
import sys

from eth_account import Account
from web3 import Web3
from web3.exceptions import ContractLogicError, TransactionNotFound

web3 = Web3(Web3.HTTPProvider(sys.argv[1]))
Account.enable_unaudited_hdwallet_features()
PHRASE = 'test test test test test test test test test test test junk'
alice, bob = (Account.from_mnemonic(PHRASE, account_path=f"m/44'/60'/0'/0/{i}") for i in (0, 1))
WRAPPED_COIN = Web3.to_checksum_address('0x0000000000000000000000000000000000fa0001')


def send(request):
    request = {'from': alice.address, 'nonce': web3.eth.get_transaction_count(alice.address, 'pending'),
               'chainId': web3.eth.chain_id, 'value': 0, **request}
    request.setdefault('gas', web3.eth.estimate_gas(request))
    tip = web3.eth.max_priority_fee
    request |= {'maxPriorityFeePerGas': tip, 'maxFeePerGas': 2 * web3.eth.get_block('latest')['baseFeePerGas'] + tip}
    sent = web3.eth.send_raw_transaction(alice.sign_transaction(request).raw_transaction)
    return web3.eth.wait_for_transaction_receipt(sent, timeout=30, poll_latency=0.05)


assert web3.is_connected() and web3.client_version.lower().startswith('farthing')
before = web3.eth.get_balance(bob.address)
receipt = send({'to': bob.address, 'value': 10**18})
assert receipt['status'] == 1 and receipt['gasUsed'] == 21000, receipt
assert web3.eth.get_balance(bob.address) - before == 10**18

receipt = send({'to': WRAPPED_COIN, 'value': 10**18, 'data': Web3.keccak(text='deposit()')[:4].hex()})
(deposit, minted) = receipt['logs']
assert {deposit['topics'][0], minted['topics'][0]} == {
    Web3.keccak(text='Deposit(address,uint256)'), Web3.keccak(text='Transfer(address,address,uint256)')}, receipt
coin = web3.eth.contract(WRAPPED_COIN, abi=[
    {'type': 'function', 'name': 'balanceOf', 'stateMutability': 'view', 'inputs': [{'name': 'who', 'type': 'address'}],
     'outputs': [{'name': '', 'type': 'uint256'}]},
    {'type': 'function', 'name': 'withdraw', 'stateMutability': 'nonpayable', 'inputs': [{'name': 'wad', 'type': 'uint256'}],
     'outputs': []}])
assert coin.functions.balanceOf(alice.address).call() >= 10**18
assert len(web3.eth.get_logs({'address': WRAPPED_COIN, 'fromBlock': receipt['blockNumber']})) == 2

proof = web3.eth.get_proof(WRAPPED_COIN, [0, 2], 'latest')
assert proof['storageProof'][1]['value'] and not int.from_bytes(proof['storageProof'][0]['value'], 'big'), proof

for call, wanted in ((lambda: coin.functions.withdraw(2**255).call({'from': bob.address}), ContractLogicError),
                     (lambda: web3.eth.get_transaction(b'\x01' * 32), TransactionNotFound)):
    try:
        call()
    except wanted:
        continue
    sys.exit(f'expected {wanted.__name__}')
print('web3.py is content')
