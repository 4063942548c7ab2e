import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PgError } from "../../../worker/api/error.ts";
import { beginScram, scramMechanisms } from "./scram.ts";
import { makeVerifier, toBase64 } from "./verifier.ts";

/** The example of RFC 7677, 3. */
const rfc = {
  verifier: await makeVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"), 4096),
  clientFirst: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
  nonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  clientFinal: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

const endPoint = Uint8Array.from({ length: 32 }, (_, i) => i);

function begin(clientFirst: string, { plus = false, bound = false } = {}) {
  return beginScram(clientFirst, {
    plus,
    endPoint: bound ? endPoint : null,
    verifier: rfc.verifier,
    nonce: rfc.nonce,
  });
}

Deno.test("the example of RFC 7677", () => {
  const exchange = begin(rfc.clientFirst);
  assert.equal(exchange.challenge, rfc.serverFirst);
  assert.equal(exchange.finish(rfc.clientFinal), rfc.serverFinal);
});

Deno.test("a wrong proof is no error of the exchange", () => {
  const wrong = rfc.clientFinal.replace("p=d", "p=e");
  assert.equal(begin(rfc.clientFirst).finish(wrong), null);
});

Deno.test("nonces are long and never the same", () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const { challenge } = beginScram("n,,n=,r=c", { plus: false, endPoint: null, verifier: rfc.verifier });
    nonces.add(/^r=c([!-+\--~]{24}),/.exec(challenge)![1]);
  }
  assert.equal(nonces.size, 50);
});

Deno.test("the channel is offered where there is something to bind to", () => {
  assert.deepEqual(scramMechanisms(null), ["SCRAM-SHA-256"]);
  assert.deepEqual(scramMechanisms(endPoint), ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]);
});

const malformed = "08P01 malformed SCRAM message";
const firsts: [string, string, { plus?: boolean; bound?: boolean }, string][] = [
  ["nothing", "", {}, `${malformed}: The message is empty.`],
  ["no flag", "x,,n=,r=c", {}, `${malformed}: Unexpected channel-binding flag "'x'".`],
  ["flag alone", "n", {}, `${malformed}: Comma expected, but found character "0x00".`],
  [
    "authorization identity",
    "n,a=bob,n=,r=c",
    {},
    "0A000 client uses authorization identity, but it is not supported",
  ],
  [
    "something else there",
    "n,x,n=,r=c",
    {},
    `${malformed}: Unexpected attribute "'x'" in client-first-message.`,
  ],
  ["an extension", "n,,m=x,n=,r=c", {}, "0A000 client requires an unsupported SCRAM extension"],
  ["no name", "n,,r=c", {}, `${malformed}: Expected attribute "n" but found "'r'".`],
  ["no nonce", "n,,n=a", {}, `${malformed}: Attribute expected, but found end of message.`],
  ["no equals", "n,,nx,r=c", {}, `${malformed}: Expected character "=" for attribute "n".`],
  ["an empty nonce", "n,,n=a,r=", {}, "08P01 non-printable characters in SCRAM nonce"],
  ["a nonce with a space", "n,,n=a,r=x y", {}, "08P01 non-printable characters in SCRAM nonce"],
  [
    "bound, without the mechanism",
    "p=tls-server-end-point,,n=,r=c",
    { bound: true },
    malformed +
    ": The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.",
  ],
  [
    "not bound, with the mechanism",
    "n,,n=,r=c",
    { plus: true, bound: true },
    malformed +
    ": The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.",
  ],
  [
    "another type of binding",
    "p=tls-unique,,n=,r=c",
    { plus: true, bound: true },
    '08P01 unsupported SCRAM channel-binding type "tls-unique"',
  ],
  [
    "a downgrade",
    "y,,n=,r=c",
    { bound: true },
    "28000 SCRAM channel binding negotiation error: " +
    "The client supports SCRAM channel binding but thinks the server does not.  However, this server does support channel binding.",
  ],
];

for (const [name, clientFirst, options, expected] of firsts) {
  Deno.test(`client-first-message refused: ${name}`, () => {
    assert.throws(() => begin(clientFirst, options), (error) => matches(error, expected));
  });
}

const nonce = `rOprNGfwEbeRWgbNEkqO${rfc.nonce}`;
const proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const finals: [string, string, string][] = [
  ["nothing", "", `${malformed}: Attribute expected, but found end of message.`],
  ["no proof", `c=biws,r=${nonce}`, `${malformed}: Attribute expected, but found end of message.`],
  ["another nonce", `c=biws,r=x,p=${proof}`, "08P01 invalid SCRAM response: Nonce does not match."],
  ["a short proof", `c=biws,r=${nonce},p=abcd`, `${malformed}: Malformed proof in client-final-message.`],
  [
    "a proof that is not base64",
    `c=biws,r=${nonce},p=${"!".repeat(44)}`,
    `${malformed}: Malformed proof in client-final-message.`,
  ],
  [
    "more behind the proof",
    `c=biws,r=${nonce},p=${proof},x=1`,
    `${malformed}: Malformed proof in client-final-message.`,
  ],
  [
    "another header",
    `c=eSws,r=${nonce},p=${proof}`,
    "08P01 unexpected SCRAM channel-binding attribute in client-final-message",
  ],
  [
    "attributes in another order",
    `r=${nonce},c=biws,p=${proof}`,
    `${malformed}: Expected attribute "c" but found "'r'".`,
  ],
];

for (const [name, clientFinal, expected] of finals) {
  Deno.test(`client-final-message refused: ${name}`, () => {
    assert.throws(() => begin(rfc.clientFirst).finish(clientFinal), (error) => matches(error, expected));
  });
}

Deno.test("the channel's data must be this connection's", () => {
  const exchange = () => begin("p=tls-server-end-point,,n=,r=c", { plus: true, bound: true });
  const header = Buffer.from("p=tls-server-end-point,,");
  const bound = (data: Uint8Array) =>
    `c=${toBase64(Buffer.concat([header, data]))},r=c${rfc.nonce},p=${proof}`;
  assert.equal(exchange().finish(bound(endPoint)), null); // bound rightly; the proof is another's
  for (const data of [endPoint.map((byte) => byte ^ 1), new Uint8Array(0)]) {
    assert.throws(
      () => exchange().finish(bound(data)),
      (error) => matches(error, "28000 SCRAM channel binding check failed"),
    );
  }
});

function matches(error: unknown, expected: string): boolean {
  assert.ok(error instanceof PgError);
  const { sqlstate, message, detail, severity } = error;
  assert.equal(`${sqlstate} ${message}${detail === undefined ? "" : `: ${detail}`}`, expected);
  assert.equal(severity, "FATAL");
  return true;
}
