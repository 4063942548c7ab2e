import type { Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { endOfName } from "../extent.ts";
import { identifierOf } from "../lexer.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/** Types that DuckDB does not know by PostgreSQL's name, as the type whose values they hold. */
export const types: Transform = { visit: { TypeName: typeName } };

const engineNames: Record<string, string> = {
  name: "VARCHAR",
  cstring: "VARCHAR",
  unknown: "VARCHAR",
  citext: "VARCHAR",
  xml: "VARCHAR",
  inet: "VARCHAR",
  cidr: "VARCHAR",
  macaddr: "VARCHAR",
  macaddr8: "VARCHAR",
  tsvector: "VARCHAR",
  tsquery: "VARCHAR",
  jsonb: "JSON",
  xid: "BIGINT",
  cid: "BIGINT",
};

function typeName(node: Fields, { source, edits }: TransformInput): void {
  const parts = nameParts(node.names as Node[]);
  const target = engineNames[parts.at(-1) ?? ""];
  if (!target || (parts.length === 2 && parts[0] !== "pg_catalog")) return;
  const first = source.tokenAt(source.offsetOfByte(Number(node.location ?? 0)));
  const token = source.tokens[endOfName(source, first) - 1];
  if (identifierOf(source.text, token) === parts.at(-1)) edits.replace(token.start, token.end, target);
}
