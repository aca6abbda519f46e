"""Stored values as JSON: plain values only, so that reading an index never runs code."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

_KEY = "$"

# How values that JSON lacks are written: a name, and to and from what stands in its place.
_KINDS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    bytes: ("bytes", lambda v: base64.b64encode(v).decode(), base64.b64decode),
    tuple: ("tuple", lambda v: [_plain(item) for item in v], lambda v: tuple(map(_value, v))),
    set: ("set", lambda v: [_plain(item) for item in v], lambda v: set(map(_value, v))),
    dt.datetime: ("datetime", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: ("date", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: ("time", dt.time.isoformat, dt.time.fromisoformat),
    Decimal: ("decimal", str, Decimal),
    dict: (
        "dict",
        lambda v: [[_plain(key), _plain(item)] for key, item in v.items()],
        lambda v: {_value(key): _value(item) for key, item in v},
    ),
}
_READERS = {name: read for name, _, read in _KINDS.values()}


def encode(fields: dict[str, Any] | None) -> bytes:
    """Return a document's stored fields as bytes; TypeError names a value that is not plain."""
    return json.dumps(_plain(fields), ensure_ascii=True).encode() if fields else b""


def decode(data: bytes) -> dict[str, Any]:
    """Return the stored fields that bytes hold."""
    return dict(_value(json.loads(data))) if data else {}


def _plain(value: Any) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_plain(item) for item in value]
    found = _KINDS.get(type(value))
    if found is None:
        raise TypeError(f"{type(value).__name__} cannot be stored: only plain values can")
    name, write, _ = found
    return {_KEY: name, "value": write(value)}


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return _READERS[value[_KEY]](value["value"])
    return value
