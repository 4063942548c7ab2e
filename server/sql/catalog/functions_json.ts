import { bound } from "../bound.ts";
import { jsonPointerOf } from "../json_pointer.ts";
import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * PostgreSQL's functions and operators of json and jsonb. Both are DuckDB's JSON here; the SQL layer knows which of the two
 * a column of a result is.
 *
 * {@linkcode bound} is how an argument that may be a sub-select is used more than once.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html
 */
const json = (text: string) => `CAST(${text} AS JSON)`;
const isArray = (a: string) => `json_type(${a}) = 'ARRAY'`;
const isObject = (a: string) => `json_type(${a}) = 'OBJECT'`;
const elements = (a: string) => `CAST(json_extract(${a}, '$[*]') AS VARCHAR[])`;
const quoted = (text: string) => `CAST(system.main.to_json(${text}) AS VARCHAR)`;

/** The fields of an aggregated object, each of which has a key. */
const withKeys = (sqlstate: string, message: string) =>
  `list_transform(pairs, lambda dg_pair: coalesce(dg_pair, ${raise(sqlstate, message)}))`;

/** An object without a key, and with a value for one, as text. */
const objectOf = (keys: string, value: string) =>
  `'{' || array_to_string(list_transform(${keys}, lambda dg_name: ${
    quoted("dg_name")
  } || ':' || ${value}), ',') || '}'`;

const listOf = (items: string) => `'[' || array_to_string(${items}, ',') || ']'`;

const texts = (items: string) => `list_transform(${items}, lambda dg_item: @duckgres_json_text(dg_item))`;

const givens = "list_transform(items, lambda dg_item: @duckgres_json_given(dg_item))";

const isTimestamp = "typeof(a) LIKE 'TIMESTAMP%'";
const isExact = "typeof(a) LIKE 'DECIMAL%' OR typeof(a) = 'HUGEINT'";
const isList = "ends_with(typeof(a), '[]')";
const isFloatList = "typeof(a) IN ('DOUBLE[]', 'FLOAT[]')";
const textsOf = (a: string) => `CAST(CAST(${a} AS VARCHAR) AS VARCHAR[])`;
/** ISO 8601, from DuckDB's text of a timestamp. */
const isoTime = (text: string) =>
  `regexp_replace(regexp_replace(${text}, '^(\\S+) ', '\\1T'), '([+-]\\d\\d)$', '\\1:00')`;
const isFloat = "typeof(a) IN ('DOUBLE', 'FLOAT')";

