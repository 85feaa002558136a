"""A keeper that takes what is sent to it and asked of it, and says what it keeps only when it is told to, on an association of its own. Arguments: port to listen on, port of the station.

Prints a line of JSON for each request for storage commitment; each line on standard input lets the oldest one that waits go out.
"""

import json
import sys
import threading

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import CTImageStorage, StorageCommitmentPushModel, StorageCommitmentPushModelInstance, Verification

own, station = int(sys.argv[1]), int(sys.argv[2])
kept = set()
waiting = []


def say(**words):
    print(json.dumps(words), flush=True)


def stored(event):
    kept.add(event.request.AffectedSOPInstanceUID)
    return 0x0000


def asked(event):
    request = event.action_information
    waiting.append(request)
    say(asked=str(request.TransactionUID), objects=len(request.ReferencedSOPSequence))
    return 0x0000, None


def report(request):
    ae = AE(ae_title="KEEPER")
    ae.add_requested_context(StorageCommitmentPushModel)
    # PS3.4 J.3.3: the SCP of storage commitment opens the association, so it takes that role by negotiation
    association = ae.associate("127.0.0.1", station, ae_title="ALTERNATOR", ext_neg=[build_role(StorageCommitmentPushModel, scu_role=False, scp_role=True)])
    if not association.is_established:
        say(problem="no association")
        return
    answer = Dataset()
    answer.TransactionUID = request.TransactionUID
    here = [item for item in request.ReferencedSOPSequence if item.ReferencedSOPInstanceUID in kept]
    answer.ReferencedSOPSequence = Sequence(here)
    status, _ = association.send_n_event_report(answer, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance)
    association.release()
    say(reported=str(request.TransactionUID), objects=len(here), status=status.Status if status else None)


ae = AE(ae_title="KEEPER")
for sop_class in (Verification, CTImageStorage, StorageCommitmentPushModel):
    ae.add_supported_context(sop_class)
server = ae.start_server(("127.0.0.1", own), block=False, evt_handlers=[(evt.EVT_C_STORE, stored), (evt.EVT_N_ACTION, asked)])
say(listening=own)
for _ in sys.stdin:
    if waiting:
        threading.Thread(target=report, args=(waiting.pop(0),)).start()
server.shutdown()
