import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * PostgreSQL's functions of network addresses. These are texts in PostgreSQL's own form (`worker/parameters/network.ts`), so
 * that most of what is asked of one is in the text; where arithmetic is needed an address is a number of 128 bits.
 *
 * @see https://www.postgresql.org/docs/18/functions-net.html
 */
const big = (expression: string) => `CAST(${expression} AS UHUGEINT)`;

/** What is worked out once, however often it is used: a macro's argument is put wherever its name stands. */
const once = (expression: string, name: string, body: string) =>
  `list_transform([${expression}], lambda ${name}: ${body})[1]`;

/** What is asked of an address, which `dg_a` has the parts of. */
const ofAddress = (body: string) => `(address) AS ${once("@duckgres_net_parts(address)", "dg_a", body)}`;

const hex = (number: string) => `printf('%x', CAST(${number} AS INTEGER))`;

const toDots = (number: string) =>
  [24, 16, 8, 0].map((shift) => `CAST((${number} >> ${big(String(shift))}) & ${big("255")} AS VARCHAR)`).join(
    " || '.' || ",
  );

const sumOf = (parts: string, base: number) =>
  `list_reduce(${parts}, lambda dg_sum, dg_part: dg_sum * ${big(String(base))} + dg_part)`;

const isGroup = "lambda dg_group: dg_group <> ''";

/** The groups of an IPv6 address without `::`. */
const groupsOf = (host: string) =>
  `list_filter(string_split(replace(${host}, '::',
    ':' || repeat('0:', 8 - len(list_filter(string_split(${host}, ':'), ${isGroup})))), ':'), ${isGroup})`;

const octet = "(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)";
const dotted = `(?:${octet}\\.){3}${octet}`;

const parts: readonly Source[] = [
  macro(
    "duckgres_net_size",
    "(address) AS CASE contains(address, ':') WHEN true THEN 128 WHEN false THEN 32 END",
  ),
  macro("duckgres_net_host", "(address) AS split_part(address, '/', 1)"),
  macro(
    "duckgres_net_bits",
    "(address) AS coalesce(TRY_CAST(split_part(address, '/', 2) AS INTEGER), @duckgres_net_size(address))",
  ),
  // Of an IPv6 address the last two groups may be written as an IPv4 address, which is all of the other.
  macro(
    "duckgres_net_groups",
    `(host) AS ${once("regexp_replace(host, '[^:]*\\.[^:]*$', '0:0')", "dg_six", groupsOf("dg_six"))}`,
  ),
  macro(
    "duckgres_net_number",
    `(host) AS ${
      sumOf(
        `list_transform(@duckgres_net_groups(host), lambda dg_group: ${
          big("CAST('0x' || dg_group AS INTEGER)")
        })`,
        65536,
      )
    } + ${
      sumOf(
        `list_transform(string_split(regexp_extract(host, '[^:]*\\.[^:]*$'), '.'),
        lambda dg_octet: ${big("coalesce(TRY_CAST(dg_octet AS INTEGER), 0)")})`,
        256,
      )
    }`,
  ),
  macro(
    "duckgres_net_parts",
    `(address) AS {number: @duckgres_net_number(@duckgres_net_host(address)), bits: @duckgres_net_bits(address),
      size: @duckgres_net_size(address)}`,
  ),
  // Ones in the bits of the host.
  macro(
    "duckgres_net_hosts",
    `(size, bits) AS CASE WHEN bits = 0 AND size = 128 THEN ${
      big("'340282366920938463463374607431768211455'")
    }
      ELSE (${big("1")} << ${big("size - bits")}) - ${big("1")} END`,
  ),
  // The longest run of zeros, if it is more than one, becomes `::`.
  macro(
    "duckgres_net_short",
    `(text) AS ${
      once(
        "':' || text || ':'",
        "dg_t",
        once(
          "list_filter([8, 7, 6, 5, 4, 3, 2], lambda dg_k: contains(dg_t, repeat(':0', dg_k) || ':'))[1]",
          "dg_k",
          `CASE WHEN dg_k IS NULL THEN dg_t[2:-2] ELSE
        substr(split_part(dg_t, repeat(':0', dg_k) || ':', 1), 2) || '::'
        || rtrim(substr(dg_t, instr(dg_t, repeat(':0', dg_k) || ':') + 2 * dg_k + 1), ':') END`,
        ),
      )
    }`,
  ),
  macro(
    "duckgres_net_text",
    `(number, size) AS ${
      once(
        "number",
        "dg_n",
        `CASE
      WHEN size = 32 THEN ${toDots("dg_n")}
      WHEN size IS NULL THEN NULL
      WHEN dg_n >= ${big("65536")} AND dg_n < ${big("4294967296")} THEN '::' || ${toDots("dg_n")}
      WHEN (dg_n >> ${big("32")}) = ${big("65535")} THEN '::ffff:' || ${toDots("dg_n")}
      ELSE @duckgres_net_short(list_aggregate(list_transform([112, 96, 80, 64, 48, 32, 16, 0],
        lambda dg_shift: ${hex(`(dg_n >> ${big("dg_shift")}) & ${big("65535")}`)}), 'string_agg', ':')) END`,
      )
    }`,
  ),
  macro(
    "duckgres_net_inet",
    "(number, size, bits) AS @duckgres_net_text(number, size) || CASE WHEN bits = size THEN '' ELSE '/' || bits END",
  ),
  macro(
    "duckgres_net_masked",
    "(number, size, bits) AS number - (number & @duckgres_net_hosts(size, bits))",
  ),
  // What addresses are ordered by: family, network, length of the network, address.
  macro(
    "duckgres_net_key",
    ofAddress(`CASE WHEN dg_a['size'] IS NOT NULL THEN ROW(dg_a['size'],
      @duckgres_net_masked(dg_a['number'], dg_a['size'], dg_a['bits']), dg_a['bits'], dg_a['number']) END`),
  ),
  ...["min", "max"].map((name) =>
    macro(`duckgres_net_${name}`, `(a) AS arg_${name}(a, @duckgres_net_key(a))`)
  ),
  // Whether one of two networks contains the other.
  macro(
    "duckgres_net_overlap",
    `(a, b, which) AS ${
      once(
        "{a: @duckgres_net_parts(a), b: @duckgres_net_parts(b)}",
        "dg_o",
        `dg_o['a']['size'] = dg_o['b']['size']
      AND CASE which WHEN '<<' THEN dg_o['a']['bits'] > dg_o['b']['bits'] WHEN '<<=' THEN dg_o['a']['bits'] >= dg_o['b']['bits'] ELSE true END
      AND (least(dg_o['a']['bits'], dg_o['b']['bits']) = 0
        OR (dg_o['a']['number'] >> ${big("dg_o['a']['size'] - least(dg_o['a']['bits'], dg_o['b']['bits'])")})
          = (dg_o['b']['number'] >> ${
          big("dg_o['a']['size'] - least(dg_o['a']['bits'], dg_o['b']['bits'])")
        }))`,
      )
    }`,
  ),
];

