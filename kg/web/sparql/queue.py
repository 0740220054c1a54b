"""The order in which queries take their turns: fair between clients, and those that ask short queries go first.

A client is an address. Clients whose queries were short lately are one class, all others another. The class that used
less time goes first. In a class, that is the client with fewer running queries, then the one that used less time.
One slot is for the first class only, so that it need not wait for long queries to show that they are long.
"""

import asyncio
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from kg.web.problems import RETRY_AFTER, HttpProblem
from kg.web.sparql.worker import Limits

HALF_LIFE = 60.0
"""Seconds in which the remembered use of a client halves."""

PROBATION = 120.0
"""Seconds in which a client that had a long query is in the second class."""

MOST_CLIENTS = 10_000
"""Clients that are remembered; the one that asked longest ago is forgotten first."""

Clock = Callable[[], float]


def client_of(address: str) -> str:
    """Return the client behind an address: an IPv4 address, or the /64 network of an IPv6 address.

    All texts that are no addresses, as a proxy may send them, count as one client.

    >>> client_of("2001:db8::1:2"), client_of("::ffff:192.0.2.1"), client_of("unknown")
    ('2001:db8::/64', '192.0.2.1', '')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


@dataclass(slots=True)
class Use:
    """Seconds that were used lately."""

    seconds: float = 0.0
    at: float = 0.0

    def add(self, seconds: float, now: float) -> None:
        """Add seconds that were used until `now`."""
        self.seconds = self.lately(now) + seconds
        self.at = now

    def lately(self, now: float) -> float:
        """Return the seconds, of which older ones count for less."""
        return self.seconds * math.exp2((self.at - now) / HALF_LIFE)


@dataclass(slots=True)
class _Client:
    use: Use = field(default_factory=Use)
    answered: bool = False  # whether a short query was answered
    second_class_until: float = 0.0


class Clients:
    """The use of the workers by each client."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._known: OrderedDict[str, _Client] = OrderedDict()
        self.clock = clock

    def charge(self, name: str, seconds: float, *, long: bool) -> None:
        """Add the time of a query to the use of a client; `long` if it was moved or had to be stopped."""
        now = self.clock()
        client = self._known.setdefault(name, _Client())
        self._known.move_to_end(name)
        client.use.add(seconds, now)
        if long:
            client.second_class_until = now + PROBATION
        else:
            client.answered = True
        if len(self._known) > MOST_CLIENTS:
            self._known.popitem(last=False)

    def is_first_class(self, name: str) -> bool:
        """Return whether the client had short queries, and no long ones lately."""
        client = self._known.get(name)
        return client is not None and client.answered and client.second_class_until <= self.clock()

    def used(self, name: str) -> float:
        """Return the seconds that the client used lately."""
        client = self._known.get(name)
        return client.use.lately(self.clock()) if client else 0.0


class Slots:
    """Places for queries that run at once. A free one goes to the client that is next."""

    def __init__(self, free: int, reserved: int, clients: Clients, limits: Limits) -> None:
        """Start with `free` slots; the last `reserved` free ones are for clients of the first class."""
        self._free = free
        self._reserved = reserved
        self._clients = clients
        self._limits = limits
        self._running: Counter[str] = Counter()
        self._turns: dict[str, OrderedDict[asyncio.Future[None], None]] = {}
        self._use = {True: Use(), False: Use()}  # by class of the client
        self.refused: Counter[int] = Counter()
        """Number of queries that were refused, by status."""

    @property
    def running(self) -> int:
        """Number of slots that are taken."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """Number of queries that wait for a slot."""
        return sum(map(len, self._turns.values()))

    def take_free(self, client: str) -> bool:
        """Take a slot if one is free for this client, and return whether it was."""
        if self._free <= (0 if self._clients.is_first_class(client) else self._reserved):
            return False
        self._free -= 1
        self._running[client] += 1
        return True

    async def take(self, client: str) -> None:
        """Wait for a slot; raise HttpProblem where too many wait, or the query has waited for too long.

        If too many wait, the client with the most of them loses its newest, unless that would be unfair.
        """
        if self.take_free(client):
            return
        # While nothing runs, processes are being started, and one query may wait for them.
        if self.waiting >= max(self._limits.waiting, 0 if self.running else 1):
            self._make_room(client)
        turn = asyncio.get_running_loop().create_future()
        self._turns.setdefault(client, OrderedDict())[turn] = None
        try:
            async with asyncio.timeout(self._limits.timeout):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(client)  # it came at the moment in which the query was given up
                self.add()
            if isinstance(error, TimeoutError):
                self.refused[503] += 1
                detail = f"the server is busy: no turn within {self._limits.timeout:g} s; try again later"
                raise HttpProblem(503, detail) from None
            raise
        finally:
            self._forget(client, turn)

    def charge(self, client: str, seconds: float, *, long: bool) -> None:
        """Add the time of a query to the use of its client; `long` if it was moved or had to be stopped."""
        self._use[self._clients.is_first_class(client)].add(seconds, self._clients.clock())
        self._clients.charge(client, seconds, long=long)

    def leave(self, client: str) -> None:
        """End a query of a client; `add` has to follow when another may take the slot."""
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]

    def add(self) -> None:
        """Add a free slot, and give free slots to the clients that are next."""
        self._free += 1
        while (name := self._next()) is not None:  # the name of clients without an address is empty
            turn = next(iter(self._turns[name]))
            self._forget(name, turn)
            if not turn.done():
                self.take_free(name)
                turn.set_result(None)

    def _next(self) -> str | None:
        """Return the client whose query is next, None if no query may take a slot."""
        now = self._clients.clock()
        names = [name for name in self._turns if self._clients.is_first_class(name)]
        others_may = self._free > self._reserved
        if others_may and (not names or self._use[True].lately(now) > self._use[False].lately(now)):
            names = [name for name in self._turns if name not in names] or names
        if not names or not self._free:
            return None
        return min(names, key=lambda name: (self._running[name], self._clients.used(name)))

    def _make_room(self, client: str) -> None:
        """Refuse a query that waits, of the second class if there is one; otherwise raise HttpProblem."""
        own = len(self._turns.get(client, ()))
        is_first = self._clients.is_first_class
        other = max(self._turns, key=lambda name: (not is_first(name), len(self._turns[name])), default=client)
        number = len(self._turns.get(other, ()))
        if number > own + 1 or (number and is_first(client) and not is_first(other)):
            turn = next(reversed(self._turns[other]))
            self._forget(other, turn)
            if not turn.done():
                turn.set_exception(self._refusal(number))
        else:
            raise self._refusal(own)

    def _refusal(self, number: int) -> HttpProblem:
        """Return the problem of a client of which `number` queries wait."""
        status = 429 if number > 1 else 503
        self.refused[status] += 1
        if status == 503:
            return HttpProblem(503, f"{self.waiting:,} queries wait for their turn; try again later")
        detail = f"{number:,} queries from your address wait for their turn; send the next after an answer"
        return HttpProblem(429, detail, {"Retry-After": str(RETRY_AFTER)})

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        turns = self._turns.get(client, OrderedDict())
        turns.pop(turn, None)
        if not turns:
            self._turns.pop(client, None)
