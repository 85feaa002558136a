"""Asks a query/retrieve SCP as pynetdicom does; prints what it heard as JSON. Arguments: port, what to do."""

import json
import sys

from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation
from pynetdicom.sop_class import (
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
)

port, action = int(sys.argv[1]), sys.argv[2]


def identifier(level, **keys):
    data_set = Dataset()
    data_set.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(data_set, keyword, value)
    return data_set


def associate(ae, **options):
    association = ae.associate("127.0.0.1", port, ae_title="ALTERNATOR", **options)
    if not association.is_established:
        raise SystemExit("no association")
    return association


def answers(responses, keyword):
    heard = [(status.Status, str(getattr(data_set, keyword, "")) if data_set else None) for status, data_set in responses if status]
    return {"statuses": [status for status, _ in heard], "values": sorted(value for status, value in heard if status in (0xFF00, 0xFF01))}


def find(relational):
    ae = AE(ae_title="ASKER")
    model = StudyRootQueryRetrieveInformationModelFind
    ae.add_requested_context(model)
    item = SOPClassExtendedNegotiation()
    item.sop_class_uid = model
    item.service_class_application_information = b"\x01\x01\x01"
    association = associate(ae, ext_neg=[item] if relational else [])
    granted = [information.hex() for information in association.acceptor.sop_class_extended.values()]
    heard = answers(association.send_c_find(identifier("SERIES", Modality="US", SeriesInstanceUID=""), model), "SeriesInstanceUID")
    association.release()
    return {**heard, "granted": granted}


def patients():
    ae = AE(ae_title="ASKER")
    model = PatientRootQueryRetrieveInformationModelFind
    ae.add_requested_context(model)
    association = associate(ae)
    data_set = identifier("PATIENT", PatientName="YAMADA*", PatientID="")
    heard = []
    for status, match in association.send_c_find(data_set, model):
        if match:
            match.decode()
            heard.append(str(match.PatientName))
    association.release()
    return heard


def get():
    ae = AE(ae_title="ASKER")
    model = PatientRootQueryRetrieveInformationModelGet
    ae.add_requested_context(model)
    ae.add_requested_context(CTImageStorage)
    # every second object is refused, one gets a warning
    kept = []

    def store(event):
        kept.append(str(event.request.AffectedSOPInstanceUID))
        return [0x0000, 0xA700, 0xB000][(len(kept) - 1) % 3]

    association = associate(ae, ext_neg=[build_role(CTImageStorage, scp_role=True)], evt_handlers=[(evt.EVT_C_STORE, store)])
    last, failed = None, ""
    for status, data_set in association.send_c_get(identifier("PATIENT", PatientID="P3"), model):
        last = status
        failed = str(getattr(data_set, "FailedSOPInstanceUIDList", "")) if data_set else ""
    association.release()
    counts = [getattr(last, f"NumberOf{kind}Suboperations", None) for kind in ("Completed", "Failed", "Warning")]
    return {"status": last.Status, "counts": counts, "failed": failed, "kept": len(kept)}


def commit():
    """N-ACTION for one object that is there and one that is not; the report comes on an association of its own."""
    reports = []

    def report(event):
        information = event.event_information
        reports.append(
            {
                "transaction": str(information.TransactionUID),
                "committed": [str(item.ReferencedSOPInstanceUID) for item in getattr(information, "ReferencedSOPSequence", [])],
                "failed": [(str(item.ReferencedSOPInstanceUID), item.FailureReason) for item in getattr(information, "FailedSOPSequence", [])],
            }
        )
        return 0x0000, None

    server_ae = AE(ae_title="FILLER")
    server_ae.add_supported_context(StorageCommitmentPushModel, scu_role=True, scp_role=True)
    server = server_ae.start_server(("127.0.0.1", int(sys.argv[3])), block=False, evt_handlers=[(evt.EVT_N_EVENT_REPORT, report)])
    ae = AE(ae_title="FILLER")
    ae.add_requested_context(StorageCommitmentPushModel)
    association = associate(ae)
    data_set = Dataset()
    data_set.TransactionUID = "2.25.77"
    data_set.ReferencedSOPSequence = []
    for uid in ("2.25.9001.1.1", "2.25.404"):
        item = Dataset()
        item.ReferencedSOPClassUID = CTImageStorage
        item.ReferencedSOPInstanceUID = uid
        data_set.ReferencedSOPSequence.append(item)
    status, _ = association.send_n_action(data_set, 1, StorageCommitmentPushModel, "1.2.840.10008.1.20.1.1")
    association.release()
    import time

    for _ in range(200):
        if reports:
            break
        time.sleep(0.05)
    server.shutdown()
    return {"status": status.Status if status else None, "reports": reports}


print(json.dumps({"find": lambda: find(False), "relational": lambda: find(True), "patients": patients, "get": get, "commit": commit}[action]()))
