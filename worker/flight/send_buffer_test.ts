import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { enlargeSendBuffer } from "./send_buffer.ts";

Deno.test({
  name: "a batch of rows is sent at once, before anybody reads",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/socket`;
    const server = createServer();
    server.listen(path);
    await once(server, "listening");
    const accepted = once(server, "connection");
    const reader = connect(path).pause();
    const [writer] = await accepted as [Socket];
    try {
      enlargeSendBuffer(writer);
      await new Promise<void>((sent, failed) => {
        writer.write(new Uint8Array(300 * 1024), (error) => error ? failed(error) : sent());
      });
      assert.equal(reader.bytesRead, 0);
    } finally {
      writer.destroy();
      reader.destroy();
      server.close();
      await once(server, "close");
      await Deno.remove(folder, { recursive: true });
    }
  },
});
