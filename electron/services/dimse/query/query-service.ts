import { commandFields } from '../command-set';
import type { Service } from '../served';
import type { AssociationFacts } from '../types';
import { serveFind } from './find-service';
import type { QuerySource } from './query-source';
import { type MoveParts, type RetrieveCounts, serveGet, serveMove } from './retrieve-service';

/** What a peer asked for and got: for the audit trail. */
export type ServedQuery =
  | { readonly kind: 'find'; readonly association: AssociationFacts; readonly matches: number }
  | { readonly kind: 'get'; readonly association: AssociationFacts; readonly counts: RetrieveCounts }
  | { readonly kind: 'move'; readonly association: AssociationFacts; readonly counts: RetrieveCounts; readonly destination: string };

export interface QueryServiceParts extends MoveParts {
  readonly source: QuerySource;
  readonly ourAeTitle: string;
  onServed(served: ServedQuery): void;
}

/** C-FIND, C-MOVE and C-GET of both roots over what is here, for peers that may query. */
export function queryService(parts: QueryServiceParts): Service {
  const { source, ourAeTitle } = parts;
  return {
    async serve(request, peer, signal) {
      const { association } = peer;
      switch (request.command.commandField) {
        case commandFields.cFindRq:
          parts.onServed({ kind: 'find', association, matches: await serveFind(source, ourAeTitle, request, peer, signal) });
          return;
        case commandFields.cGetRq:
          parts.onServed({ kind: 'get', association, counts: await serveGet(source, request, peer, signal) });
          return;
        default: {
          const destination = request.command.moveDestination;
          parts.onServed({ kind: 'move', association, destination, counts: await serveMove(source, parts, request, peer, signal) });
        }
      }
    },
  };
}
