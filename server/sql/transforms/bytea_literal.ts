import type { TypeCast } from "libpg-query";
import { nameParts } from "../constant.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * A bytea literal (`'\x01ff'::bytea`, `'a\\000b'::bytea`): DuckDB reads `\x` before each single byte and knows neither
 * of PostgreSQL's formats, so the bytes are written its way. What is no valid bytea is left to DuckDB to refuse.
 *
 * @see https://www.postgresql.org/docs/16/datatype-binary.html
 */
export const byteaLiteral: Transform = { visit: { TypeCast: cast } };

function cast(fields: Fields, { source, edits }: TransformInput): void {
  const { arg, typeName } = fields as TypeCast;
  if (!arg || !("A_Const" in arg) || typeName?.arrayBounds) return;
  if (nameParts(typeName?.names).at(-1) !== "bytea") return;
  if (!arg.A_Const.sval) return;
  // An empty text has an empty node.
  const bytes = byteaBytes(arg.A_Const.sval.sval ?? "");
  if (!bytes) return;
  const token = source.tokens[source.tokenAt(source.offsetOfByte(arg.A_Const.location ?? 0))];
  edits.replace(token.start, token.end, engineLiteral(bytes));
}

/** The bytes of bytea text in either format; `null` when it is neither. */
export function byteaBytes(text: string): Uint8Array | null {
  return text.startsWith("\\x") ? hexBytes(text.slice(2)) : escapedBytes(text);
}

function hexBytes(text: string): Uint8Array | null {
  // White space is allowed between bytes.
  const digits = text.replaceAll(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** `\\` is a backslash and `\ooo` an octal byte; everything else is itself. */
function escapedBytes(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/\\\\|\\[0-3][0-7]{2}|[^\\]+|\\/g)) {
    if (part === "\\") return null;
    if (part === "\\\\") bytes.push(0x5c);
    else if (part.startsWith("\\")) bytes.push(parseInt(part.slice(1), 8));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return Uint8Array.from(bytes);
}

function engineLiteral(bytes: Uint8Array): string {
  return `'${
    Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("")
  }'`;
}
