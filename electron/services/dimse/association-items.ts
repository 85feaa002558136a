import { encodePdu, pduTypes } from './pdu';

/** Items of A-ASSOCIATE-RQ and -AC (PS3.8 9.3.2, 9.3.3; user information PS3.7 D.3.3). Pure and strict. */

export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

export interface RoleSelection {
  readonly sopClassUid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

export interface AssociateRequest {
  readonly protocolVersion: number;
  /** The 16 bytes as they came, trimmed of leading and trailing spaces; each byte one character. */
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  /** Bytes 10-73 of the fixed part: echoed in the answer (PS3.8 Table 9-17). */
  readonly fixedPart: Buffer;
  readonly applicationContext: string;
  readonly contexts: readonly ProposedContext[];
  /** 0 = no limit; undefined when the item is absent. */
  readonly maxLength: number | undefined;
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
  readonly asyncOperations: { readonly invoked: number; readonly performed: number } | undefined;
  readonly roles: readonly RoleSelection[];
  readonly userIdentityType: number | undefined;
  /** Service-class application information by SOP class (PS3.7 D.3.3.5). */
  readonly extended: ReadonlyMap<string, Uint8Array>;
}

/** PS3.8 Table 9-18 result of one presentation context. */
export type ContextResult = 0 | 1 | 2 | 3 | 4;

export interface ContextAnswer {
  readonly id: number;
  readonly result: ContextResult;
  readonly abstractSyntax: string;
  /** Meaningful when `result` is 0. */
  readonly transferSyntax: string;
}

/** Why an association item cannot be: answered with A-ABORT(2,6). */
export class AssociationFault extends Error {}

const FIXED_LENGTH = 68;

/** Parses the variable field of an A-ASSOCIATE-RQ. Throws `AssociationFault`. */
export function parseAssociateRq(body: Buffer): AssociateRequest {
  if (body.length < FIXED_LENGTH) throw new AssociationFault('A-ASSOCIATE-RQ shorter than its fixed part');
  const contexts: ProposedContext[] = [];
  let applicationContext = '';
  let user: UserInformation = noUserInformation;
  for (const item of items(body, FIXED_LENGTH)) {
    if (item.type === 0x10) applicationContext = uidText(item.value);
    else if (item.type === 0x20) contexts.push(proposedContext(item.value));
    else if (item.type === 0x50) user = userInformation(item.value);
    // Others are ignored (PS3.8 9.3.1: unrecognized items of the variable field).
  }
  checkContextIds(contexts);
  return {
    protocolVersion: body.readUInt16BE(0),
    calledAeTitle: aeText(body.subarray(4, 20)),
    callingAeTitle: aeText(body.subarray(20, 36)),
    fixedPart: Buffer.from(body.subarray(4, FIXED_LENGTH)),
    applicationContext,
    contexts,
    ...user,
  };
}

/** PS3.8 9.3.2.2: odd, 1-255, each once. Any order is legal. */
function checkContextIds(contexts: readonly ProposedContext[]): void {
  if (contexts.length === 0) throw new AssociationFault('A-ASSOCIATE-RQ without a presentation context');
  const seen = new Set<number>();
  for (const { id } of contexts) {
    if (id % 2 === 0) throw new AssociationFault(`presentation context id ${String(id)} is not odd`);
    if (seen.has(id)) throw new AssociationFault(`presentation context id ${String(id)} is used twice`);
    seen.add(id);
  }
}

interface Item {
  readonly type: number;
  readonly value: Buffer;
}

function* items(buffer: Buffer, from = 0): Generator<Item> {
  let at = from;
  while (at < buffer.length) {
    if (at + 4 > buffer.length) throw new AssociationFault('association item cut off in its header');
    const end = at + 4 + buffer.readUInt16BE(at + 2);
    if (end > buffer.length) throw new AssociationFault('association item longer than what holds it');
    yield { type: buffer[at] ?? 0, value: buffer.subarray(at + 4, end) };
    at = end;
  }
}

function proposedContext(value: Buffer): ProposedContext {
  if (value.length < 4) throw new AssociationFault('presentation context item too short');
  let abstractSyntax = '';
  const transferSyntaxes: string[] = [];
  for (const item of items(value, 4)) {
    if (item.type === 0x30) abstractSyntax = uidText(item.value);
    else if (item.type === 0x40) transferSyntaxes.push(uidText(item.value));
  }
  return { id: value[0] ?? 0, abstractSyntax, transferSyntaxes };
}

type UserInformation = Pick<
  AssociateRequest,
  'maxLength' | 'implementationClassUid' | 'implementationVersion' | 'asyncOperations' | 'roles' | 'userIdentityType' | 'extended'
>;

const noUserInformation: UserInformation = {
  maxLength: undefined,
  implementationClassUid: '',
  implementationVersion: '',
  asyncOperations: undefined,
  roles: [],
  userIdentityType: undefined,
  extended: new Map(),
};

function userInformation(value: Buffer): UserInformation {
  let found = noUserInformation;
  for (const item of items(value)) {
    if (item.type === 0x51 && item.value.length === 4) found = { ...found, maxLength: item.value.readUInt32BE(0) };
    else if (item.type === 0x51) throw new AssociationFault('maximum length item is not 4 bytes long');
    else if (item.type === 0x52) found = { ...found, implementationClassUid: uidText(item.value) };
    else if (item.type === 0x53) found = { ...found, asyncOperations: asyncOperations(item.value) };
    else if (item.type === 0x54) found = { ...found, roles: [...found.roles, roleSelection(item.value)] };
    else if (item.type === 0x55) found = { ...found, implementationVersion: printable(item.value) };
    else if (item.type === 0x56) found = { ...found, extended: new Map([...found.extended, extendedNegotiation(item.value)]) };
    else if (item.type === 0x58) found = { ...found, userIdentityType: item.value[0] ?? 0 };
  }
  return found;
}

function asyncOperations(value: Buffer): { invoked: number; performed: number } {
  if (value.length !== 4) throw new AssociationFault('asynchronous operations item is not 4 bytes long');
  return { invoked: value.readUInt16BE(0), performed: value.readUInt16BE(2) };
}

function roleSelection(value: Buffer): RoleSelection {
  const uidLength = value.length >= 2 ? value.readUInt16BE(0) : 0;
  if (value.length !== uidLength + 4) throw new AssociationFault('role selection item has a wrong length');
  return { sopClassUid: uidText(value.subarray(2, 2 + uidLength)), scu: value[2 + uidLength] === 1, scp: value[3 + uidLength] === 1 };
}

function extendedNegotiation(value: Buffer): [string, Uint8Array] {
  const uidLength = value.length >= 2 ? value.readUInt16BE(0) : 0;
  if (value.length < 2 + uidLength) throw new AssociationFault('extended negotiation item has a wrong length');
  return [uidText(value.subarray(2, 2 + uidLength)), Uint8Array.from(value.subarray(2 + uidLength))];
}

/** Field text: UIDs carry no padding here (PS3.8 Annex F), but some senders pad with NUL or space all the same. */
function uidText(value: Buffer): string {
  return value.toString('latin1').replace(/[\0 ]+$/, '');
}

function aeText(value: Buffer): string {
  return value.toString('latin1').replace(/^ +| +$/g, '');
}

function printable(value: Buffer): string {
  return value
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();
}

function item(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const header = Buffer.of(type, 0, 0, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value]);
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

export interface OurIdentity {
  readonly implementationClassUid: string;
  readonly implementationVersion: string;
  /** What we can take (PS3.8 D.1). */
  readonly maxLength: number;
}

function userInformationItem(us: OurIdentity, extra: readonly Buffer[]): Buffer {
  const maxLength = Buffer.alloc(4);
  maxLength.writeUInt32BE(us.maxLength);
  return item(0x50, item(0x51, maxLength), item(0x52, text(us.implementationClassUid)), ...extra, item(0x55, text(us.implementationVersion)));
}

/** The whole A-ASSOCIATE-AC PDU that answers `request` (PS3.8 9.3.3). */
export function encodeAssociateAc(
  request: AssociateRequest,
  answers: readonly ContextAnswer[],
  us: OurIdentity,
  roles: readonly RoleSelection[],
  extended: ReadonlyMap<string, Uint8Array> = new Map(),
): Buffer {
  const extra: Buffer[] = [];
  // PS3.7 D.3.3.3: answered only when asked; 1/1 is the default.
  if (request.asyncOperations) extra.push(item(0x53, Buffer.of(0, 1, 0, 1)));
  for (const role of roles) extra.push(roleItem(role));
  for (const [sopClass, information] of extended) extra.push(item(0x56, uidLengthOf(sopClass), text(sopClass), information));
  return encodePdu(
    pduTypes.associateAc,
    Buffer.concat([
      Buffer.of(0, 1, 0, 0),
      request.fixedPart,
      item(0x10, text(APPLICATION_CONTEXT)),
      ...answers.map((answer) => item(0x21, Buffer.of(answer.id, 0, answer.result, 0), item(0x40, text(answer.transferSyntax)))),
      userInformationItem(us, extra),
    ]),
  );
}

function uidLengthOf(uid: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(uid.length);
  return length;
}

function roleItem(role: RoleSelection): Buffer {
  return item(0x54, uidLengthOf(role.sopClassUid), text(role.sopClassUid), Buffer.of(role.scu ? 1 : 0, role.scp ? 1 : 0));
}

export interface OutgoingRequest {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly contexts: readonly ProposedContext[];
  readonly us: OurIdentity;
  /** PS3.7 D.3.3.4: proposed for C-GET, where the requestor is the SCP of the storage classes. */
  readonly roles?: readonly RoleSelection[];
}

/** A whole A-ASSOCIATE-RQ PDU (PS3.8 9.3.2). */
export function encodeAssociateRq(request: OutgoingRequest): Buffer {
  const titles = [request.calledAeTitle, request.callingAeTitle].map((title) => text(title.padEnd(16).slice(0, 16)));
  return encodePdu(
    pduTypes.associateRq,
    Buffer.concat([
      Buffer.of(0, 1, 0, 0),
      ...titles,
      Buffer.alloc(32),
      item(0x10, text(APPLICATION_CONTEXT)),
      ...request.contexts.map((context) =>
        item(
          0x20,
          Buffer.of(context.id, 0, 0, 0),
          item(0x30, text(context.abstractSyntax)),
          ...context.transferSyntaxes.map((syntax) => item(0x40, text(syntax))),
        ),
      ),
      userInformationItem(request.us, (request.roles ?? []).map(roleItem)),
    ]),
  );
}

export interface AssociateAccept {
  readonly maxLength: number | undefined;
  readonly contexts: readonly { readonly id: number; readonly result: number; readonly transferSyntax: string }[];
  /** The roles that the acceptor grants the requestor. */
  readonly roles: readonly RoleSelection[];
  readonly implementationVersion: string;
}

/** Parses the variable field of an A-ASSOCIATE-AC. Throws `AssociationFault`. */
export function parseAssociateAc(body: Buffer): AssociateAccept {
  if (body.length < FIXED_LENGTH) throw new AssociationFault('A-ASSOCIATE-AC shorter than its fixed part');
  const contexts: { id: number; result: number; transferSyntax: string }[] = [];
  let user: UserInformation = noUserInformation;
  for (const found of items(body, FIXED_LENGTH)) {
    if (found.type === 0x21) {
      if (found.value.length < 4) throw new AssociationFault('presentation context item too short');
      const syntax = [...items(found.value, 4)].find((part) => part.type === 0x40);
      contexts.push({ id: found.value[0] ?? 0, result: found.value[2] ?? 1, transferSyntax: syntax ? uidText(syntax.value) : '' });
    } else if (found.type === 0x50) {
      user = userInformation(found.value);
    }
  }
  const { maxLength, roles, implementationVersion } = user;
  return { maxLength, contexts, roles, implementationVersion };
}