/** Values as JSON. The branches that are not for the argument's type are gone before the statement runs. */
const values: readonly Source[] = [
  macro(
    "duckgres_json_float",
    `(a) AS CASE WHEN regexp_matches(a, '[a-z]{3}') THEN '"' || @duckgres_float_text(a) || '"'
      ELSE @duckgres_float_text(a) END`,
  ),
  macro(
    "duckgres_json_value",
    `(a) AS CASE
      WHEN typeof(a) = 'JSON' THEN ${json("a")}
      WHEN ${isTimestamp} THEN CASE WHEN ${isList} THEN system.main.to_json(
        list_transform(${textsOf("a")}, lambda dg_x: ${isoTime("dg_x")})) ELSE system.main.to_json(${
      isoTime("CAST(a AS VARCHAR)")
    }) END
      WHEN ${isExact} THEN CASE WHEN ${isList}
        THEN ${json("replace(replace(CAST(a AS VARCHAR), 'NULL', 'null'), ', ', ',')")}
        ELSE ${json("CAST(a AS VARCHAR)")} END
      WHEN typeof(a) = 'INTERVAL' THEN system.main.to_json(@duckgres_interval_text(CAST(a AS VARCHAR)))
      WHEN ${isFloatList} THEN ${
      json(
        `'[' || array_to_string(list_transform(${
          textsOf("a")
        }, lambda dg_x: coalesce(@duckgres_json_float(dg_x), 'null')), ',') || ']'`,
      )
    }
      WHEN ${isFloat} THEN ${json("@duckgres_json_float(CAST(a AS VARCHAR))")}
      ELSE system.main.to_json(a) END`,
  ),
  ...["to_json", "to_jsonb", "array_to_json"].map((name) => macro(name, "(a) AS @duckgres_json_value(a)")),
  macro("row_to_json", "(a) AS system.main.to_json(a)", "(a, pretty) AS system.main.to_json(a)"),
  macro("json_scalar", "(a) AS @duckgres_json_value(a)"),
  macro("duckgres_json_text", "(a) AS coalesce(CAST(@duckgres_json_value(a) AS VARCHAR), 'null')"),
  // Of what is json already, and of what is not to be written out as often as the macro names it.
  macro("duckgres_json_given", "(a) AS coalesce(CAST(a AS VARCHAR), 'null')"),
  macro("duckgres_json_once", `(a) AS ${bound("a", "dg_v", "@duckgres_json_text(dg_v)")}`),
  macro("duckgres_json_value_once", `(a) AS ${bound("a", "dg_v", "@duckgres_json_value(dg_v)")}`),
  // A field of an object; `n` is the place of its key among the arguments.
  macro(
    "duckgres_json_field",
    `(n, key, text) AS coalesce(${quoted("CAST(key AS VARCHAR)")},
      ${raiseText("22023", "'argument ' || n || ': key must not be null'")}) || ' : ' || text`,
  ),
  macro(
    "duckgres_jsonb_field",
    `(n, key, text) AS coalesce(${quoted("CAST(key AS VARCHAR)")},
      ${raiseText("22023", "'argument ' || n || ': key must not be null'")}) || ':' || text`,
  ),
  macro("duckgres_json_object", `(fields) AS ${json("'{' || array_to_string(fields, ', ') || '}'")}`),
  macro("duckgres_jsonb_object", `(fields) AS ${json("'{' || array_to_string(fields, ',') || '}'")}`),
  macro("duckgres_json_array", `(items) AS ${json("'[' || array_to_string(items, ', ') || ']'")}`),
  macro("duckgres_jsonb_array", `(items) AS ${json("'[' || array_to_string(items, ',') || ']'")}`),
  // What json_agg() and jsonb_agg() make of the list of their arguments; NULL where there was no row.
  macro(
    "duckgres_json_agg",
    `(items) AS CASE WHEN typeof(items) LIKE 'STRUCT%' THEN ${
      json(`'[' || array_to_string(${texts("items")}, E', \\n ') || ']'`)
    } ELSE ${json(`'[' || array_to_string(${texts("items")}, ', ') || ']'`)} END`,
  ),
  macro("duckgres_json_agg_given", `(items) AS ${json(`'[' || array_to_string(${givens}, ', ') || ']'`)}`),
  // Rows have each a line of its own.
  macro(
    "duckgres_json_agg_rows",
    `(items) AS ${json(`'[' || array_to_string(${givens}, E', \\n ') || ']'`)}`,
  ),
  macro("duckgres_jsonb_agg_given", `(items) AS ${json(`'[' || array_to_string(${givens}, ',') || ']'`)}`),
  macro("duckgres_jsonb_agg_rows", `(items) AS ${json(`'[' || array_to_string(${givens}, ',') || ']'`)}`),
  macro(
    "duckgres_jsonb_agg",
    `(items) AS CASE WHEN regexp_matches(typeof(items), '^(TIMESTAMP|DECIMAL|HUGEINT|DOUBLE|FLOAT)')
      THEN ${
      json(
        `'[' || array_to_string(list_transform(items, lambda dg_item: @duckgres_json_text(dg_item)), ',') || ']'`,
      )
    }
      ELSE system.main.to_json(items) END`,
  ),
  // A field of an aggregated object. Without a key it is NULL, which the aggregate refuses: FILTER may leave it out.
  macro(
    "duckgres_json_pair",
    `(key, a) AS ${quoted("CAST(key AS VARCHAR)")} || ' : ' || @duckgres_json_text(a)`,
  ),
  macro(
    "duckgres_jsonb_pair",
    `(key, a) AS ${quoted("CAST(key AS VARCHAR)")} || ':' || @duckgres_json_text(a)`,
  ),
  ...Object.entries({ json: " : ", jsonb: ":" }).map(([type, colon]) =>
    macro(
      `duckgres_${type}_pair_rows`,
      `(key, a) AS ${quoted("CAST(key AS VARCHAR)")} || '${colon}' || @duckgres_json_given(a)`,
    )
  ),
  macro(
    "duckgres_json_object_agg",
    `(pairs) AS ${
      json(
        `'{ ' || array_to_string(${
          withKeys("22004", "null value not allowed for object key")
        }, ', ') || ' }'`,
      )
    }`,
  ),
  macro(
    "duckgres_jsonb_object_agg",
    `(pairs) AS ${
      json(`'{' || array_to_string(${withKeys("22023", "field name must not be null")}, ',') || '}'`)
    }`,
  ),
  // json_object() of a list of keys and values by turns, and of two lists.
  macro(
    "duckgres_json_of_lists",
    `(names, texts) AS ${
      bound(
        "{'names': names, 'texts': texts}",
        "dg_o",
        `CASE WHEN len(dg_o.names) <> len(dg_o.texts) THEN ${raise("2202E", "mismatched array dimensions")}
        ELSE ${
          json(
            `'{' || array_to_string(list_transform(dg_o.names, lambda dg_name, dg_i: coalesce(${
              quoted("dg_name")
            }, ${raise("22004", "null value not allowed for object key")}) || ' : ' ||
          coalesce(${quoted("CAST(dg_o.texts[dg_i] AS VARCHAR)")}, 'null')), ', ') || '}'`,
          )
        } END`,
      )
    }`,
  ),
  macro(
    "duckgres_json_of_list",
    `(texts) AS ${
      bound(
        "texts",
        "dg_t",
        `CASE WHEN len(dg_t) % 2 <> 0 THEN ${raise("2202E", "array must have even number of elements")}
        ELSE @duckgres_json_of_lists(list_filter(dg_t, lambda dg_x, dg_i: dg_i % 2 = 1), list_filter(dg_t, lambda dg_x, dg_i: dg_i % 2 = 0)) END`,
      )
    }`,
  ),
  // What SQL/JSON's constructors are made of.
  macro(
    "duckgres_json_values",
    "(items) AS list_transform(items, lambda dg_x: CAST(@duckgres_json_value(dg_x) AS VARCHAR))",
  ),
  macro(
    "duckgres_json_member",
    `(key, a) AS coalesce(${quoted("CAST(key AS VARCHAR)")}, ${
      raise("22004", "null value not allowed for object key")
    }) || ' : ' || @duckgres_json_text(a)`,
  ),
  macro(
    "duckgres_json_present_member",
    `(key, a) AS coalesce(${quoted("CAST(key AS VARCHAR)")}, ${
      raise("22004", "null value not allowed for object key")
    }) || ' : ' || CAST(@duckgres_json_value(a) AS VARCHAR)`,
  ),
  macro(
    "duckgres_json_keys_unique",
    `(a) AS list_count(list_filter(list_prepend(a, json_extract(a, '$.**')), lambda dg_x: json_type(dg_x) = 'OBJECT'
      AND len(json_keys(dg_x)) <> len(list_distinct(json_keys(dg_x))))) = 0`,
  ),
  macro(
    "duckgres_json_unique",
    `(a) AS ${
      bound(
        "CAST(a AS JSON)",
        "dg_a",
        `CASE WHEN @duckgres_json_keys_unique(dg_a) THEN dg_a
        ELSE ${raise("22030", "duplicate JSON object key value")} END`,
      )
    }`,
  ),
  // DuckDB's json_valid() allows a comma at the end, and infinities.
  macro(
    "duckgres_is_json",
    `(a, kind, uniquely) AS ${
      bound(
        "CASE WHEN json_valid(a) AND NOT regexp_matches(regexp_replace(a, '\"(?:[^\"\\\\]|\\\\.)*\"', '', 'gs'), '(?i),\\s*[\\]}]|nan|inf') THEN a END",
        "dg_a",
        `CASE WHEN dg_a IS NULL THEN CASE WHEN a IS NOT NULL THEN false END
        WHEN uniquely AND NOT @duckgres_json_keys_unique(CAST(dg_a AS JSON)) THEN false
        ELSE CASE kind WHEN 'object' THEN ${isObject("dg_a")} WHEN 'array' THEN ${isArray("dg_a")}
          WHEN 'scalar' THEN json_type(dg_a) NOT IN ('OBJECT', 'ARRAY') ELSE true END END`,
      )
    }`,
  ),
  // A result's column that PostgreSQL calls json: this type is announced as json, and its text is not touched.
  macro("duckgres_json", '(a) AS CAST(CAST(a AS VARCHAR) AS UNION("json" VARCHAR))'),
  // jsonb's text: a space behind each comma and colon that is not in a string.
  macro(
    "duckgres_jsonb_text",
    `(a) AS regexp_replace(CAST(system.main.json(a) AS VARCHAR),
      '((?:"(?:[^"\\\\]|\\\\.)*"|[^",:])*)([,:])\\s*', '\\1\\2 ', 'g')`,
  ),
];

