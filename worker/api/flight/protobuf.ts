/**
 * Protobuf messages as tables of fields, read and written with `@bufbuild/protobuf`'s wire reader and writer. Flight and
 * Flight SQL have some forty small messages; this spares generated code and keeps each message one line a field.
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** How one field is read, written, and what it is when it is absent. */
export interface Field<T> {
  number: number;
  absent(): T;
  read(reader: BinaryReader, wireType: WireType, before: T): T;
  /** @param always also when the value is the type's zero, which is otherwise left out */
  write(writer: BinaryWriter, value: T, always?: boolean): void;
}

// deno-lint-ignore no-explicit-any -- fields of any type stand in one table; each is read and written by itself
type Fields = Record<string, Field<any>>;
type Value<F> = F extends Field<infer T> ? T : never;

/** A message type. */
export interface Message<T> {
  encode(value: Partial<T>): Uint8Array;
  /** Unknown fields are skipped. @throws {Error} for bytes that are no protobuf message */
  decode(bytes: Uint8Array): T;
}

/**
 * @example
 * ```ts
 * const ticket = message({ ticket: bytes(1) });
 * ticket.decode(ticket.encode({ ticket: new Uint8Array([1]) }));
 * ```
 */
export function message<F extends Fields>(fields: F): Message<{ [K in keyof F]: Value<F[K]> }> {
  type T = { [K in keyof F]: Value<F[K]> };
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  return {
    encode(value) {
      const writer = new BinaryWriter();
      for (const [name, field] of Object.entries(fields)) {
        const given = value[name];
        if (given !== undefined) field.write(writer, given);
      }
      return writer.finish();
    },
    decode(bytes) {
      const reader = new BinaryReader(bytes);
      const result: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) result[name] = field.absent();
      while (reader.pos < reader.len) {
        const [number, wireType] = reader.tag();
        const known = byNumber.get(number);
        if (known === undefined) reader.skip(wireType, number);
        else result[known.name] = known.field.read(reader, wireType, result[known.name]);
      }
      return result as T;
    },
  };
}

function scalar<T>(
  number: number,
  wireType: WireType,
  zero: T,
  isZero: (value: T) => boolean,
  read: (reader: BinaryReader) => T,
  write: (writer: BinaryWriter, value: T) => void,
): Field<T> {
  return {
    number,
    absent: () => zero,
    read(reader, given) {
      if (given !== wireType) throw new Error(`field ${number} has wire type ${given}`);
      return read(reader);
    },
    write(writer, value, always = false) {
      if (always || !isZero(value)) write(writer.tag(number, wireType), value);
    },
  };
}

const empty = new Uint8Array(0);

export const text = (number: number): Field<string> =>
  scalar(number, WireType.LengthDelimited, "", (v) => v === "", (r) => r.string(), (w, v) => w.string(v));

export const bytes = (number: number): Field<Uint8Array> =>
  scalar<Uint8Array>(
    number,
    WireType.LengthDelimited,
    empty,
    (v) => v.length === 0,
    (r) => r.bytes(),
    (w, v) => w.bytes(v),
  );

export const flag = (number: number): Field<boolean> =>
  scalar(number, WireType.Varint, false, (v) => !v, (r) => r.bool(), (w, v) => w.bool(v));

/** `int32` and enums. */
export const int32 = (number: number): Field<number> =>
  scalar(number, WireType.Varint, 0, (v) => v === 0, (r) => r.int32(), (w, v) => w.int32(v));

/** `int64`, as a number: counts stay far below 2^53. */
export const int64 = (number: number): Field<number> =>
  scalar(number, WireType.Varint, 0, (v) => v === 0, (r) => Number(r.int64()), (w, v) => w.int64(v));

/** Another message, `null` when absent. */
export function nested<T>(number: number, type: Message<T>): Field<Partial<T> | null> {
  return {
    number,
    absent: () => null,
    read: (reader) => type.decode(reader.bytes()),
    write(writer, value) {
      if (value !== null) writer.tag(number, WireType.LengthDelimited).bytes(type.encode(value));
    },
  };
}

/** A field whose absence means something else than its zero (`optional` and `oneof`); `null` when absent. */
export function optional<T>(field: Field<T>): Field<T | null> {
  const zero = field.absent();
  return {
    number: field.number,
    absent: () => null,
    read: (reader, wireType) => field.read(reader, wireType, zero),
    write(writer, value) {
      if (value !== null) field.write(writer, value, true);
    },
  };
}

/** Any number of texts, byte strings or messages, or numbers written one by one or packed. */
export function repeated<T>(field: Field<T>): Field<T[]> {
  const zero = field.absent();
  return {
    number: field.number,
    absent: () => [],
    read(reader, wireType, before) {
      if (typeof zero === "number" && wireType === WireType.LengthDelimited) {
        const end = reader.uint32() + reader.pos;
        const values = [...before];
        while (reader.pos < end) values.push(field.read(reader, WireType.Varint, zero));
        return values;
      }
      return [...before, field.read(reader, wireType, zero)];
    },
    write(writer, values) {
      for (const value of values) field.write(writer, value, true);
    },
  };
}
