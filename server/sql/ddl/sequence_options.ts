import { lookup } from "../../../worker/api/lookup.ts";
import type { Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart, nameParts } from "../constant.ts";

/** Options of CREATE and ALTER SEQUENCE and of identity columns; what is not given is missing. Numbers are bigints. */
export interface SequenceOptions {
  type?: string;
  start?: bigint;
  increment?: bigint;
  /** `null`: NO MINVALUE. */
  min?: bigint | null;
  max?: bigint | null;
  cycle?: boolean;
  cache?: bigint;
  /** `null`: RESTART without a value. */
  restart?: bigint | null;
  /** The name of an identity column's sequence. */
  name?: readonly string[];
  /** Table and column; empty for NONE. */
  ownedBy?: readonly string[];
}

/** A sequence with all that defaults leave open. */
export interface SequenceValues {
  type: string;
  start: bigint;
  increment: bigint;
  min: bigint;
  max: bigint;
  cycle: boolean;
}

/**
 * @param type the type where the options give none
 * @throws PgError 42601 for an option given twice
 */
export function sequenceOptions(nodes: readonly Node[], type?: string): SequenceOptions {
  const found: SequenceOptions = type === undefined ? {} : { type };
  const seen = new Set<string>();
  for (const node of nodes) {
    if (!("DefElem" in node)) continue;
    const { defname = "", arg } = node.DefElem;
    if (seen.has(defname)) throw new PgError("42601", "conflicting or redundant options");
    seen.add(defname);
    readOption(found, defname, arg);
  }
  return found;
}

function readOption(found: SequenceOptions, name: string, arg: Node | undefined): void {
  const number = () => {
    const text = constantText(arg);
    return text === null ? null : BigInt(text);
  };
  if (name === "start") found.start = number() ?? undefined;
  if (name === "increment") found.increment = number() ?? undefined;
  if (name === "minvalue") found.min = number();
  if (name === "maxvalue") found.max = number();
  if (name === "cache") found.cache = number() ?? undefined;
  if (name === "restart") found.restart = number();
  if (name === "cycle") found.cycle = constantText(arg) === "true";
  if (name === "as" && arg && "TypeName" in arg) found.type = typeName(lastPart(arg.TypeName.names));
  if (name === "sequence_name" && arg && "List" in arg) found.name = nameParts(arg.List.items);
  if (name === "owned_by" && arg && "List" in arg) {
    const parts = nameParts(arg.List.items);
    found.ownedBy = parts.length === 1 && parts[0] === "none" ? [] : parts;
  }
}

const typeNames: Record<string, string> = lookup({ int2: "smallint", int4: "integer", int8: "bigint" });

function typeName(name: string | undefined): string {
  const known = typeNames[name ?? ""];
  if (known) return known;
  throw new PgError("22023", "sequence type must be smallint, integer, or bigint");
}

const limits: Record<string, bigint> = lookup({
  smallint: 2n ** 15n - 1n,
  integer: 2n ** 31n - 1n,
  bigint: 2n ** 63n - 1n,
});

/**
 * Options with PostgreSQL's defaults, which depend on the direction and the type.
 *
 * @param before the sequence as it is, for ALTER
 * @throws PgError 22023 where they do not fit together
 * @see https://www.postgresql.org/docs/16/sql-createsequence.html
 */
export function sequenceValues(options: SequenceOptions, before?: SequenceValues): SequenceValues {
  const type = options.type ?? before?.type ?? "bigint";
  const increment = options.increment ?? before?.increment ?? 1n;
  if (increment === 0n) throw invalid("INCREMENT must not be zero");
  const top = limits[type];
  const max = options.max ?? (keeps(options, before, "max") ? before!.max : increment > 0n ? top : -1n);
  const min = options.min ?? (keeps(options, before, "min") ? before!.min : increment > 0n ? 1n : -top - 1n);
  if (max > top || max < -top - 1n) throw outOfType("MAXVALUE", max, type);
  if (min > top || min < -top - 1n) throw outOfType("MINVALUE", min, type);
  if (min >= max) throw invalid(`MINVALUE (${min}) must be less than MAXVALUE (${max})`);
  const start = options.start ?? before?.start ?? (increment > 0n ? min : max);
  if (start < min) throw invalid(`START value (${start}) cannot be less than MINVALUE (${min})`);
  if (start > max) throw invalid(`START value (${start}) cannot be greater than MAXVALUE (${max})`);
  if (options.cache !== undefined && options.cache <= 0n) {
    throw invalid(`CACHE (${options.cache}) must be greater than zero`);
  }
  return { type, start, increment, min, max, cycle: options.cycle ?? before?.cycle ?? false };
}

/** Whether ALTER leaves a limit alone; a limit that was the old type's goes along with the type. */
function keeps(
  options: SequenceOptions,
  before: SequenceValues | undefined,
  which: "min" | "max",
): boolean {
  if (!before || options[which] === null) return false;
  if (options.type === undefined || options.type === before.type) return true;
  const old = limits[before.type];
  return before[which] !== (which === "max" ? old : -old - 1n);
}

function invalid(message: string): PgError {
  return new PgError("22023", message);
}

function outOfType(what: string, value: bigint, type: string): PgError {
  return invalid(`${what} (${value}) is out of range for sequence data type ${type}`);
}
