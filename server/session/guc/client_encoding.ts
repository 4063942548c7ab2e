import { PgError } from "../../../worker/api/error.ts";

/** Encodings PostgreSQL knows, without punctuation; a client that asks for one of them is refused, not misunderstood. */
const otherEncodings = new Set(
  ("big5 euccn eucjis2004 eucjp euckr euctw gb18030 gbk iso88595 iso88596 iso88597 iso88598 johab koi8r koi8u latin1 " +
    "latin2 latin3 latin4 latin5 latin6 latin7 latin8 latin9 latin10 iso88591 iso88592 iso88593 iso88594 iso88599 " +
    "iso885910 iso885913 iso885914 iso885915 iso885916 muleinternal shiftjis2004 sjis shiftjis mskanji uhc " +
    "win1250 win1251 win1252 win1253 win1254 win1255 win1256 win1257 win1258 win866 win874 windows1250 windows1251 " +
    "windows1252 windows1253 windows1254 windows1255 windows1256 windows1257 windows1258 windows866 windows874 win " +
    "win932 win936 win949 win950 windows932 windows936 windows949 windows950 alt tcvn tcvn5712 vscii abc koi8")
    .split(" "),
);

/**
 * An encoding's canonical name. Text is UTF-8 on both sides, so only that, and SQL_ASCII, which leaves bytes as they
 * are, can be had; another that PostgreSQL knows is 0A000, the rest 22023.
 *
 * @see https://www.postgresql.org/docs/16/multibyte.html
 */
export function parseClientEncoding(value: string): string {
  const plain = value.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (plain === "utf8" || plain === "unicode") return "UTF8";
  if (plain === "sqlascii") return "SQL_ASCII";
  const message = `invalid value for parameter "client_encoding": "${value}"`;
  if (!otherEncodings.has(plain)) throw new PgError("22023", message);
  throw new PgError("0A000", message, {
    detail: `Conversion between ${value.toUpperCase()} and UTF8 is not supported.`,
  });
}