/** Numbers of a jsonb's text without zeros at their ends; what stands in quotes stays. */
const equalities: readonly Source[] = [
  macro(
    "duckgres_jsonb_plain",
    `(a) AS regexp_replace(regexp_replace(CAST(a AS VARCHAR),
      '("(?:[^"\\\\]|\\\\.)*")|(\\.\\d*?)0+([^\\d]|$)', '\\1\\2\\3', 'g'),
      '("(?:[^"\\\\]|\\\\.)*")|\\.([^\\d]|$)', '\\1\\2', 'g')`,
  ),
  macro(
    "duckgres_jsonb_equal",
    `(a, b) AS a = b OR (contains(CAST(a AS VARCHAR), '.') OR contains(CAST(b AS VARCHAR), '.'))
      AND @duckgres_jsonb_plain(a) = @duckgres_jsonb_plain(b)`,
  ),
];

const step = `CASE WHEN starts_with(dg_key, '-') AND ${isArray("dg_at")}
  THEN json_extract(dg_at, try_cast(dg_key AS BIGINT)) ELSE json_extract(dg_at, ${
  jsonPointerOf("dg_key")
}) END`;

const arrayLength = `CASE json_type(a) WHEN 'ARRAY' THEN CAST(system.main.json_array_length(a) AS INTEGER)
    WHEN 'OBJECT' THEN ${raise("22023", "cannot get array length of a non-array")}
    WHEN NULL THEN NULL
    ELSE CASE WHEN a IS NOT NULL THEN ${raise("22023", "cannot get array length of a scalar")} END END`;

