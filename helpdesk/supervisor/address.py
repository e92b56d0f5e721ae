"""Where the web server listens, and the names under which it is reached."""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from helpdesk.supervisor.failure import CannotStartError

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared with, not bound to)


@dataclass(frozen=True)
class Address:
    """A host (name or number) and a port to listen on."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def bind(self) -> str:
        """As gunicorn wants it."""
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def urls(self) -> list[str]:
        """Where a browser finds the product, the nearest first."""
        if self.host not in WILDCARDS:
            return [f"http://{self.bind}/"]
        near = bracketed(WILDCARDS[self.host])
        return [f"http://{name}:{self.port}/" for name in (near, *outward_addresses())]

    def check_free(self) -> None:
        """Raises CannotStartError when nothing can listen here, with what to do about it."""
        try:
            family, kind, _proto, _name, where = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            with socket.socket(family, kind) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(where)
        except socket.gaierror as error:
            raise CannotStartError(
                f"“{self.host}” is not an address of this machine. "
                "Take 127.0.0.1 (only this machine) or 0.0.0.0 (its whole network)."
            ) from error
        except OSError as error:
            raise CannotStartError(
                f"{why(error, self)}\nChoose another: --port {self.port + 1}"
            ) from error

    def is_healthy(self, *, as_host: str) -> bool:
        """Whether the product answers its health page; ``as_host`` is a name it accepts."""
        near = WILDCARDS.get(self.host, self.host)
        connection = HTTPConnection(near, self.port, timeout=5)
        try:
            connection.request("GET", "/health/", headers={"Host": as_host})
            return connection.getresponse().status == 200  # noqa: PLR2004
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def bracketed(host: str) -> str:
    """IPv6 numbers stand in brackets before a port."""
    return f"[{host}]" if ":" in host else host


def why(error: OSError, address: Address) -> str:
    """An error of bind() in plain words."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {address.port} on {address.host} is already in use by another program."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{address.host} is not an address of this machine."
    if error.errno == errno.EACCES:
        return f"Port {address.port} may only be opened by root."
    return f"Cannot listen on {address.host}, port {address.port}: {error.strerror}."


def outward_addresses() -> list[str]:
    """This machine's number towards its network; empty without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [trial.getsockname()[0]]


def accepted_hosts(address: Address) -> list[str]:
    """The names a browser may use for this address: the default of ALLOWED_HOSTS."""
    names = ["localhost", "127.0.0.1", "[::1]"]
    if address.is_local:
        return names
    own = socket.gethostname()
    names += [own, f"{own}.local", socket.getfqdn(), *outward_addresses()]
    if address.host not in WILDCARDS:
        names.append(bracketed(address.host))
    return list(dict.fromkeys(name.lower() for name in names))
