/** Enum types, which have OIDs of their own. */
import { type, type TypeCase } from "../case.ts";

export const enums: readonly TypeCase[] = [
  type("mood", ["sad", "ok", "it's", 'a "b"', "a,b", "", "NULL", "naïve ☃"], {
    setup: [`create type mood as enum ('sad', 'ok', 'it''s', 'a "b"', 'a,b', '', 'NULL', 'naïve ☃')`],
    bad: ["x", "SAD", " sad", "sad "],
  }),
  type('"Big Enum"', ["label 0", "label 299", "label 255", "label 256"], {
    name: "Big Enum",
    setup: [
      `create type "Big Enum" as enum (${Array.from({ length: 300 }, (_, i) => `'label ${i}'`)})`,
    ],
    bad: ["label 300"],
  }),
  type("level[][]", ["{{low,high},{high,NULL}}"], {
    name: "_level",
    setup: ["create type level as enum ('low', 'high')"],
    ways: ["parameter", "inferred", "insert", "binary"],
    bad: ["{{low},{x}}", "low"],
  }),
];
