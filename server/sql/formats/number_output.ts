import { quoteText } from "../../../worker/api/quote.ts";

/**
 * The template of a number as an expression. What stands in its places is the number's digits, of which the macro
 * `duckgres_digits` makes a struct `dg_n`: `d` the whole part, blank or zero in front, `f` the fraction, `s` the sign.
 *
 * @see https://www.postgresql.org/docs/18/functions-formatting.html#FUNCTIONS-FORMATTING-NUMERIC-TABLE
 */
export interface NumberOutput {
  /** An expression of `dg_n`. */
  sql: string;
  /** Digits in front of the point and behind it. */
  whole: number;
  fraction: number;
  /** Digits in front of the point that are there even when they are zeros. */
  least: number;
  /** Digits of the fraction that stay with FM. */
  leastFraction: number;
  fill: boolean;
  /** It is made of the number itself, `dg_n.n`, not of its digits. */
  undivided: boolean;
  /** `V`: powers of ten to multiply with. */
  shift: number;
}

type Piece = { kind: string; text: string };

const pattern = /(FM)|(EEEE|RN|PR|PL|SG|MI|TH|[90.,DGSLVB])|"((?:[^"\\]|\\.)*)"?|\\(.)|(.)/gis;

function pieces(format: string): Piece[] {
  const out: Piece[] = [];
  for (const [, fill, key, quoted, escaped, other] of format.matchAll(pattern)) {
    if (fill) out.push({ kind: "FM", text: "" });
    else if (key) out.push({ kind: key.toUpperCase(), text: key });
    else out.push({ kind: "text", text: quoted?.replace(/\\(.)/gs, "$1") ?? escaped ?? other ?? "" });
  }
  return out;
}

const digit = (kind: string) => kind === "9" || kind === "0";
const point = (kind: string) => kind === "." || kind === "D";

/** Works a template out; `null` for one that cannot be. */
export function numberOutput(format: string): NumberOutput | null {
  const all = pieces(format);
  const has = (kind: string) => all.some((piece) => piece.kind === kind);
  const fill = has("FM");
  const list = all.filter(({ kind }) => kind !== "FM" && kind !== "B");
  const pointAt = list.findIndex(({ kind }) => point(kind));
  const shiftAt = list.findIndex(({ kind }) => kind === "V");
  const before = list.filter(({ kind }, i) => digit(kind) && (pointAt < 0 || i < pointAt));
  const after = list.filter(({ kind }, i) => digit(kind) && pointAt >= 0 && i > pointAt);
  const firstZero = before.findIndex(({ kind }) => kind === "0");
  const base = {
    whole: before.length,
    fraction: after.length,
    least: firstZero < 0 ? 0 : before.length - firstZero,
    leastFraction: after.findLastIndex(({ kind }) => kind === "0") + 1,
    fill,
    undivided: has("RN") || has("EEEE"),
    shift: shiftAt < 0 ? 0 : list.filter(({ kind }, i) => digit(kind) && i > shiftAt).length,
  };
  if (has("RN")) return { ...base, whole: 15, sql: roman(list, fill) };
  if (has("EEEE")) return { ...base, sql: scientific(after.length) };
  return { ...base, sql: plain(list, base) };
}

function roman(list: readonly Piece[], fill: boolean): string {
  const letters = "__duckgres.main.duckgres_roman(dg_n.n)";
  const sql = fill ? letters : `system.main.lpad(${letters}, 15, ' ')`;
  return list.find(({ kind }) => kind === "RN")?.text === "rn" ? `lower(${sql})` : sql;
}

function scientific(fraction: number): string {
  return `CASE WHEN dg_n.n < 0 THEN '' ELSE ' ' END || system.main.printf('%.${fraction}e', CAST(dg_n.n AS DOUBLE))`;
}

