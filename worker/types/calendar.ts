/** The proleptic Gregorian calendar that PostgreSQL and DuckDB share, over days since 1970-01-01. */

/** A day's parts. `year` is astronomical: 0 is 1 BC. */
export interface CivilDate {
  year: number;
  month: number;
  day: number;
}

/** Days from 1970-01-01 to 2000-01-01, where PostgreSQL counts from in binary. */
export const postgresEpochDays = 10957;

export const secondsPerDay = 86400;
export const microsPerSecond = 1_000_000;
export const microsPerDay = secondsPerDay * microsPerSecond;

const daysPerEra = 146097;
const epochShift = 719468; // days from 0000-03-01 to 1970-01-01

/** Days since 1970-01-01 of a date that exists; no check is made. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - epochShift;
}

/** The parts of a day, written into `into` (made by the caller once, so that a column costs no object a value). */
export function civilFromDays(days: number, into: CivilDate): void {
  const shifted = days + epochShift;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = (shifted - era * daysPerEra) | 0;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36524) | 0) - ((dayOfEra / 146096) | 0)) /
      365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  into.day = dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1;
  into.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  into.year = yearOfEra + era * 400 + (into.month <= 2 ? 1 : 0);
}

/** Days in a month of a year. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 0 (Sunday) to 6 of days since 1970-01-01. */
export function dayOfWeek(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}
