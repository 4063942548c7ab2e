/**
 * Rows put aside: the rest of an open result, kept while its connection does something else. The first blocks stay in
 * memory, later ones go to a file; they come back in order.
 */
import { PgError } from "../api/error.ts";
import type { RowBlock } from "../api/executor.ts";

/** What is kept in memory before the file begins, in bytes. */
const memoryLimit = 8 << 20;

/** Before each block in the file: its bytes and its rows, little-endian. */
const headerSize = 8;

/** Written by `push`, then read by `next`. */
export interface Aside {
  /** Adds a block. Fails with 53100 or 58030 when the file cannot be written. */
  push(block: RowBlock): Promise<void>;
  /** The next block, or `null` when there is none left. */
  next(): Promise<RowBlock | null>;
  /** Frees the memory and removes the file. */
  close(): Promise<void>;
}

/** An empty {@linkcode Aside} whose file, if one is needed, is made in `directory`. */
export function aside(directory: string, limit = memoryLimit): Aside {
  const kept: RowBlock[] = [];
  let keptBytes = 0;
  let file: SpillFile | null = null;

  return {
    async push(block) {
      if (file === null && keptBytes + block.bytes.length <= limit) {
        keptBytes += block.bytes.length;
        kept.push(block);
        return;
      }
      file ??= await createSpillFile(directory);
      await file.append(block);
    },
    async next() {
      return kept.shift() ?? await file?.read() ?? null;
    },
    async close() {
      kept.length = 0;
      await file?.close();
      file = null;
    },
  };
}

interface SpillFile {
  append(block: RowBlock): Promise<void>;
  read(): Promise<RowBlock | null>;
  close(): Promise<void>;
}

async function createSpillFile(directory: string): Promise<SpillFile> {
  const path = await guarded(async () => {
    await Deno.mkdir(directory, { recursive: true });
    return await Deno.makeTempFile({ dir: directory, prefix: "rows-" });
  });
  const file = await guarded(() => Deno.open(path, { read: true, write: true }));
  await Deno.remove(path).catch(() => {}); // out of others' sight while it is open, where the system lets us
  let reading = false;
  let open = true;

  return {
    append: (block) =>
      guarded(async () => {
        const header = new Uint8Array(headerSize);
        const view = new DataView(header.buffer);
        view.setUint32(0, block.bytes.length, true);
        view.setUint32(4, block.rows, true);
        await writeAll(file, header);
        await writeAll(file, block.bytes);
      }),
    read: () =>
      guarded(async () => {
        if (!reading) await file.seek(0, Deno.SeekMode.Start);
        reading = true;
        const header = await readExactly(file, headerSize);
        if (header === null) return null;
        const view = new DataView(header.buffer);
        const bytes = await readExactly(file, view.getUint32(0, true));
        return bytes && { bytes, rows: view.getUint32(4, true) };
      }),
    async close() {
      if (!open) return;
      open = false;
      file.close();
      await Deno.remove(path).catch(() => {}); // the whole folder may be gone already
    },
  };
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await file.write(bytes.subarray(written));
}

/** Exactly `size` bytes, or `null` at the end of the file. */
async function readExactly(file: Deno.FsFile, size: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) return null;
    filled += count;
  }
  return bytes;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const full = /no space left|ENOSPC|quota/i.test(text);
    throw new PgError(full ? "53100" : "58030", "could not use a temporary file for a suspended result", {
      detail: text,
      cause,
    });
  }
}
