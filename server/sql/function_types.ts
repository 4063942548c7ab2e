import type { FuncCall, Node } from "libpg-query";
import { elementTypeOf, typeByName, typeByOid } from "../../worker/api/types.ts";
import { builtinFunctions } from "./catalog/functions_data.ts";
import { lastPart, nameParts } from "./constant.ts";
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
  if (agg_within_group || !isOwn(funcname)) return null;
  const name = lastPart(funcname) ?? "";
  if (name === "min" || name === "max") return args.length === 1 ? extreme(knownType(args[0])) : null;
  const called = calledWith(name, args.length);
  if (!called) return null;
  const { sized, result } = called;
  if (result !== undefined) return result;
  if (sized.length === 0) return null;
  const given = args.map((arg) => oidOf(knownType(arg)));
  if (given.includes(0)) return null;
  const best = bestOf(sized, given);
  return best && nameOf(best.result);
}

/** `f` and `pg_catalog.f`. */
function isOwn(funcname: readonly Node[] | undefined): boolean {
  const { length = 0 } = funcname ?? [];
  return length <= 1 || length === 2 && nameParts(funcname)[0] === "pg_catalog";
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

/** Functions of a name that take so many arguments. */
interface Called {
  sized: readonly Candidate[];
  /** What all of them give, or all of the name where none takes so many; `undefined` where the arguments decide. */
  result: KnownType | undefined;
}

/** Those of a name, and what was found out for a number of arguments. */
interface Overloads {
  all: Candidate[];
  called: Map<number, Called>;
}

let functions: ReadonlyMap<string, Overloads> | null = null;

/** More arguments than any function has that does not take any number of them. */
const mostArguments = 100;

/** Read when a statement first asks. */
function calledWith(name: string, count: number): Called | undefined {
  functions ??= read();
  const overloads = functions.get(name);
  if (!overloads) return undefined;
  const number = Math.min(count, mostArguments);
  let called = overloads.called.get(number);
  if (!called) overloads.called.set(number, called = calledOf(overloads.all, number));
  return called;
}

function calledOf(all: readonly Candidate[], count: number): Called {
  const sized = all.filter(({ args }) => args.length === count);
  const candidates = sized.length > 0 ? sized : all;
  const same = candidates.every(({ result }) => result === candidates[0].result);
  return { sized, result: same ? nameOf(candidates[0].result) : undefined };
}

function read(): ReadonlyMap<string, Overloads> {
  const found = new Map<string, Overloads>();
  for (const line of builtinFunctions.trim().split("\n")) {
    const [, name, , , , result, args] = line.split("\t");
    const candidate = { args: args === "" ? [] : args.split(" ").map(Number), result: Number(result) };
    const others = found.get(name);
    if (others) others.all.push(candidate);
    else found.set(name, { all: [candidate], called: new Map() });
  }
  return found;
}
