import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";

/**
 * `format(template, …)` as an expression of `dg_a`, the list of its arguments as text.
 *
 * @see https://www.postgresql.org/docs/18/functions-string.html#FUNCTIONS-STRING-FORMAT
 * @throws PgError 22023 as PostgreSQL does
 */
export function textOutput(template: string, count: number): string {
  const out: string[] = [];
  let next = 1;
  const argument = (place: number) => {
    if (place === 0) {
      throw new PgError("22023", "format specifies argument 0, but arguments are numbered from 1");
    }
    if (place > count) throw new PgError("22023", "too few arguments for format()");
    next = place + 1;
    return `dg_a[${place}]`;
  };
  for (const found of template.matchAll(specifier)) {
    const [, text, percent, place, minus, star, width, type] = found;
    if (text !== undefined) out.push(quoteText(text));
    else if (percent) out.push("'%'");
    else if (!type) throw new PgError("22023", "unterminated format() type specifier");
    else if (!"sIL".includes(type)) {
      throw new PgError("22023", `unrecognized format() type specifier "${type}"`, {
        hint: 'For a single "%" use "%%".',
      });
    } else {
      const size = star === undefined
        ? (width ?? "0")
        : `coalesce(CAST(${argument(star === "" ? next : Number(star.slice(0, -1)))} AS INTEGER), 0)`;
      const value = argument(place === undefined ? next : Number(place));
      out.push(padded(valueOf(type, value), minus && size !== "0" ? `-abs(${size})` : size));
    }
  }
  return out.join(" || ") || "''";
}

const specifier = /([^%]+)|%(?:(%)|(?:(\d+)\$)?(-)?(?:\*(\d+\$|)|(\d+))?(.?))/gs;

function valueOf(type: string, value: string): string {
  if (type === "I") return `__duckgres.main.duckgres_format_name(${value})`;
  if (type === "L") return `__duckgres.main.quote_nullable(${value})`;
  return `coalesce(${value}, '')`;
}

function padded(value: string, width: string): string {
  return width === "0" ? value : `__duckgres.main.duckgres_padded(${value}, ${width})`;
}
