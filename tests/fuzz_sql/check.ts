/** What must be true of every statement, whatever it says. */
import { PgError } from "../../worker/api/error.ts";
import { catalogRelations } from "../../server/sql/catalog/mod.ts";
import { analyze, type Statement } from "../../server/sql/mod.ts";
import type { Engine } from "./engine.ts";

/** What is wrong with a statement. */
export interface Finding {
  kind:
    /** Something that is no PgError was thrown. */
    | "thrown"
    /** An error without SQLSTATE, or with a position outside the text. */
    | "error"
    | "position"
    /** A second look at the same text has another answer. */
    | "unstable"
    /** What needs no change was changed. */
    | "changed"
    /** DuckDB's parser took the text before the change and not after it. */
    | "corrupted"
    /** DuckDB's error is none of the user's. */
    | "internal"
    /** The process is gone. */
    | "crashed";
  detail: string;
}

/** A text, and whether it is known to mean the same to DuckDB. */
export interface Subject {
  text: string;
  plain: boolean;
}

const newContext = () => ({ catalogRelations });

/** Everything that is wrong with a statement and its translation. */
export async function check({ text, plain }: Subject, engine: Engine): Promise<Finding[]> {
  let statement: Statement;
  try {
    statement = analyze({ text, start: 0 }, newContext());
  } catch (error) {
    return [{ kind: "thrown", detail: String((error as Error)?.stack ?? error) }];
  }
  return [
    ...errors(statement, text),
    ...positions(statement, text),
    ...stability(statement, text),
    ...(plain && statement.sql !== text ? [{ kind: "changed" as const, detail: statement.sql }] : []),
    ...await onEngine(statement, text, engine),
  ];
}

function* errors({ refusal, mistake, syntaxError }: Statement, text: string): Generator<Finding> {
  for (const error of [refusal, mistake, syntaxError]) {
    if (error === null) continue;
    const { sqlstate, message, position } = error;
    if (!(error instanceof PgError) || !/^(?!XX)[0-9A-Z]{5}$/.test(sqlstate) || message === "") {
      yield { kind: "error", detail: `${sqlstate} ${message}` };
    }
    if (position !== undefined && !inText(position, text)) {
      yield { kind: "position", detail: `${position} of ${message}` };
    }
  }
}

/** 1-based, up to one behind the end: a mistake can be that something is missing. */
function inText(position: number, text: string): boolean {
  return Number.isInteger(position) && position >= 1 && position <= [...text].length + 1;
}

function* positions({ sql, mapPosition }: Statement, text: string): Generator<Finding> {
  const length = [...sql].length;
  let last = 1;
  for (let at = 1; at <= length + 1; at++) {
    const mapped = mapPosition(at);
    if (!inText(mapped, text)) return yield { kind: "position", detail: `${at} became ${mapped}` };
    if (mapped < last) return yield { kind: "position", detail: `${at} became ${mapped}, behind it ${last}` };
    last = mapped;
  }
}

function* stability(statement: Statement, text: string): Generator<Finding> {
  const again = analyze({ text, start: 5 }, newContext());
  if (again.sql !== statement.sql || again.mapPosition(1) !== statement.mapPosition(1) + 5) {
    yield { kind: "unstable", detail: again.sql };
  }
}

async function onEngine(statement: Statement, text: string, engine: Engine): Promise<Finding[]> {
  const { sql, command } = statement;
  const found: Finding[] = [];
  // The session runs it by what it read from it.
  if (command.kind === "set" || command.kind === "copy") return found;
  if (sql !== text && !await engine.parses(sql) && await engine.parses(text)) {
    found.push({ kind: "corrupted", detail: sql });
  }
  if (statement.refusal ?? statement.mistake) return found;
  const error = await engine.prepare(sql);
  if (error !== null && (error.sqlstate === "XX000" || /INTERNAL/.test(error.message))) {
    found.push({ kind: "internal", detail: `${error.message} (${sql})` });
  }
  return found;
}
