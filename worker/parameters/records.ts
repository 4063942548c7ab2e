/**
 * Composite values from text.
 *
 * @see https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
import { PgError } from "../api/error.ts";

/**
 * The fields of a record's text; `null` for NULL, which is nothing at all.
 *
 * @param count how many there must be
 * @throws PgError 22P02
 * @example parseRecord('(1,"a ""b""",)', 3) // ["1", 'a "b"', null]
 */
export function parseRecord(text: string, count: number): (string | null)[] {
  const malformed = (detail: string) =>
    new PgError("22P02", `malformed record literal: "${text}"`, { detail });
  const end = text.length;
  let at = text.length - text.trimStart().length;
  if (text[at] !== "(") throw malformed("Missing left parenthesis.");
  at++;
  const fields: (string | null)[] = [];
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      if (text[at] !== ",") throw malformed("Too few columns.");
      at++;
    }
    if (text[at] === "," || text[at] === ")") {
      fields.push(null);
      continue;
    }
    let field = "";
    let quoted = false;
    while (quoted || (text[at] !== "," && text[at] !== ")")) {
      if (at >= end) throw malformed("Unexpected end of input.");
      const char = text[at++];
      if (char === "\\") {
        if (at >= end) throw malformed("Unexpected end of input.");
        field += text[at++];
      } else if (char !== '"') field += char;
      else if (!quoted) quoted = true;
      else if (text[at] === '"') field += text[at++];
      else quoted = false;
    }
    fields.push(field);
  }
  if (text[at] !== ")") throw malformed("Too many columns.");
  if (text.slice(at + 1).trim() !== "") throw malformed("Junk after right parenthesis.");
  return fields;
}
