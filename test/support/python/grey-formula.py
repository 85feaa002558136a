"""Grey levels by the formulas of PS3.3 C.11 in double precision, of pixels that pydicom decodes: grey-formula.py JOBS.json FOLDER.

JOBS.json: [{"path", "frame" (from 0), "choices": [[function, center, width], ...]}]. Writes FOLDER/JOB-CHOICE.raw, a byte a pixel, and prints as JSON what became of each job.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pydicom
from pydicom.pixels import pixel_array


def rescale_of(data_set, frame):
    groups = [data_set]
    for name in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        items = data_set.get(name)
        if items:
            item = items[frame if name.startswith("Per") and frame < len(items) else 0]
            groups += list(item.get("PixelValueTransformationSequence") or [])
    slope, intercept = 1.0, 0.0
    for group in groups:
        if "RescaleSlope" in group and "RescaleIntercept" in group and float(group.RescaleSlope) != 0:
            slope, intercept = float(group.RescaleSlope), float(group.RescaleIntercept)
    return slope, intercept


def stored_values(data_set, frame):
    values = pixel_array(data_set, index=frame, raw=True)
    if values.dtype.kind == "f" or data_set.BitsAllocated == 1:
        return values.astype(np.float64)
    stored, shift = int(data_set.BitsStored), int(data_set.HighBit) + 1 - int(data_set.BitsStored)
    whole = values.astype(np.int64)
    if shift > 0 and not data_set.file_meta.TransferSyntaxUID.is_encapsulated:
        whole >>= shift
    whole &= (1 << stored) - 1
    if data_set.PixelRepresentation == 1:
        whole -= (whole >> (stored - 1)) << stored
    return whole.astype(np.float64)


def voi(values, function, center, width):
    if function == "LINEAR":
        out = (values - (center - 0.5)) / (width - 1) + 0.5 if width > 1 else np.where(values <= center - 0.5, 0.0, 1.0)
    elif function == "LINEAR_EXACT":
        out = (values - center) / width + 0.5
    else:
        out = 1 / (1 + np.exp(-4 * (values - center) / width))
    return np.clip(out, 0, 1)


def levels_of(job, number, folder):
    data_set = pydicom.dcmread(job["path"], force=True, stop_before_pixels=False)
    if "ModalityLUTSequence" in data_set:
        return "a Modality LUT"
    slope, intercept = rescale_of(data_set, job["frame"])
    modality = stored_values(data_set, job["frame"]) * slope + intercept
    shape = data_set.get("PresentationLUTShape") or ""
    inverse = shape == "INVERSE" if shape in ("IDENTITY", "INVERSE") else data_set.PhotometricInterpretation == "MONOCHROME1"
    for at, (function, center, width) in enumerate(job["choices"]):
        p_value = voi(modality, function, center, width)
        if inverse:
            p_value = 1 - p_value
        np.floor(p_value * 255 + 0.5).astype(np.uint8).tofile(Path(folder) / f"{number}-{at}.raw")
    return ""


with open(sys.argv[1], encoding="utf8") as file:
    jobs = json.load(file)
outcomes = []
for number, job in enumerate(jobs):
    try:
        outcomes.append(levels_of(job, number, sys.argv[2]))
    except Exception as error:  # every fault of another program is an outcome
        outcomes.append(f"{type(error).__name__}: {error}".split("\n")[0][:200])
print(json.dumps(outcomes))
