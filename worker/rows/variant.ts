/** Columns of VARIANT as JSON. */
import type { RenderSettings } from "../api/executor.ts";
import type { Codec } from "./codec.ts";
import { writeAscii } from "./output.ts";

export function variantJson(_settings: RenderSettings): Codec {
  return { size: 8, quotable: true, load: () => {}, write: (_row, at) => writeAscii("null", at) };
}
