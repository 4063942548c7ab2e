/** Columns of DATE, TIME, TIMETZ and every precision of TIMESTAMP. */
import duckdb from "@duckdb/node-bindings";
import { PgError } from "../api/error.ts";
import { postgresEpochDays, secondsPerDay } from "../types/calendar.ts";
import type { Codec } from "./codec.ts";
import { fixedColumn } from "./columns.ts";
import {
  dateSize,
  type DateWriter,
  timestampSize,
  type TimestampWriter,
  writeOffset,
  writeTimeOfDay,
} from "./date_text.ts";
import { out, writeAscii } from "./output.ts";
import { ints32, words32 } from "./vector.ts";

const dateInfinity = 0x7fffffff;
const two32 = 0x100000000;

/** DATE as text. */
export function dateText(write: DateWriter): Codec {
  let data = new Int32Array(0);
  return {
    size: dateSize,
    quotable: true, // for the space before BC
    load: (vector, rows) => void (data = ints32(vector, rows)),
    write(row, at) {
      const days = data[row];
      if (days === dateInfinity) return writeAscii("infinity", at);
      if (days === -dateInfinity) return writeAscii("-infinity", at);
      return write(at, days);
    },
  };
}

/** DATE as days since 2000-01-01. */
export function dateBinary(): Codec {
  let data = new Int32Array(0);
  const write = (row: number, at: number) => {
    out.view.setInt32(at, postgresDays(data[row]));
    return at + 4;
  };
  return {
    size: 4,
    quotable: false,
    load: (vector, rows) => void (data = ints32(vector, rows)),
    write,
    column: fixedColumn(4, write),
  };
}

function postgresDays(days: number): number {
  if (days === dateInfinity) return 0x7fffffff;
  if (days === -dateInfinity) return -0x80000000;
  if (days - postgresEpochDays <= -0x80000000) throw new PgError("22008", "date out of range");
  return days - postgresEpochDays;
}

/** Units of a TIMESTAMP or TIME type in a second. */
const unitsPerSecond: Readonly<Record<number, number>> = {
  [duckdb.Type.TIMESTAMP_S]: 1,
  [duckdb.Type.TIMESTAMP_MS]: 1e3,
  [duckdb.Type.TIMESTAMP]: 1e6,
  [duckdb.Type.TIMESTAMP_TZ]: 1e6,
  [duckdb.Type.TIMESTAMP_NS]: 1e9,
  [duckdb.Type.TIME]: 1e6,
  [duckdb.Type.TIME_NS]: 1e9,
};

/**
 * A 64-bit count of units as whole seconds (rounded down) and microseconds, without BigInt. Nanoseconds are rounded to the
 * nearest microsecond, a tie to the even one, as PostgreSQL rounds what it reads.
 */
class Instants {
  seconds = 0;
  micros = 0;
  /** 1, -1 for ±infinity. */
  infinite = 0;
  #words = new Uint32Array(0);
  readonly #units: number;

  constructor(type: duckdb.Type) {
    this.#units = unitsPerSecond[type];
  }

  load(vector: duckdb.Vector, rows: number): void {
    this.#words = words32(vector, rows, 8);
  }

  /** Microseconds: the hot case. A division by 10^6 in two steps stays below 2^53. */
  read(row: number): void {
    const low = this.#words[row * 2];
    const high = this.#words[row * 2 + 1] | 0;
    this.infinite = 0;
    if ((high === 0x7fffffff || high === -0x80000000) && this.#isInfinite(high, low)) return;
    if (this.#units !== 1e6) return this.#readUnits(high, low);
    const quotientHigh = Math.floor(high / 1e6);
    const rest = (high - quotientHigh * 1e6) * two32 + low;
    const quotientLow = Math.floor(rest / 1e6);
    this.seconds = quotientHigh * two32 + quotientLow;
    this.micros = rest - quotientLow * 1e6;
  }

  #isInfinite(high: number, low: number): boolean {
    if (high === 0x7fffffff && low === 0xffffffff) this.infinite = 1;
    else if (high === -0x80000000 && low === 1) this.infinite = -1;
    return this.infinite !== 0;
  }

  #readUnits(high: number, low: number): void {
    if (this.#units === 1) {
      this.seconds = high * two32 + low;
      this.micros = 0;
      return;
    }
    if (this.#units === 1e9) return this.#readNanos(high, low);
    const quotientHigh = Math.floor(high / 1e3);
    const rest = (high - quotientHigh * 1e3) * two32 + low;
    const quotientLow = Math.floor(rest / 1e3);
    this.seconds = quotientHigh * two32 + quotientLow;
    this.micros = (rest - quotientLow * 1e3) * 1e3;
  }

  #readNanos(high: number, low: number): void {
    const nanos = (BigInt(high) << 32n) | BigInt(low);
    const half = ((nanos % 1000n) + 1000n) % 1000n;
    let micros = (nanos - half) / 1000n;
    if (half > 500n || (half === 500n && micros % 2n !== 0n)) micros++;
    const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
    this.seconds = Number((micros - rest) / 1_000_000n);
    this.micros = Number(rest);
  }
}

