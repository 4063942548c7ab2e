/** What ALTER TABLE does to one column. */
import type { AlterTableCmd } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { declaredType, lengthCheck } from "../../sql/ddl/declared_type.ts";
import { offsetsOf, tokenAtLocation } from "../../sql/ddl/extents.ts";
import { sequenceOptions } from "../../sql/ddl/sequence_options.ts";
import {
  bracketText,
  columnIdentity,
  defaultText,
  type ElementReader,
  toldDefault,
} from "../../sql/ddl/table.ts";
import { depthStep, isKeyword } from "../../sql/lexer.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import { type Alteration, mentions, requireColumn } from "./alteration.ts";
import { containsNulls, kindOfType, typeOf } from "./constraints.ts";
import { readDefault, userType } from "./create_table.ts";
import { pathOf } from "./objects.ts";
import { changeSequence, makeColumnSequence, nextValue, ownedSequences } from "./sequences.ts";
import { comment, engine, rowsOf, skipNotice } from "./steps.ts";

/** ALTER COLUMN … TYPE … [USING …]. @throws PgError 42703, 42804 */
export async function alterType(
  alteration: Alteration,
  cmd: AlterTableCmd,
  reader: ElementReader,
): Promise<void> {
  const definition = cmd.def && "ColumnDef" in cmd.def ? cmd.def.ColumnDef : null;
  if (!definition) return;
  const { source, engineText, extent } = reader;
  const first = tokenAtLocation(source, definition.typeName?.location);
  let using = first;
  for (let depth = 0; using < extent.end; using++) {
    depth += depthStep(source.text, source.tokens[using]);
    if (depth === 0 && isKeyword(source.text, source.tokens[using], "using")) break;
  }
  const type = engineText(...offsetsOf(source, { first, end: using }));
  const expression = using < extent.end
    ? engineText(...offsetsOf(source, { first: using + 1, end: extent.end }))
    : null;
  await changeType(alteration, cmd.name ?? "", type, expression, declaredType(definition.typeName));
}

/** @param expression what the new values are made of; `null`: the old ones, where PostgreSQL converts them unasked */
export async function changeType(
  alteration: Alteration,
  name: string,
  type: string,
  expression: string | null,
  declared: string | null = null,
): Promise<void> {
  const { session, columns, constraints } = alteration;
  const column = requireColumn(alteration, name);
  if (column.generated !== null && expression !== null) {
    throw new PgError("42611", "cannot specify USING when altering type of generated column", {
      detail: `Column "${name}" is a generated column.`,
    });
  }
  const target = await typeOf(session, type);
  if (expression === null && !assignable(column.type, target)) {
    throw new PgError(
      "42804",
      `column "${name}" cannot be cast automatically to type ${type.toLowerCase()}`,
      {
        hint: `You might need to specify "USING ${name}::${type.toLowerCase()}".`,
      },
    );
  }
  if (column.default !== null && column.identity === null) {
    await readDefault(session, column.default, type);
  }
  const own = await userType(session, type);
  const limit = lengthCheck(name, column.declared);
  column.declared = own?.path ?? declared;
  const limited = limit !== lengthCheck(name, column.declared);
  alteration.commented.add(name);
  // To DuckDB a longer varchar is the same type.
  if (expression === null && target === column.type && !limited) return;
  column.type = target;
  alteration.values.set(name, `CAST((${expression ?? quoteName(name)}) AS ${type})`);
  const involved =
    constraints.some((one) =>
      one.columns.includes(name) || (one.expression !== null && mentions(one.expression, name))
    ) || columns.some(({ generated }) => generated !== null && mentions(generated, name));
  const indexed = alteration.before.indexes.some(({ items }) => mentions(items, name));
  if (involved || indexed || column.generated !== null || limited) alteration.rebuild = true;
  alteration.unindex = true;
  const rest = expression === null ? "" : ` USING CAST((${expression}) AS ${type})`;
  alteration.steps.push(`ALTER COLUMN ${quoteName(name)} TYPE ${type}${rest}`);
}