/** Numbers by their value, everything else by its text. */
const scalarEqual =
  `CASE WHEN json_type(a) IN ('UBIGINT', 'BIGINT', 'DOUBLE') AND json_type(b) IN ('UBIGINT', 'BIGINT', 'DOUBLE')
  THEN CAST(a AS DOUBLE) = CAST(b AS DOUBLE)
  ELSE json_type(a) = json_type(b) AND json_extract_string(a, '$') IS NOT DISTINCT FROM json_extract_string(b, '$') END`;

/**
 * Containment by PostgreSQL's rules down to a depth, and below it by DuckDB's, which also look into what lies deeper: a macro
 * cannot call itself.
 */
function contained(depth: number): string {
  if (depth === 0) return "json_contains(a, b)";
  const inner = `@duckgres_json_contains_${"abcd"[depth - 1]}`;
  const [key, x, y] = ["key", "x", "y"].map((name) => `dg_${name}_${depth}`);
  return `coalesce(CASE json_type(b)
    WHEN 'OBJECT' THEN ${isObject("a")} AND len(list_filter(json_keys(b), lambda ${key}: NOT coalesce(
      ${inner}(json_extract(a, ${jsonPointerOf(key)}), json_extract(b, ${jsonPointerOf(key)})), false))) = 0
    WHEN 'ARRAY' THEN ${isArray("a")} AND len(list_filter(json_extract(b, '$[*]'), lambda ${y}:
      len(list_filter(json_extract(a, '$[*]'), lambda ${x}: coalesce(${inner}(${x}, ${y}), false))) = 0)) = 0
    ELSE @duckgres_json_scalar_equal(a, b) END, false)`;
}

/** What stands before a match, with whole strings, so that nothing is found inside of one. */
const before = '((?:[^"]|"(?:[^"\\\\]|\\\\.)*")*?)';

/** A text without needless blanks, without the fields that are null. */
const withoutNulls = (text: string) =>
  `regexp_replace(regexp_replace(${text}, '${before}"(?:[^"\\\\]|\\\\.)*":null(?:,|(\\}))', '\\1\\2', 'g'),
    '${before},\\}', '\\1}', 'g')`;

const fieldOf = `json_extract(dg_object, ${jsonPointerOf("dg_key")})`;

