/** Statements that define things: what the session does for them, in steps and as one. */
import type { Node } from "libpg-query";
import type { Command, Statement } from "../../sql/mod.ts";
import type { Plan, SessionContext } from "../context.ts";
import { refuseWriteWhenReadOnly } from "../read_only.ts";
import { refuseWhenInterrupted } from "../running.ts";
import { commentable, commentOn } from "./comments.ts";
import { createTable } from "./create_table.ts";
import { drop, drops } from "./drop.ts";
import { createIndex } from "./indexes.ts";
import { alterSequence, createSequence } from "./sequences.ts";
import { truncate } from "./truncate.ts";

type Steps = (session: SessionContext) => Promise<void>;

/** The plan of a statement that DuckDB cannot run as one of its own; `null` for any other. */
export function definitionPlan(
  session: SessionContext,
  statement: Statement,
  command: Extract<Command, { kind: "utility" }>,
): Plan | null {
  const steps = stepsOf(command.tree, statement);
  if (!steps) return null;
  const run = async () => {
    refuseWriteWhenReadOnly(session, statement);
    // All of it or nothing: what several statements share is committed, or undone, when this one has ended.
    await session.transaction.openImplicit();
    session.transaction.noteQuery();
    refuseWhenInterrupted(session);
    await steps(session);
    return { tag: command.tag };
  };
  return { kind: "session", statement, columns: [], run };
}

function stepsOf(tree: Node, statement: Statement): Steps | null {
  if ("CreateStmt" in tree) return (session) => createTable(session, statement, tree.CreateStmt);
  if ("DropStmt" in tree && drops(tree.DropStmt)) return (session) => drop(session, tree.DropStmt);
  if ("IndexStmt" in tree) return (session) => createIndex(session, statement, tree.IndexStmt);
  if ("CreateSeqStmt" in tree) return (session) => createSequence(session, tree.CreateSeqStmt);
  if ("AlterSeqStmt" in tree) return (session) => alterSequence(session, tree.AlterSeqStmt);
  if ("TruncateStmt" in tree) return (session) => truncate(session, tree.TruncateStmt);
  if ("CommentStmt" in tree && commentable(tree.CommentStmt)) {
    return (session) => commentOn(session, tree.CommentStmt);
  }
  return null;
}