/** Texts that are to become addresses, and addresses that are to become texts. */
const casts: readonly Source[] = [
  macro(
    "duckgres_inet",
    `(address) AS CASE
      WHEN regexp_full_match(address, '${dotted}(?:/(?:3[01]|[012]?\\d))?') THEN CAST(address AS VARCHAR)
      WHEN regexp_full_match(address, '${dotted}/32') THEN split_part(address, '/', 1)
      WHEN regexp_full_match(address, '(?i)(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|${dotted})(?:/(?:12[0-8]|1[01]\\d|\\d?\\d))?')
        AND len(string_split(address, '::')) <= 2 AND len(@duckgres_net_groups(@duckgres_net_host(address))) = 8
        THEN @duckgres_net_again(address)
      WHEN address IS NOT NULL
        THEN ${raiseText("22P02", `'invalid input syntax for type inet: "' || address || '"'`)} END`,
  ),
  // An `inet` loses the bits of its host, a text must have none.
  macro(
    "duckgres_cidr",
    `(address) AS ${
      once(
        "@duckgres_inet(address)",
        "dg_i",
        `CASE WHEN split_part(@network(dg_i), '/', 1) <> split_part(dg_i, '/', 1)
        THEN ${raiseText("22P02", `'invalid cidr value: "' || dg_i || '"'`)} ELSE @network(dg_i) END`,
      )
    }`,
  ),
  macro(
    "duckgres_macaddr",
    `(address) AS CASE
      WHEN regexp_full_match(address, '(?i)[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}|[0-9a-f]{6}[:-][0-9a-f]{6}|[0-9a-f]{4}[.-][0-9a-f]{4}[.-][0-9a-f]{4}')
        THEN regexp_replace(lower(regexp_replace(address, '[^0-9a-fA-F]', '', 'g')), '(..)(..)(..)(..)(..)(..)', '\\1:\\2:\\3:\\4:\\5:\\6')
      WHEN address IS NOT NULL
        THEN ${raiseText("22P02", `'invalid input syntax for type macaddr: "' || address || '"'`)} END`,
  ),
  macro(
    "duckgres_net_shown",
    "(address) AS CASE WHEN contains(address, '/') THEN address ELSE address || '/' || @duckgres_net_size(address) END",
  ),
  macro(
    "duckgres_cidr_abbrev",
    `(address) AS CASE contains(address, ':')
      WHEN true THEN regexp_replace(@duckgres_net_host(address), '([^:])::$', '\\1') || '/' || @duckgres_net_bits(address)
      WHEN false THEN array_to_string(string_split(@duckgres_net_host(address), '.')
        [:greatest((@duckgres_net_bits(address) + 7) // 8, 1)], '.') || '/' || @duckgres_net_bits(address) END`,
  ),
];

