/** CREATE SCHEMA, and what is made with it. */
import type { CreateSchemaStmt, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { engineSchema } from "../../sql/ddl/relation.ts";
import { analyze, type Statement } from "../../sql/mod.ts";
import { nodeType } from "../../sql/utility.ts";
import { tokenAtLocation } from "../../sql/ddl/extents.ts";
import { isKeyword } from "../../sql/lexer.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { sourceOf } from "../../sql/source.ts";
import type { SessionContext } from "../context.ts";
import { currentSearchPath, setSearchPath } from "../engine_path.ts";
import { sqlContext } from "../sql_context.ts";
import { schemaExists } from "./drop.ts";
import { requireRole } from "./roles.ts";
import { reservedName } from "./rename.ts";
import { engine, skipNotice } from "./steps.ts";

/**
 * CREATE SCHEMA.
 *
 * @param runElement makes what is defined in it
 * @throws PgError 42P06, 42939, 42704
 */
export async function createSchema(
  session: SessionContext,
  statement: Statement,
  tree: CreateSchemaStmt,
  runElement: (element: Statement) => Promise<void>,
): Promise<void> {
  await requireRole(session, tree.authrole);
  const name = tree.schemaname ?? tree.authrole?.rolename ?? session.user;
  if (name.startsWith("pg_")) throw reservedName(name);
  if (await schemaExists(session, name) && !(name === "public" && session.publicDropped)) {
    if (!tree.if_not_exists) throw new PgError("42P06", `schema "${name}" already exists`);
    return skipNotice(session, "42P06", `schema "${name}" already exists`);
  }
  if (name === "public") session.publicDropped = false;
  else await engine(session, `CREATE SCHEMA ${quoteName(engineSchema(name))}`);
  const elements = tree.schemaElts ?? [];
  if (elements.length === 0) return;
  const path = await currentSearchPath(session.executor);
  const extended = `${quoteName(engineSchema(name))},${path}`;
  await setSearchPath(session.executor, extended);
  try {
    for (const text of elementTexts(statement, elements)) {
      await runElement(analyze({ text, start: 0 }, sqlContext(session.settings.render())));
    }
  } finally {
    await setSearchPath(session.executor, path);
  }
}

/** Each element's own text; PostgreSQL makes tables before views, whatever the order. */
function elementTexts(statement: Statement, elements: readonly Node[]): string[] {
  const source = sourceOf(statement.source);
  const begins = elements.map((element) => {
    const at = tokenAtLocation(source, locationOf(element));
    let first = at;
    while (
      first > 0 && !isKeyword(source.text, source.tokens[first], "create") &&
      !isKeyword(source.text, source.tokens[first], "grant")
    ) first--;
    return source.tokens[first].start;
  });
  const texts = begins.map((begin, i) => source.text.slice(begin, begins[i + 1] ?? source.text.length));
  const late = (i: number) =>
    Number(nodeType(elements[i]) === "ViewStmt") + Number(nodeType(elements[i]) === "GrantStmt");
  return texts.map((text, i) => ({ text, late: late(i) })).sort((a, b) => a.late - b.late).map(({ text }) =>
    text
  );
}

/** Where the element's relation is named. */
function locationOf(element: Node): number {
  const [fields] = Object.values(element) as { relation?: { location?: number } }[];
  const { relation, view, sequence, objects } = fields as {
    relation?: { location?: number };
    view?: { location?: number };
    sequence?: { location?: number };
    objects?: { RangeVar?: { location?: number } }[];
  };
  return (relation ?? view ?? sequence ?? objects?.[0]?.RangeVar)?.location ?? 0;
}
