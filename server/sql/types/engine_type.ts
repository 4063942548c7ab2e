import type { TypeName } from "libpg-query";
import { typeByName } from "../../../worker/api/types.ts";
import type { Source } from "../source.ts";
import { endOfType, namedType } from "./type_name.ts";

/** What DuckDB calls a type that a statement names; a user's own type by the name it is written with. */
export function engineType(typeName: TypeName, source: Source): string {
  const type = namedType(typeName);
  const known = type ? typeByName(type.name)?.duckdb : null;
  if (!type || !known) {
    const first = source.tokenAt(source.offsetOfByte(typeName.location ?? 0));
    return source.text.slice(source.tokens[first].start, source.tokens[endOfType(source, first) - 1].end);
  }
  const [precision, scale = 0] = type.modifiers;
  const numeric = precision === undefined ? "NUMERIC" : `DECIMAL(${precision}, ${scale})`;
  const name = type.name === "numeric" ? numeric : known;
  return name + "[]".repeat(typeName.arrayBounds?.length ?? 0);
}
