/**
 * V8's flags for the services. What arrives makes short-lived objects without end, and V8 lets garbage stand for as long as the machine has memory: measured over 9,000
 * stored objects, 28 MiB of living objects in a heap of 120. So the young generation is kept small, the old one is looked through from 32 MiB on, and grows less
 * between two looks, which V8 does below 1 GiB. Bytes of objects are in bounded buffers outside of this heap.
 */
const HEAP_FLAGS = ['--max-semi-space-size=8', '--initial-old-space-size=32', '--max-old-space-size=1000'] as const;

/** For `utilityProcess.fork`: a process of Chromium takes them in one switch. */
export const SERVICES_EXEC_ARGV: readonly string[] = [`--js-flags=${HEAP_FLAGS.join(' ')}`];

/** For the same services in plain Node. */
export const SERVICES_NODE_ARGS: readonly string[] = HEAP_FLAGS;
