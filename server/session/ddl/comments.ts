import type { CommentStmt } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../../sql/constant.ts";
import { type ObjectName, objectName, writtenName } from "../../sql/ddl/relation.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { schemaExists } from "./drop.ts";
import {
  type DatabaseObject,
  findType,
  kindWords,
  type ObjectKind,
  relationKinds,
  requireRelation,
} from "./objects.ts";
import { comment, rowsOf } from "./steps.ts";
import { writeColumnComment } from "./stored_table.ts";
import { readComment } from "./notes.ts";

/** Whether this is a comment on something that can have one here. */
export function commentable({ objtype }: CommentStmt): boolean {
  return objtype !== undefined &&
    (relationKinds[objtype] !== undefined ||
      [
        "OBJECT_COLUMN",
        "OBJECT_TYPE",
        "OBJECT_DOMAIN",
        "OBJECT_TABCONSTRAINT",
        "OBJECT_SCHEMA",
        "OBJECT_DATABASE",
      ]
        .includes(objtype));
}

/**
 * COMMENT ON. DuckDB keeps the comment; those on constraints are kept with their table.
 *
 * @throws PgError 42P01, 42703, 42704, 42809; 0A000 for schemas and databases, which have no place for one
 */
export async function commentOn(session: SessionContext, tree: CommentStmt): Promise<void> {
  const text = tree.comment === undefined || tree.comment === "" ? null : tree.comment;
  switch (tree.objtype) {
    case "OBJECT_COLUMN":
      return await commentOnColumn(session, tree, text);
    case "OBJECT_TABCONSTRAINT":
      return await commentOnConstraint(session, tree, text);
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return await commentOnType(session, objectName(tree.object!), text);
    case "OBJECT_SCHEMA":
    case "OBJECT_DATABASE":
      return await refuseComment(session, tree);
    default: {
      const object = await requireRelation(session, objectName(tree.object!));
      requireKind(object, relationKinds[tree.objtype!]!);
      await comment(session, kindWords[object.kind], object, text, object.notes);
    }
  }
}

function requireKind({ kind, name }: DatabaseObject, wanted: ObjectKind): void {
  if (kind === wanted) return;
  throw new PgError("42809", `"${name}" is not ${/^[aeiou]/.test(wanted) ? "an" : "a"} ${wanted}`);
}

/** `s.t.c`: a table and its column. */
async function commentOnColumn(
  session: SessionContext,
  tree: CommentStmt,
  text: string | null,
): Promise<void> {
  const [column, table, schema] = partsOf(tree).toReversed();
  const object = await requireRelation(session, { schema: schema ?? null, name: table });
  const rows = await rowsOf(
    session,
    `SELECT comment FROM duckdb_columns() WHERE table_oid = ${object.oid} AND column_name = ${
      quoteText(column)
    }`,
  );
  if (rows.length === 0) {
    throw new PgError("42703", `column "${column}" of relation "${object.name}" does not exist`);
  }
  const { declared } = readComment(rows[0][0]).notes;
  await writeColumnComment(session, object, column, text, declared ?? null);
}

async function commentOnConstraint(
  session: SessionContext,
  tree: CommentStmt,
  text: string | null,
): Promise<void> {
  const [constraint, table, schema] = partsOf(tree).toReversed();
  const object = await requireRelation(session, { schema: schema ?? null, name: table });
  const rows = await rowsOf(
    session,
    `FROM __duckgres.main.duckgres_named_constraint WHERE table_oid = ${object.oid} AND name = ${
      quoteText(constraint)
    }`,
  );
  if (rows.length === 0) {
    throw new PgError("42704", `constraint "${constraint}" for table "${object.name}" does not exist`);
  }
  const { [constraint]: _before, ...others } = object.notes.constraintComments ?? {};
  const all = text === null ? others : { ...others, [constraint]: text };
  const constraintComments = Object.keys(all).length > 0 ? all : undefined;
  await comment(session, kindWords[object.kind], object, object.comment, {
    ...object.notes,
    constraintComments,
  });
}

async function commentOnType(session: SessionContext, name: ObjectName, text: string | null): Promise<void> {
  const object = await findType(session, name);
  if (!object) throw new PgError("42704", `type "${writtenName(name)}" does not exist`);
  await comment(session, "TYPE", object, text, object.notes);
}

async function refuseComment(session: SessionContext, tree: CommentStmt): Promise<never> {
  const what = tree.objtype === "OBJECT_SCHEMA" ? "schemas" : "databases";
  const { name } = objectName(tree.object!);
  if (what === "schemas" && !await schemaExists(session, name)) {
    throw new PgError("3F000", `schema "${name}" does not exist`);
  }
  throw new PgError("0A000", `comments on ${what} are not supported`);
}

function partsOf(tree: CommentStmt): string[] {
  const object = tree.object!;
  return "List" in object ? nameParts(object.List.items) : nameParts([object]);
}
