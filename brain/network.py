"""Reads from the environment how servers are reached: through a proxy, and by which certificates.

Every library has rules of its own for these variables: one knows no SOCKS, one reads none of them,
one fails at an address that it does not know. The clients of this program are therefore given the
proxy and the certificates that this module returns, and told to read no environment.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from brain.errors import CertificatesUnusable, ProxyUnusable

CERTIFICATES_FILE = "SSL_CERT_FILE"
CERTIFICATES_FOLDER = "SSL_CERT_DIR"
_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_SOCKS = {"socks": "socks5", "socks5": "socks5", "socks5h": "socks5"}
"""Names of SOCKS 5, of which desktops write the first; the proxy looks up hosts in all of them."""
_SCHEMES = {"wss": "https", "ws": "http"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that the environment names."""

    variable: str
    """The environment variable, as it is written there."""
    scheme: str
    """`http`, `https` or `socks5`."""
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address without user and password, which can be shown."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def auth(self) -> tuple[str, str] | None:
        """User and password, or None if the proxy wants none."""
        return (self.user, self.password) if self.user or self.password else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRoute:
    """How a server is reached."""

    proxy: Proxy | None
    tls: ssl.SSLContext
    """What to check the certificates of the server and of the proxy by."""

    @property
    def proxy_arguments(self) -> dict[str, Any]:
        """The arguments of the class `Proxy` of httpx and of httpx2; none without a proxy."""
        proxy = self.proxy
        if proxy is None:
            return {}
        tls = self.tls if proxy.scheme == "https" else None
        return {"url": proxy.url, "auth": proxy.auth, "ssl_context": tls}


def route_to(address: str, *, socks_package: str = "socksio") -> NetworkRoute:
    """Returns how an address is reached. It reads files.

    Args:
        address: a URL of http, https, ws or wss.
        socks_package: the module that the client needs for a SOCKS proxy.

    Raises:
        ProxyUnusable, CertificatesUnusable: the environment names what cannot be used for it.
    """
    proxy = proxy_for(address, socks_package=socks_package)
    try:
        tls = tls_context()
    except CertificatesUnusable:
        if urlsplit(address).scheme in {"https", "wss"} or (proxy and proxy.scheme == "https"):
            raise
        tls = httpx2.create_ssl_context(trust_env=False)
    return NetworkRoute(proxy=proxy, tls=tls)


def proxy_for(address: str, *, socks_package: str = "socksio") -> Proxy | None:
    """Returns the proxy through which an address is to be reached; None: it is reached directly.

    An address on this machine is never reached through a proxy, which could be elsewhere.

    Args:
        address: a URL of http, https, ws or wss.
        socks_package: the module that the client needs for a SOCKS proxy.

    Raises:
        ProxyUnusable: the variable's value is no address of a proxy, or that module is missing.
    """
    parts = urlsplit(address)
    scheme, host = _SCHEMES.get(parts.scheme, parts.scheme), parts.hostname or ""
    named = getproxies()
    kind = next((kind for kind in (scheme, "all") if named.get(kind)), None)
    if kind is None or is_loopback(host) or _is_excepted(host, parts.netloc, named.get("no", "")):
        return None
    proxy = _read_proxy(_variable(kind, named[kind]), named[kind])
    if proxy.scheme == "socks5" and not find_spec(socks_package):
        raise ProxyUnusable(variable=proxy.variable, problem="socks")
    return proxy


def proxies() -> list[Proxy]:
    """Returns all proxies that the environment names. Raises ProxyUnusable."""
    return [
        _read_proxy(_variable(kind, value), value)
        for kind, value in sorted(getproxies().items())
        if kind in {"http", "https", "all"} and value
    ]


def tls_context() -> ssl.SSLContext:
    """Returns what to check the certificates of servers by. It reads files.

    These are the certificates in `SSL_CERT_FILE` and `SSL_CERT_DIR`, where one of them is set, else
    those of the system.

    Raises:
        CertificatesUnusable: what a variable names is not there, or holds no certificates.
    """
    file, folder = os.environ.get(CERTIFICATES_FILE), os.environ.get(CERTIFICATES_FOLDER)
    if not (file or folder):
        return httpx2.create_ssl_context(trust_env=False)
    if folder and not _is_folder(folder):
        raise CertificatesUnusable(variable=CERTIFICATES_FOLDER, path=folder)
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except (OSError, ValueError) as exc:
        variable = CERTIFICATES_FILE if file else CERTIFICATES_FOLDER
        raise CertificatesUnusable(variable=variable, path=file or folder or "") from exc


def failure_values(error: BaseException, address: str) -> dict[str, str]:
    """Returns why an address was not reached, as values of the text `network-cause`.

    Args:
        error: what the client raised, with its causes.
        address: the URL that it was to reach.
    """
    for cause in causes_of(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return {"cause": "certificate", "detail": cause.verify_message}
    try:
        proxy = proxy_for(address)
    except ProxyUnusable as unusable:
        return {"cause": "proxy", "detail": str(unusable.values["variable"])}
    return {"cause": "proxy", "detail": proxy.variable} if proxy else dict(NO_CAUSE)


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yields an error, the one that it was raised for, and so on."""
    cause: BaseException | None = error
    seen: list[BaseException] = []
    while cause is not None and cause not in seen:
        seen.append(cause)
        yield cause
        cause = cause.__cause__ or cause.__context__


NO_CAUSE = {"cause": "network", "detail": ""}
"""`failure_values` of an address that is reached directly."""


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def _is_excepted(host: str, netloc: str, exceptions: str) -> bool:
    """Returns whether `NO_PROXY` names a host, by its name, its domain, its address or a network.

    Args:
        host: the host alone.
        netloc: the host as the URL has it, with its port, by which it may be named too.
        exceptions: the value of `NO_PROXY`.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(proxy_bypass(netloc.rpartition("@")[2]))
    for each in exceptions.split(","):
        try:
            if address in ipaddress.ip_network(each.strip().strip("[]"), strict=False):
                return True
        except ValueError:
            continue
    return bool(proxy_bypass(host))


def _read_proxy(variable: str, value: str) -> Proxy:
    """Returns the proxy of a value such as `socks5://user:password@host:1080`.

    The password may hold characters that are to be escaped in an address and were not.
    """
    scheme, separator, rest = value.strip().rpartition("://")
    scheme = scheme.lower() if separator else "http"
    scheme = _SOCKS.get(scheme, scheme)
    if scheme not in _PORTS:
        raise ProxyUnusable(variable=variable, problem="scheme")
    login, _, place = rest.rpartition("@")
    user, _, password = login.partition(":")
    try:
        parts = urlsplit(f"//{place.split('/')[0]}")
        host, port = parts.hostname, parts.port or _PORTS[scheme]
    except ValueError as exc:
        raise ProxyUnusable(variable=variable, problem="address") from exc
    if not host or any(character.isspace() for character in host):
        raise ProxyUnusable(variable=variable, problem="address")
    return Proxy(
        variable=variable,
        scheme=scheme,
        host=host,
        port=port,
        user=unquote(user),
        password=unquote(password),
    )


def _variable(kind: str, value: str) -> str:
    """Returns the name of the variable with a value; the usual one if the system has it elsewhere.

    Windows and macOS keep proxies in their settings, too.
    """
    usual = f"{kind}_proxy"
    return next(
        (name for name, one in os.environ.items() if name.lower() == usual and one == value),
        usual.upper(),
    )


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False
