"""unpack.py WHEEL FOLDER FROM=TO...: takes files, or folders where FROM ends in a slash, out of a wheel."""

import os
import shutil
import sys
import zipfile
import zlib

wheel, folder, *rules = sys.argv[1:]
rules = [rule.split("=", 1) for rule in rules]
unused = {source for source, _ in rules}
try:
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            for source, target in rules:
                inside = source.endswith("/") and info.filename.startswith(source)
                if info.is_dir() or not (inside or info.filename == source):
                    continue
                unused.discard(source)
                path = os.path.join(folder, target + info.filename[len(source):])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(info) as packed, open(path, "wb") as out:
                    shutil.copyfileobj(packed, out, 1 << 20)
except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
    sys.exit(str(error))
if unused:
    sys.exit("it lacks " + ", ".join(sorted(unused)))
