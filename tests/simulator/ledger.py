"""What the model's parts share: refusals, tokens, published storage layouts."""
import collections
import json

MAX = 2**256 - 1


class Refused(Exception):
    """A contract refuses; nothing changes."""


class Token:
    """An ERC-20 in OpenZeppelin's manner: wrapped coin, or a token of the factory."""

    def __init__(self, cap, owner=None):
        self.cap, self.owner, self.supply = cap, owner, 0
        self.balances = collections.Counter()
        self.allowances = {}

    def __copy__(self):
        other = Token(self.cap, self.owner)
        other.supply = self.supply
        other.balances = self.balances.copy()
        other.allowances = self.allowances.copy()
        return other

    def mint(self, to, amount):
        if self.supply + amount > self.cap:
            raise Refused('above the cap')
        self.supply += amount
        self.balances[to] += amount

    def burn(self, who, amount):
        self.move(who, None, amount)
        del self.balances[None]
        self.supply -= amount

    def move(self, source, target, amount):
        if self.balances[source] < amount:
            raise Refused('too few units')
        self.balances[source] -= amount
        self.balances[target] += amount

    def move_for(self, spender, owner, target, amount):
        allowed = self.allowances.get((owner, spender), 0)
        if allowed < amount:
            raise Refused('not allowed so much')
        if allowed != MAX:  # That one does not run down.
            self.allowances[owner, spender] = allowed - amount
        self.move(owner, target, amount)


def layout(path, name):
    """A reader of a struct's words by the storage layout in `path`: gives its members by name, as integers."""
    types = json.loads(path.read_text())['types']
    members = [(m['label'], int(m['slot']), 8 * m['offset'], (1 << 8 * int(types[m['type']]['numberOfBytes'])) - 1)
               for m in types[f't_struct({name})_storage']['members']]

    def read(words):
        values = [int(word, 16) for word in words]
        return {label: values[slot] >> shift & mask for label, slot, shift, mask in members}

    return read
