import type { RowBlock } from "../../worker/api/executor.ts";

/**
 * Cuts a block of DataRow messages behind its first `rows` rows. Each message tells its own length (type byte, then
 * an int32 that counts itself and what follows), so no row has to be decoded.
 *
 * @returns the first part, and the rest or `null` when nothing is left
 */
export function splitBlock(block: RowBlock, rows: number): [RowBlock, RowBlock | null] {
  if (rows >= block.rows) return [block, null];
  const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  let at = 0;
  for (let row = 0; row < rows; row++) at += 1 + view.getInt32(at + 1);
  return [
    { bytes: block.bytes.subarray(0, at), rows },
    { bytes: block.bytes.subarray(at), rows: block.rows - rows },
  ];
}