/** Whether PostgreSQL has an assignment cast: within a kind, and from anything to text. */
function assignable(from: string, to: string): boolean {
  if (to === "VARCHAR") return true;
  if (kindOfType(from) === kindOfType(to)) return true;
  if (from === "TIME" && to === "INTERVAL") return true;
  return to.startsWith("TIME") && kindOfType(from) === "date" && !from.startsWith("DATE");
}

/** ALTER COLUMN … SET DEFAULT and DROP DEFAULT. @throws PgError 42601 for columns that have no default of their own */
export async function setDefault(
  alteration: Alteration,
  cmd: AlterTableCmd,
  reader: ElementReader,
): Promise<void> {
  const { session, object } = alteration;
  const column = requireColumn(alteration, cmd.name ?? "");
  const refuse = (what: string, hint?: string) => {
    throw new PgError("42601", `column "${column.name}" of relation "${object.name}" is ${what}`, { hint });
  };
  if (column.identity !== null) {
    refuse(
      "an identity column",
      cmd.def ? undefined : "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.",
    );
  }
  if (column.generated !== null) {
    refuse(
      "a generated column",
      cmd.def ? undefined : "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.",
    );
  }
  const written = cmd.def ? toldDefault(column.declared, cmd.def) ?? defaultText(reader) : null;
  const initial = await readDefault(session, written, column.type);
  column.default = initial;
  const change = initial === null ? "DROP DEFAULT" : `SET DEFAULT ${initial}`;
  alteration.steps.push(`ALTER COLUMN ${quoteName(column.name)} ${change}`);
}

/** ALTER COLUMN … SET NOT NULL. */
export function setNotNull(alteration: Alteration, name: string): void {
  const column = requireColumn(alteration, name);
  if (column.notNull) return;
  const { session, object, before } = alteration;
  const was = before.columns.some((one) => one.name === name);
  column.notNull = true;
  alteration.unindex = true;
  alteration.steps.push(`ALTER COLUMN ${quoteName(name)} SET NOT NULL`);
  if (was) {
    alteration.checks.push(async () => {
      const path = pathOf(object);
      const rows = await rowsOf(session, `SELECT 1 FROM ${path} WHERE ${quoteName(name)} IS NULL LIMIT 1`);
      if (rows.length > 0) throw containsNulls(object, name);
    });
  }
}

/** ALTER COLUMN … DROP NOT NULL. @throws PgError 42P16 for a column of the primary key, 42601 for an identity column */
export function dropNotNull(alteration: Alteration, name: string): void {
  const column = requireColumn(alteration, name);
  const { constraints, object } = alteration;
  if (constraints.some(({ kind, columns }) => kind === "primary" && columns.includes(name))) {
    throw new PgError("42P16", `column "${name}" is in a primary key`);
  }
  if (column.identity !== null) {
    throw new PgError("42601", `column "${name}" of relation "${object.name}" is an identity column`);
  }
  if (!column.notNull) return;
  column.notNull = false;
  alteration.unindex = true;
  alteration.steps.push(`ALTER COLUMN ${quoteName(name)} DROP NOT NULL`);
}

function misfit(what: string): PgError {
  return new PgError("55000", what);
}

/** ALTER COLUMN … ADD GENERATED … AS IDENTITY. */
export async function addIdentity(alteration: Alteration, cmd: AlterTableCmd): Promise<void> {
  const { session, object } = alteration;
  const node = cmd.def && "Constraint" in cmd.def ? cmd.def.Constraint : null;
  if (!node) return;
  const column = requireColumn(alteration, cmd.name ?? "");
  const about = `column "${column.name}" of relation "${object.name}"`;
  if (column.identity !== null) throw misfit(`${about} is already an identity column`);
  if (!column.notNull) throw misfit(`${about} must be declared NOT NULL before identity can be added`);
  if (column.default !== null) throw misfit(`${about} already has a default value`);
  const sequence = columnIdentity(node, column.type);
  column.identity = sequence.identity;
  column.default = nextValue(await makeColumnSequence(session, object, column.name, sequence));
  alteration.steps.push(`ALTER COLUMN ${quoteName(column.name)} SET DEFAULT ${column.default}`);
}

