import { raise, raiseText } from "./raise.ts";
import { macro, type Source, typedMacro } from "./source.ts";

/**
 * PostgreSQL's string functions that DuckDB lacks or answers differently. `system.main.x` is DuckDB's own `x`: a macro
 * of that name would call itself.
 *
 * @see https://www.postgresql.org/docs/16/functions-string.html
 */
const stringSources: readonly Source[] = [
  // From DuckDB's shortest digits to PostgreSQL's: no `.0`, an exponent from 1e+15 up, infinities in full.
  macro(
    "duckgres_float_text",
    `(a) AS CASE
      WHEN a = 'inf' THEN 'Infinity'
      WHEN a = '-inf' THEN '-Infinity'
      WHEN a = 'nan' THEN 'NaN'
      WHEN NOT ends_with(a, '.0') THEN a
      WHEN length(ltrim(a, '-')) < 18 THEN left(a, length(a) - 2)
      ELSE regexp_replace(regexp_replace(left(a, length(a) - 2), '^(-?\\d)(\\d*?)0*$', '\\1.\\2e+'), '\\.e', 'e')
        || CAST(length(ltrim(a, '-')) - 3 AS VARCHAR) END`,
  ),
  // `1 year 2 months` is `1 year 2 mons`; only 1 has no s, and what follows something negative has a sign.
  macro(
    "duckgres_interval_text",
    `(a) AS CASE WHEN NOT contains(a, '-') THEN replace(a, 'month', 'mon')
      ELSE regexp_replace(regexp_replace(replace(a, 'month', 'mon'), '(-1 (?:year|mon|day))\\b', '\\1s', 'g'),
        '(-\\d+ [a-z]+) (\\d)', '\\1 +\\2', 'g') END`,
  ),
  // Zeros that nobody wrote.
  macro(
    "duckgres_numeric_text",
    "(a) AS CASE WHEN contains(a, '.') THEN rtrim(rtrim(a, '0'), '.') ELSE a END",
  ),
  // `x::text`: DuckDB writes floating point numbers and bytes another way.
  macro(
    "duckgres_cast_text",
    `(a) AS CASE
      WHEN typeof(a) IN ('DOUBLE', 'FLOAT') THEN @duckgres_float_text(CAST(a AS VARCHAR))
      WHEN typeof(a) = 'BLOB' THEN '\\x' || lower(hex(CAST(CAST(a AS VARCHAR) AS BLOB)))
      ELSE CAST(a AS VARCHAR) END`,
  ),
  // What PostgreSQL's output function prints, as concat() and format() take it.
  macro(
    "duckgres_text",
    `(a) AS CASE typeof(a)
      WHEN 'BOOLEAN' THEN left(CAST(a AS VARCHAR), 1)
      WHEN 'DOUBLE' THEN @duckgres_cast_text(a)
      WHEN 'FLOAT' THEN @duckgres_cast_text(a)
      WHEN 'BLOB' THEN @duckgres_cast_text(a)
      WHEN 'INTERVAL' THEN @duckgres_interval_text(CAST(a AS VARCHAR))
      ELSE CAST(a AS VARCHAR) END`,
  ),
  macro(
    "duckgres_bits_or_bytes",
    `(a) AS CAST(CASE typeof(a) WHEN 'BIT' THEN system.main.length(CAST(a AS VARCHAR)) ELSE octet_length(a) END
      AS INTEGER)`,
  ),
  macro(
    "length",
    "(a VARCHAR) AS CAST(system.main.length(a) AS INTEGER)",
    "(a) AS @duckgres_bits_or_bytes(a)",
  ),
  ...["char_length", "character_length"].map((name) => {
    return macro(name, "(a) AS CAST(system.main.length(CAST(a AS VARCHAR)) AS INTEGER)");
  }),
  macro(
    "octet_length",
    "(a VARCHAR) AS CAST(strlen(a) AS INTEGER)",
    "(a) AS CAST(system.main.octet_length(a) AS INTEGER)",
  ),
  macro(
    "bit_length",
    "(a VARCHAR) AS CAST(strlen(a) * 8 AS INTEGER)",
    `(a) AS CAST(CASE typeof(a) WHEN 'BIT' THEN system.main.length(CAST(a AS VARCHAR))
      ELSE system.main.octet_length(a) * 8 END AS INTEGER)`,
  ),
  // The parameter `kind` tells text from bytes and bits, as `typedMacro` explains.
  typedMacro(
    "duckgres_position",
    "(a, b, kind VARCHAR, last INTEGER) AS CAST(instr(a, b) AS INTEGER)",
    `(a, b, kind BLOB, last BIGINT) AS CASE WHEN system.main.regexp_matches(hex(a), '^(..)*?' || hex(b))
      THEN CAST(system.main.length(regexp_extract(hex(a), '^((?:..)*?)' || hex(b), 1)) // 2 + 1 AS INTEGER)
      WHEN a IS NOT NULL AND b IS NOT NULL THEN 0 END`,
    "(a, b, kind BIT, last BIGINT) AS CAST(instr(CAST(a AS VARCHAR), CAST(b AS VARCHAR)) AS INTEGER)",
  ),
  macro("position", "(b, a) AS @duckgres_position(b, a, b, 0)"),
  macro("strpos", "(a, b) AS CAST(instr(a, b) AS INTEGER)"),
  typedMacro(
    "duckgres_from",
    "(a, start, kind VARCHAR, last INTEGER) AS system.main.substring(a, greatest(start, 1))",
    `(a, start, kind BLOB, last BIGINT) AS unhex(system.main.substring(hex(a), 2 * greatest(start, 1) - 1))`,
    `(a, start, kind BIT, last BIGINT) AS CAST(nullif(system.main.substring(CAST(a AS VARCHAR), greatest(start, 1)), '')
      AS BIT)`,
  ),
  typedMacro(
    "duckgres_part",
    "(a, start, count, kind VARCHAR, last INTEGER) AS system.main.substring(a, start, count)",
    "(a, start, count, kind BLOB, last BIGINT) AS unhex(system.main.substring(hex(a), 2 * start - 1, 2 * count))",
    `(a, start, count, kind BIT, last BIGINT) AS CAST(nullif(system.main.substring(CAST(a AS VARCHAR), start, count), '')
      AS BIT)`,
  ),
  // Places before the first character count, and a length must not be negative.
  ...["substring", "substr"].map((name) => {
    return macro(
      name,
      "(a, start) AS @duckgres_from(a, start, a, 0)",
      `(a, start, count) AS @duckgres_part(a, greatest(start, 1),
        CASE WHEN count < 0 THEN ${raise("22011", "negative substring length not allowed")}
          ELSE greatest(count + least(start, 1) - 1, 0) END, a, 0)`,
    );
  }),
  macro(
    "duckgres_overlay_text",
    `(a, b, start, count) AS CASE
      WHEN start <= 0 THEN ${raise("22011", "negative substring length not allowed")}
      ELSE system.main.left(a, start - 1) || b || system.main.substring(a, greatest(start + count, 1)) END`,
  ),
  typedMacro(
    "duckgres_overlay",
    "(a, b, start, count, kind VARCHAR, last INTEGER) AS @duckgres_overlay_text(a, b, start, count)",
    `(a, b, start, count, kind BLOB, last BIGINT) AS
      unhex(@duckgres_overlay_text(hex(a), hex(b), 2 * start - 1, 2 * count))`,
    `(a, b, start, count, kind BIT, last BIGINT) AS
      CAST(@duckgres_overlay_text(CAST(a AS VARCHAR), CAST(b AS VARCHAR), start, count) AS BIT)`,
  ),
  macro(
    "overlay",
    "(a, b, start) AS @duckgres_overlay(a, b, start, @length(b), a, 0)",
    "(a, b, start, count) AS @duckgres_overlay(a, b, start, count, a, 0)",
  ),
  // Bytes are pairs of hexadecimal digits.
  macro(
    "duckgres_byte_set",
    "(a) AS '(?:' || array_to_string(regexp_extract_all(hex(a), '..'), '|') || ')*'",
  ),
  ...[
    ["ltrim", "system.main.regexp_replace(hex(a), '^' || @duckgres_byte_set(b), '')"],
    ["rtrim", "system.main.regexp_replace(hex(a), '^((?:..)*?)' || @duckgres_byte_set(b) || '$', '\\1')"],
    [
      "trim",
      "system.main.regexp_replace(hex(a), '^' || @duckgres_byte_set(b) || '((?:..)*?)' || @duckgres_byte_set(b) || '$', '\\1')",
    ],
  ].flatMap(([name, bytes]) => [
    typedMacro(
      `duckgres_${name}`,
      `(a, b, kind VARCHAR, last INTEGER) AS system.main.${name}(a, b)`,
      `(a, b, kind BLOB, last BIGINT) AS unhex(${bytes})`,
    ),
    macro(name, `(a) AS system.main.${name}(a)`, `(a, b) AS @duckgres_${name}(a, b, a, 0)`),
  ]),
  macro("btrim", "(a) AS system.main.trim(a, ' ')", "(a, b) AS @duckgres_trim(a, b, a, 0)"),
  typedMacro(
    "duckgres_reverse",
    "(a, kind VARCHAR, last INTEGER) AS system.main.reverse(a)",
    "(a, kind BLOB, last BIGINT) AS unhex(list_aggregate(list_reverse(regexp_extract_all(hex(a), '..')), 'string_agg', ''))",
  ),
  macro("reverse", "(a) AS @duckgres_reverse(a, a, 0)"),
  ...["lpad", "rpad"].map((name) => {
    return macro(
      name,
      `(a, width) AS system.main.${name}(a, greatest(width, 0), ' ')`,
      `(a, width, fill) AS CASE WHEN fill = '' THEN system.main.left(a, greatest(width, 0))
        ELSE system.main.${name}(a, greatest(width, 0), fill) END`,
    );
  }),
  macro("is_normalized", "(a) AS nfc_normalize(a) = a"),
  // RE2's classes leave out nothing but what is not assigned.
  macro("unicode_assigned", "(a) AS regexp_full_match(a, '[\\pL\\pM\\pN\\pP\\pS\\pZ\\pC]*')"),
  macro(
    "initcap",
    `(a) AS CASE WHEN a IS NOT NULL THEN coalesce(list_aggregate(list_transform(
      regexp_extract_all(a, '[\\pL\\pN]+|[^\\pL\\pN]+'),
      lambda dg_word: upper(dg_word[1]) || lower(dg_word[2:])), 'string_agg', ''), '') END`,
  ),
  macro("casefold", "(a) AS lower(a)"),
  macro(
    "split_part",
    `(a, separator, n) AS CASE
      WHEN n = 0 THEN ${raise("22023", "field position must not be zero")}
      WHEN separator = '' THEN CASE WHEN n IN (1, -1) THEN a ELSE '' END
      ELSE system.main.split_part(a, separator, n) END`,
  ),
  macro(
    "chr",
    `(code) AS CASE
      WHEN code = 0 THEN ${raise("54000", "null character not permitted")}
      WHEN code < 0 THEN ${raise("22023", "character number must be positive")}
      WHEN code > 1114111 THEN ${raiseText("54000", "'requested character too large for encoding: ' || code")}
      ELSE system.main.chr(code) END`,
  ),
  macro(
    "duckgres_string_list",
    `(a, separator) AS CASE WHEN a = '' THEN [] WHEN separator IS NULL THEN string_split(a, '')
      WHEN separator = '' THEN [a] ELSE string_split(a, separator) END`,
  ),
  macro(
    "string_to_array",
    "(a, separator) AS @duckgres_string_list(a, separator)",
    `(a, separator, missing) AS list_transform(@duckgres_string_list(a, separator),
      lambda dg_part: nullif(dg_part, missing))`,
  ),
  macro(
    "string_to_table",
    "(a, separator) AS unnest(@duckgres_string_list(a, separator))",
    `(a, separator, missing) AS unnest(list_transform(@duckgres_string_list(a, separator),
      lambda dg_part: nullif(dg_part, missing)))`,
  ),
  macro("to_ascii", `(a) AS ${raise("0A000", "encoding conversion from UTF8 to ASCII not supported")}`),
  macro("repeat", "(a, n) AS system.main.repeat(a, greatest(n, 0))"),
  macro(
    "parse_ident",
    `(a) AS CASE WHEN NOT regexp_full_match(a, '\\s*(?:"(?:[^"]|"")+"|[\\pL_][\\pL_0-9$]*)(?:\\s*\\.\\s*(?:"(?:[^"]|"")+"|[\\pL_][\\pL_0-9$]*))*\\s*')
      THEN ${raiseText("22023", `'string is not a valid identifier: "' || a || '"'`)}
      ELSE list_transform(regexp_extract_all(a, '"(?:[^"]|"")*"|[^".\\s]+'),
        lambda dg_part: CASE WHEN starts_with(dg_part, '"') THEN replace(dg_part[2:-2], '""', '"')
          ELSE lower(dg_part) END) END`,
  ),
  macro(
    "unistr",
    `(a) AS list_aggregate(list_transform(
      regexp_extract_all(a, '\\\\\\\\|\\\\\\+[0-9a-fA-F]{6}|\\\\U[0-9a-fA-F]{8}|\\\\u?[0-9a-fA-F]{4}|[^\\\\]+|\\\\'),
      lambda dg_part: CASE
        WHEN dg_part = '\\' THEN ${raise("42601", "invalid Unicode escape")}
        WHEN dg_part = '\\\\' THEN '\\'
        WHEN starts_with(dg_part, '\\')
          THEN system.main.chr(CAST('0x' || regexp_extract(dg_part, '[0-9a-fA-F]+$') AS INTEGER))
        ELSE dg_part END), 'string_agg', '')`,
  ),
  macro(
    "duckgres_unsigned_radix",
    `(a, radix) AS CASE radix
      WHEN 'hex' THEN hex(CAST(a AS UBIGINT))
      WHEN 'bin' THEN to_binary(CAST(a AS UBIGINT))
      ELSE to_base(CAST(a AS BIGINT), 8) END`,
  ),
  macro(
    "duckgres_radix",
    `(a, radix) AS @duckgres_unsigned_radix(CASE
      WHEN a >= 0 THEN CAST(a AS HUGEINT)
      WHEN typeof(a) = 'BIGINT' THEN CAST(a AS HUGEINT) + 18446744073709551616
      ELSE CAST(a AS HUGEINT) + 4294967296 END, radix)`,
  ),
  macro("to_hex", "(a) AS lower(@duckgres_radix(a, 'hex'))"),
  macro("to_bin", "(a) AS @duckgres_radix(a, 'bin')"),
  macro("to_oct", "(a) AS @duckgres_radix(a, 'oct')"),
  // LIKE: a backslash escapes without being asked for.
  macro(
    "~~",
    "(a, b) AS CASE WHEN contains(b, '\\') THEN like_escape(a, b, '\\') ELSE system.main.\"~~\"(a, b) END",
  ),
  macro(
    "!~~",
    "(a, b) AS CASE WHEN contains(b, '\\') THEN not_like_escape(a, b, '\\') ELSE system.main.\"!~~\"(a, b) END",
  ),
  macro(
    "~~*",
    "(a, b) AS CASE WHEN contains(b, '\\') THEN ilike_escape(a, b, '\\') ELSE system.main.\"~~*\"(a, b) END",
  ),
  macro(
    "!~~*",
    "(a, b) AS CASE WHEN contains(b, '\\') THEN not_ilike_escape(a, b, '\\') ELSE system.main.\"!~~*\"(a, b) END",
  ),
  macro(
    "pg_size_bytes",
    `(size) AS CAST(CAST(regexp_extract(size, '-?[0-9.]+') AS DOUBLE) * CASE lower(regexp_extract(size, '[a-zA-Z]+'))
      WHEN '' THEN 1 WHEN 'b' THEN 1 WHEN 'bytes' THEN 1 WHEN 'kb' THEN 1024 WHEN 'mb' THEN 1048576
      WHEN 'gb' THEN 1073741824 WHEN 'tb' THEN 1099511627776 WHEN 'pb' THEN 1125899906842624
      ELSE ${raiseText("22023", `'invalid size: "' || size || '"'`)} END AS BIGINT)`,
  ),
  macro("duckgres_nulls", "(flags) AS CAST(len(list_filter(flags, lambda dg_flag: dg_flag)) AS INTEGER)"),
];

