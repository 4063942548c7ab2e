import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * PostgreSQL's functions and operators of json and jsonb. Both are DuckDB's JSON here; the SQL layer knows which of the two
 * a column of a result is.
 *
 * `bound(a, f)` is how an argument that may be a sub-select is used more than once.
 *
 * @see https://www.postgresql.org/docs/current/functions-json.html
 */
const bound = (argument: string, name: string, body: string) =>
  `list_transform([${argument}], lambda ${name}: ${body})[1]`;

/** Where a key is, as a JSON pointer, which serves objects and arrays. */
const pointer = (key: string) => `'/' || replace(replace(${key}, '~', '~0'), '/', '~1')`;

const json = (text: string) => `CAST(${text} AS JSON)`;
const isArray = (a: string) => `json_type(${a}) = 'ARRAY'`;
const isObject = (a: string) => `json_type(${a}) = 'OBJECT'`;
const elements = (a: string) => `CAST(json_extract(${a}, '$[*]') AS VARCHAR[])`;
const quoted = (text: string) => `CAST(system.main.to_json(${text}) AS VARCHAR)`;

/** An object without a key, and with a value for one, as text. */
const objectOf = (keys: string, value: string) =>
  `'{' || array_to_string(list_transform(${keys}, lambda dg_name: ${
    quoted("dg_name")
  } || ':' || ${value}), ',') || '}'`;

const listOf = (items: string) => `'[' || array_to_string(${items}, ',') || ']'`;

const texts = (items: string) => `list_transform(${items}, lambda dg_item: @duckgres_json_text(dg_item))`;

