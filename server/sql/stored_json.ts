/**
 * Values that are stored in columns of type json, which keep a text as it is written: DuckDB's JSON is jsonb otherwise, of
 * which literals and parameters are read into jsonb's own form.
 */
import type { A_Const, Node } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import { oids } from "../../worker/api/types.ts";
import type { DeclaredRelations } from "./column_types.ts";
import type { MoreEdits } from "./statement.ts";
import { storedValues } from "./stored_values.ts";
import { defaultLiteralSettings, literalExpression } from "./types/literal.ts";

export interface StoredJson {
  /** What makes json of the literals; `null` where there are none. */
  edits: MoreEdits | null;
  /** The numbers of the parameters. */
  parameters: readonly number[];
}

/** What of a statement is stored as json. */
export function storedJson(tree: Node, declared: DeclaredRelations): StoredJson {
  const literals: A_Const[] = [];
  const parameters: number[] = [];
  for (const [value, column] of storedValues(tree, declared)) {
    if (column?.oid !== oids.json) continue;
    if ("A_Const" in value && value.A_Const.sval) literals.push(value.A_Const);
    if ("ParamRef" in value) parameters.push(value.ParamRef.number ?? 0);
  }
  const edits: MoreEdits = (input) => literals.forEach((literal) => keep(literal, input));
  return { edits: literals.length > 0 ? edits : null, parameters };
}

function keep({ sval, location = 0 }: A_Const, { source, edits, refuse }: Parameters<MoreEdits>[0]): void {
  const { tokens } = source;
  const first = source.tokenAt(source.offsetOfByte(location));
  let last = first;
  while (tokens[last + 1]?.kind === "string") last++;
  try {
    const type = { name: "json", modifiers: [], isArray: false };
    const expression = literalExpression(type, sval?.sval ?? "", defaultLiteralSettings);
    if (expression !== null) edits.replace(tokens[first].start, tokens[last].end, expression);
  } catch (error) {
    if (!(error instanceof PgError)) throw error;
    refuse(error, tokens[first].start);
  }
}
