"""The tour with an unmodified web3.py: see tour.mjs for what each step means.

    .venv/bin/python examples/tour/tour_web3.py [URL]
"""
import hashlib
import hmac
import json
import pathlib
import sys
import time

from eth_abi import encode
from eth_account import Account
from web3 import Web3
from web3.logs import DISCARD
from web3.middleware import SignAndSendRawMiddlewareBuilder

web3 = Web3(Web3.HTTPProvider(sys.argv[1] if len(sys.argv) > 1 else 'http://127.0.0.1:8545'))
Account.enable_unaudited_hdwallet_features()
PHRASE = 'test test test test test test test test test test test junk'
alice, bob = (Account.from_mnemonic(PHRASE, account_path=f"m/44'/60'/0'/0/{i}") for i in (0, 1))
web3.middleware_onion.inject(SignAndSendRawMiddlewareBuilder.build(alice), layer=0)
web3.eth.default_account = alice.address
ABIS = pathlib.Path(__file__).parents[2] / 'docs' / 'abi'
ETHER = 10**18
checks = {}


def contract(name, address):
    return web3.eth.contract(Web3.to_checksum_address(address), abi=json.loads((ABIS / f'{name}.json').read_text()))


def fixed(name, last_byte):
    return contract(name, f'0x0000000000000000000000000000000000fa00{last_byte}')


def done(transaction_hash):
    receipt = web3.eth.wait_for_transaction_receipt(transaction_hash, timeout=30, poll_latency=0.05)
    assert receipt['status'] == 1, receipt
    return receipt


def send(function, value=0):
    return done(function.transact({'value': value}))


def skip(seconds):
    for method, parameters in (('evm_increaseTime', [seconds]), ('evm_mine', [])):
        answer = web3.provider.make_request(method, parameters)
        assert 'error' not in answer, answer


# 1. A payment.
paid_in = done(web3.eth.send_transaction({'to': bob.address, 'value': 3 * ETHER // 2}))
print(f"paid 1.5 to Bob in block {paid_in['blockNumber']} with {paid_in['gasUsed']} gas")

# 2. A token.
factory = fixed('TokenFactory', '02')
tokens = factory.functions.tokenCount(alice.address).call()
send(factory.functions.createToken('Tour Token', 'TOUR', 18, 1000 * ETHER, 0, False))
token = contract('Token', factory.functions.tokenAddress(alice.address, tokens).call())
send(token.functions.transfer(bob.address, 250 * ETHER))
print('Bob holds', token.functions.balanceOf(bob.address).call() // ETHER, token.functions.symbol().call())

# 3 to 5. Bets: placed, revealed, settled, and recomputed with nothing but Python's own HMAC.
games = fixed('Games', '04')
HOUSE, STAKE = 1, ETHER // 10
send(games.functions.setClientSeed('lucky_seven'))


def play(game, params):
    """Places one bet and waits until the house has revealed: the arguments of its three events, and its block."""
    last_block = web3.eth.block_number + 50
    receipt = send(games.functions.placeBet(HOUSE, game, params, STAKE, last_block), STAKE)
    placed = games.events.BetPlaced().process_receipt(receipt, errors=DISCARD)[0]['args']

    def first(event, **wanted):
        while True:
            found = event.get_logs(from_block=receipt['blockNumber'], argument_filters=wanted)
            if found:
                return found[0]['args']
            time.sleep(0.1)

    return (placed, receipt['blockNumber'], first(games.events.SeedRevealed(), house=HOUSE, round=placed['round']),
            first(games.events.BetSettled(), betId=placed['betId']))


def first_word(key, message):
    return int.from_bytes(hmac.digest(key.encode(), message.encode(), 'sha256')[:4], 'big')


committed = games.functions.houses(HOUSE).call()[11]  # House.head
target = 4950
placed, block, revealed, settled = play(1, encode(['uint16', 'bool'], [target, False]))
seed, randomness = revealed['seed'].hex(), revealed['randomness'].hex()
client_seed = f"{placed['clientSeed']}-{alice.address[2:].lower()}-{randomness}"
roll = first_word(seed, f"{client_seed}:{placed['nonce']}:0") * 10_001 >> 32
header = web3.eth.get_block(block + games.functions.rules().call()[0])
print(f"rolled {roll / 100}, paid {settled['payout'] / ETHER}")
checks['the seed hashes to what the house had committed'] = hashlib.sha256(seed.encode()).digest() == committed
checks["the randomness is the block header's"] = header['mixHash'].hex() == randomness
checks['the recomputed roll is the same'] = roll == settled['result']
checks['the payout is right'] = settled['payout'] == (STAKE * 9900 // target if roll < target else 0)

# 6. Stake and earn.
coin = fixed('WrappedCoin', '01')
pool = contract('Pool', fixed('PoolFactory', '09').functions.poolAt(0).call())
send(coin.functions.deposit(), 100 * ETHER)
send(coin.functions.approve(pool.address, 100 * ETHER))
send(pool.functions.stake(100 * ETHER))
skip(3600)
earned = pool.functions.earned(alice.address).call()
before = coin.functions.balanceOf(alice.address).call()
send(pool.functions.getReward())
paid = coin.functions.balanceOf(alice.address).call() - before
print(f'an hour of staking 100 earned {paid / ETHER}')
checks['staking paid at least what it showed'] = 0 < earned <= paid

# 7. Propose, vote, queue, execute.
emission, governor = fixed('Emission', '08'), fixed('Governor', '0a')
send(fixed('VotingUnits', '07').functions.delegate(alice.address))
skip(1)
first_part = 6000 - web3.eth.block_number % 1000
split = [first_part, 1000, 1000, 1000, 7000 - first_part]
calls = ([emission.address], [0], [emission.encode_abi('setSplit', split)])
description = f'Split the emission {split}'
description_hash = Web3.keccak(text=description)
send(governor.functions.propose(*calls, description))
proposal = governor.functions.getProposalId(*calls, description_hash).call()
skip(governor.functions.votingDelay().call() + 1)
send(governor.functions.castVote(proposal, 1))
skip(governor.functions.votingPeriod().call() + 1)
send(governor.functions.queue(*calls, description_hash))
skip(fixed('Timelock', '0b').functions.getMinDelay().call() + 1)
send(governor.functions.execute(*calls, description_hash))
now = list(emission.functions.splitBps().call())
print(f'voted: of each emission stakers get {now[0] / 100} %')
checks['the vote changed the emission'] = now == split

# 8. Crash.
cash_out = 150
_, _, revealed, settled = play(4, encode(['uint32'], [cash_out]))
u = first_word(revealed['seed'].hex(), revealed['randomness'].hex())
point = max(100, 99 * 2**32 // (u + 1))
print(f"crashed at {point / 100}, paid {settled['payout'] / ETHER}")
checks['the recomputed crash point is the same'] = point == settled['result']
checks['the crash payout is right'] = settled['payout'] == (STAKE * cash_out // 100 if point >= cash_out else 0)

for what, holds in checks.items():
    print('yes ' if holds else 'NO  ', what)
sys.exit(not all(checks.values()))
