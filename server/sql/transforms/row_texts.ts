import type { RowExpr, TypeCast } from "libpg-query";
import { isStarReference } from "../column_names.ts";
import { lastPart } from "../constant.ts";
import { splitAtCommas, tokenAtLocation } from "../ddl/extents.ts";
import { closingIndex, isSymbol } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `row(a, b)::text` is `(1,x)`, with quotes where a field needs them; DuckDB writes `(1, x)`.
 *
 * @see https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
export const rowTexts: Transform = {
  visit: {
    TypeCast: (fields, input) => {
      const { arg, typeName } = fields as TypeCast & Fields;
      if (!arg || !("RowExpr" in arg) || typeName?.typmods || typeName?.arrayBounds) return;
      if (texts.has(lastPart(typeName?.names) ?? "")) write(arg.RowExpr, input);
    },
  },
};

const texts = new Set(["text", "varchar"]);

function write({ args = [], location }: RowExpr, { source, edits }: TransformInput): void {
  if (args.some(isStarReference) || args.length === 0) return;
  const { text, tokens } = source;
  const first = tokenAtLocation(source, location);
  const open = isSymbol(text, tokens[first], "(") ? first : first + 1;
  const close = closingIndex(text, tokens, open);
  edits.replace(tokens[first].start, tokens[open].end, "duckgres_row_text([");
  for (const item of splitAtCommas(source, { first: open + 1, end: close })) {
    edits.wrap(tokens[item.first].start, tokens[item.end - 1].end, "duckgres_field_text(", ")");
  }
  edits.replace(tokens[close].start, tokens[close].end, "])");
}