/** The text of an item: that of a string, and jsonb's of an object or array. */
const itemText = (a: string) =>
  `CASE WHEN json_type(${a}) IN ('OBJECT', 'ARRAY') THEN @duckgres_jsonb_text(${a}) ELSE json_extract_string(${a}, '$') END`;

const reading: readonly Source[] = [
  ...["json", "jsonb"].map((type) =>
    macro(
      `${type}_typeof`,
      `(a) AS CASE json_type(CAST(a AS JSON)) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null'
        WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN NULL THEN NULL
        ELSE CASE WHEN a IS NOT NULL THEN 'number' END END`,
    )
  ),
  macro(
    "duckgres_json_strip",
    `(a, in_arrays) AS ${
      bound(
        "a",
        "dg_a",
        json(`CASE WHEN in_arrays AND ${isArray("dg_a")} THEN ${
          listOf(`list_transform(
            list_filter(json_extract(dg_a, '$[*]'), lambda dg_x: json_type(dg_x) <> 'NULL'),
            lambda dg_x: ${withoutNulls("CAST(dg_x AS VARCHAR)")})`)
        } ELSE ${withoutNulls("CAST(system.main.json(dg_a) AS VARCHAR)")} END`),
      )
    }`,
  ),
  macro("<~->", "(a, b) AS json_extract(CAST(a AS JSON), b)"),
  macro("<~->>", "(a, b) AS json_extract_string(CAST(a AS JSON), b)"),
  macro("duckgres_json_item_text", `(a) AS ${itemText("a")}`),
  // The same where it is shown, so that what is an object or array has jsonb's text.
  macro(
    "<~->>>",
    `(a, b) AS CASE WHEN starts_with(json_extract_string(CAST(a AS JSON), b), '{') OR starts_with(json_extract_string(CAST(a AS JSON), b), '[')
      THEN ${itemText("json_extract(CAST(a AS JSON), b)")} ELSE json_extract_string(CAST(a AS JSON), b) END`,
  ),
  macro(
    "duckgres_jsonb_number",
    `(a, wanted) AS ${
      bound(
        "a",
        "dg_a",
        `CASE WHEN json_type(dg_a) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN dg_a WHEN json_type(dg_a) <> 'NULL' THEN ${
          raiseText("22023", "'cannot cast jsonb ' || @jsonb_typeof(dg_a) || ' to type ' || wanted")
        } END`,
      )
    }`,
  ),
  macro(
    "duckgres_jsonb_boolean",
    `(a, wanted) AS ${
      bound(
        "a",
        "dg_a",
        `CASE WHEN json_type(dg_a) = 'BOOLEAN' THEN dg_a WHEN json_type(dg_a) <> 'NULL' THEN ${
          raiseText("22023", "'cannot cast jsonb ' || @jsonb_typeof(dg_a) || ' to type ' || wanted")
        } END`,
      )
    }`,
  ),
  macro(
    "duckgres_json_path",
    `(a, path) AS ${json(`list_reduce(path, lambda dg_at, dg_key: ${step}, CAST(a AS VARCHAR))`)}`,
  ),
  macro("<~^>", "(a, path) AS @duckgres_json_path(a, path)"),
  macro("<~^>>", "(a, path) AS json_extract_string(@duckgres_json_path(a, path), '$')"),
  macro("duckgres_json_scalar_equal", `(a, b) AS ${scalarEqual}`),
  ...[0, 1, 2, 3].map((depth) =>
    macro(`duckgres_json_contains_${"abcd"[depth]}`, `(a, b) AS ${contained(depth)}`)
  ),
  macro(
    "duckgres_json_contains",
    `(a, b) AS ${
      bound(
        `{'a': a, 'b': b}`,
        "dg_c",
        `CASE WHEN dg_c.a IS NOT NULL AND dg_c.b IS NOT NULL THEN @duckgres_json_contains_d(dg_c.a,
          CASE WHEN ${
          isArray("dg_c.a")
        } AND json_type(dg_c.b) NOT IN ('ARRAY', 'OBJECT') THEN json_array(dg_c.b) ELSE dg_c.b END) END`,
      )
    }`,
  ),
  macro("<~@>", "(a, b) AS @duckgres_json_contains(CAST(a AS JSON), CAST(b AS JSON))"),
  macro("<~<@>", "(a, b) AS @duckgres_json_contains(CAST(b AS JSON), CAST(a AS JSON))"),
  macro(
    "duckgres_json_names",
    `(a) AS CASE WHEN ${isObject("a")} THEN json_keys(a)
      WHEN json_type(a) = 'VARCHAR' THEN [json_extract_string(a, '$')]
      ELSE list_transform(list_filter(json_extract(a, '$[*]'), lambda dg_item: json_type(dg_item) = 'VARCHAR'),
        lambda dg_item: json_extract_string(dg_item, '$')) END`,
  ),
  macro("<~^@>", "(a, name) AS list_contains(@duckgres_json_names(CAST(a AS JSON)), name)"),
  macro("<~^|>", "(a, names) AS list_has_any(@duckgres_json_names(CAST(a AS JSON)), names)"),
  macro("<~^&>", "(a, names) AS list_has_all(@duckgres_json_names(CAST(a AS JSON)), names)"),
  ...["json", "jsonb"].flatMap((type) => [
    macro(`${type}_array_length`, `(a) AS ${arrayLength}`),
    macro(
      `duckgres_${type}_elements`,
      `(a) AS CASE json_type(a)
        WHEN 'ARRAY' THEN json_extract(a, '$[*]')
        WHEN 'OBJECT' THEN ${raise("22023", notAnArray(type, "an object"))}
        ELSE CASE WHEN a IS NOT NULL THEN ${raise("22023", notAnArray(type, "a scalar"))} END END`,
    ),
    macro(`${type}_array_elements`, `(a) AS unnest(@duckgres_${type}_elements(CAST(a AS JSON)))`),
    macro(
      `${type}_array_elements_text`,
      `(a) AS unnest(list_transform(@duckgres_${type}_elements(CAST(a AS JSON)),
        lambda dg_item: ${itemText("dg_item")}))`,
    ),
    macro(
      `${type}_object_keys`,
      `(a) AS unnest(CASE json_type(CAST(a AS JSON)) WHEN 'OBJECT' THEN json_keys(CAST(a AS JSON))
        WHEN 'ARRAY' THEN ${raise("22023", `cannot call ${type}_object_keys on an array`)}
        ELSE CASE WHEN a IS NOT NULL THEN ${
        raise("22023", `cannot call ${type}_object_keys on a scalar`)
      } END END)`,
    ),
    ...["", "_text"].map((suffix) =>
      macro(
        `${type}_each${suffix}`,
        `(a) AS unnest(${
          bound(
            "CAST(a AS JSON)",
            "dg_object",
            `CASE json_type(dg_object) WHEN 'OBJECT' THEN list_transform(json_keys(dg_object), lambda dg_key:
              {'key': dg_key, 'value': ${
              suffix === "" ? fieldOf : bound(fieldOf, "dg_field", itemText("dg_field"))
            }})
            ELSE CASE WHEN dg_object IS NOT NULL THEN ${
              raise("22023", `cannot call ${type}_each${suffix} on a non-object`)
            } END END`,
          )
        })`,
      )
    ),
    macro(
      `${type}_strip_nulls`,
      `(a) AS @duckgres_json_strip(CAST(a AS JSON), false)`,
      `(a, in_arrays) AS @duckgres_json_strip(CAST(a AS JSON), in_arrays)`,
    ),
  ]),
];