const isTimestamp = "typeof(a) LIKE 'TIMESTAMP%'";
const isExact = "typeof(a) LIKE 'DECIMAL%' OR typeof(a) = 'HUGEINT'";
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
      WHEN ${isTimestamp} THEN system.main.to_json(regexp_replace(
        regexp_replace(CAST(a AS VARCHAR), '^(\\S+) ', '\\1T'), '([+-]\\d\\d)$', '\\1:00'))
      WHEN ${isExact} THEN ${json("CAST(a AS VARCHAR)")}
      WHEN ${isFloat} THEN ${json("@duckgres_json_float(CAST(a AS VARCHAR))")}
      ELSE system.main.to_json(a) END`,
  ),
  ...["to_json", "to_jsonb", "array_to_json"].map((name) => macro(name, "(a) AS @duckgres_json_value(a)")),
  macro("row_to_json", "(a) AS system.main.to_json(a)", "(a, pretty) AS system.main.to_json(a)"),
  macro("json_scalar", "(a) AS @duckgres_json_value(a)"),
  macro("duckgres_json_text", "(a) AS coalesce(CAST(@duckgres_json_value(a) AS VARCHAR), 'null')"),
  // A field of an object; `n` is the place of its key among the arguments.
  macro(
    "duckgres_json_field",
    `(n, key, a) AS coalesce(${quoted("CAST(key AS VARCHAR)")},
      ${
      raiseText("22023", "'argument ' || n || ': key must not be null'")
    }) || ' : ' || @duckgres_json_text(a)`,
  ),
  macro(
    "duckgres_jsonb_field",
    `(n, key, a) AS coalesce(${quoted("CAST(key AS VARCHAR)")},
      ${
      raiseText("22023", "'argument ' || n || ': key must not be null'")
    }) || ':' || @duckgres_json_text(a)`,
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
  macro(
    "duckgres_json_object_agg",
    `(fields) AS ${json("'{ ' || array_to_string(fields, ', ') || ' }'")}`,
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

const step = `CASE WHEN starts_with(dg_key, '-') AND ${isArray("dg_at")}
  THEN json_extract(dg_at, try_cast(dg_key AS BIGINT)) ELSE json_extract(dg_at, ${pointer("dg_key")}) END`;

const arrayLength = `CASE json_type(a) WHEN 'ARRAY' THEN CAST(system.main.json_array_length(a) AS INTEGER)
    WHEN 'OBJECT' THEN ${raise("22023", "cannot get array length of a non-array")}
    WHEN NULL THEN NULL
    ELSE CASE WHEN a IS NOT NULL THEN ${raise("22023", "cannot get array length of a scalar")} END END`;

const reading: readonly Source[] = [
  macro(
    "duckgres_json_strip",
    `(a, in_arrays) AS ${
      bound(
        "a",
        "dg_a",
        `CASE json_type(dg_a)
        WHEN 'OBJECT' THEN json_merge_patch('{}', dg_a)
        WHEN 'ARRAY' THEN ${
          json(
            listOf(`list_transform(
          list_filter(json_extract(dg_a, '$[*]'), lambda dg_x: NOT in_arrays OR json_type(dg_x) <> 'NULL'),
          lambda dg_x: CAST(CASE WHEN ${
              isObject("dg_x")
            } THEN json_merge_patch('{}', dg_x) ELSE dg_x END AS VARCHAR))`),
          )
        }
        ELSE dg_a END`,
      )
    }`,
  ),
  macro("<~->", "(a, b) AS json_extract(CAST(a AS JSON), b)"),
  macro("<~->>", "(a, b) AS json_extract_string(CAST(a AS JSON), b)"),
  macro(
    "duckgres_json_path",
    `(a, path) AS ${json(`list_reduce(path, lambda dg_at, dg_key: ${step}, CAST(a AS VARCHAR))`)}`,
  ),
  macro("<~^>", "(a, path) AS @duckgres_json_path(a, path)"),
  macro("<~^>>", "(a, path) AS json_extract_string(@duckgres_json_path(a, path), '$')"),
  macro("<~@>", "(a, b) AS json_contains(CAST(a AS JSON), CAST(b AS JSON))"),
  macro("<~<@>", "(a, b) AS json_contains(CAST(b AS JSON), CAST(a AS JSON))"),
  macro(
    "duckgres_json_names",
    `(a) AS CASE WHEN ${isObject("a")} THEN json_keys(a)
      ELSE list_transform(list_filter(json_extract(a, '$[*]'), lambda dg_item: json_type(dg_item) = 'VARCHAR'),
        lambda dg_item: json_extract_string(dg_item, '$')) END`,
  ),
  macro("<~^@>", "(a, name) AS list_contains(@duckgres_json_names(CAST(a AS JSON)), name)"),
  macro("<~^|>", "(a, names) AS list_has_any(@duckgres_json_names(CAST(a AS JSON)), names)"),
  macro("<~^&>", "(a, names) AS list_has_all(@duckgres_json_names(CAST(a AS JSON)), names)"),
  ...["json", "jsonb"].flatMap((type) => [
    macro(
      `${type}_typeof`,
      `(a) AS CASE json_type(CAST(a AS JSON)) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'NULL' THEN 'null'
        WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' WHEN NULL THEN NULL
        ELSE CASE WHEN a IS NOT NULL THEN 'number' END END`,
    ),
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
        lambda dg_item: json_extract_string(dg_item, '$')))`,
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
              {'key': dg_key, 'value': json_extract${suffix === "" ? "" : "_string"}(dg_object, ${
              pointer("dg_key")
            })})
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
            `CAST(json_extract(dg_p.at, ${pointer("dg_name")}) AS VARCHAR)`,
          )
        }
        WHEN dg_p.type = 'OBJECT' AND list_contains(dg_p.names, dg_e.key) AND dg_e.how IN ('before', 'after')
          THEN ${raise("22023", "cannot replace existing key")}
        WHEN dg_p.type = 'OBJECT' AND dg_e.how = 'replace' AND NOT list_contains(dg_p.names, dg_e.key) THEN dg_p.at
        WHEN dg_p.type = 'OBJECT' THEN ${
          objectOf(
            `CASE WHEN list_contains(dg_p.names, dg_e.key) THEN dg_p.names ELSE list_append(dg_p.names, dg_e.key) END`,
            `CASE WHEN dg_name = dg_e.key THEN dg_e.value
              ELSE CAST(json_extract(dg_p.at, ${pointer("dg_name")}) AS VARCHAR) END`,
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
            `CAST(json_extract(dg_c.a, ${pointer("dg_name")}) AS VARCHAR)`,
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

export const jsonFunctionSources: readonly Source[] = [...values, ...reading, ...changing];
