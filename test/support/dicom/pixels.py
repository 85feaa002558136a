"""Digests of frames as pydicom reads them: one JSON request a line ({"path", "frames"}), one answer a line. Grey as stored values without what lies
outside of Bits Stored, colour as RGB of 8 bits by pixel, little endian."""
import hashlib
import json
import sys
import warnings

import numpy as np
import pydicom
from pydicom.pixel_data_handlers.util import convert_color_space

warnings.simplefilter("ignore")


def values_of(ds):
    pixels = ds.pixel_array
    if ds.SamplesPerPixel > 1:
        if ds.PhotometricInterpretation not in ("RGB", "YBR_RCT", "YBR_ICT"):
            pixels = convert_color_space(pixels, ds.PhotometricInterpretation, "RGB")
        return (pixels >> (ds.BitsStored - 8)).astype("<u1") if ds.BitsStored > 8 else pixels.astype("<u1")
    if pixels.dtype.kind == "f":
        return pixels
    bits = ds.BitsAllocated if ds.BitsAllocated > 1 else 8
    wide = pixels.astype(np.int64) & ((1 << ds.BitsStored) - 1)
    if ds.PixelRepresentation == 1:
        wide = np.where(wide >> (ds.BitsStored - 1), wide - (1 << ds.BitsStored), wide)
    return wide.astype(f"<{'i' if ds.PixelRepresentation else 'u'}{bits // 8}")


for line in sys.stdin:
    request = json.loads(line)
    try:
        ds = pydicom.dcmread(request["path"], force=True)
        pixels = values_of(ds)
        frames = pixels if int(ds.get("NumberOfFrames") or 1) > 1 else pixels[np.newaxis]
        answer = {"digests": [hashlib.sha256(np.ascontiguousarray(frames[index]).tobytes()).hexdigest() for index in request["frames"]]}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
