"""Networks in safetensors files, with the metadata and the digest that tdf checks. docs/formats.md describes the format."""

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import FileError

FORMAT = 3
UNSEALED = "0" * 64
TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


def write(path: Path, tensors: dict[str, NDArray[np.float32]], metadata: dict[str, Any]) -> None:
    """Writes `tensors` in fp32. The digest is the SHA-256 of the file with zeros in place of its own digits."""
    header: dict[str, Any] = {"__metadata__": {"tdf": json.dumps({"tdf-format": FORMAT, "digest": UNSEALED, **metadata})}}
    data, offset = [], 0
    for name in sorted(tensors):
        tensor = np.ascontiguousarray(tensors[name], TYPES["F32"])
        if not np.isfinite(tensor).all():
            raise FileError(f"{path}: a number of the tensor `{name}` is infinite or not a number")
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [offset, offset + tensor.nbytes]}
        data.append(tensor.tobytes())
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file = struct.pack("<Q", len(text)) + text + b"".join(data)
    digest = hashlib.sha256(file).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(file.replace(UNSEALED.encode(), digest.encode(), 1))
    temporary.replace(path)


def read(path: Path) -> tuple[dict[str, NDArray[np.float32]], dict[str, Any]]:
    """The tensors of a file in fp32, and its metadata. The digest is checked."""
    try:
        file = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    try:
        (length,) = struct.unpack_from("<Q", file)
        header = json.loads(file[8 : 8 + length])
        metadata = json.loads(header.pop("__metadata__")["tdf"])
        digest = metadata["digest"].encode()
        body = file[8 + length :]
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError(f"{path}: is not a network of tdf, or is cut short") from error
    if hashlib.sha256(file.replace(digest, UNSEALED.encode(), 1)).hexdigest().encode() != digest:
        raise FileError(f"{path}: is damaged: its bytes do not have the digest that its metadata names")
    return {name: _tensor(body, entry) for name, entry in header.items()}, metadata


def _tensor(body: bytes, entry: dict[str, Any]) -> NDArray[np.float32]:
    begin, end = entry["data_offsets"]
    numbers = np.frombuffer(body[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    if entry["dtype"] == "BF16":
        return (numbers.astype("<u4") << 16).view("<f4")
    return numbers.astype(np.float32)
