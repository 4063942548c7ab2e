/**
 * Buffers of one size that are used again. A stream of rows fills thousands of them: fresh ones cost a page fault every
 * 4 KiB, and V8 collects all its garbage each time some 50 MB of them have come together, which on a stream of long strings
 * was half of a process's CPU.
 */
export interface SpareBuffers {
  /** One of them, with whatever it was filled with. */
  take(): Uint8Array<ArrayBuffer>;
  /** Nobody reads it any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void;
}

/** @param most how many are kept for later; more than that are garbage */
export function spareBuffers(size: number, most: number): SpareBuffers {
  const spare: Uint8Array<ArrayBuffer>[] = [];
  return {
    take: () => spare.pop() ?? new Uint8Array(size),
    give(buffer) {
      if (spare.length < most) spare.push(buffer);
    },
  };
}
