#!/usr/bin/env python3
"""An independent ledger: recomputes what every simulated block must have done to everybody's money.

Usage: farthing_simulator --trace ... | model.py

Written from the contracts' documentation (docs/contracts, the READMEs of contracts/*, docs/decisions), with
Python's integers and hashlib; it shares no code with the chain and knows nothing of tries, gas prices or
storage beyond the published layouts (docs/storage), by which it reads the words that the trace holds.
What it takes from the chain is which transactions a block holds, in which order, and the gas they used.

Prints the simulator's own lines and what differs. Exit code 1 when something does.
Example: build/dev/tests/simulator/farthing_simulator --seeds 0..99 --trace | tests/simulator/model.py
"""
import collections
import copy
import json
import pathlib
import sys

from games import House
from ledger import Refused, Token, layout
from pool import Pool

FLOOR = 1_000_000_000  # base fee, wei
DOCS = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'storage'
HOUSE = layout(DOCS / 'Games.json', 'House')
BOOKS = layout(DOCS / 'Pool.json', 'Books')
STAKER = layout(DOCS / 'Pool.json', 'Staker')


class Difference(Exception):
    """The chain says otherwise."""


class Ledger:
    """One simulated chain."""

    def __init__(self, start):
        self.start = start
        self.players = start['players']
        self.names = {'keeper': start['keeper'], 'sequencer': start['sequencer']}
        self.holders = self.players + [start['keeper'], start['sequencer'], 'pool', 'games']
        self.coin = collections.Counter()
        for who, balance in start['alloc']:
            self.coin[who if who in self.holders else 'games'] += balance
        self.allocated = sum(self.coin.values())
        self.nonces = collections.Counter()
        self.burnt = 0
        self.wrapped = Token(cap=2**208 - 1)
        self.token = None
        self.pool = None
        self.house = House(start)
        # At block 0 the house's money, allocated as coin, is wrapped.
        self.move_coin('games', 'wrapped', start['vault'] + start['bond'])
        self.wrapped.mint('games', start['vault'] + start['bond'])
        self.base_fee, self.gas_used = FLOOR, 0
        self.time = start['time']
        self.out_of_gas = 0
        self.succeeded = collections.Counter()
        self.failed = collections.Counter()

    # --- coin

    def move_coin(self, source, target, amount):
        if self.coin[source] < amount:
            raise Refused('too little coin')
        self.coin[source] -= amount
        self.coin[target] += amount

    def asset(self, name):
        return self.wrapped if name == 'w' else self.token

    def who(self, name):
        return self.players[name] if isinstance(name, int) else self.names.get(name, name)

    # --- blocks

    def block(self, block):
        number = block['block']
        if number == 0:
            self.house.begin()
        else:
            self.next_block(block)
            gas = 0
            for intent, used, ok in block['txs']:
                self.transaction(intent, used, ok)
                gas += used
            self.expect('gas used', gas, block['gas_used'])
            self.gas_used = gas
        if 'state' in block:
            self.compare(block['state'])

    def next_block(self, block):
        limit = self.start['gas_limit']
        target = limit // 2
        if self.gas_used > target:
            self.base_fee += max(1, self.base_fee * (self.gas_used - target) // target // 8)
        else:
            self.base_fee -= self.base_fee * (target - self.gas_used) // target // 8
        self.base_fee = max(self.base_fee, FLOOR)
        self.expect('base fee', self.base_fee, block['base_fee'])
        if block['time'] < self.time:
            raise Difference('time went backwards')
        self.time = block['time']
        mix = self.house.next_block(block['block'], block['time'], bytes.fromhex(block['extra']))
        self.expect('mixHash', mix.hex(), block['mix'])

    def transaction(self, intent, gas, ok):
        sender = self.who(intent['from'])
        if intent['k'] == 'rotation':
            cap, tip, limit, value = 2 * self.base_fee, 0, 200_000, 0
        else:
            self.expect('nonce', self.nonces[sender], intent['nonce'])
            cap, tip, limit = intent['fee_cap'], intent['tip_cap'], intent['gas_limit']
            value = self.value_of(intent)
        if cap < self.base_fee or self.coin[sender] < cap * limit + value:
            raise Difference(f'a transaction is in a block that its sender cannot pay for: {intent}')
        self.nonces[sender] += 1
        tip = min(tip, cap - self.base_fee)
        # What the call may spend is what the whole gas allowance leaves.
        self.coin[sender] -= (self.base_fee + tip) * limit
        succeeds = self.run(intent, sender, value)
        self.coin[sender] += (self.base_fee + tip) * (limit - gas)
        self.burnt += self.base_fee * gas
        self.coin[self.start['sequencer']] += tip * gas
        if intent['k'] == 'pay' and gas != 21_000:
            raise Difference(f'a payment used {gas} gas')
        if succeeds != ok:
            raise Difference(f'{intent} {"succeeded" if ok else "failed"}')
        (self.succeeded if ok else self.failed)[intent['k']] += 1

    @staticmethod
    def value_of(intent):
        if intent['k'] in ('pay', 'deposit', 'bet', 'fund', 'add_bond'):
            return intent['v']
        return 0

    def run(self, intent, sender, value):
        """Whether the call succeeds; one that does not changes nothing."""
        parts = ('coin', 'wrapped', 'token', 'pool', 'house')
        before = [copy.copy(getattr(self, part)) for part in parts]
        try:
            getattr(self, 'do_' + intent['k'])(intent, sender, value)
            return True
        except Refused:
            for part, old in zip(parts, before):
                setattr(self, part, old)
            return False

    # --- what transactions do

    def do_rotation(self, intent, sender, value):
        """The sequencer registers its next chain; nobody's money moves."""

    def do_pay(self, intent, sender, value):
        self.move_coin(sender, self.who(intent['to']), value)

    def do_deposit(self, intent, sender, value):
        self.move_coin(sender, 'wrapped', value)
        self.wrapped.mint(sender, value)

    def do_unwrap(self, intent, sender, value):
        self.wrapped.burn(sender, intent['v'])
        self.move_coin('wrapped', sender, intent['v'])

    def do_approve(self, intent, sender, value):
        self.asset(intent['asset']).allowances[sender, self.who(self.number(intent['spender']))] = intent['v']

    @staticmethod
    def number(name):
        return int(name) if name.isdigit() else name

    def do_transfer(self, intent, sender, value):
        self.asset(intent['asset']).move(sender, self.who(intent['to']), intent['v'])

    def do_transfer_from(self, intent, sender, value):
        self.asset(intent['asset']).move_for(sender, self.who(intent['owner']), self.who(intent['to']), intent['v'])

    def do_create_token(self, intent, sender, value):
        made = Token(cap=intent['cap'] or 2**208 - 1, owner=sender if intent['mintable'] else None)
        made.mint(sender, intent['supply'])
        if self.token is None:  # Later ones are others' business.
            self.token = made

    def do_mint(self, intent, sender, value):
        if self.token.owner != sender:
            raise Refused('not the owner')
        self.token.mint(self.who(intent['to']), intent['v'])

    def do_burn(self, intent, sender, value):
        self.token.burn(sender, intent['v'])

    def do_create_pool(self, intent, sender, value):
        if self.pool is None:
            self.pool = Pool(sender, intent['duration'], self.start['compounds'])

    def on_pool(self):
        """The pool at the block's time, and its two assets."""
        self.pool.pass_time(self.time)
        return self.pool, self.wrapped if self.pool.compounds else self.token, self.wrapped

    def do_stake(self, intent, sender, value):
        pool, asset, _ = self.on_pool()
        pool.stake(sender, intent['v'])
        asset.move_for('pool', sender, 'pool', intent['v'])

    def do_unstake(self, intent, sender, value):
        pool, asset, _ = self.on_pool()
        pool.unstake(sender, intent['v'])
        asset.move('pool', sender, intent['v'])

    def do_claim(self, intent, sender, value):
        pool, _, reward = self.on_pool()
        reward.move('pool', sender, pool.take_reward(sender))

    def do_exit(self, intent, sender, value):
        pool, asset, reward = self.on_pool()
        amount = pool.stake_of(sender)
        pool.unstake(sender, amount)
        asset.move('pool', sender, amount)
        reward.move('pool', sender, pool.take_reward(sender))

    def do_add_reward(self, intent, sender, value):
        pool, _, reward = self.on_pool()
        pool.add_reward(intent['v'])
        reward.move_for('pool', sender, 'pool', intent['v'])

    def do_notify(self, intent, sender, value):
        pool, _, reward = self.on_pool()
        pool.notify(sender, intent['v'], reward.balances['pool'])

    def do_auto_compound(self, intent, sender, value):
        self.pool.offer_tip(sender, intent['tip'])

    def do_compound(self, intent, sender, value):
        pool, _, reward = self.on_pool()
        reward.move('pool', sender, pool.compound(self.who(intent['user']), sender))

    def do_client_seed(self, intent, sender, value):
        self.house.client_seeds[sender] = intent['seed']

    def take(self, sender, value, amount):
        """The house's asset in: as coin, or from the caller's allowance of wrapped coin."""
        if value:
            if value != amount:
                raise Refused('neither the amount nor nothing was sent')
            self.move_coin(sender, 'wrapped', value)
            self.wrapped.mint('games', value)
        else:
            self.wrapped.move_for('games', sender, 'games', amount)

    def pay_players(self, payments):
        for player, amount in payments:
            self.wrapped.burn('games', amount)
            self.move_coin('wrapped', player, amount)

    def do_bet(self, intent, sender, value):
        self.house.bet(sender, intent)
        self.take(sender, value, intent['stake'] * intent['count'])

    def do_reveal(self, intent, sender, value):
        self.pay_players(self.house.reveal(intent['round'], bytes.fromhex(intent['seed'])))

    def do_settle(self, intent, sender, value):
        self.pay_players(self.house.settle(intent['round'], intent['max']))

    def do_forfeit(self, intent, sender, value):
        self.pay_players(self.house.forfeit(intent['round']))

    def do_fund(self, intent, sender, value):
        self.house.add('vault', intent['v'])
        self.take(sender, value, intent['v'])

    def do_add_bond(self, intent, sender, value):
        self.house.add('bond', intent['v'])
        self.take(sender, value, intent['v'])

    def do_take_vault(self, intent, sender, value):
        self.house.take('vault', intent['v'], sender)
        self.wrapped.move('games', sender, intent['v'])

    def do_take_bond(self, intent, sender, value):
        self.house.take('bond', intent['v'], sender)
        self.wrapped.move('games', sender, intent['v'])

    # --- comparing

    def expect(self, what, ours, theirs):
        if ours != theirs:
            raise Difference(f'{what}: {ours} here, {theirs} on the chain')

    def compare(self, state):
        token = self.token or Token(cap=0)
        pool = self.pool or Pool(None, 0, False)
        for who, row in zip(self.holders, state['people']):
            nonce, balance, wrapped, tokens, staker, bets = row
            name = who[:8]
            if who not in ('pool', 'games'):
                self.expect(f'nonce of {name}', self.nonces[who], nonce)
            self.expect(f'coin of {name}', self.coin[who], balance)
            self.expect(f'wrapped coin of {name}', self.wrapped.balances[who], wrapped)
            self.expect(f'tokens of {name}', token.balances[who], tokens)
            self.expect(f'stake of {name}', pool.record(who), STAKER(staker))
            self.expect(f'bets of {name}', self.house.nonces[who], int(bets, 16))
        ours = {(owner, name, self.holders.index(spender)): value
                for name, asset in (('w', self.wrapped), ('t', token))
                for (owner, spender), value in asset.allowances.items() if value}
        theirs = {(owner, name, spender): value for owner, name, spender, value in state['allowances']}
        self.expect('allowances', ours, theirs)
        held, supply = state['wrapped_coin']
        self.expect('coin held by the wrapped coin', self.coin['wrapped'], held)
        self.expect('supply of wrapped coin', self.wrapped.supply, int(supply, 16))
        self.expect('supply of tokens', token.supply, int(state['token_supply'], 16))
        self.expect('house', self.house.record(), HOUSE(state['house']))
        self.expect('books of the pool', pool.books(), BOOKS(state['books']))

    def end(self):
        """Conservation: nothing came from nowhere, nothing went there."""
        self.expect('all coin', sum(self.coin.values()) + self.burnt, self.allocated)
        for asset in filter(None, (self.wrapped, self.token)):
            self.expect('all units', sum(asset.balances.values()), asset.supply)
        self.expect('cover of wrapped coin', self.coin['wrapped'], self.wrapped.supply)
        self.expect("the house's money", self.house.money(), self.wrapped.balances['games'])
        if self.pool:
            self.pool.check()


def main(lines):
    ledger = None
    seeds = blocks = differences = 0
    succeeded, failed = collections.Counter(), collections.Counter()
    for line in lines:
        if not line.startswith('{'):
            sys.stdout.write(line)
            continue
        row = json.loads(line)
        if 'seed' in row:
            ledger = Ledger(row)
            seeds += 1
            continue
        if ledger is None:
            continue  # The rest of a chain that went wrong already.
        try:
            if 'end' in row:
                ledger.end()
            else:
                blocks += 1
                ledger.block(row)
        except Difference as difference:
            differences += 1
            print(f"seed={ledger.start['seed']} FAILED: model: block {row.get('block', 'last')}: {difference}")
        else:
            if 'end' not in row:
                continue
        succeeded += ledger.succeeded
        failed += ledger.failed
        ledger = None
    kinds = ' '.join(f'{kind}:{succeeded[kind]}+{failed[kind]}' for kind in sorted(succeeded | failed))
    print(f'model: seeds={seeds} blocks={blocks} differences={differences} {kinds}')
    return 1 if differences else 0


if __name__ == '__main__':
    if sys.argv[1:]:
        print(__doc__)
        sys.exit(0 if sys.argv[1] in ('-h', '--help') else 2)
    sys.exit(main(sys.stdin))
