import { z } from 'zod';

/** The closed list. A new failure takes one of these or the list grows here, nowhere else. */
export const ErrorCode = z.enum([
  'badRequest', // the request does not parse, or names something that cannot be
  'notFound',
  'denied', // the actor's role does not allow it, or an archive does not
  'busy',
  'cancelled',
  'timeout',
  'disconnected', // the serving side went away before it answered
  'diskFull',
  'corrupt', // the stored thing fails its own check
  'cannotDecode',
  'unavailable', // a part that is needed is not running
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const WireError = z.object({
  code: ErrorCode,
  message: z.string(),
  details: z.string().optional(),
  dimseStatus: z.int().optional(),
});
export type WireError = z.infer<typeof WireError>;

/** The one error that crosses the contract. */
export class CallError extends Error {
  readonly code: ErrorCode;
  readonly details: string | undefined;
  readonly dimseStatus: number | undefined;
  constructor(code: ErrorCode, message: string, extra: { details?: string | undefined; dimseStatus?: number | undefined } = {}) {
    super(message);
    this.name = 'CallError';
    this.code = code;
    this.details = extra.details;
    this.dimseStatus = extra.dimseStatus;
  }

  toWire(): WireError {
    const wire: WireError = { code: this.code, message: this.message };
    if (this.details !== undefined) wire.details = this.details;
    if (this.dimseStatus !== undefined) wire.dimseStatus = this.dimseStatus;
    return wire;
  }

  static fromWire(wire: WireError): CallError {
    return new CallError(wire.code, wire.message, { details: wire.details, dimseStatus: wire.dimseStatus });
  }
}
