/**
 * Numbers as PostgreSQL's numeric has them: exact, and with a scale of their own (digits shown behind the point), for what
 * is worked out when a statement is analysed. The scales of results are those of src/backend/utils/adt/numeric.c.
 */
export interface Decimal {
  /** The value times `10 ** scale`. */
  readonly unscaled: bigint;
  /** Never negative. */
  readonly scale: number;
}

/** A result shows at least so many significant digits (`NUMERIC_MIN_SIG_DIGITS`). */
export const leastDigits = 16;

/** Digits of one place of PostgreSQL's numerics (`DEC_DIGITS`): weights are counted in places. */
export const placeDigits = 4;

const powers: bigint[] = [];

/** `10 ** exponent`. */
export function powerOfTen(exponent: number): bigint {
  return powers[exponent] ??= 10n ** BigInt(exponent);
}

/** Reads `-12.50` or `1.5e3`; `null` for what is no such number, or has hundreds of digits. */
export function readDecimal(text: string): Decimal | null {
  const found = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text);
  if (!found) return null;
  const [, sign, whole, fraction = "", exponent = "0"] = found;
  if (whole + fraction === "") return null;
  const unscaled = BigInt(`${sign === "-" ? "-" : ""}${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * powerOfTen(-scale), scale: 0 };
}

/** `-12.50`. */
export function decimalText({ unscaled, scale }: Decimal): string {
  const digits = String(magnitude(unscaled)).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const sign = unscaled < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** A quotient of integers, half away from zero. */
export function dividedRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = (dividend < 0n) !== (divisor < 0n);
  const [a, b] = [magnitude(dividend), magnitude(divisor)];
  const quotient = (a + (b >> 1n)) / b;
  return negative ? -quotient : quotient;
}

/** With another scale: zeros are added, or digits taken off, half away from zero. */
export function rescaled({ unscaled, scale }: Decimal, to: number): Decimal {
  return to >= scale
    ? { unscaled: unscaled * powerOfTen(to - scale), scale: to }
    : { unscaled: dividedRounded(unscaled, powerOfTen(scale - to)), scale: to };
}

/** `round(x, digits)`: digits in front of the point where they are negative. */
export function rounded(a: Decimal, digits: number): Decimal {
  if (digits >= 0) return rescaled(a, digits);
  const step = powerOfTen(a.scale - digits);
  return { unscaled: dividedRounded(a.unscaled, step) * powerOfTen(-digits), scale: 0 };
}

/** `trunc(x, digits)`. */
export function truncated(a: Decimal, digits: number): Decimal {
  if (digits >= a.scale) return rescaled(a, digits);
  const whole = a.unscaled / powerOfTen(a.scale - digits);
  return digits >= 0
    ? { unscaled: whole, scale: digits }
    : { unscaled: whole * powerOfTen(-digits), scale: 0 };
}

/** The largest whole number that is not above. */
export function floored(a: Decimal): Decimal {
  const whole = truncated(a, 0);
  return compared(whole, a) > 0 ? { unscaled: whole.unscaled - 1n, scale: 0 } : whole;
}

export function negated({ unscaled, scale }: Decimal): Decimal {
  return { unscaled: -unscaled, scale };
}

/** Negative, 0 or positive, as the first is less, equal or greater. */
export function compared(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [rescaled(a, scale).unscaled, rescaled(b, scale).unscaled, scale];
}

export function added(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return { unscaled: x + y, scale };
}

export function multiplied(a: Decimal, b: Decimal): Decimal {
  return { unscaled: a.unscaled * b.unscaled, scale: a.scale + b.scale };
}

/** The rest of a division that leaves a whole number; the divisor is not 0. */
export function remainder(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b);
  return { unscaled: x % y, scale };
}

/** With as many digits as PostgreSQL chooses (`select_div_scale`); the divisor is not 0. */
export function divided(a: Decimal, b: Decimal): Decimal {
  const [first, second] = [leading(a), leading(b)];
  let weight = first.weight - second.weight;
  if (first.digit <= second.digit) weight--;
  return dividedTo(a, b, Math.max(leastDigits - weight * placeDigits, a.scale, b.scale, 0));
}

/** A quotient with a given scale. */
export function dividedTo(a: Decimal, b: Decimal, scale: number): Decimal {
  const shift = scale + b.scale - a.scale;
  const unscaled = shift >= 0
    ? dividedRounded(a.unscaled * powerOfTen(shift), b.unscaled)
    : dividedRounded(a.unscaled, b.unscaled * powerOfTen(-shift));
  return { unscaled, scale };
}

/** The square root of what is not negative, with a given scale. */
export function rootTo(a: Decimal, scale: number): Decimal {
  // What is cut off in the first digit that is not shown cannot make a half of it.
  const root = integerRoot(rescaled(a, Math.max(2 * scale + 2, a.scale + a.scale % 2)).unscaled);
  return rescaled({ unscaled: root, scale: Math.max(scale + 1, Math.ceil(a.scale / 2)) }, scale);
}

/** Newton's way down from above. */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Without zeros at the end of the fraction. */
export function trimmed(a: Decimal): Decimal {
  let { unscaled, scale } = a;
  for (; scale > 0 && unscaled % 10n === 0n; scale--) unscaled /= 10n;
  return { unscaled, scale };
}

/** Numbers below this stay exact when up to three zeros are added. */
const quick = 2n ** 53n / 1000n;

/** The first place that is not zero: its four digits, and which it is, 0 for the one in front of the point. */
export function leading(a: Decimal): { weight: number; digit: number } {
  const size = magnitude(a.unscaled);
  if (size >= quick) {
    const places = placesOf(a);
    return { weight: places.weight, digit: places.digits[0] };
  }
  if (size === 0n) return { weight: 0, digit: 0 };
  const pad = (placeDigits - a.scale % placeDigits) % placeDigits;
  let digit = Number(size) * 10 ** pad;
  let weight = -(a.scale + pad) / placeDigits;
  for (; digit >= 10000; weight++) digit = Math.floor(digit / 10000);
  return { weight, digit };
}

/** The places from the first to the last that is not zero; none, with a weight of 0, for 0. */
export function placesOf({ unscaled, scale }: Decimal): { weight: number; digits: number[] } {
  const padded = unscaled * powerOfTen((placeDigits - scale % placeDigits) % placeDigits);
  const text = String(magnitude(padded));
  const whole = text.padStart(Math.ceil(text.length / placeDigits) * placeDigits, "0");
  const digits = (whole.match(/.{4}/g) ?? []).map(Number);
  if (unscaled === 0n) return { weight: 0, digits: [] };
  const weight = digits.length - 1 - Math.ceil(scale / placeDigits);
  while (digits.at(-1) === 0) digits.pop();
  return { weight, digits };
}

/** The nearest double precision number. */
export function toDouble(a: Decimal): number {
  return Number(decimalText(a));
}
