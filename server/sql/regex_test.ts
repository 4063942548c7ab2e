import assert from "node:assert/strict";
import { re2Pattern, similarPattern } from "./regex.ts";

Deno.test("PostgreSQL's regular expressions in RE2's words", () => {
  const cases: [are: string, flags: string, re2: string][] = [
    ["a.c", "", "(?s)a.c"],
    ["\\mfoo\\M", "i", "(?is)\\bfoo\\b"],
    ["[[:<:]]a[[:>:]]", "", "(?s)\\ba\\b"],
    ["^a.[^b]$", "n", "(?m-s)^a.[^\\nb]$"],
    ["(?i)a", "", "(?is)a"],
    ["a b # c\n[ ]", "x", "(?s)ab[ ]"],
    ["a.b", "q", "(?s)a\\.b"],
    ["***=a+", "", "(?s)a\\+"],
    ["a\\x58b", "", "(?s)a\\x{58b}"],
    ["\\u00e9\\A\\Z", "", "(?s)\\x{e9}\\A\\z"],
    ["a\\Bb", "", "(?s)a\\\\b"],
    ["[]a[:alpha:][.-.]\\d]", "", "(?s)[\\]a[:alpha:]\\x{2d}\\d]"],
    ["(.*?)(\\d+)(.*)", "", "(?s)(.*?)(\\d+?)(.*?)"],
    ["^(.*?)(\\d+)$", "", "(?s)^(.*?)(\\d+)$"],
    ["a(?:b)(?#none)c", "", "(?s)a(?:b)c"],
  ];
  for (const [are, flags, re2] of cases) assert.equal(re2Pattern(are, flags), re2, are);
});

Deno.test("what RE2 has no word for is named", () => {
  for (const are of ["(a)\\1", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b"]) {
    assert.match((re2Pattern(are) as { unsupported: string }).unsupported, /regular expressions$/, are);
  }
});

Deno.test("patterns of SIMILAR TO", () => {
  const cases: [pattern: string, escape: string, re2: string | null][] = [
    ["%(b|d)_", "\\", "(?s).*(?:b|d)."],
    ["a.c^", "\\", "(?s)a\\.c\\^"],
    ["a#%", "#", "(?s)a\\%"],
    ["%\\mabc\\M%", "\\", "(?s).*\\babc\\b.*"],
    ["[^%a-c]", "\\", "(?s)[^%a-c]"],
    ['%#"o_a#"_', "#", "(?s)^(?:.*?)(o.a)(?:.)$"],
    ["a#", "#", null],
  ];
  for (const [pattern, escape, re2] of cases) assert.equal(similarPattern(pattern, escape), re2, pattern);
});
