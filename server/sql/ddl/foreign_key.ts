/** Foreign keys as CREATE TABLE and ALTER TABLE define them. */
import type { Constraint } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { nameParts } from "../constant.ts";
import { type ObjectName, relationName } from "./relation.ts";

/** What becomes of referencing rows: PostgreSQL's letters in `pg_constraint`. */
export type KeyAction = "a" | "r" | "c" | "n" | "d";

/** What a foreign key demands, and what it does. */
export interface KeyRules {
  onUpdate: KeyAction;
  onDelete: KeyAction;
  /** The columns that `ON DELETE SET NULL (a)` sets, where these are not all. */
  setColumns?: readonly string[];
  /** MATCH FULL: all of its columns are NULL, or none. */
  matchFull?: boolean;
  deferrable?: boolean;
  /** INITIALLY DEFERRED. */
  deferred?: boolean;
}

/** What a foreign key refers to, and how. */
export interface ForeignKey extends KeyRules {
  table: ObjectName;
  /** Empty for the primary key. */
  columns: readonly string[];
  /** NOT VALID: rows that were there before may violate it. */
  unchecked?: boolean;
  /** DuckDB's own, in tables that were not made here: it refuses, and does nothing else. */
  byEngine?: boolean;
}

/** Reads REFERENCES and FOREIGN KEY. */
export function foreignKey(node: Constraint): ForeignKey {
  const deleted = nameParts(node.fk_del_set_cols);
  const several = (node.fk_attrs?.length ?? 1) > 1;
  const key: ForeignKey = {
    table: relationName(node.pktable!),
    columns: nameParts(node.pk_attrs),
    onUpdate: actionOf(node.fk_upd_action),
    onDelete: actionOf(node.fk_del_action),
  };
  if (deleted.length > 0) key.setColumns = deleted;
  if (node.fk_matchtype === "f" && several) key.matchFull = true;
  if (node.fk_matchtype === "p") throw new PgError("0A000", "MATCH PARTIAL not yet implemented");
  if (node.deferrable) key.deferrable = true;
  if (node.initdeferred) key.deferred = true;
  if (node.skip_validation) key.unchecked = true;
  return key;
}

function actionOf(action: string | undefined): KeyAction {
  return action === "r" || action === "c" || action === "n" || action === "d" ? action : "a";
}

/**
 * `REFERENCES p DEFERRABLE INITIALLY DEFERRED` at a column: the words behind it are constraints of their own to the parser.
 *
 * @param following what stands behind the key's node, up to the next constraint that is none of them
 */
export function withAttributes(key: ForeignKey, following: readonly (Constraint | null)[]): ForeignKey {
  const found = { ...key };
  for (const node of following) {
    if (node?.contype === "CONSTR_ATTR_DEFERRABLE") found.deferrable = true;
    else if (node?.contype === "CONSTR_ATTR_DEFERRED") found.deferrable = found.deferred = true;
    else if (node?.contype !== "CONSTR_ATTR_NOT_DEFERRABLE" && node?.contype !== "CONSTR_ATTR_IMMEDIATE") {
      break;
    }
  }
  return found;
}
