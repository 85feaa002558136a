"""What pydicom reads of the files named on standard input, one JSON line each: attributes as text, digests of encapsulated frames."""
import hashlib
import json
import sys
import warnings

import pydicom
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")
KEYWORDS = sys.argv[1].split(",")


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, (pydicom.multival.MultiValue, list, tuple)):
        return "\\".join(as_text(part) for part in value)
    return str(getattr(value, "original_string", value) if not isinstance(value, pydicom.valuerep.PersonName) else value)


def read(path):
    ds = pydicom.dcmread(path, force=True)
    out = {"attributes": {}}
    for keyword in KEYWORDS:
        try:
            out["attributes"][keyword] = as_text(ds.get(keyword))
        except Exception:
            out["attributes"][keyword] = None
    syntax = getattr(ds.file_meta, "TransferSyntaxUID", None)
    out["syntax"] = str(syntax or "")
    if "PixelData" in ds and ds["PixelData"].is_undefined_length:
        try:
            count = int(ds.get("NumberOfFrames") or 1)
            frames = generate_pixel_data_frame(ds.PixelData, count)
            out["frames"] = [hashlib.sha256(frame.rstrip(b"\0")).hexdigest() for frame in frames]
        except Exception as error:
            out["framesError"] = str(error)
    return out


for line in sys.stdin:
    path = line.rstrip("\n")
    try:
        result = read(path)
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
