import type { RoleSpec } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import type { SessionContext } from "../context.ts";
import { rowsOf } from "./steps.ts";

/** Whether a session sees a role of this name. */
export async function roleExists(session: SessionContext, name: string): Promise<boolean> {
  if (name === session.user) return true;
  const rows = await rowsOf(
    session,
    `FROM __duckgres.main.pg_roles WHERE rolname = ${quoteText(name)} LIMIT 1`,
  );
  return rows.length > 0;
}

/** @throws PgError 42704 for a role that is not there; PUBLIC and CURRENT_USER always are */
export async function requireRole(session: SessionContext, role: RoleSpec | undefined): Promise<void> {
  const name = role?.rolename;
  if (role?.roletype !== "ROLESPEC_CSTRING" || name === undefined) return;
  if (!await roleExists(session, name)) throw new PgError("42704", `role "${name}" does not exist`);
}
