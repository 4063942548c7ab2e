/** Types of the database's own, as far as literals of them need it: what DuckDB calls them, and their fields. */
import { elementOidOf, typeByOid } from "../../worker/api/types.ts";
import { parseArray, parseRecord } from "../../worker/api/input.ts";
import { quoteName, quoteText } from "../../worker/api/quote.ts";
import type { Executor } from "../../worker/api/executor.ts";
import { literalExpression, type LiteralSettings } from "../sql/types/literal.ts";
import { engineRows } from "./engine_rows.ts";

/** An enum or a composite type. */
export interface OwnType {
  /** What to cast to. */
  path: string;
  /** The OIDs of a composite type's fields; `null` for an enum. */
  fields: readonly number[] | null;
}

/** Those among the types, and the types of their fields, by OID. */
export type OwnTypes = ReadonlyMap<number, OwnType>;

const firstUserOid = 16384;

/** Reads what is known of the types with these OIDs; arrays stand for their elements. */
export async function readOwnTypes(executor: Executor, oids: readonly number[]): Promise<OwnTypes> {
  const known = new Map<number, OwnType>();
  for (let open = ownOids(oids); open.length > 0;) {
    const rows = await engineRows(
      executor,
      `SELECT CAST(type_oid AS VARCHAR), logical_type, database_name, schema_name, type_name
       FROM system.main.duckdb_types()
       WHERE logical_type IN ('ENUM', 'STRUCT') AND type_oid IN (${open.join(", ")})`,
    );
    for (const [oid, kind, ...name] of rows) {
      const path = name.map((part) => quoteName(part ?? "")).join(".");
      known.set(Number(oid), { path, fields: kind === "STRUCT" ? await fieldsOf(executor, path) : null });
    }
    const read = rows.flatMap(([oid]) => known.get(Number(oid))?.fields ?? []);
    open = ownOids(read).filter((oid) => !known.has(oid));
  }
  return known;
}

function ownOids(oids: readonly number[]): number[] {
  return [...new Set(oids.map((oid) => elementOidOf(oid) || oid).filter((oid) => oid >= firstUserOid))];
}

async function fieldsOf(executor: Executor, path: string): Promise<number[]> {
  const prepared = await executor.prepare(`SELECT unnest(CAST(NULL AS ${path}))`);
  prepared.close();
  return (prepared.columns ?? []).map(({ type }) => type.oid);
}

/**
 * A literal as a DuckDB expression of the type with this OID; `null` where DuckDB reads the text as PostgreSQL does.
 *
 * @throws PgError as PostgreSQL's input functions do
 */
export function expressionOf(
  text: string,
  oid: number,
  ownTypes: OwnTypes,
  settings: LiteralSettings,
): string | null {
  const element = elementOidOf(oid);
  const own = ownTypes.get(element || oid);
  if (own) return element === 0 ? ownExpression(text, own, ownTypes, settings) : listOf(text);
  const name = typeByOid(element || oid)?.name;
  // Digits fit into whatever precision the column has.
  if (!name || (name === "numeric" && /^[-+]?[\d.]+$/.test(text))) return null;
  return literalExpression({ name, modifiers: [], isArray: element !== 0 }, text, settings);

  function listOf(text: string): string {
    const array = parseArray(text, 0, (item) => ({ kind: "text", value: item }));
    const list = ({ elements }: typeof array): string => {
      const items = elements.map((item) => {
        if (item?.kind === "array") return list(item);
        return item?.kind === "text" ? ownExpression(item.value, own!, ownTypes, settings) : "NULL";
      });
      return `[${items.join(", ")}]`;
    };
    return `CAST(${list(array)} AS ${own!.path}${"[]".repeat(Math.max(1, array.dimensions))})`;
  }
}

function ownExpression(
  text: string,
  { path, fields }: OwnType,
  ownTypes: OwnTypes,
  settings: LiteralSettings,
): string {
  if (fields === null) return `CAST(${quoteText(text)} AS ${path})`;
  const items = parseRecord(text, fields.length).map((item, i) =>
    item === null ? "NULL" : expressionOf(item, fields[i], ownTypes, settings) ?? quoteText(item)
  );
  return `CAST(row(${items.join(", ")}) AS ${path})`;
}
