import type { Arrival, ArrivalSource, AssociationEvent } from '../dimse';

/** Objects that come by associations of the node, as they are answered. */
export function arrivalsOf(onAssociation: (listener: (event: AssociationEvent) => void) => () => void): ArrivalSource {
  return (listener) =>
    onAssociation((event) => {
      if (event.kind === 'object') listener(arrivalOf(event));
    });
}

function arrivalOf({ SOPInstanceUID, outcome }: Extract<AssociationEvent, { kind: 'object' }>): Arrival {
  if (outcome.kind === 'refused') return { StudyInstanceUID: undefined, SOPInstanceUID, isHere: false, reason: outcome.comment };
  return { StudyInstanceUID: outcome.attributes.StudyInstanceUID, SOPInstanceUID, isHere: true };
}