/** Any TIMESTAMP as text. */
export function timestampText(type: duckdb.Type, write: TimestampWriter): Codec {
  const instants = new Instants(type);
  return {
    size: timestampSize,
    quotable: true, // for the space in it
    load: (vector, rows) => instants.load(vector, rows),
    write(row, at) {
      instants.read(row);
      if (instants.infinite !== 0) return writeAscii(instants.infinite > 0 ? "infinity" : "-infinity", at);
      return write(at, instants.seconds, instants.micros);
    },
  };
}

const postgresEpochSeconds = postgresEpochDays * secondsPerDay;
const maxMicros = 2n ** 63n - 1n;

/** Any TIMESTAMP as microseconds since 2000-01-01. */
export function timestampBinary(type: duckdb.Type): Codec {
  const instants = new Instants(type);
  const write = (row: number, at: number) => {
    instants.read(row);
    const view = out.view;
    if (instants.infinite !== 0) {
      view.setBigInt64(at, instants.infinite > 0 ? maxMicros : -maxMicros - 1n);
      return at + 8;
    }
    writePostgresMicros(at, instants.seconds - postgresEpochSeconds, instants.micros);
    return at + 8;
  };
  return {
    size: 8,
    quotable: false,
    load: (vector, rows) => instants.load(vector, rows),
    write,
    column: fixedColumn(8, write),
  };
}

/** seconds × 10^6 + micros as a 64-bit integer. */
function writePostgresMicros(at: number, seconds: number, micros: number): void {
  const total = seconds * 1e6 + micros;
  if (total > -9e15 && total < 9e15) {
    const high = Math.floor(total / two32);
    out.view.setInt32(at, high);
    out.view.setUint32(at + 4, total - high * two32);
    return;
  }
  const exact = BigInt(seconds) * 1_000_000n + BigInt(micros);
  if (exact >= maxMicros || exact < -maxMicros) throw new PgError("22008", "timestamp out of range");
  out.view.setBigInt64(at, exact);
}

/** TIME as text; 24:00:00 is a time. */
export function timeText(type: duckdb.Type): Codec {
  const instants = new Instants(type);
  return {
    size: 16,
    quotable: false,
    load: (vector, rows) => instants.load(vector, rows),
    write(row, at) {
      instants.read(row);
      return writeTimeOfDay(at, instants.seconds, instants.micros);
    },
  };
}

/** TIME as microseconds since midnight. */
export function timeBinary(type: duckdb.Type): Codec {
  const instants = new Instants(type);
  return {
    size: 8,
    quotable: false,
    load: (vector, rows) => instants.load(vector, rows),
    write(row, at) {
      instants.read(row);
      writePostgresMicros(at, instants.seconds, instants.micros);
      return at + 8;
    },
  };
}

const maxOffset = 16 * 3600 - 1;

/**
 * TIMETZ: 40 bits of microseconds, then 24 bits of the offset, turned round and made unsigned.
 */
function timetzReader() {
  let words = new Uint32Array(0);
  return {
    micros: 0,
    /** Seconds east of UTC. */
    offset: 0,
    load: (vector: duckdb.Vector, rows: number) => void (words = words32(vector, rows, 8)),
    read(row: number): void {
      const low = words[row * 2];
      this.micros = words[row * 2 + 1] * 256 + (low >>> 24);
      this.offset = maxOffset - (low & 0xffffff);
    },
  };
}

export function timetzText(): Codec {
  const reader = timetzReader();
  return {
    size: 26,
    quotable: false,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      const seconds = Math.floor(reader.micros / 1e6);
      return writeOffset(writeTimeOfDay(at, seconds, reader.micros - seconds * 1e6), reader.offset, false);
    },
  };
}

/** Microseconds, then seconds west of UTC. */
export function timetzBinary(): Codec {
  const reader = timetzReader();
  return {
    size: 12,
    quotable: false,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      const high = Math.floor(reader.micros / two32);
      out.view.setUint32(at, high);
      out.view.setUint32(at + 4, reader.micros - high * two32);
      out.view.setInt32(at + 8, -reader.offset);
      return at + 12;
    },
  };
}
