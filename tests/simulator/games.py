"""House 1 and its bets, from contracts/games/README.md; the block randomness, from contracts/randomness/README.md."""
import collections
import copy
import hashlib
import hmac

from ledger import Refused

BPS = {'bet': 100, 'round': 150, 'open': 2_500}  # The chain's defaults, of 10,000.
ENTROPY_DELAY = 1
SETTLED_AT_ONCE = 64
SKIP_MOST = 64
OPEN, REVEALED, DEFAULTED = 1, 2, 3
CRASH = 4  # The number of that game.
Rules = collections.namedtuple('Rules', 'deadline_blocks deadline_s stall_blocks min_stake keeper')


def sha256(data):
    return hashlib.sha256(data).digest()


def first_word(key, message):
    return int.from_bytes(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()[:4], 'big')


class Record:
    """Bets alike that one call placed."""

    def __init__(self, player, bet, nonce, seed):
        self.player, self.nonce, self.seed = player, nonce, seed
        self.game, self.target, self.over = bet['game'], bet['target'], bool(bet['over'])
        self.stake, self.count, self.settled = bet['stake'], bet['count'], 0
        if self.game == 1:
            winning = 10_000 - self.target if self.over else self.target
            if not 1 <= winning <= 9_800:
                raise Refused('no such dice')
            self.most = self.stake * 9_900 // winning
        else:
            if not 101 <= self.target <= 1_000_000:
                raise Refused('no such target')
            self.most = self.stake * self.target // 100

    @property
    def reserve(self):
        return self.most - self.stake

    def payout(self, i, seed, randomness):
        """Of the i-th bet: what a public verifier finds."""
        if self.game == 1:
            message = f'{self.seed}-{self.player}-{randomness.hex()}:{self.nonce + i}:0'
            roll = first_word(seed.hex(), message) * 10_001 >> 32
            wins = roll > self.target if self.over else roll < self.target
        else:
            word = first_word(seed.hex(), randomness.hex())
            wins = (word + 1) * self.target <= 99 << 32
        return self.most if wins else 0


class Round:
    def __init__(self, block, time, rules):
        self.block, self.entropy = block, block + ENTROPY_DELAY
        self.deadline_block = self.entropy + rules.deadline_blocks
        self.deadline_time = time + rules.deadline_s
        self.reserved, self.status, self.seed = 0, OPEN, None
        self.crash_reserved = 0  # Of the crash bets, which one point decides.
        self.records = []

    def __copy__(self):
        other = Round.__new__(Round)
        other.__dict__.update(self.__dict__)
        other.records = [copy.copy(record) for record in self.records]
        return other

    def is_overdue(self, block, time):
        return block > self.deadline_block and time > self.deadline_time


