"""A staking pool, from contracts/staking/README.md and docs/decisions/0012: amounts in Q128 of a unit."""
import copy

from ledger import Refused

ONE = 1 << 128
TIP_MOST = 1_000  # of 10,000


class Pool:
    def __init__(self, maker, duration, compounds):
        self.maker, self.duration, self.compounds = maker, duration, compounds
        self.now = self.finish = 0
        self.index = self.carry = 0
        self.streaming = self.unallocated = 0
        self.held = self.came_in = self.staked = 0
        self.stakers = {}  # who: [stake, tip, index seen, due]

    def __copy__(self):
        other = Pool.__new__(Pool)
        other.__dict__.update(self.__dict__)
        other.stakers = {who: list(record) for who, record in self.stakers.items()}
        return other

    # --- time and sharing

    def share(self, amount):
        """Among those who are staked, by weight; what does not divide waits for the next amount."""
        if self.staked == 0:
            self.unallocated += amount
            return
        per_unit, self.carry = divmod(amount + self.carry, self.staked)
        self.index += per_unit

    def pass_time(self, now):
        if now > self.now:
            if self.streaming:
                if now >= self.finish:
                    given = self.streaming
                else:
                    given = self.streaming * (now - self.now) // (self.finish - self.now)
                self.streaming -= given
                self.share(given)
            self.now = now
        self.begin_idle_stream()

    def begin_idle_stream(self):
        """What came while nobody was staked streams once somebody is and nothing else does."""
        if self.streaming == 0 and self.unallocated and self.staked:
            self.streaming, self.unallocated = self.unallocated, 0
            self.finish = self.now + self.duration

    def settled(self, who):
        """The staker's record with everything that has come due."""
        record = self.stakers.setdefault(who, [0, 0, 0, 0])
        record[3] += record[0] * (self.index - record[2])
        record[2] = self.index
        return record

    # --- stakers

    def stake_of(self, who):
        return self.settled(who)[0]

    def stake(self, who, amount):
        if amount == 0:
            raise Refused('nothing to stake')
        self.settled(who)[0] += amount
        self.staked += amount
        self.begin_idle_stream()

    def unstake(self, who, amount):
        record = self.settled(who)
        if amount == 0 or record[0] < amount:
            raise Refused('not staked')
        record[0] -= amount
        self.staked -= amount

    def take_reward(self, who):
        """The whole units that are due; the fraction stays."""
        record = self.settled(who)
        units, record[3] = divmod(record[3], ONE)
        self.held -= units
        return units

    def offer_tip(self, who, tip):
        if not self.compounds or tip > TIP_MOST:
            raise Refused('no such tip')
        self.stakers.setdefault(who, [0, 0, 0, 0])[1] = tip

    def compound(self, who, caller):
        """Adds the reward to the stake; gives what the caller earns by it."""
        if not self.compounds:
            raise Refused('two different assets')
        record = self.settled(who)
        if caller != who and record[1] == 0:
            raise Refused('not allowed')
        reward = self.take_reward(who)
        tip = reward * record[1] // 10_000 if caller != who else 0
        record[0] += reward - tip
        self.staked += reward - tip
        self.begin_idle_stream()
        return tip

    # --- rewards

    def receive(self, amount):
        if self.came_in + amount >= ONE:
            raise Refused('more than a pool takes in')
        self.held += amount
        self.came_in += amount

    def add_reward(self, amount):
        if amount == 0:
            raise Refused('nothing to share')
        self.receive(amount)
        self.share(amount * ONE)

    def notify(self, who, amount, balance):
        """A stream of what was sent before, with all that is left or unallocated."""
        if who != self.maker:
            raise Refused('not the distributor')
        if amount > balance - self.held - (self.staked if self.compounds else 0):
            raise Refused('not sent before')
        total = amount * ONE + self.streaming + self.unallocated
        if total == 0:
            raise Refused('a stream of nothing')
        self.receive(amount)
        self.streaming, self.unallocated = total, 0
        self.finish = self.now + self.duration

    # --- comparing

    def books(self):
        return {'staked': self.staked, 'finish': self.finish, 'carry': self.carry, 'updated': self.now,
                'rewardIndex': self.index, 'streaming': self.streaming, 'unallocated': self.unallocated,
                'held': self.held, 'rewards': self.came_in}

    def record(self, who):
        stake, tip, index, due = self.stakers.get(who, (0, 0, 0, 0))
        return {'stake': stake, 'tipBps': tip, 'rewardIndex': index, 'due': due}

    def check(self):
        """held = streaming + unallocated + carry + everybody's due, exactly."""
        other = copy.copy(self)
        due = sum(other.settled(who)[3] for who in list(other.stakers))
        assert self.held * ONE == self.streaming + self.unallocated + self.carry + due, 'the books do not balance'
        assert self.staked == sum(record[0] for record in self.stakers.values()), 'stakes do not sum up'