function notAnArray(type: string, what: string): string {
  return type === "jsonb"
    ? `cannot extract elements from ${what}`
    : what === "a scalar"
    ? `cannot call json_array_elements on a scalar`
    : `cannot extract elements from an object`;
}

/**
 * What an object or array becomes when `value` is put at `key`. How: `set`, `replace` (only what is there), `delete`,
 * `before` and `after` (jsonb_insert).
 */
const edited = (at: string, key: string, value: string, how: string) =>
  bound(
    `{'at': ${at}, 'key': ${key}, 'value': ${value}, 'how': ${how}}`,
    "dg_e",
    bound(
      `{'at': dg_e.at, 'type': json_type(dg_e.at), 'names': json_keys(dg_e.at), 'items': ${
        elements("dg_e.at")
      },
        'n': try_cast(dg_e.key AS BIGINT), 'size': CAST(system.main.json_array_length(dg_e.at) AS BIGINT)}`,
      "dg_p",
      bound(
        "CASE WHEN dg_p.n < 0 THEN dg_p.n + dg_p.size ELSE dg_p.n END",
        "dg_n",
        `CASE
        WHEN dg_e.value IS NULL AND dg_e.how <> 'delete' THEN NULL
        WHEN dg_p.type = 'OBJECT' AND dg_e.how = 'delete' THEN ${
          objectOf(
            "list_filter(dg_p.names, lambda dg_x: dg_x <> dg_e.key)",
            `CAST(json_extract(dg_p.at, ${jsonPointerOf("dg_name")}) AS VARCHAR)`,
          )
        }
        WHEN dg_p.type = 'OBJECT' AND list_contains(dg_p.names, dg_e.key) AND dg_e.how IN ('before', 'after')
          THEN ${raise("22023", "cannot replace existing key")}
        WHEN dg_p.type = 'OBJECT' AND dg_e.how = 'replace' AND NOT list_contains(dg_p.names, dg_e.key) THEN dg_p.at
        WHEN dg_p.type = 'OBJECT' THEN ${
          objectOf(
            `CASE WHEN list_contains(dg_p.names, dg_e.key) THEN dg_p.names ELSE list_append(dg_p.names, dg_e.key) END`,
            `CASE WHEN dg_name = dg_e.key THEN dg_e.value
              ELSE CAST(json_extract(dg_p.at, ${jsonPointerOf("dg_name")}) AS VARCHAR) END`,
          )
        }
        WHEN dg_p.type = 'ARRAY' AND dg_p.n IS NULL
          THEN ${raiseText("22P02", `'path element is not an integer: "' || dg_e.key || '"'`)}
        WHEN dg_p.type = 'ARRAY' AND dg_n BETWEEN 0 AND dg_p.size - 1 THEN ${
          listOf(`list_concat(dg_p.items[1:dg_n],
            list_concat(CASE dg_e.how WHEN 'delete' THEN CAST([] AS VARCHAR[])
              WHEN 'before' THEN [dg_e.value, dg_p.items[dg_n + 1]] WHEN 'after' THEN [dg_p.items[dg_n + 1], dg_e.value]
              ELSE [dg_e.value] END, dg_p.items[dg_n + 2:]))`)
        }
        WHEN dg_p.type = 'ARRAY' AND dg_e.how IN ('replace', 'delete') THEN dg_p.at
        WHEN dg_p.type = 'ARRAY' AND dg_n < 0 THEN ${listOf("list_prepend(dg_e.value, dg_p.items)")}
        WHEN dg_p.type = 'ARRAY' THEN ${listOf("list_append(dg_p.items, dg_e.value)")}
        ELSE dg_p.at END`,
      ),
    ),
  );

