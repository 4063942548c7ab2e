/**
 * The types of the columns of the tables that a statement names, for what is decided by them (`sql/relation_types.ts`). The
 * engine is asked once for a table; what it said is kept until there may be other tables.
 */
import { createHash } from "node:crypto";
import type { Column } from "../../worker/api/executor.ts";
import { elementTypeOf, oids, typeByOid } from "../../worker/api/types.ts";
import { quoteName } from "../../worker/api/quote.ts";
import type { DeclaredRelations } from "../sql/column_types.ts";
import type { KnownType } from "../sql/known_type.ts";
import { analyze, analyzeTyped, type Statement } from "../sql/mod.ts";
import type { RelationTypes, TypedColumn, TypedColumns } from "../sql/relation_types.ts";
import type { SessionContext } from "./context.ts";
import { declaredRelations } from "./declared_columns.ts";
import { remembered } from "./definitions.ts";
import { enginePath } from "./engine_path.ts";
import { sqlContext } from "./sql_context.ts";

/** A relation as it was read, and what tells it from another. */
interface Reading {
  columns: TypedColumns;
  signature: string;
}

/** What a session has read, by the relations' names. */
interface Readings {
  path: string;
  relations: Map<string, Reading>;
}

const readings = remembered((_: SessionContext): Promise<Readings> =>
  Promise.resolve({ path: "", relations: new Map() })
);

/**
 * A statement, analysed with its columns' types where they matter.
 *
 * @throws PgError what PostgreSQL's analysis has against it then
 */
export async function withTypes(session: SessionContext, statement: Statement): Promise<Statement> {
  const { typesAsked } = statement;
  if (typesAsked === null) return statement;
  const context = sqlContext(session.settings.render(), statement.shown);
  const typed = analyzeTyped(statement, await typesOf(session, typesAsked), context);
  if (!typed.mistake) return typed;
  // Tables may have become others behind this session's back: nothing is refused for what was remembered.
  (await readings(session)).relations.clear();
  const again = analyzeTyped(statement, await typesOf(session, typesAsked), context);
  if (again.mistake) throw again.mistake;
  return again;
}

async function typesOf(session: SessionContext, names: readonly string[]): Promise<RelationTypes> {
  const [known, { schemas }] = [await readings(session), await enginePath(session.executor)];
  const path = schemas.join();
  if (known.path !== path) {
    known.path = path;
    known.relations.clear();
  }
  const found = new Map<string, TypedColumns>();
  let signature = "";
  for (const name of names) {
    let reading = known.relations.get(name);
    if (!reading) known.relations.set(name, reading = await read(session, name));
    found.set(name, reading.columns);
    signature += `${name}${reading.signature};`;
  }
  return { columns: found, signature };
}

/** A relation that is not there, or cannot be read, has no columns that are known. */
async function read(session: SessionContext, name: string): Promise<Reading> {
  const quoted = name.split(".").map(quoteName).join(".");
  const { sql } = analyze(
    { text: `select * from ${quoted}`, start: 0 },
    sqlContext(session.settings.render()),
  );
  try {
    const prepared = await session.executor.prepare(sql);
    prepared.close();
    const columns = typedColumns(prepared.columns ?? [], (await declaredRelations(session)).get(name));
    return { columns, signature: digestOf(JSON.stringify(columns)) };
  } catch {
    return { columns: null, signature: "" };
  }
}

/** Short, as it is part of what analysed statements are remembered by. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64").slice(0, 22);
}

const firstUserOid = 16384;

function typedColumns(
  columns: readonly Column[],
  declared: ReturnType<DeclaredRelations["get"]>,
): readonly TypedColumn[] {
  return columns.map(({ name, type }) => {
    const known = declared?.get(name);
    const column = { name, type: nameOf((known ?? type).oid, known !== undefined) };
    if (type.oid >= firstUserOid) return { ...column, isOwn: true };
    const { modifier } = known ?? type;
    return modifier >= 0 ? { ...column, declared: known ?? type } : column;
  });
}

/** The engine's structs are told as json. */
function nameOf(oid: number, isDeclared: boolean): KnownType {
  if (oid === oids.json && !isDeclared) return null;
  const element = elementTypeOf(oid);
  return element ? `${element.sqlName}[]` : typeByOid(oid)?.sqlName ?? null;
}
