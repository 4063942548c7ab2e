import assert from "node:assert/strict";
import { maskSecrets } from "./mask.ts";

const cases: [string, string][] = [
  ["host=h password=abc user=u", "host=h password=******** user=u"],
  ["password='a b\\'c' x", "password=******** x"],
  ["PASSWORD = abc", "PASSWORD = ********"],
  ["passwd=abc;x", "passwd=********;x"],
  ["(TYPE s3, PASSWORD 'abc')", "(TYPE s3, PASSWORD '********')"],
  ["password 'never closed", "password '********'"],
  ["password=never&x=1", "password=********&x=1"],
  ["password => 'abc'", "password => ********"],
  ['{"password":"abc","x":1}', '{"password":********,"x":1}'],
  ["invalid password: too short", "invalid password: too short"],
  ["at postgresql://u:abc@h:5/d?x", "at postgresql://u:********@h:5/d?x"],
  ["https://h/path", "https://h/path"],
  ['column "password" does not exist', 'column "password" does not exist'],
  ['password authentication failed for user "ann"', 'password authentication failed for user "ann"'],
  ["nothing here", "nothing here"],
];

for (const [text, expected] of cases) {
  Deno.test(`mask: ${text}`, () => assert.equal(maskSecrets(text), expected));
}
