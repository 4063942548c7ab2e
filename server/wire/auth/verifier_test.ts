import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { saslPrep } from "./saslprep.ts";
import { formatVerifier, makeVerifier, matchesVerifier, parseVerifier } from "./verifier.ts";

/** What PostgreSQL 15 stored for roles with these passwords. */
const fromPostgres: [string, string][] = [
  [
    "pencil",
    "SCRAM-SHA-256$4096:E29dOd08S5W02VsjGGv8qA==$qmS8t/m1romdJ8snxiaqvDQxsQfFZ2aN2xQ6rJM+5R0=" +
    ":HU8xXlCQwAbgxlPIPhQFGknz82RHHrzh1+M+QONepeA=",
  ],
  [
    "p\u00e4ss\u00a0w\u2168rd",
    "SCRAM-SHA-256$4096:monbvAHM2Nrg8nPFHbbFrw==$HW66IMmDMbvT6bzP+MWxcs+u8UwiMzTlkxhjiNs1KJE=" +
    ":4oFjTFP8JSCSxJgAAp12WHhLOXoOkUARuZmCeTFWdWI=",
  ],
  [ // forbidden: private use
    "\u2168\ue000",
    "SCRAM-SHA-256$4096:S8G/bJp7A0jrRUGbWCw3ww==$Gn3CkbANCn3wy9EKM2PvPSAMfYAUjdB4xy9lmrV5uh8=" +
    ":hwduZrqTY7JleDq1MhQ6wQxc+pI/nxt7iVY1vrGZzfY=",
  ],
  [ // forbidden: both directions
    "a\u0627b\u2168",
    "SCRAM-SHA-256$4096:SfSa3xPKkI+Yje26A8pGLQ==$TPQCedVsTVcJ914aech4obOfxmLN+PA5XiNRqnhxEoc=" +
    ":CYGqN4zb20clSfMTvRAUCcD/m8yA0t9wtdB03WJzvis=",
  ],
  [ // forbidden: not assigned in Unicode 3.2
    "\u{1f600} \ufb01",
    "SCRAM-SHA-256$4096:9WIeS1vCQTK7O9RAXM1Mdw==$cRmOLUzW3Vj0k4iv/xX0BIviGv3dYmPT2CC0P/JiKUY=" +
    ":PmWkjEk4ysqrioFThy7bz3L1UEkU+eZNcRiXG3di9HE=",
  ],
];

Deno.test("a verifier is what PostgreSQL makes of the same password and salt", async () => {
  for (const [password, text] of fromPostgres) {
    const parsed = parseVerifier(text);
    assert.ok(parsed !== null);
    assert.equal(formatVerifier(parsed), text);
    assert.equal(formatVerifier(await makeVerifier(password, parsed.salt, parsed.iterations)), text);
    assert.equal(await matchesVerifier(password, parsed), true);
    assert.equal(await matchesVerifier(password + "x", parsed), false);
  }
});

Deno.test("what is not a verifier is not taken for one", () => {
  const good = fromPostgres[0][1];
  const bad = [
    "",
    "pencil",
    "md5d41d8cd98f00b204e9800998ecf8427e",
    good.replace("4096", "0"),
    good.replace("4096", "-1"),
    good.replace("4096", "many"),
    good.replace("SHA-256", "SHA-1"),
    good.slice(0, -2),
    good + "=",
    ` ${good}`,
  ];
  for (const text of bad) assert.equal(parseVerifier(text), null, text);
});

Deno.test("salts are random", async () => {
  const [first, second] = await Promise.all([makeVerifier("x"), makeVerifier("x")]);
  assert.equal(first.salt.length, 16);
  assert.notDeepEqual(Buffer.from(first.salt), Buffer.from(second.salt));
});

const prepared: [string, string][] = [
  ["plain", "plain"],
  ["\u00a0a\u3000b", " a b"],
  ["I\u00adX", "IX"],
  ["\u00aa", "a"],
  ["\u2168", "IX"],
  ["e\u0301", "\u00e9"],
  ["\ufb01", "fi"],
  ["\u0627\u0628", "\u0627\u0628"],
  // Forbidden, so used as they are:
  ["\u00ad", "\u00ad"],
  ["\u2168\u0007", "\u2168\u0007"],
  ["\u2168\ue000", "\u2168\ue000"],
  ["\u2168\u06271", "\u2168\u06271"],
];

for (const [password, expected] of prepared) {
  Deno.test(`SASLprep of ${JSON.stringify(password)}`, () => assert.equal(saslPrep(password), expected));
}
