import type { Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart } from "../constant.ts";
import { closingIndex, isSymbol } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform } from "./transform.ts";

/** `TABLESAMPLE bernoulli (50)` is a percentage; a bare number is a number of rows to DuckDB. */
export const tableSample: Transform = {
  visit: {
    RangeTableSample(fields: Fields, { source, edits, refuse }) {
      const method = lastPart(fields.method as Node[]) ?? "";
      const first = source.tokenAt(source.offsetOfByte(Number(fields.location ?? 0)));
      if (method !== "bernoulli" && method !== "system") {
        return refuse(
          new PgError("42704", `tablesample method ${method} does not exist`),
          source.tokens[first].start,
        );
      }
      const percent = constantNumber(fields.args as Node[] | undefined);
      if (percent !== null && !(percent >= 0 && percent <= 100)) {
        return refuse(
          new PgError("2202H", "sample percentage must be between 0 and 100"),
          source.tokens[first].start,
        );
      }
      const open = source.tokens.findIndex((token, i) => i >= first && isSymbol(source.text, token, "("));
      const close = source.tokens[closingIndex(source.text, source.tokens, open)];
      edits.wrap(close.start, close.start, " PERCENT", "");
    },
  },
};

/** The one argument, where it is a number. */
function constantNumber(args: readonly Node[] | undefined): number | null {
  const text = args?.length === 1 ? constantText(args[0]) : null;
  return text === null ? null : Number(text);
}
