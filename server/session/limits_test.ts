import assert from "node:assert/strict";
import { analyze } from "../sql/mod.ts";
import type { PreparedStatement } from "./context.ts";
import { requireRoomForPortal, requireRoomForStatement, type SessionLimits } from "./limits.ts";
import { openPortal, type Portal } from "./portal.ts";

const limits: SessionLimits = {
  preparedStatements: 3,
  statementText: 20,
  portals: 2,
  portalParameters: 10,
  cursorBytes: 0,
  scrollBytes: 0,
};

function statements(...texts: string[]): Map<string, PreparedStatement> {
  return new Map(texts.map((text, i) => {
    const run = () => Promise.resolve({ tag: "SELECT 0" });
    const statement = analyze({ text, start: 0 });
    return [`${i}`, { plan: { kind: "session", statement, columns: [], run }, parameterTypes: [] }];
  }));
}

function portals(...sizes: number[]): Map<string, Portal> {
  return new Map(sizes.map((size, i) => {
    const parameter = { format: 0, bytes: new Uint8Array(size) } as const;
    return [`${i}`, openPortal({ kind: "empty" }, [parameter, { format: 0, bytes: null }])];
  }));
}

Deno.test("limits: prepared statements are counted, and so is their text", () => {
  requireRoomForStatement({ statements: statements("select 1", "select 2"), limits }, "");
  const three = statements("a", "b", "c");
  assert.throws(() => requireRoomForStatement({ statements: three, limits }, ""), { sqlstate: "53400" });
  requireRoomForStatement({ statements: statements("select 1"), limits }, "123456789012");
  assert.throws(
    () => requireRoomForStatement({ statements: statements("select 1"), limits }, "1234567890123"),
    {
      sqlstate: "53200",
      message: "out of memory",
    },
  );
});

Deno.test("limits: portals are counted, and so are their parameters", () => {
  requireRoomForPortal({ portals: portals(4), limits }, [new Uint8Array(6), null]);
  assert.throws(() => requireRoomForPortal({ portals: portals(1, 1), limits }, []), { sqlstate: "53400" });
  assert.throws(() => requireRoomForPortal({ portals: portals(4), limits }, [new Uint8Array(7)]), {
    sqlstate: "53200",
  });
});
