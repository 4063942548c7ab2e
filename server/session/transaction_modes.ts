/**
 * The modes of a transaction (isolation level, read only, deferrable). They are settings that end with it: `transaction_…`,
 * which start as `default_transaction_…`.
 *
 * @see https://www.postgresql.org/docs/16/sql-set-transaction.html
 */
import { PgError } from "../../worker/api/error.ts";
import type { TransactionModes } from "../sql/mod.ts";
import type { SessionContext } from "./context.ts";
import type { Change } from "./settings.ts";

type ModeSetting = readonly [name: string, value: string];

const modeNames = ["transaction_isolation", "transaction_read_only", "transaction_deferrable"] as const;

/** A statement's modes as settings; `prefix` is `default_` for the session's. */
export function modeSettings(modes: TransactionModes, prefix = ""): ModeSetting[] {
  const onOff = (value: boolean | undefined) => value === undefined ? undefined : value ? "on" : "off";
  const values = [modes.isolation, onOff(modes.readOnly), onOff(modes.deferrable)];
  return modeNames.flatMap((name, i): ModeSetting[] => {
    const value = values[i];
    return value === undefined ? [] : [[prefix + name, value]];
  });
}

/** The open transaction's modes, to give them to the next (`AND CHAIN`). */
export function currentModes({ settings }: SessionContext): ModeSetting[] {
  return modeNames.map((name) => [name, settings.show(name).value]);
}

/**
 * Sets a setting, which may be a mode of the transaction.
 *
 * @throws PgError 25001 for a mode that cannot change any more, as a query has run in the transaction
 */
export function setWithModes(session: SessionContext, name: string, set: () => Change[]): Change[] {
  if (!modeNames.some((mode) => mode === name)) return set();
  const before = session.settings.show(name).value;
  const changes = set();
  const { queried, nested } = session.transaction;
  const now = session.settings.show(name).value;
  if ((queried || nested) && before !== now) refuseChange(name, now, queried, nested);
  return changes;
}

/** @param nested whether a savepoint is set, which PostgreSQL calls a subtransaction */
function refuseChange(name: string, now: string, queried: boolean, nested: boolean): void {
  if (name === "transaction_isolation") {
    const when = queried ? "be called before any query" : "not be called in a subtransaction";
    throw new PgError("25001", `SET TRANSACTION ISOLATION LEVEL must ${when}`);
  }
  if (name === "transaction_deferrable") {
    const when = nested ? "cannot be called within a subtransaction" : "must be called before any query";
    throw new PgError("25001", `SET TRANSACTION [NOT] DEFERRABLE ${when}`);
  }
  if (now === "on") return;
  throw new PgError(
    "25001",
    nested
      ? "cannot set transaction read-write mode inside a read-only transaction"
      : "transaction read-write mode must be set before any query",
  );
}