/** From the innermost step outwards: what stands there with the change in it becomes the value one step further out. */
const changed = (target: string, path: string, value: string, how: string) =>
  bound(
    `{'target': CAST(${target} AS VARCHAR), 'path': ${path}, 'value': CAST(${value} AS VARCHAR), 'how': ${how}}`,
    "dg_c",
    `CASE WHEN dg_c.value IS NULL AND dg_c.how <> 'delete' THEN NULL
    WHEN len(dg_c.path) = 0 THEN dg_c.target ELSE coalesce(list_reduce(
      list_transform(range(len(dg_c.path), 0, -1), lambda dg_i: {'i': dg_i, 'v': CAST(NULL AS VARCHAR)}),
      lambda dg_acc, dg_step: {'i': dg_step.i, 'v': @duckgres_json_edit(
        CAST(list_reduce(dg_c.path[1:dg_step.i - 1], lambda dg_at, dg_key: ${step}, dg_c.target) AS VARCHAR),
        dg_c.path[dg_step.i], dg_acc.v, CASE WHEN dg_step.i = len(dg_c.path) THEN dg_c.how ELSE 'replace' END)},
      {'i': CAST(0 AS BIGINT), 'v': dg_c.value}).v, dg_c.target) END`,
  );

const changing: readonly Source[] = [
  macro("duckgres_json_edit", `(a, key, value, how) AS ${edited("a", "key", "value", "how")}`),
  macro("duckgres_json_change", `(a, path, value, how) AS ${json(changed("a", "path", "value", "how"))}`),
  macro(
    "jsonb_set_lax",
    "(a, path, value) AS @duckgres_json_change(a, path, coalesce(CAST(value AS VARCHAR), 'null'), 'set')",
    `(a, path, value, create_missing) AS @duckgres_json_change(a, path, coalesce(CAST(value AS VARCHAR), 'null'),
      CASE WHEN create_missing THEN 'set' ELSE 'replace' END)`,
    `(a, path, value, create_missing, treatment) AS CASE
      WHEN value IS NULL AND treatment = 'return_target' THEN CAST(a AS JSON)
      WHEN value IS NULL AND treatment = 'raise_exception' THEN ${
      raise("22004", "JSON value must not be null")
    }
      ELSE @duckgres_json_change(a, path, coalesce(CAST(value AS VARCHAR), 'null'),
        CASE WHEN value IS NULL AND treatment = 'delete_key' THEN 'delete' WHEN create_missing THEN 'set'
          ELSE 'replace' END) END`,
  ),
  macro("<~^^>", "(a, path) AS @duckgres_json_change(a, path, CAST(NULL AS VARCHAR), 'delete')"),
  macro(
    "<~||>",
    `(a, b) AS ${
      bound(
        `{'a': CAST(a AS JSON), 'b': CAST(b AS JSON)}`,
        "dg_c",
        `CASE WHEN dg_c.a IS NOT NULL AND dg_c.b IS NOT NULL THEN
        CASE WHEN ${isObject("dg_c.a")} AND ${isObject("dg_c.b")} THEN system.main.to_json(map_concat(
          CAST(dg_c.a AS MAP(VARCHAR, JSON)), CAST(dg_c.b AS MAP(VARCHAR, JSON))))
        ELSE ${
          json(
            `'[' || array_to_string(list_concat(${
              ["a", "b"].map((side) =>
                `CASE WHEN ${isArray(`dg_c.${side}`)} THEN ${
                  elements(`dg_c.${side}`)
                } ELSE [CAST(dg_c.${side} AS VARCHAR)] END`
              ).join(", ")
            }), ',') || ']'`,
          )
        } END END`,
      )
    }`,
  ),
  macro(
    "duckgres_json_without",
    `(a, names) AS ${
      bound(
        `{'a': CAST(a AS JSON), 'names': names}`,
        "dg_c",
        json(`CASE json_type(dg_c.a)
        WHEN 'OBJECT' THEN ${
          objectOf(
            "list_filter(json_keys(dg_c.a), lambda dg_x: NOT list_contains(dg_c.names, dg_x))",
            `CAST(json_extract(dg_c.a, ${jsonPointerOf("dg_name")}) AS VARCHAR)`,
          )
        }
        WHEN 'ARRAY' THEN ${
          listOf(
            `list_filter(${elements("dg_c.a")}, lambda dg_x: NOT (json_type(dg_x) = 'VARCHAR'
            AND list_contains(dg_c.names, json_extract_string(dg_x, '$'))))`,
          )
        }
        ELSE CASE WHEN dg_c.a IS NOT NULL THEN ${raise("22023", "cannot delete from scalar")} END END`),
      )
    }`,
  ),
  macro("<~%>", "(a, name) AS @duckgres_json_without(a, [name])"),
  macro("<~%%%>", "(a, names) AS @duckgres_json_without(a, names)"),
  macro(
    "<~%%>",
    `(a, n) AS ${
      bound(
        `{'a': CAST(a AS JSON), 'n': CAST(n AS VARCHAR)}`,
        "dg_c",
        json(`CASE json_type(dg_c.a)
        WHEN 'ARRAY' THEN @duckgres_json_edit(CAST(dg_c.a AS VARCHAR), dg_c.n, CAST(NULL AS VARCHAR), 'delete')
        WHEN 'OBJECT' THEN ${raise("22023", "cannot delete from object using integer index")}
        ELSE CASE WHEN dg_c.a IS NOT NULL THEN ${raise("22023", "cannot delete from scalar")} END END`),
      )
    }`,
  ),
  macro(
    "jsonb_pretty",
    `(a) AS regexp_replace(regexp_replace(CAST(json_pretty(CAST(a AS JSON)) AS VARCHAR),
      '(?m)^( *)(.*)\\[\\](,?)$', '\\1\\2[' || chr(10) || '\\1]\\3', 'g'),
      '(?m)^( *)(.*)\\{\\}(,?)$', '\\1\\2{' || chr(10) || '\\1}\\3', 'g')`,
  ),
];

export const jsonFunctionSources: readonly Source[] = [...values, ...equalities, ...reading, ...changing];
