/** The statements that Rails' PostgreSQL adapter sends, as it writes them. */
import { withClient } from "../node_postgres/client.ts";
import { testClient } from "../targets.ts";
import { catalogue } from "./rails/catalogue.ts";
import { migrations } from "./rails/migrations.ts";
import { records } from "./rails/records.ts";

testClient("Rails' statements", null, (t, target) =>
  withClient(target, async (client) => {
    for (const { name, run } of [...migrations, ...catalogue, ...records]) {
      await t.step(name, () => run(client));
    }
  }));
