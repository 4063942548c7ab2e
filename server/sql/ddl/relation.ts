import type { Node, RangeVar } from "libpg-query";
import { nameParts } from "../constant.ts";
import { quoteName } from "../../../worker/api/quote.ts";

/** A name of an object as a statement gives it, in PostgreSQL's terms; without a schema the search path decides. */
export interface ObjectName {
  schema: string | null;
  name: string;
}

/** The name in a FROM-like place. */
export function relationName({ schemaname, relname }: RangeVar): ObjectName {
  return { schema: schemaname ?? null, name: relname ?? "" };
}

/** The name in a list of names (`DROP`, `COMMENT ON`): a `List` of strings, a type name, or one string. */
export function objectName(node: Node): ObjectName {
  const parts = "List" in node
    ? nameParts(node.List.items)
    : "TypeName" in node
    ? nameParts(node.TypeName.names)
    : "ObjectWithArgs" in node
    ? nameParts(node.ObjectWithArgs.objname)
    : nameParts([node]);
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? "" };
}

/** As PostgreSQL's messages write it: `s.t` where a schema was given. */
export function writtenName({ schema, name }: ObjectName): string {
  return schema === null ? name : `${schema}.${name}`;
}

/** DuckDB's name of a schema: `public` is `main`. */
export function engineSchema(schema: string): string {
  return schema === "public" ? "main" : schema;
}

/** The name in DuckDB's SQL. */
export function engineName({ schema, name }: ObjectName): string {
  return schema === null ? quoteName(name) : `${quoteName(engineSchema(schema))}.${quoteName(name)}`;
}