function plain(list: readonly Piece[], layout: Omit<NumberOutput, "sql">): string {
  const { fill } = layout;
  const isNumber = ({ kind }: Piece) => digit(kind) || point(kind) || kind === "," || kind === "G";
  const first = list.findIndex(isNumber);
  if (first < 0) return list.map((piece) => fixed(piece, fill)).join(" || ") || "''";
  const last = list.findLastIndex(isNumber);
  const head = list.slice(0, first).filter(({ kind }) => kind !== "S");
  const tail = list.slice(last + 1).filter(({ kind }) => kind !== "S" && kind !== "PR");
  const body = numberText(list.slice(first, last + 1), layout);
  return [
    ...head.map((piece) => fixed(piece, fill)),
    signed(body, list, first, fill),
    ...tail.map((piece) => fixed(piece, fill)),
  ].join(" || ");
}

/** The sign stands right in front of the first digit, unless the template has a place for it. */
function signed(body: string, list: readonly Piece[], first: number, fill: boolean): string {
  const at = (kind: string) => list.findIndex((piece) => piece.kind === kind);
  const anchored = (sign: string) => `__duckgres.main.duckgres_signed(${body}, ${sign}, ${fill})`;
  const trimmed = fill ? `ltrim(${body}, ' ')` : body;
  if (at("S") > first) return `${trimmed} || ${sign("-", "+")}`;
  if (at("S") >= 0) return anchored(sign("-", "+"));
  if (at("PR") >= 0) {
    const blank = fill ? "" : " ";
    return `__duckgres.main.duckgres_signed(${body}, ${sign("<", blank)}, ${fill}) || ${sign(">", blank)}`;
  }
  if (at("MI") >= 0 || at("SG") >= 0) return trimmed;
  return anchored(sign("-", fill ? "" : " "));
}

function sign(negative: string, positive: string): string {
  return `CASE WHEN dg_n.s THEN ${quoteText(negative)} ELSE ${quoteText(positive)} END`;
}

/** Neighbouring digits are cut out together. */
function numberText(
  list: readonly Piece[],
  { whole, fraction, leastFraction, fill }: Omit<NumberOutput, "sql">,
) {
  const out: string[] = [];
  let [place, run, behind] = [0, 0, false];
  const flush = () => {
    if (run > 0) {
      out.push(
        run === (behind ? fraction : whole) ? digits() : `substring(${digits()}, ${place - run + 1}, ${run})`,
      );
    }
    run = 0;
  };
  const digits = () => {
    if (!behind) return "dg_n.d";
    return fill ? `__duckgres.main.duckgres_short_fraction(dg_n.f, ${leastFraction})` : "dg_n.f";
  };
  for (const piece of list) {
    if (digit(piece.kind)) {
      place++;
      run++;
      continue;
    }
    flush();
    if (point(piece.kind)) {
      [place, behind] = [0, true];
      out.push("'.'");
    } else if (piece.kind === "," || piece.kind === "G") {
      out.push(
        place === 0 ? "' '" : behind ? "','" : `CASE WHEN dg_n.d[${place}] = ' ' THEN ' ' ELSE ',' END`,
      );
    } else if (piece.kind !== "V") out.push(fixed(piece, fill));
  }
  flush();
  return `(${out.join(" || ")})`;
}

/** What is the same wherever it stands. */
function fixed({ kind, text }: Piece, fill: boolean): string {
  switch (kind) {
    case "MI":
      return sign("-", fill ? "" : " ");
    case "PL":
      return sign(fill ? "" : " ", "+");
    case "SG":
      return sign("-", "+");
    case "L":
      return "' '";
    case "TH": {
      const suffix = "__duckgres.main.duckgres_ordinal(CAST(trunc(abs(dg_n.n)) AS BIGINT))";
      return `CASE WHEN dg_n.s THEN '' ELSE ${text === "th" ? suffix : `upper(${suffix})`} END`;
    }
    case "S":
    case "PR":
      return "''";
    default:
      return quoteText(text);
  }
}