class House:
    def __init__(self, start):
        self.rules = Rules(start['deadline_blocks'], start['deadline_s'], start['stall_blocks'], start['min_stake'],
                           start['keeper'])
        self.vault, self.bond = start['vault'], start['bond']
        self.reserved = self.escrow = 0
        self.is_open = True
        self.last_revealed, self.next_round = 0, 1
        self.next_bet = 1 << 40 | 1
        self.head = bytes.fromhex(start['tip'])
        self.rounds = {}
        self.client_seeds = {}
        self.nonces = collections.Counter()
        self.block = self.time = 0
        self.randomness = {0: sha256(b'farthing.genesis.v1' + start['genesis_file'].encode())}
        self.operator = int(start['keeper'], 16)

    def __copy__(self):
        other = House.__new__(House)
        other.__dict__.update(self.__dict__)
        other.rounds = {number: copy.copy(round_) for number, round_ in self.rounds.items()}
        other.client_seeds = self.client_seeds.copy()
        other.nonces = self.nonces.copy()
        return other

    # --- blocks

    def begin(self):
        self.block = 0

    def next_block(self, number, time, preimage):
        self.block, self.time = number, time
        mix = sha256(b'farthing.randao.v1' + self.randomness[number - 1] + number.to_bytes(8, 'big') + preimage)
        self.randomness[number] = mix
        return mix

    # --- money

    def add(self, where, amount):
        if not self.is_open or amount == 0:
            raise Refused('stopped, or nothing')
        setattr(self, where, getattr(self, where) + amount)

    def take(self, where, amount, caller):
        if caller != self.rules.keeper or amount == 0 or amount > getattr(self, where) - self.reserved:
            raise Refused('not his, or reserved')
        setattr(self, where, getattr(self, where) - amount)

    # --- bets

    def bet(self, player, order):
        if self.block > order['last'] or not self.is_open:
            raise Refused('too late, or stopped')
        if self.last_revealed + 1 < self.next_round:
            oldest = self.rounds[self.last_revealed + 1]
            if self.block > oldest.entropy + self.rules.stall_blocks:
                raise Refused('stalled')
        if player not in self.client_seeds:
            raise Refused('no client seed')
        if order['stake'] < max(1, self.rules.min_stake) or not 1 <= order['count'] <= 1_000:
            raise Refused('too small, or too many')
        record = Record(player, order, self.nonces[player], self.client_seeds[player])
        this = self.rounds.get(self.next_round - 1)
        is_new = this is None or this.block != self.block
        if is_new:
            this = Round(self.block, self.time, self.rules)
        whole = record.reserve * record.count
        self.require_room(record, whole, this)
        if is_new:
            self.rounds[self.next_round] = this
            self.next_round += 1
        this.records.append(record)
        this.reserved += whole
        if record.game == CRASH:
            this.crash_reserved += whole
        self.reserved += whole
        self.escrow += record.stake * record.count
        self.nonces[player] += record.count
        self.next_bet += record.count

    def require_room(self, record, whole, round_):
        bankroll = self.vault - self.reserved
        # The bets of a record have draws of their own, but all crash bets of a round share one.
        one = round_.crash_reserved + whole if record.game == CRASH else record.reserve
        fits = (one <= bankroll * BPS['bet'] // 10_000
                and round_.reserved + whole <= bankroll * BPS['round'] // 10_000
                and self.reserved + whole <= bankroll * BPS['open'] // 10_000
                and self.reserved + whole <= self.bond)
        if not fits:
            raise Refused('too much to lose')

    # --- deciding

    def reveal(self, number, seed):
        if not self.last_revealed < number < self.next_round or number - self.last_revealed > SKIP_MOST:
            raise Refused('no such round')
        links = {}
        link = seed
        for n in range(number, self.last_revealed, -1):
            links[n] = link
            link = sha256(link.hex().encode())
        if link != self.head:
            raise Refused('not what was committed')
        for n in sorted(links):
            round_ = self.rounds.get(n)
            if round_ is None:
                continue  # Defaulted, and settled already.
            if self.block <= round_.entropy:
                raise Refused('too early')
            if round_.status == OPEN:
                if round_.is_overdue(self.block, self.time):
                    raise Refused('overdue')
                round_.status = REVEALED
            round_.seed = links[n]
        first, self.last_revealed, self.head = self.last_revealed + 1, number, seed
        payments, budget = [], SETTLED_AT_ONCE
        for n in range(first, number + 1):
            budget = self.settle_round(n, budget, payments)
        return payments

    def settle(self, number, most):
        if number not in self.rounds or self.rounds[number].status == OPEN or most == 0:
            raise Refused('nothing to settle')
        payments = []
        self.settle_round(number, most, payments)
        return payments

    def forfeit(self, number):
        round_ = self.rounds.get(number)
        if round_ is None or round_.status != OPEN or not round_.is_overdue(self.block, self.time):
            raise Refused('not overdue')
        round_.status = DEFAULTED
        self.is_open = False
        payments = []
        self.settle_round(number, SETTLED_AT_ONCE, payments)
        return payments

    def settle_round(self, number, budget, payments):
        """Settles up to `budget` bets; gives what is left of it."""
        round_ = self.rounds.get(number)
        while round_ and round_.records and budget:
            record = round_.records[0]
            count = min(budget, record.count - record.settled)
            budget -= count
            paid = 0
            for i in range(record.settled, record.settled + count):
                paid += (record.most if round_.status == DEFAULTED
                         else record.payout(i, round_.seed, self.randomness[round_.entropy]))
            record.settled += count
            self.escrow -= record.stake * count
            self.reserved -= record.reserve * count
            if round_.status == DEFAULTED:
                self.bond -= record.reserve * count  # Silence costs the operator, never the vault.
            else:
                self.vault += record.stake * count - paid
            payments.append((record.player, paid))
            if record.settled == record.count:
                round_.records.pop(0)
        if round_ and not round_.records:
            del self.rounds[number]
        return budget

    # --- comparing

    def money(self):
        return self.vault + self.bond + self.escrow

    def record(self):
        return {'operator': self.operator, 'status': 1 if self.is_open else 2, 'lastRevealed': self.last_revealed,
                'asset': 0xfa0001, 'nextRound': self.next_round, 'minStake': self.rules.min_stake,
                'betBps': BPS['bet'], 'roundBps': BPS['round'], 'openBps': BPS['open'], 'games': 0xffff,
                'nextBet': self.next_bet, 'head': int.from_bytes(self.head, 'big'), 'nextTip': 0,
                'vault': self.vault, 'bond': self.bond, 'reserved': self.reserved, 'escrow': self.escrow,
                'chainStart': 1, 'switchRound': 0, 'openRounds': len(self.rounds)}