const functions: readonly Source[] = [
  macro("host", "(address) AS @duckgres_net_host(address)"),
  macro("family", "(address) AS CASE contains(address, ':') WHEN true THEN 6 WHEN false THEN 4 END"),
  macro("masklen", "(address) AS @duckgres_net_bits(address)"),
  macro("abbrev", "(address) AS CAST(address AS VARCHAR)"),
  macro("duckgres_net_again", ofAddress("@duckgres_net_inet(dg_a['number'], dg_a['size'], dg_a['bits'])")),
  macro(
    "network",
    ofAddress(
      `@duckgres_net_text(@duckgres_net_masked(dg_a['number'], dg_a['size'], dg_a['bits']), dg_a['size']) || '/' || dg_a['bits']`,
    ),
  ),
  macro(
    "netmask",
    ofAddress(
      `@duckgres_net_text(@duckgres_net_hosts(dg_a['size'], 0) - @duckgres_net_hosts(dg_a['size'], dg_a['bits']), dg_a['size'])`,
    ),
  ),
  macro(
    "hostmask",
    ofAddress(`@duckgres_net_text(@duckgres_net_hosts(dg_a['size'], dg_a['bits']), dg_a['size'])`),
  ),
  macro(
    "broadcast",
    ofAddress(
      `@duckgres_net_inet(dg_a['number'] | @duckgres_net_hosts(dg_a['size'], dg_a['bits']), dg_a['size'], dg_a['bits'])`,
    ),
  ),
  macro(
    "set_masklen",
    `(address, bits) AS CASE
      WHEN bits < 0 OR bits > @duckgres_net_size(address) THEN ${
      raiseText("22023", "'invalid mask length: ' || bits")
    }
      WHEN bits = @duckgres_net_size(address) THEN @duckgres_net_host(address)
      ELSE @duckgres_net_host(address) || '/' || bits END`,
  ),
  macro(
    "duckgres_cidr_set_masklen",
    "(address, bits) AS @network(CASE WHEN bits >= 0 THEN @duckgres_net_host(address) || '/' || bits END)",
  ),
  // `-$1,234.50`
  macro(
    "duckgres_money_text",
    `(amount) AS CASE WHEN amount < 0 THEN '-' ELSE '' END || '$'
      || format('{:,}', CAST(trunc(abs(amount)) AS BIGINT)) || right(CAST(CAST(amount AS DECIMAL(38, 2)) AS VARCHAR), 3)`,
  ),
  macro("inet_same_family", "(a, b) AS contains(a, ':') = contains(b, ':')"),
];

/** `<<=` and `>>=` are by these names; the others are DuckDB's as well, and called so where addresses are meant. */
const operators: readonly Source[] = [
  macro("<<=", "(a, b) AS @duckgres_net_overlap(a, b, '<<=')"),
  macro(">>=", "(a, b) AS @duckgres_net_overlap(b, a, '<<=')"),
  macro("<<~", "(a, b) AS @duckgres_net_overlap(a, b, '<<')"),
  macro(">>~", "(a, b) AS @duckgres_net_overlap(b, a, '<<')"),
  macro("&&~", "(a, b) AS @duckgres_net_overlap(a, b, '&&')"),
  macro(
    "duckgres_inet_plus",
    `(address, n) AS ${
      once(
        "{a: @duckgres_net_parts(address), n: CAST(n AS BIGINT)}",
        "dg_p",
        `CASE
      WHEN dg_p['n'] >= 0 AND @duckgres_net_hosts(dg_p['a']['size'], 0) - dg_p['a']['number'] < ${
          big("greatest(dg_p['n'], 0)")
        }
        OR dg_p['n'] < 0 AND dg_p['a']['number'] < ${big("greatest(-CAST(dg_p['n'] AS HUGEINT), 0)")}
        THEN ${raise("22003", "result is out of range")}
      ELSE @duckgres_net_inet(dg_p['a']['number'] + ${big("greatest(dg_p['n'], 0)")}
        - ${big("greatest(-CAST(dg_p['n'] AS HUGEINT), 0)")}, dg_p['a']['size'], dg_p['a']['bits']) END`,
      )
    }`,
  ),
  macro("duckgres_inet_minus", "(address, n) AS @duckgres_inet_plus(address, -n)"),
  macro(
    "duckgres_inet_distance",
    `(a, b) AS ${
      once(
        "{a: @duckgres_net_parts(a), b: @duckgres_net_parts(b)}",
        "dg_d",
        `CASE
      WHEN dg_d['a']['size'] <> dg_d['b']['size'] THEN ${
          raise("22023", "cannot subtract inet values of different sizes")
        }
      WHEN dg_d['a']['number'] >= dg_d['b']['number'] THEN CAST(dg_d['a']['number'] - dg_d['b']['number'] AS BIGINT)
      ELSE -CAST(dg_d['b']['number'] - dg_d['a']['number'] AS BIGINT) END`,
      )
    }`,
  ),
];

export const networkFunctionSources: readonly Source[] = [...parts, ...functions, ...casts, ...operators];
