/**
 * The template patterns of dates and times.
 *
 * @see https://www.postgresql.org/docs/18/functions-formatting.html#FUNCTIONS-FORMATTING-DATETIME-TABLE
 */

/** The patterns, longer ones first. */
export const timeKeys =
  "HH24|HH12|HH|MI|SSSSS|SSSS|SS|MS|US|FF[1-6]|A\\.M\\.|P\\.M\\.|AM|PM|Y,YYY|YYYY|YYY|YY|Y|" +
  "IYYY|IYY|IY|IW|IDDD|ID|I|B\\.C\\.|A\\.D\\.|BC|AD|MONTH|MON|MM|DAY|DDD|DD|DY|D|WW|W|CC|J|Q|RM|TZH|TZM|TZ|OF";

/** A piece of a template. */
export interface TimePart {
  /** In upper case; empty for text. */
  key: string;
  /** As it was written, or the text. */
  text: string;
  /** `FM`: without padding. */
  fill: boolean;
  /** `TH` or `th` behind it. */
  ordinal: string;
}

const part = new RegExp(
  `((?:FM|FX|TM)*)(${timeKeys})(TH)?|(FM|FX|TM)|"((?:[^"\\\\]|\\\\.)*)"?|\\\\(.)|(.)`,
  "gis",
);

/** The pieces of a template. */
export function timeParts(format: string): TimePart[] {
  const parts: TimePart[] = [];
  for (const [, modifiers, key, ordinal = "", lone, quoted, escaped, other] of format.matchAll(part)) {
    if (lone) continue;
    if (key) {
      parts.push({ key: key.toUpperCase(), text: key, fill: /FM/i.test(modifiers), ordinal });
    } else {
      const text = quoted?.replace(/\\(.)/gs, "$1") ?? escaped ?? other ?? "";
      parts.push({ key: "", text, fill: false, ordinal: "" });
    }
  }
  return parts;
}
