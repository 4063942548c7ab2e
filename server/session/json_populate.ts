import type { FuncCall, Node, RangeFunction, TypeCast } from "libpg-query";
import { PgError } from "../../worker/api/error.ts";
import { callText } from "../sql/call.ts";
import { lastPart, nameParts } from "../sql/constant.ts";
import { type MoreEdits, type Statement, treeOf } from "../sql/mod.ts";
import { callOf, type RecordField, writeRecords } from "../sql/transforms/json_records.ts";
import { walk } from "../sql/walk.ts";
import { quoteName } from "../../worker/api/quote.ts";
import type { SessionContext } from "./context.ts";
import { findRelation, findType, pathOf } from "./ddl/objects.ts";
import { engineRows } from "./engine_rows.ts";

/**
 * `FROM json_populate_record(null::t, document)` and its likes: the fields are those of a table or a composite type, which
 * only the database tells. DuckDB is asked first, and knows no such function.
 *
 * @returns `null` where there is no such call
 * @throws PgError 0A000 for calls elsewhere, and for a record that is not NULL
 * @see https://www.postgresql.org/docs/18/functions-json.html#FUNCTIONS-JSON-PROCESSING
 */
export async function jsonPopulate(
  session: SessionContext,
  statement: Statement,
  error: unknown,
): Promise<MoreEdits | null> {
  if (!(error instanceof PgError) || error.sqlstate !== "42883" || !/_populate_record/.test(error.message)) {
    return null;
  }
  const tree = treeOf(statement);
  const calls = tree ? callsIn(tree) : [];
  const known = new Map<Call, RecordField[]>();
  for (const one of calls) {
    const type = nullOf(one.call.args?.[0]);
    if (!type) {
      const hint = `Use ${one.name.replace("populate", "to")}() with a list of columns.`;
      throw new PgError("0A000", `${one.name}() of a record that is not NULL is not supported`, { hint });
    }
    known.set(one, await fieldsOf(session, type));
  }
  if (known.size === 0) return null;
  return (input) => {
    const { source, edits } = input;
    for (const [{ call, name, hasAlias }, fields] of known) {
      const written = callText(source, call);
      if (written?.arguments.length !== 2) continue;
      const type = name.startsWith("jsonb") ? "jsonb" : "json";
      writeRecords(written, written.arguments[1], type, name.endsWith("set"), fields, input);
      const { end } = source.tokens[written.close];
      if (!hasAlias) edits.wrap(end, end, "", ` AS ${quoteName(name)}`);
    }
  };
}

/** A call in FROM. */
interface Call {
  call: FuncCall;
  name: string;
  hasAlias: boolean;
}

function callsIn(tree: Node): Call[] {
  const calls: Call[] = [];
  walk(tree, (type, node) => {
    if (type !== "RangeFunction") return;
    const { functions, alias } = node as RangeFunction;
    const call = callOf(functions);
    const name = lastPart(call?.funcname) ?? "";
    if (call && /^jsonb?_populate_record(set)?$/.test(name)) calls.push({ call, name, hasAlias: !!alias });
  });
  return calls;
}

/** The type of `null::type`. */
function nullOf(node: Node | undefined): TypeCast["typeName"] | null {
  const cast = node && "TypeCast" in node ? node.TypeCast : null;
  return cast?.arg && "A_Const" in cast.arg && cast.arg.A_Const.isnull ? cast.typeName : null;
}

async function fieldsOf(
  session: SessionContext,
  typeName: NonNullable<TypeCast["typeName"]>,
): Promise<RecordField[]> {
  const [name, schema] = nameParts(typeName.names).toReversed();
  const relation = await findRelation(session, { schema: schema ?? null, name });
  const type = relation ? null : await findType(session, { schema: schema ?? null, name });
  if (!relation && !type) throw new PgError("42704", `type "${name}" does not exist`);
  const query = relation ? `FROM ${pathOf(relation)}` : `SELECT unnest(CAST(NULL AS ${pathOf(type!)}))`;
  const rows = await engineRows(session.executor, `SELECT column_name, column_type FROM (DESCRIBE ${query})`);
  return rows.map(([name, type]) => ({ name: name!, type: type!, isText: type === "VARCHAR" }));
}
