/** How Rails finds out about tables, as for `db/schema.rb`. */
import assert from "node:assert/strict";
import { rows, type Step } from "./step.ts";

export const catalogue: Step[] = [
  {
    name: "tables",
    run: async (client) => {
      const found = await rows(
        client,
        `SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r','v','m','p','f')`,
      );
      assert.deepEqual(found.flat().sort(), [
        "ar_internal_metadata",
        "authors",
        "books",
        "schema_migrations",
      ]);
      const comment = await rows(
        client,
        `SELECT obj_description(pg_class.oid) FROM pg_class LEFT JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname = ANY (current_schemas(false)) AND relname = 'authors' AND relkind IN ('r','p')`,
      );
      assert.deepEqual(comment, [["Who writes"]]);
    },
  },
  {
    name: "columns",
    run: async (client) => {
      const columns = await rows(
        client,
        `SELECT a.attname, format_type(a.atttypid, a.atttypmod),
       pg_get_expr(d.adbin, d.adrelid), a.attnotnull, a.atttypid, a.atttypmod,
       c.collname, col_description(a.attrelid, a.attnum) AS comment,
       attidentity AS identity,
       attgenerated as attgenerated
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
  LEFT JOIN pg_type t ON a.atttypid = t.oid
  LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation
 WHERE a.attrelid = '"books"'::regclass
   AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attnum
`,
      );
      // DuckDB's timestamps have six digits, and say nothing of it.
      const plain = (type: unknown) => String(type).replace("timestamp(6)", "timestamp");
      assert.deepEqual(columns.map(([name, type, , notNull]) => [name, plain(type), notNull]), [
        ["id", "bigint", true],
        ["title", "character varying", false],
        ["pages", "integer", false],
        ["price", "numeric(8,2)", false],
        ["author_id", "bigint", true],
        ["published_on", "date", false],
        ["created_at", "timestamp without time zone", true],
        ["updated_at", "timestamp without time zone", true],
        ["editor_id", "bigint", false],
        ["code", "character varying(20)", true],
      ]);
      assert.equal(columns[0][2], "nextval('books_id_seq'::regclass)");
      assert.equal(columns[9][2], "''::character varying");
    },
  },
  {
    name: "indexes",
    run: async (client) => {
      const indexes = await rows(
        client,
        `SELECT distinct i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid),
                pg_catalog.obj_description(i.oid, 'pg_class') AS comment, d.indisvalid
FROM pg_class t
INNER JOIN pg_index d ON t.oid = d.indrelid
INNER JOIN pg_class i ON d.indexrelid = i.oid
LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE i.relkind IN ('i', 'I')
  AND d.indisprimary = 'f'
  AND t.relname = 'books'
  AND n.nspname = ANY (current_schemas(false))
ORDER BY i.relname
`,
      );
      assert.deepEqual(indexes, [
        [
          "index_books_on_author_id",
          false,
          "5",
          "CREATE INDEX index_books_on_author_id ON public.books USING btree (author_id)",
          null,
          true,
        ],
        [
          "index_books_on_code",
          false,
          "10",
          "CREATE INDEX index_books_on_code ON public.books USING btree (code)",
          null,
          true,
        ],
        [
          "index_books_on_editor_id",
          false,
          "9",
          "CREATE INDEX index_books_on_editor_id ON public.books USING btree (editor_id)",
          null,
          true,
        ],
      ]);
      assert.deepEqual(
        await rows(
          client,
          `SELECT a.attnum, a.attname FROM pg_attribute a WHERE a.attrelid = '"books"'::regclass AND a.attnum IN (5)`,
        ),
        [[5, "author_id"]],
      );
    },
  },
  {
    name: "the columns of indexes, as Rails 8.1 asks for them",
    run: async (client) => {
      const indexes = await rows(
        client,
        `SELECT distinct i.relname, ARRAY(
                  SELECT pg_get_indexdef(d.indexrelid, k + 1, true)
                  FROM generate_subscripts(d.indkey, 1) AS k
                  ORDER BY k
                ) AS columns
FROM pg_class t
INNER JOIN pg_index d ON t.oid = d.indrelid
INNER JOIN pg_class i ON d.indexrelid = i.oid
WHERE i.relkind IN ('i', 'I')
  AND d.indisprimary = 'f'
  AND t.relname = 'books'
ORDER BY i.relname
`,
      );
      assert.deepEqual(indexes, [
        ["index_books_on_author_id", ["author_id"]],
        ["index_books_on_code", ["code"]],
        ["index_books_on_editor_id", ["editor_id"]],
      ]);
    },
  },
  {
    name: "primary and foreign keys",
    run: async (client) => {
      assert.deepEqual(
        await rows(
          client,
          `SELECT a.attname
  FROM (
         SELECT indrelid, indkey, generate_subscripts(indkey, 1) idx
           FROM pg_index
          WHERE indrelid = '"books"'::regclass
            AND indisprimary
       ) i
  JOIN pg_attribute a
    ON a.attrelid = i.indrelid
   AND a.attnum = i.indkey[i.idx]
 ORDER BY i.idx
`,
        ),
        [["id"]],
      );
      const keys = await rows(
        client,
        `SELECT t2.oid::regclass::text AS to_table, a1.attname AS column, a2.attname AS primary_key, c.conname AS name,
       c.confupdtype AS on_update, c.confdeltype AS on_delete, c.convalidated AS valid, c.condeferrable AS deferrable,
       c.condeferred AS deferred, c.conkey, c.confkey
FROM pg_constraint c
JOIN pg_class t1 ON c.conrelid = t1.oid
JOIN pg_class t2 ON c.confrelid = t2.oid
JOIN pg_attribute a1 ON a1.attnum = c.conkey[1] AND a1.attrelid = t1.oid
JOIN pg_attribute a2 ON a2.attnum = c.confkey[1] AND a2.attrelid = t2.oid
JOIN pg_namespace t3 ON c.connamespace = t3.oid
WHERE c.contype = 'f'
  AND t1.relname = 'books'
  AND t3.nspname = ANY (current_schemas(false))
ORDER BY c.conname
`,
      );
      assert.deepEqual(keys, [
        ["authors", "author_id", "id", "fk_rails_53d51ce16a", "a", "a", true, false, false, [5], [1]],
        ["authors", "editor_id", "id", "fk_rails_d1b8e0c5ab", "a", "a", true, false, false, [9], [1]],
      ]);
    },
  },
  {
    name: "check constraints",
    run: async (client) => {
      assert.deepEqual(
        await rows(
          client,
          `SELECT conname, pg_get_constraintdef(c.oid, true) AS constraintdef, c.convalidated AS valid
FROM pg_constraint c
JOIN pg_class t ON c.conrelid = t.oid
JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'c'
  AND t.relname = 'books'
  AND n.nspname = ANY (current_schemas(false))
`,
        ),
        [["chk_rails_2b3f5a0d11", "CHECK (pages > 0)", true]],
      );
    },
  },
  {
    name: "the sequence of a primary key",
    run: async (client) => {
      assert.deepEqual(
        await rows(
          client,
          `SELECT attr.attname, nsp.nspname, seq.relname
FROM pg_class      seq,
     pg_attribute  attr,
     pg_depend     dep,
     pg_constraint cons,
     pg_namespace  nsp
WHERE seq.oid           = dep.objid
  AND seq.relkind       = 'S'
  AND attr.attrelid     = dep.refobjid
  AND attr.attnum       = dep.refobjsubid
  AND attr.attrelid     = cons.conrelid
  AND attr.attnum       = cons.conkey[1]
  AND seq.relnamespace  = nsp.oid
  AND cons.contype      = 'p'
  AND dep.classid       = 'pg_class'::regclass
  AND dep.refobjid      = '"books"'::regclass
`,
        ),
        [["id", "public", "books_id_seq"]],
      );
      assert.deepEqual(await rows(client, "SELECT pg_get_serial_sequence('books', 'id')"), [[
        "public.books_id_seq",
      ]]);
    },
  },
  {
    name: "enum types and extensions",
    run: async (client) => {
      await client.query("CREATE TYPE \"mood\" AS ENUM ('sad', 'ok')");
      assert.deepEqual(
        await rows(
          client,
          `SELECT
  type.typname AS name,
  n.nspname AS schema,
  array_agg(enum.enumlabel ORDER BY enum.enumsortorder)::text[] AS value
FROM pg_enum AS enum
JOIN pg_type AS type ON (type.oid = enum.enumtypid)
JOIN pg_namespace n ON type.typnamespace = n.oid
WHERE n.nspname = ANY (current_schemas(false))
GROUP BY type.OID, n.nspname, type.typname
`,
        ),
        [["mood", "public", ["sad", "ok"]]],
      );
      await client.query("SELECT extname FROM pg_extension");
    },
  },
];
