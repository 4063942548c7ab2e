import { raise, raiseText } from "./raise.ts";
import { macro, type Source } from "./source.ts";

/**
 * PostgreSQL's functions of regular expressions, on DuckDB's of RE2. Patterns that are literals were put into RE2's words
 * when the statement was analysed (`transforms/regular_expressions.ts`); here flags become RE2's. All that depends on
 * literals alone is worked out when a statement is planned.
 *
 * @see https://www.postgresql.org/docs/18/functions-matching.html#FUNCTIONS-POSIX-REGEXP
 */
export const regexFunctionSources: readonly Source[] = [
  macro(
    "duckgres_re",
    `(pattern, flags) AS CASE
      WHEN regexp_full_match(flags, '[gs]*') THEN '(?s)' || pattern
      WHEN contains(flags, 'q') THEN regexp_escape(pattern)
      WHEN system.main.regexp_matches(flags, '[^bceimnpstwxg]') THEN ${
      raiseText("22023", `'invalid regular expression option: "' || flags || '"'`)
    }
      ELSE '(?' || CASE WHEN contains(flags, 'i') THEN 'i' ELSE '' END
        || CASE WHEN system.main.regexp_matches(flags, '[nmw]') THEN 'm' ELSE '' END
        || CASE WHEN system.main.regexp_matches(flags, '[nmp]') THEN '-s)' ELSE 's)' END || pattern END`,
  ),
  // How many groups a pattern has.
  macro(
    "duckgres_groups",
    `(pattern) AS len(list_filter(regexp_extract_all(pattern, '\\\\.|\\[\\^?\\]?[^\\]]*\\]|\\(\\??'),
      lambda dg_part: dg_part = '('))`,
  ),
  macro(
    "duckgres_group_numbers",
    "(groups) AS CASE WHEN groups = 0 THEN [0] ELSE list_transform(range(1, groups + 1), lambda dg_i: CAST(dg_i AS INTEGER)) END",
  ),
  // For each group the texts of all matches.
  macro(
    "duckgres_by_group",
    `(a, re) AS list_transform(@duckgres_group_numbers(@duckgres_groups(re)),
      lambda dg_group: regexp_extract_all(a, re, dg_group))`,
  ),
  macro(
    "duckgres_first_match",
    `(a, re) AS CASE WHEN system.main.regexp_matches(a, re) THEN
      list_transform(@duckgres_by_group(a, re), lambda dg_texts: dg_texts[1]) END`,
  ),
  macro(
    "duckgres_all_matches",
    `(a, re) AS list_transform([@duckgres_by_group(a, re)], lambda dg_all:
      list_transform(range(1, len(dg_all[1]) + 1), lambda dg_match:
        list_transform(dg_all, lambda dg_texts: dg_texts[dg_match])))[1]`,
  ),
  macro(
    "duckgres_regexp_matches",
    `(a, pattern, flags) AS CASE WHEN contains(flags, 'g') THEN @duckgres_all_matches(a, @duckgres_re(pattern, flags))
      ELSE list_filter([@duckgres_first_match(a, @duckgres_re(pattern, flags))], lambda dg_match: dg_match IS NOT NULL)
      END`,
  ),
  macro(
    "regexp_match",
    "(a, pattern) AS @duckgres_first_match(a, @duckgres_re(pattern, ''))",
    "(a, pattern, flags) AS @duckgres_first_match(a, @duckgres_re(pattern, flags))",
  ),
  macro(
    "regexp_like",
    "(a, pattern) AS system.main.regexp_matches(a, pattern, 's')",
    "(a, pattern, flags) AS system.main.regexp_matches(a, @duckgres_re(pattern, flags))",
  ),
  macro(
    "duckgres_regexp_count",
    `(a, pattern, start, flags) AS CAST(len(regexp_extract_all(system.main.substring(a, start),
      @duckgres_re(pattern, flags))) AS INTEGER)`,
  ),
  macro(
    "regexp_count",
    "(a, pattern) AS CAST(len(regexp_extract_all(a, @duckgres_re(pattern, ''))) AS INTEGER)",
    "(a, pattern, start) AS @duckgres_regexp_count(a, pattern, start, '')",
    "(a, pattern, start, flags) AS @duckgres_regexp_count(a, pattern, start, flags)",
  ),
  macro(
    "duckgres_regexp_substr",
    `(a, pattern, start, n, flags, subexpr) AS regexp_extract_all(system.main.substring(a, start),
      @duckgres_re(pattern, flags), subexpr)[n]`,
  ),
  macro(
    "regexp_substr",
    "(a, pattern) AS @duckgres_regexp_substr(a, pattern, 1, 1, '', 0)",
    "(a, pattern, start) AS @duckgres_regexp_substr(a, pattern, start, 1, '', 0)",
    "(a, pattern, start, n) AS @duckgres_regexp_substr(a, pattern, start, n, '', 0)",
    "(a, pattern, start, n, flags) AS @duckgres_regexp_substr(a, pattern, start, n, flags, 0)",
    "(a, pattern, start, n, flags, subexpr) AS @duckgres_regexp_substr(a, pattern, start, n, flags, subexpr)",
  ),
  // What stands before match `n`.
  macro(
    "duckgres_before_match",
    `(a, re, n) AS regexp_extract(a, '(?s)^((?:.*?(?:' || re || ')){' || (n - 1) || '}.*?)(?:' || re || ')', 1)`,
  ),
  macro(
    "duckgres_match_place",
    `(a, re, n, at_end, subexpr) AS CASE WHEN len(regexp_extract_all(a, re)) < n THEN NULL
      ELSE system.main.length(@duckgres_before_match(a, re, n))
        + instr(regexp_extract_all(a, re)[n], regexp_extract_all(a, re, subexpr)[n])
        + CASE WHEN at_end = 1 THEN system.main.length(regexp_extract_all(a, re, subexpr)[n]) ELSE 0 END END`,
  ),
  macro(
    "duckgres_regexp_instr",
    `(a, pattern, start, n, at_end, flags, subexpr) AS CAST(CASE WHEN a IS NOT NULL THEN coalesce(start - 1
      + @duckgres_match_place(system.main.substring(a, start), @duckgres_re(pattern, flags), n, at_end, subexpr), 0)
      END AS INTEGER)`,
  ),
  macro(
    "regexp_instr",
    "(a, pattern) AS @duckgres_regexp_instr(a, pattern, 1, 1, 0, '', 0)",
    "(a, pattern, start) AS @duckgres_regexp_instr(a, pattern, start, 1, 0, '', 0)",
    "(a, pattern, start, n) AS @duckgres_regexp_instr(a, pattern, start, n, 0, '', 0)",
    "(a, pattern, start, n, at_end) AS @duckgres_regexp_instr(a, pattern, start, n, at_end, '', 0)",
    "(a, pattern, start, n, at_end, flags) AS @duckgres_regexp_instr(a, pattern, start, n, at_end, flags, 0)",
    "(a, pattern, start, n, at_end, flags, subexpr) AS @duckgres_regexp_instr(a, pattern, start, n, at_end, flags, subexpr)",
  ),
  // `\\&` is the whole match, a group that is none is empty, and a backslash before anything else is itself.
  macro(
    "duckgres_rewrite",
    `(replacement, groups) AS CASE WHEN contains(replacement, '\\') THEN list_aggregate(list_transform(
      regexp_extract_all(replacement, '(?s)\\\\.|[^\\\\]+|\\\\'), lambda dg_part: CASE
        WHEN dg_part = '\\&' THEN '\\0'
        WHEN regexp_full_match(dg_part, '\\\\[1-9]')
          THEN CASE WHEN CAST(dg_part[2] AS INTEGER) <= groups THEN dg_part ELSE '' END
        WHEN dg_part = '\\\\' OR NOT starts_with(dg_part, '\\') THEN dg_part
        ELSE '\\' || dg_part END), 'string_agg', '') ELSE replacement END`,
  ),
  macro(
    "duckgres_replace_nth",
    `(a, re, rewrite, n) AS CASE
      WHEN n = 0 THEN system.main.regexp_replace(a, re, rewrite, 'g')
      WHEN len(regexp_extract_all(a, re)) < n THEN a
      ELSE @duckgres_before_match(a, re, n) || system.main.regexp_replace(
        system.main.substring(a, system.main.length(@duckgres_before_match(a, re, n)) + 1), re, rewrite) END`,
  ),
  macro(
    "duckgres_regexp_replace",
    `(a, pattern, replacement, start, n, flags) AS system.main.left(a, start - 1) || @duckgres_replace_nth(
      system.main.substring(a, start), @duckgres_re(pattern, flags),
      @duckgres_rewrite(replacement, @duckgres_groups(pattern)), n)`,
  ),
  macro(
    "regexp_replace",
    `(a, pattern, replacement) AS system.main.regexp_replace(a, @duckgres_re(pattern, ''),
      @duckgres_rewrite(replacement, @duckgres_groups(pattern)))`,
    `(a, pattern, replacement, flags VARCHAR) AS CASE WHEN contains(flags, 'g') THEN
      system.main.regexp_replace(a, @duckgres_re(pattern, flags),
        @duckgres_rewrite(replacement, @duckgres_groups(pattern)), 'g')
      ELSE system.main.regexp_replace(a, @duckgres_re(pattern, flags),
        @duckgres_rewrite(replacement, @duckgres_groups(pattern))) END`,
    "(a, pattern, replacement, start BIGINT) AS @duckgres_regexp_replace(a, pattern, replacement, start, 1, '')",
    "(a, pattern, replacement, start, n) AS @duckgres_regexp_replace(a, pattern, replacement, start, n, '')",
    "(a, pattern, replacement, start, n, flags) AS @duckgres_regexp_replace(a, pattern, replacement, start, n, flags)",
  ),
  macro(
    "regexp_split_to_array",
    "(a, pattern) AS string_split_regex(a, @duckgres_re(pattern, ''))",
    "(a, pattern, flags) AS string_split_regex(a, @duckgres_re(pattern, flags))",
  ),
  macro(
    "duckgres_regexp_rows",
    "(a, pattern) AS unnest(@duckgres_regexp_matches(a, pattern, ''))",
    "(a, pattern, flags) AS unnest(@duckgres_regexp_matches(a, pattern, flags))",
  ),
  macro(
    "regexp_split_to_table",
    "(a, pattern) AS unnest(string_split_regex(a, @duckgres_re(pattern, '')))",
    "(a, pattern, flags) AS unnest(string_split_regex(a, @duckgres_re(pattern, flags)))",
  ),
  // The pattern of SIMILAR TO: escaped characters, brackets, wildcards.
  macro(
    "duckgres_similar",
    `(pattern, escape) AS '(?s)' || list_aggregate(list_transform(
      regexp_extract_all(pattern, '(?s)' || CASE WHEN escape = '' THEN '' ELSE regexp_escape(escape) || '.|' END
        || '\\[\\^?[^]]*\\]|.'),
      lambda dg_part: CASE
        WHEN escape <> '' AND dg_part = escape THEN ${raise("22025", "invalid escape sequence")}
        WHEN escape <> '' AND starts_with(dg_part, escape) THEN regexp_escape(system.main.substring(dg_part, 2))
        WHEN starts_with(dg_part, '[') THEN replace(dg_part, '\\', '\\\\')
        WHEN dg_part = '%' THEN '.*' WHEN dg_part = '_' THEN '.' WHEN dg_part = '(' THEN '(?:'
        WHEN dg_part IN ('\\', '.', '^', '$') THEN '\\' || dg_part
        ELSE dg_part END), 'string_agg', '')`,
  ),
  macro(
    "duckgres_regexp_substring",
    "(a, pattern) AS @duckgres_first_match(a, @duckgres_re(pattern, ''))[1]",
  ),
  // `a LIKE ANY (patterns)` and its kin.
  macro(
    "duckgres_quantified",
    `(a, operator, patterns, quantifier) AS list_transform([list_transform(patterns, lambda dg_pattern: CASE operator
        WHEN '~~' THEN a LIKE dg_pattern ESCAPE '\\' WHEN '!~~' THEN a NOT LIKE dg_pattern ESCAPE '\\'
        WHEN '~~*' THEN a ILIKE dg_pattern ESCAPE '\\' WHEN '!~~*' THEN a NOT ILIKE dg_pattern ESCAPE '\\'
        WHEN '~' THEN system.main.regexp_matches(a, dg_pattern, 's')
        WHEN '!~' THEN NOT system.main.regexp_matches(a, dg_pattern, 's')
        WHEN '~*' THEN system.main.regexp_matches(a, dg_pattern, 'si')
        ELSE NOT system.main.regexp_matches(a, dg_pattern, 'si') END)],
      lambda dg_answers: CASE
        WHEN list_contains(dg_answers, quantifier = 'any') THEN quantifier = 'any'
        WHEN len(list_filter(dg_answers, lambda dg_answer: dg_answer IS NULL)) > 0 OR dg_answers IS NULL THEN NULL
        ELSE quantifier <> 'any' END)[1]`,
  ),
];