/** The two hexadecimal digits of byte `n` of a bytea. */
const byteAt = (a: string, n: string) => `system.main.substring(hex(${a}), 2 * CAST(${n} AS BIGINT) + 1, 2)`;

const indexError = raiseText(
  "2202E",
  "'index ' || n || ' out of valid range, 0..' || (system.main.octet_length(a) - 1)",
);

const bitIndexError = raiseText(
  "2202E",
  "'index ' || n || ' out of valid range, 0..' || (system.main.octet_length(a) * 8 - 1)",
);

const unknownEncoding = raiseText("22023", `'unrecognized encoding: "' || format || '"'`);

/** @see https://www.postgresql.org/docs/16/functions-binarystring.html */
const binarySources: readonly Source[] = [
  macro("sha256", "(a) AS unhex(system.main.sha256(a))"),
  macro(
    "duckgres_escape_bytes",
    `(digits) AS coalesce(list_aggregate(list_transform(regexp_extract_all(digits, '..'), lambda dg_byte: CASE
      WHEN dg_byte = '5C' THEN '\\\\'
      WHEN dg_byte = '00' OR dg_byte >= '80'
        THEN '\\' || system.main.lpad(to_base(CAST('0x' || dg_byte AS INTEGER), 8), 3, '0')
      ELSE system.main.chr(CAST('0x' || dg_byte AS INTEGER)) END), 'string_agg', ''), '')`,
  ),
  macro(
    "encode",
    "(a) AS system.main.encode(a)",
    `(a, format) AS CASE lower(format)
      WHEN 'hex' THEN lower(hex(CAST(a AS BLOB)))
      WHEN 'base64' THEN rtrim(regexp_replace(to_base64(CAST(a AS BLOB)), '(.{76})', '\\1' || chr(10), 'g'), chr(10))
      WHEN 'escape' THEN @duckgres_escape_bytes(hex(CAST(a AS BLOB)))
      ELSE ${unknownEncoding} END`,
  ),
  macro(
    "duckgres_hex_digits",
    `(a) AS CASE
      WHEN regexp_full_match(a, '([0-9a-fA-F]{2})*') THEN a
      WHEN regexp_matches(a, '[^0-9a-fA-F]')
        THEN ${
      raiseText("22023", `'invalid hexadecimal digit: "' || regexp_extract(a, '[^0-9a-fA-F]') || '"'`)
    }
      ELSE ${raise("22023", "invalid hexadecimal data: odd number of digits")} END`,
  ),
  macro(
    "duckgres_unescape_bytes",
    `(a) AS unhex(coalesce(list_aggregate(list_transform(
      regexp_extract_all(a, '\\\\\\\\|\\\\[0-3][0-7]{2}|[^\\\\]+|\\\\'), lambda dg_part: CASE
        WHEN dg_part = '\\' THEN ${raise("22P02", "invalid input syntax for type bytea")}
        WHEN dg_part = '\\\\' THEN '5C'
        WHEN starts_with(dg_part, '\\') THEN hex(CAST(CAST(dg_part[2] AS INTEGER) * 64
          + CAST(dg_part[3] AS INTEGER) * 8 + CAST(dg_part[4] AS INTEGER) AS UTINYINT))
        ELSE hex(dg_part) END), 'string_agg', ''), ''))`,
  ),
  macro(
    "decode",
    "(a) AS system.main.decode(a)",
    `(a, format) AS CASE lower(format)
      WHEN 'hex' THEN unhex(@duckgres_hex_digits(regexp_replace(a, '\\s', '', 'g')))
      WHEN 'base64' THEN from_base64(regexp_replace(a, '\\s', '', 'g'))
      WHEN 'escape' THEN @duckgres_unescape_bytes(a)
      ELSE ${unknownEncoding} END`,
  ),
  // Text that is meant as bytea, from where it cannot be a literal: `\\x01ff` or the escape format.
  macro(
    "duckgres_bytea",
    `(a) AS CASE WHEN starts_with(a, '\\x') THEN unhex(@duckgres_hex_digits(regexp_replace(a[3:], '\\s', '', 'g')))
      ELSE @duckgres_unescape_bytes(a) END`,
  ),
  macro(
    "convert_from",
    `(a, encoding) AS CASE WHEN upper(encoding) IN ('UTF8', 'UTF-8', 'SQL_ASCII') THEN system.main.decode(a)
      WHEN upper(encoding) IN ('LATIN1', 'ISO88591', 'ISO-8859-1') THEN list_aggregate(list_transform(
        regexp_extract_all(hex(a), '..'), lambda dg_byte: system.main.chr(CAST('0x' || dg_byte AS INTEGER))),
        'string_agg', '')
      ELSE ${raiseText("22023", `'invalid source encoding name "' || encoding || '"'`)} END`,
  ),
  macro(
    "convert_to",
    `(a, encoding) AS CASE WHEN upper(encoding) IN ('UTF8', 'UTF-8', 'SQL_ASCII') THEN system.main.encode(a)
      ELSE ${raiseText("22023", `'invalid destination encoding name "' || encoding || '"'`)} END`,
  ),
  macro(
    "get_byte",
    `(a, n) AS CASE WHEN n < 0 OR n >= system.main.octet_length(a) THEN ${indexError}
      ELSE CAST('0x' || ${byteAt("a", "n")} AS INTEGER) END`,
  ),
  macro(
    "set_byte",
    `(a, n, value) AS CASE WHEN n < 0 OR n >= system.main.octet_length(a) THEN ${indexError}
      ELSE unhex(system.main.left(hex(a), 2 * n) || hex(CAST(value & 255 AS UTINYINT))
        || system.main.substring(hex(a), 2 * n + 3)) END`,
  ),
  macro(
    "get_bit",
    `(a BLOB, n) AS CASE WHEN n < 0 OR n >= system.main.octet_length(a) * 8 THEN ${bitIndexError}
      ELSE CAST((CAST('0x' || ${
      byteAt("a", "(n // 8)")
    } AS INTEGER) >> CAST(n % 8 AS INTEGER)) & 1 AS INTEGER) END`,
    "(a BIT, n) AS CAST(system.main.get_bit(a, CAST(n AS INTEGER)) AS INTEGER)",
  ),
  macro(
    "set_bit",
    `(a BLOB, n, value) AS @set_byte(a, n // 8, CASE value
      WHEN 1 THEN @get_byte(a, n // 8) | (1 << CAST(n % 8 AS INTEGER))
      ELSE @get_byte(a, n // 8) & (255 - (1 << CAST(n % 8 AS INTEGER))) END)`,
    "(a BIT, n, value) AS system.main.set_bit(a, CAST(n AS INTEGER), CAST(value AS INTEGER))",
  ),
  macro(
    "bit_count",
    "(a BIT) AS CAST(system.main.bit_count(a) AS BIGINT)",
    `(a BLOB) AS CAST(list_sum(list_transform(regexp_extract_all(hex(a), '..'),
      lambda dg_byte: system.main.bit_count(CAST('0x' || dg_byte AS INTEGER)))) AS BIGINT)`,
    "(a) AS CAST(system.main.bit_count(a) AS BIGINT)",
  ),
];

export const stringFunctionSources: readonly Source[] = [...stringSources, ...binarySources];
