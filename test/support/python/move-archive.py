"""An archive that sends by C-MOVE alone, of pynetdicom: finds and sends what stands in a folder, as it stands there now.

Arguments: port, port of the station, folder, "names" or "silent" (its C-STOREs do not say which C-MOVE they answer). A file `modality` in the folder is sent first, by
another AE title and without an originator, while the C-MOVE waits: the object of a modality that comes meanwhile.
"""

import sys
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import (
    CTImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

port, station, folder, how = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
EXPLICIT = "1.2.840.10008.1.2.1"

send = Association.send_c_store


def send_for(self, dataset, *args, **options):
    """pynetdicom names itself as the originator; PS3.7 9.1.1.1 wants the one that asked."""
    named = options.pop("originator_aet", None)
    number = options.pop("originator_id", None)
    if named is not None and how == "names":
        options.update(originator_aet="ALTERNATOR", originator_id=number)
    return send(self, dataset, *args, **options)


Association.send_c_store = send_for


def values(data_set, keyword):
    value = data_set.get(keyword, "")
    return [str(value)] if isinstance(value, str) else [str(one) for one in value or []]


def matching(identifier):
    for path in sorted(folder.glob("*.dcm")):
        found = dcmread(path)
        keys = [key for key in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID") if values(identifier, key) not in ([], [""])]
        if all(str(found[key].value) in values(identifier, key) for key in keys):
            yield found


def find(event):
    level = event.identifier.QueryRetrieveLevel
    unique = {"STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID"}.get(level, "SOPInstanceUID")
    told = set()
    for found in matching(event.identifier):
        if found[unique].value in told:
            continue
        told.add(found[unique].value)
        answer = Dataset()
        answer.QueryRetrieveLevel = level
        for element in event.identifier:
            if element.keyword != "QueryRetrieveLevel" and element.VR != "SQ":
                setattr(answer, element.keyword, found.get(element.keyword, ""))
        yield 0xFF00, answer
    yield 0x0000, None


def of_modality(path):
    ae = AE(ae_title="FILLER")
    ae.add_requested_context(CTImageStorage, EXPLICIT)
    association = ae.associate("127.0.0.1", station, ae_title="ALTERNATOR")
    association.send_c_store(dcmread(path))
    association.release()
    path.unlink()


def move(event):
    found = list(matching(event.identifier))
    modality = folder / "modality"
    if modality.exists():
        of_modality(modality)
    yield "127.0.0.1", station
    yield len(found)
    for data_set in found:
        yield 0xFF00, data_set


ae = AE(ae_title="ARCHIVE")
ae.add_supported_context(Verification)
ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
ae.add_supported_context(StudyRootQueryRetrieveInformationModelMove)
ae.add_requested_context(CTImageStorage, EXPLICIT)
ae.start_server(("127.0.0.1", port), block=True, evt_handlers=[(evt.EVT_C_FIND, find), (evt.EVT_C_MOVE, move)])
