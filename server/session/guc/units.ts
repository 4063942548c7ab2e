import type { GucUnit, NumberGuc } from "./guc.ts";

/** A unit's size in its family's smallest unit (bytes, microseconds), largest first as PostgreSQL tries them. */
const memory = [["TB", 2 ** 40], ["GB", 2 ** 30], ["MB", 2 ** 20], ["kB", 2 ** 10], ["B", 1]] as const;
const time = [
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["min", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1_000],
  ["us", 1],
] as const;

const baseSizes: Readonly<Record<GucUnit, number>> = {
  B: 1,
  kB: 2 ** 10,
  "8kB": 2 ** 13,
  MB: 2 ** 20,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
};

function family(unit: GucUnit): readonly (readonly [string, number])[] {
  return unit.endsWith("B") ? memory : time;
}

/** A number with a unit in a setting's own unit; `null` when the unit is not one of its family. */
export function toUnit(value: number, from: string, to: GucUnit): number | null {
  const found = family(to).find(([name]) => name === from);
  return found ? value * found[1] / baseSizes[to] : null;
}

/** What PostgreSQL says of a unit it does not know. */
export function unitHint(unit: GucUnit): string {
  return unit.endsWith("B")
    ? 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".'
    : 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".';
}

/** A number as SHOW prints it: in the largest unit that leaves it whole, e.g. 4096 kB as `4MB`. */
export function withUnit(value: number, { kind, unit }: NumberGuc): string {
  if (unit === null || value <= 0) return formatNumber(value, kind);
  const small = value * baseSizes[unit];
  const [name, size] = family(unit).find(([, size]) => isWhole(small / size)) ?? [unit, baseSizes[unit]];
  return `${formatNumber(small / size, kind)}${name}`;
}

function isWhole(value: number): boolean {
  const rounded = Math.round(value);
  return rounded > 0 && Math.abs(rounded / value - 1) <= 1e-8;
}

/** As C prints it: whole numbers with `%d`, others with `%g`. */
export function formatNumber(value: number, kind: NumberGuc["kind"]): string {
  if (kind === "integer") return `${Math.round(value)}`;
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(5).split("e");
  const power = Number(exponent);
  if (power >= -5 && power < 6) return `${Number(value.toPrecision(6))}`;
  const sign = power < 0 ? "-" : "+";
  return `${Number(mantissa)}e${sign}${`${Math.abs(power)}`.padStart(2, "0")}`;
}
