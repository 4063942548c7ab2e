import type { FuncCall } from "libpg-query";
import { elementTypeOf, typeByName, typeByOid } from "../../worker/api/types.ts";
import { builtinFunctions } from "./catalog/functions_data.ts";
import { nameParts } from "./constant.ts";
import { type KnownType, knownType } from "./known_type.ts";

/** One of PostgreSQL's functions of a name. */
interface Candidate {
  args: readonly number[];
  result: number;
}

/**
 * The type of a call of one of PostgreSQL's functions; `null` where its arguments do not tell which of several of the name
 * it is.
 *
 * @see https://www.postgresql.org/docs/18/typeconv-func.html
 */
export function functionType({ funcname, args = [], agg_within_group }: FuncCall): KnownType {
  const parts = nameParts(funcname);
  if (agg_within_group || parts.length === 2 && parts[0] !== "pg_catalog" || parts.length > 2) return null;
  const name = parts.at(-1) ?? "";
  if (name === "min" || name === "max") return args.length === 1 ? extreme(knownType(args[0])) : null;
  const all = candidatesOf(name);
  if (!all) return null;
  const sized = all.filter((candidate) => candidate.args.length === args.length);
  const candidates = sized.length > 0 ? sized : all;
  if (candidates.every(({ result }) => result === candidates[0].result)) return nameOf(candidates[0].result);
  if (sized.length === 0) return null;
  const given = args.map((arg) => oidOf(knownType(arg)));
  if (given.includes(0)) return null;
  const best = bestOf(sized, given);
  return best && nameOf(best.result);
}

/** The least of some values has their type. */
function extreme(type: KnownType): KnownType {
  return type === "unknown" || type === "character varying" ? "text" : type;
}

/** In the order in which the one becomes the other by itself; of these the last is preferred. */
const numbers = ["int2", "int4", "int8", "numeric", "float4", "float8"].map((name) => typeByName(name)!.oid);
const preferred = numbers.at(-1);

/** Of numbers; with any other argument only the very types are. */
function bestOf(candidates: readonly Candidate[], given: readonly number[]): Candidate | null {
  const takes = candidates.filter(({ args }) => args.every((arg, i) => becomes(given[i], arg)));
  const exact = most(takes, ({ args }) => args.filter((arg, i) => arg === given[i]).length);
  const best = most(
    exact,
    ({ args }) => args.filter((arg, i) => arg === given[i] || arg === preferred).length,
  );
  return best.length === 1 ? best[0] : null;
}

function becomes(from: number, to: number): boolean {
  const [least, most] = [numbers.indexOf(from), numbers.indexOf(to)];
  return from === to || least >= 0 && most > least;
}

function most(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
): readonly Candidate[] {
  const best = Math.max(...candidates.map(score));
  return candidates.filter((candidate) => score(candidate) === best);
}

function oidOf(type: KnownType): number {
  return type === null ? 0 : typeByName(type)?.oid ?? 0;
}

/** `null` for a type that depends on the arguments. */
function nameOf(oid: number): KnownType {
  const element = elementTypeOf(oid);
  if (element) return `${element.sqlName}[]`;
  const type = typeByOid(oid);
  return type?.duckdb ? type.sqlName : null;
}

let functions: ReadonlyMap<string, readonly Candidate[]> | null = null;

/** Read when a statement first asks. */
function candidatesOf(name: string): readonly Candidate[] | undefined {
  functions ??= read();
  return functions.get(name);
}

function read(): ReadonlyMap<string, readonly Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const line of builtinFunctions.trim().split("\n")) {
    const [, name, , , , result, args] = line.split("\t");
    const candidate = { args: args === "" ? [] : args.split(" ").map(Number), result: Number(result) };
    const others = found.get(name);
    if (others) others.push(candidate);
    else found.set(name, [candidate]);
  }
  return found;
}
