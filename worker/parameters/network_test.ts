import assert from "node:assert/strict";
import { PgError } from "../api/error.ts";
import { addressBytes, addressOfBytes, cidrText, inetText, macaddrBytes, macaddrText } from "./network.ts";

const inets: [text: string, shown: string][] = [
  ["192.168.100.128/25", "192.168.100.128/25"],
  ["192.168.0.1/32", "192.168.0.1"],
  ["192.168/16", "192.168.0.0/16"],
  ["::1", "::1"],
  ["2001:0DB8:0:0:0:0:0:1/64", "2001:db8::1/64"],
  ["::ffff:1.2.3.4", "::ffff:1.2.3.4"],
  ["::1:2", "::0.1.0.2"],
  ["::1:2:3", "::1:2:3"],
  ["0:0:1::", "0:0:1::"],
  ["1::", "1::"],
  ["::", "::"],
  ["1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8"],
];
for (const [text, shown] of inets) {
  Deno.test(`inet: ${text}`, () => assert.equal(inetText(text), shown));
}

const cidrs: [text: string, shown: string][] = [
  ["192.168/24", "192.168.0.0/24"],
  ["10", "10.0.0.0/8"],
  ["172.16", "172.16.0.0/16"],
  ["10.1.2", "10.1.2.0/24"],
  ["224", "224.0.0.0/4"],
  ["10.1.2.3", "10.1.2.3/32"],
  ["2001:db8::/32", "2001:db8::/32"],
];
for (const [text, shown] of cidrs) {
  Deno.test(`cidr: ${text}`, () => assert.equal(cidrText(text), shown));
}

for (const form of ["08:00:2b:01:02:03", "8-0-2B-1-2-3", "08002b:010203", "0800.2b01.0203", "08002b010203"]) {
  Deno.test(`macaddr: ${form}`, () => assert.equal(macaddrText(form), "08:00:2b:01:02:03"));
}

Deno.test("what is no address is refused", () => {
  const refused = (sqlstate: string) => (error: unknown) =>
    error instanceof PgError && error.sqlstate === sqlstate;
  for (
    const text of ["nope", "300.1.1.1", "192.168/24", "1.2.3.4/33", " 1.2.3.4", "1:2", "1::2::3", "", "1.2.3"]
  ) {
    assert.throws(() => inetText(text), refused("22P02"), text);
  }
  for (const text of ["10.1.2.3/8", "a", "::1/64"]) {
    assert.throws(() => cidrText(text), refused("22P02"), text);
  }
  assert.throws(() => macaddrText("08:00:2b:01:02"), refused("22P02"));
  assert.throws(() => macaddrText("08:00:2b:01:02:333"), refused("22003"));
});

Deno.test("addresses in binary", () => {
  assert.deepEqual([...addressBytes("10.0.0.0/8", "cidr")], [2, 8, 1, 4, 10, 0, 0, 0]);
  assert.equal(addressOfBytes(addressBytes("2001:db8::1/64", "inet")), "2001:db8::1/64");
  assert.equal(addressOfBytes(Uint8Array.of(2, 33, 0, 4, 1, 2, 3, 4)), null);
  assert.deepEqual([...macaddrBytes("08:00:2b:01:02:03")], [8, 0, 0x2b, 1, 2, 3]);
});
