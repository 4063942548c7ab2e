import { PgError } from "../../../worker/api/error.ts";
import type { RenderSettings } from "../../../worker/api/executor.ts";
import { splitIdentifiers } from "./lists.ts";

/** `DateStyle` as its two parts. */
export type DateStyle = Pick<RenderSettings, "dateStyle" | "dateOrder">;

const styles: readonly [pattern: RegExp, style: DateStyle["dateStyle"]][] = [
  [/^iso$/, "ISO"],
  [/^sql$/, "SQL"],
  [/^postgres/, "Postgres"],
  [/^german$/, "German"],
];

const orders: readonly [pattern: RegExp, order: DateStyle["dateOrder"]][] = [
  [/^ymd$/, "YMD"],
  [/^(dmy|euro)/, "DMY"],
  [/^(mdy|us$|noneuro)/, "MDY"],
];

/**
 * What a `DateStyle` as written means, the parts it leaves out taken from the one in force; in PostgreSQL's spelling,
 * e.g. `dmy` over `SQL, MDY` is `SQL, DMY`.
 *
 * Throws 22023 for words it does not know and for words that contradict each other.
 *
 * @see https://www.postgresql.org/docs/16/runtime-config-client.html#GUC-DATESTYLE
 */
export function parseDateStyle(value: string, current: string, initial: string): string {
  const words = splitIdentifiers(value) ?? refuse(value, "List syntax is invalid.");
  let style: DateStyle["dateStyle"] | undefined;
  let order: DateStyle["dateOrder"] | undefined;
  for (const word of words) {
    const newStyle = styles.find(([pattern]) => pattern.test(word))?.[1];
    const newOrder = orders.find(([pattern]) => pattern.test(word))?.[1];
    if (word === "default") {
      const parts = readDateStyle(initial);
      style ??= parts.dateStyle;
      order ??= parts.dateOrder;
      continue;
    }
    if (!newStyle && !newOrder) refuse(value, `Unrecognized key word: "${word}".`);
    if (style && newStyle && style !== newStyle || order && newOrder && order !== newOrder) {
      refuse(value, 'Conflicting "datestyle" specifications.');
    }
    style ??= newStyle;
    order ??= newOrder;
  }
  // The German style brings its own order.
  if (style === "German") order ??= "DMY";
  const before = readDateStyle(current);
  return `${style ?? before.dateStyle}, ${order ?? before.dateOrder}`;
}

/** The parts of a `DateStyle` in PostgreSQL's spelling. */
export function readDateStyle(canonical: string): DateStyle {
  const [dateStyle, dateOrder] = canonical.split(", ") as [DateStyle["dateStyle"], DateStyle["dateOrder"]];
  return { dateStyle, dateOrder };
}

function refuse(value: string, detail: string): never {
  throw new PgError("22023", `invalid value for parameter "DateStyle": "${value}"`, { detail });
}
