import { PgError } from "../../worker/api/error.ts";
import type { Command } from "../sql/mod.ts";
import type { Transaction } from "./transaction.ts";

const utilities = new Set(["VACUUM", "CREATE DATABASE", "DROP DATABASE", "REINDEX DATABASE"]);

/** The tag of a statement that PostgreSQL runs only in a transaction of its own; `null` for all others. */
export function aloneTag(command: Command): string | null {
  if (command.kind === "discard" && command.what === "all") return "DISCARD ALL";
  return command.kind === "utility" && utilities.has(command.tag) ? command.tag : null;
}

/** @throws PgError 25001 in a transaction, be it a block or what several statements share */
export function requireAlone(transaction: Transaction, command: Command): void {
  const tag = transaction.open ? aloneTag(command) : null;
  if (tag) throw new PgError("25001", `${tag} cannot run inside a transaction block`);
}
