/**
 * Roots, exponentials, logarithms and powers of {@linkcode Decimal}s, to the digit that PostgreSQL shows: it chooses a scale
 * by an estimate of how large the result is (numeric.c), and so does this. `null` where the function is not defined or the
 * result is larger than anybody shows.
 */
import {
  added,
  compared,
  type Decimal,
  dividedTo,
  leading,
  leastDigits,
  multiplied,
  negated,
  placeDigits,
  placesOf,
  rescaled,
  rootTo,
  toDouble,
} from "../../../worker/api/decimal.ts";

const one: Decimal = { unscaled: 1n, scale: 0 };
const zero: Decimal = { unscaled: 0n, scale: 0 };
const ten: Decimal = { unscaled: 10n, scale: 0 };

/** Digits that are worked out beyond those asked for. */
const guard = 12;

/** Larger results, and smaller ones, are left to the engine. */
const maxDigits = 60;

/** `log10(e)`, with PostgreSQL's digits. */
const logOfE = 0.434294481903252;

export function squareRoot(a: Decimal): Decimal | null {
  if (a.unscaled < 0n) return null;
  const scale = Math.max(leastDigits - (leading(a).weight * placeDigits / 2 + 1), a.scale, 0);
  return rootTo(a, scale);
}

export function exponential(a: Decimal): Decimal | null {
  const weight = toDouble(a) * logOfE;
  if (Math.abs(weight) > maxDigits) return null;
  return expTo(a, Math.max(leastDigits - Math.trunc(weight), a.scale, 0));
}

/** `e ** a`, of the half of a half … where the series ends soon, squared as often. */
function expTo(a: Decimal, scale: number): Decimal {
  const whole = Math.ceil(Math.max(0, toDouble(a) * logOfE));
  const digits = scale + whole + guard;
  const unit = 10n ** BigInt(digits);
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.abs(toDouble(a)) + 1)) + 4);
  const more = 10n ** BigInt(halvings);
  const inner = unit * more;
  const x = rescaled(a, digits + halvings).unscaled >> BigInt(halvings);
  let sum = inner;
  let term = inner;
  for (let i = 1n; term !== 0n; i++) {
    term = term * x / (inner * i);
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = sum * sum / inner;
  return rescaled({ unscaled: sum, scale: digits + halvings }, scale);
}

export function naturalLogarithm(a: Decimal): Decimal | null {
  if (a.unscaled <= 0n) return null;
  return lnTo(a, Math.max(leastDigits - lnWeight(a), a.scale, 0));
}

/** `log(base, a)`. */
export function logarithm(base: Decimal, a: Decimal): Decimal | null {
  if (base.unscaled <= 0n || a.unscaled <= 0n || compared(base, one) === 0) return null;
  const scale = Math.max(leastDigits - (lnWeight(a) - lnWeight(base)), base.scale, a.scale, 0);
  if (scale > maxDigits) return null;
  const digits = scale + 2 * guard;
  return dividedTo(lnTo(a, digits), lnTo(base, digits), scale);
}

export function commonLogarithm(a: Decimal): Decimal | null {
  return logarithm(ten, a);
}

/** About how many digits a logarithm has in front of its point (`estimate_ln_dweight`). */
function lnWeight(a: Decimal): number {
  const value = toDouble(a);
  if (value >= 0.9 && value <= 1.1) {
    const { weight, digit } = leading(added(a, negated(one)));
    return digit === 0 ? 0 : weight * placeDigits + Math.trunc(Math.log10(digit));
  }
  const { weight, digits } = placesOf(a);
  const first = digits.length > 1 ? digits[0] * 10000 + digits[1] : digits[0];
  const at = (digits.length > 1 ? weight - 1 : weight) * placeDigits;
  return Math.trunc(Math.log10(Math.abs(Math.log(first) + at * 2.302585092994046)));
}

/** `ln(m · 2**k) = ln(m) + k · ln(2)`, with m between 1 and 2, by the series of the area tangent. */
function lnTo(a: Decimal, scale: number): Decimal {
  const digits = scale + guard;
  const unit = 10n ** BigInt(digits);
  const [top, bottom] = [a.unscaled * unit, 10n ** BigInt(a.scale)];
  const halved = (times: bigint) => times >= 0n ? top / (bottom << times) : (top << -times) / bottom;
  let doublings = 0n;
  while (halved(doublings) >= 2n * unit) doublings++;
  while (halved(doublings) < unit) doublings--;
  const value = halved(doublings);
  const sum = doubledSeries(value - unit, value + unit, unit) + doublings * doubledSeries(1n, 3n, unit);
  return rescaled({ unscaled: sum, scale: digits }, scale);
}

/** `2 · artanh(p / q)`. */
function doubledSeries(p: bigint, q: bigint, unit: bigint): bigint {
  const x = p * unit / q;
  const square = x * x / unit;
  let sum = 0n;
  let power = x;
  for (let i = 1n; power !== 0n; i += 2n) {
    sum += power / i;
    power = power * square / unit;
  }
  return 2n * sum;
}

export function power(base: Decimal, exponent: Decimal): Decimal | null {
  const whole = rescaled(exponent, 0);
  if (compared(whole, exponent) === 0) return wholePower(base, whole.unscaled, exponent.scale);
  if (base.unscaled === 0n) return exponent.unscaled < 0n ? null : rescaled(zero, leastDigits);
  if (base.unscaled < 0n) return null;
  const rough = multiplied(lnTo(base, Math.max(0, 8 - lnWeight(base))), exponent);
  const weight = toDouble(rough) * logOfE;
  if (Math.abs(weight) > maxDigits) return null;
  const scale = Math.max(leastDigits - Math.trunc(weight), base.scale, exponent.scale, 0);
  const digits = scale + Math.abs(Math.ceil(weight)) + guard;
  return expTo(multiplied(lnTo(base, digits), exponent), scale);
}

function wholePower(base: Decimal, exponent: bigint, exponentScale: number): Decimal | null {
  if (base.unscaled === 0n && exponent < 0n) return null;
  const weight = Number(exponent) * weightOf(base);
  if (Math.abs(weight) > maxDigits || exponent > 1000n || exponent < -1000n) return null;
  const scale = Math.max(leastDigits - Math.trunc(weight), base.scale, exponentScale, 0);
  const times = exponent < 0n ? -exponent : exponent;
  const whole: Decimal = { unscaled: base.unscaled ** times, scale: base.scale * Number(times) };
  return exponent < 0n ? dividedTo(one, whole, scale) : rescaled(whole, scale);
}

/** `log10` of the first sixteen digits, as `power_var_int` has it. */
function weightOf(base: Decimal): number {
  const { weight, digits } = placesOf(base);
  if (digits.length === 0) return 0;
  const used = digits.slice(0, 4);
  const value = used.reduce((sum, digit) => sum * 10000 + digit, 0);
  return Math.log10(value) + (weight - used.length + 1) * placeDigits;
}