/** ALTER COLUMN … SET GENERATED …, RESTART and the sequence's other options. */
export function setIdentity(alteration: Alteration, cmd: AlterTableCmd): void {
  const { session, object } = alteration;
  const column = requireColumn(alteration, cmd.name ?? "");
  if (column.identity === null) {
    throw misfit(`column "${column.name}" of relation "${object.name}" is not an identity column`);
  }
  const nodes = cmd.def && "List" in cmd.def ? cmd.def.List.items ?? [] : [];
  const generated = nodes.flatMap((node) =>
    "DefElem" in node && node.DefElem.defname === "generated" ? [node.DefElem.arg] : []
  );
  const others = nodes.filter((node) => !("DefElem" in node && node.DefElem.defname === "generated"));
  alteration.after.push(async () => {
    const [sequence] = await ownedSequences(session, object, column.name);
    if (!sequence) return;
    if (generated.length > 0) {
      const [kind] = generated;
      // PostgreSQL keeps the letter's code: `a` or `d`.
      const always = kind !== undefined && "Integer" in kind && kind.Integer.ival === "a".charCodeAt(0);
      const notes = { ...sequence.notes, identity: always ? "always" as const : "by default" as const };
      await comment(session, "SEQUENCE", sequence, sequence.comment, notes);
    }
    const schema = sequence.database === "temp" ? "pg_temp" : sequence.schema;
    const options = sequenceOptions(others);
    if (others.length > 0) await changeSequence(session, { schema, name: sequence.name }, options);
  });
}

/** ALTER COLUMN … DROP IDENTITY [IF EXISTS]. */
export async function dropIdentity(alteration: Alteration, cmd: AlterTableCmd): Promise<void> {
  const { session, object } = alteration;
  const column = requireColumn(alteration, cmd.name ?? "");
  if (column.identity === null) {
    const not = `column "${column.name}" of relation "${object.name}" is not an identity column`;
    if (!cmd.missing_ok) throw misfit(not);
    return skipNotice(session, "00000", not);
  }
  const owned = await ownedSequences(session, object, column.name);
  column.identity = null;
  column.default = null;
  alteration.steps.push(`ALTER COLUMN ${quoteName(column.name)} DROP DEFAULT`);
  alteration.after.push(async () => {
    for (const sequence of owned) await engine(session, `DROP SEQUENCE ${pathOf(sequence)}`);
  });
}

/** ALTER COLUMN … SET EXPRESSION AS (…): all rows get new values. */
export function setExpression(alteration: Alteration, cmd: AlterTableCmd, reader: ElementReader): void {
  const column = requireColumn(alteration, cmd.name ?? "");
  requireGenerated(alteration, column.name, column.generated);
  column.generated = bracketText(reader);
  alteration.rebuild = true;
}

/** ALTER COLUMN … DROP EXPRESSION [IF EXISTS]: the values stay. */
export function dropExpression(alteration: Alteration, cmd: AlterTableCmd): void {
  const column = requireColumn(alteration, cmd.name ?? "");
  if (column.generated === null && cmd.missing_ok) {
    const { object, session } = alteration;
    return skipNotice(
      session,
      "00000",
      `column "${column.name}" of relation "${object.name}" is not a generated column`,
    );
  }
  requireGenerated(alteration, column.name, column.generated);
  column.generated = null;
  alteration.rebuild = true;
}

function requireGenerated({ object }: Alteration, column: string, generated: string | null): void {
  if (generated !== null) return;
  throw misfit(`column "${column}" of relation "${object.name}" is not a generated column`);
}
