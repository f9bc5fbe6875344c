"""What is said to Redis, and how: explicit timeouts, no silent repeats, builtin errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol, cast

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from aldis.relay._redis_errors import NoAnswerError, NoGroupError

if TYPE_CHECKING:
    from aldis.relay._redis_entries import Argument, Reply
    from aldis.relay._redis_scripts import Script


class _Commands(Protocol):
    """What is used of redis-py's client, which leaves types open."""

    def execute_command(self, *command: Argument) -> Reply: ...


class Client:
    """A pool of connections of one process, which several threads may use at once."""

    def __init__(self, url: str, timeout: float) -> None:
        # What stands in the URL comes first for redis-py, and these replies are read as they come.
        fixed = {"protocol": 2, "decode_responses": False}
        pool: redis.ConnectionPool = redis.ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]  # its options have no types
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            # a command that is sent twice may be done twice
            retry=Retry(NoBackoff(), 0),
            **fixed,
        )
        options = cast("dict[str, object]", pool.connection_kwargs)
        options.update(fixed)
        self.where = f"{options.get('path') or options.get('host')}"
        if "port" in options:
            self.where += f":{options['port']}"
        client = redis.Redis(connection_pool=pool)
        client.response_callbacks.clear()
        self._pool = pool
        self._redis = cast("_Commands", client)

    def __call__(self, *command: Argument) -> Reply:
        """Send a command and return the answer.

        Raises:
            ConnectionError: There was none, or the answer was an error.
            NoGroupError: The stream or its group does not exist.
        """
        try:
            return self._redis.execute_command(*command)
        except redis.RedisError as error:
            self._refuse(error)

    def run(self, script: Script, keys: list[bytes], *arguments: Argument) -> Reply:
        """Run a script, which the server keeps until it ends.

        Raises:
            ConnectionError: As when it is called.
            NoGroupError: Likewise.
        """
        rest = (len(keys), *keys, *arguments)
        try:
            return self._redis.execute_command("EVALSHA", script.sha, *rest)
        except NoScriptError:
            return self("EVAL", script.text, *rest)
        except redis.RedisError as error:
            self._refuse(error)

    def _refuse(self, error: redis.RedisError) -> NoReturn:
        if "NOGROUP" in str(error):
            raise NoGroupError from error
        if isinstance(error, redis.TimeoutError):
            raise NoAnswerError(f"Redis at {self.where} did not answer in time") from error
        raise ConnectionError(f"Redis at {self.where}: {error}") from error

    def apart(self) -> Apart:
        """Return a client with a connection of its own, for one thread at a time.

        A command takes a third less there, since no pool is asked. But a connection that was lost
        meanwhile shows at the next command, where a pool would have made another one.

        Raises:
            ConnectionError: Redis cannot be reached.
        """
        try:
            return Apart(self.where, self._pool)
        except redis.RedisError as error:
            self._refuse(error)

    def close(self) -> None:
        """Close all connections."""
        self._pool.disconnect()


class Apart(Client):
    """A client with a connection of its own; see `Client.apart`."""

    def __init__(self, where: str, pool: redis.ConnectionPool) -> None:
        self.where = where
        self._own = redis.Redis(connection_pool=pool, single_connection_client=True)
        self._own.response_callbacks.clear()
        self._redis = cast("_Commands", self._own)

    def close(self) -> None:
        """Give the connection back to the pool."""
        self._own.close()
