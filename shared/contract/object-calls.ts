import { z } from 'zod';
import { EncapsulatedPart, HeaderPage, InstanceId, JobId, ObjectRef, Report, Waveform } from '../domain';
import { anyone, type CallShape, nothing } from './call-shape';

const one = z.object({ object: ObjectRef });
const refused = z.object({ jobId: JobId, at: z.int().min(0).max(10_000) });

/** Objects as they are: their elements, and what they say when they are no pictures. */
export const objectCalls = {
  /** One page of the lines of an object's header; `toggled` are opened (or, with `allOpen`, closed). A `query` lists what matches, with what it stands in. */
  'object.header': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: z.object({
      object: ObjectRef,
      allOpen: z.boolean().default(false),
      toggled: z.array(z.int().min(0)).max(20_000).default([]),
      query: z.string().max(200).default(''),
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
    response: HeaderPage,
  },
  /** Text to copy: one value, one line, or all lines (cut where it gets too long, and it says so). */
  'object.headerText': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: z.object({ object: ObjectRef, what: z.enum(['value', 'line', 'all']), row: z.int().min(0).default(0) }),
    response: z.object({ text: z.string().max(100_000), cut: z.boolean() }),
  },
  /** A frame in 64 x 64 pixels, RGB of 8 bits: made once, then kept. Rejects in words where it cannot be decoded. */
  'image.thumbnail': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 120_000,
    request: z.object({
      instanceId: InstanceId,
      frameIndex: z
        .int()
        .min(0)
        .max(2 ** 31),
      /** Number of a tile of a mosaic; absent: the frame as it stands in the object. */
      tile: z.int().min(1).max(65_535).optional(),
    }),
    response: z.object({ rgb: z.instanceof(Uint8Array) }),
  },
  /** A structured report or a key object selection as its content items. */
  'object.report': { servedBy: 'services', roles: anyone, idempotent: true, timeoutMs: 60_000, request: one, response: Report },
  'object.waveform': { servedBy: 'services', roles: anyone, idempotent: true, timeoutMs: 60_000, request: one, response: Waveform },
  /** Samples of all channels of a group, in the units that `object.waveform` names; fewer than asked for at the end, or where they are many. */
  'object.samples': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: one.extend({
      group: z.int().min(0).max(1000),
      from: z.int().min(0),
      count: z
        .int()
        .min(1)
        .max(2 ** 21),
    }),
    response: z.object({ channels: z.array(z.instanceof(Float32Array)) }),
  },
  /** The document or film that an object wraps, and its bytes piece by piece (decision 0081). */
  'object.part': { servedBy: 'services', roles: anyone, idempotent: true, timeoutMs: 60_000, request: one, response: EncapsulatedPart },
  'object.partBytes': {
    servedBy: 'services',
    roles: anyone,
    idempotent: true,
    timeoutMs: 60_000,
    request: one.extend({
      offset: z.int().min(0),
      length: z
        .int()
        .min(1)
        .max(2 ** 22),
    }),
    response: z.object({ bytes: z.instanceof(Uint8Array) }),
  },
  /** The file at the source that a line of an import's list is about: asked by main only, which shows it in its folder. */
  'job.refusedFile': { servedBy: 'services', roles: ['system'], request: refused, response: z.object({ path: z.string() }) },
  /** The page names the line; the path stays with the services and main. */
  'shell.showRefused': { servedBy: 'main', roles: anyone, request: refused, response: nothing },
} as const satisfies Record<string, CallShape>;
