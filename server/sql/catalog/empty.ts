import { type Source, view } from "./source.ts";

/**
 * Catalogues with nothing in them: DuckDB has no policies, triggers, rules, publications, foreign tables, inheritance,
 * event triggers, access control lists, operator classes, text search. Sessions, locks and cursors belong to the server,
 * which does not tell DuckDB of them: `pg_stat_activity`, `pg_locks` and `pg_cursors` are empty for that reason alone.
 * A DuckDB extension is no extension of PostgreSQL's: it has no objects, and DuckDB's list of them needs the file system, which
 * a sandboxed session may not touch.
 */
const relations = `
pg_auth_members: oid oid, roleid oid, member oid, grantor oid, admin_option bool, inherit_option bool,
  set_option bool
pg_conversion: oid oid, conname name, connamespace oid, conowner oid, conforencoding int4, contoencoding
  int4, conproc regproc, condefault bool
pg_db_role_setting: setdatabase oid, setrole oid, setconfig text[]
pg_default_acl: oid oid, defaclrole oid, defaclnamespace oid, defaclobjtype char, defaclacl aclitem[]
pg_event_trigger: oid oid, evtname name, evtevent name, evtowner oid, evtfoid oid, evtenabled char, evttags
  text[]
pg_available_extensions: name name, default_version text, installed_version text, comment text
pg_extension: oid oid, extname name, extowner oid, extnamespace oid, extrelocatable bool, extversion text, extconfig oid[],
  extcondition text[]
pg_foreign_data_wrapper: oid oid, fdwname name, fdwowner oid, fdwhandler oid, fdwvalidator oid, fdwacl
  aclitem[], fdwoptions text[]
pg_foreign_server: oid oid, srvname name, srvowner oid, srvfdw oid, srvtype text, srvversion text, srvacl
  aclitem[], srvoptions text[]
pg_foreign_table: ftrelid oid, ftserver oid, ftoptions text[]
pg_inherits: inhrelid oid, inhparent oid, inhseqno int4, inhdetachpending bool
pg_matviews: schemaname name, matviewname name, matviewowner name, tablespace name, hasindexes bool,
  ispopulated bool, definition text
pg_opclass: oid oid, opcmethod oid, opcname name, opcnamespace oid, opcowner oid, opcfamily oid, opcintype
  oid, opcdefault bool, opckeytype oid
pg_opfamily: oid oid, opfmethod oid, opfname name, opfnamespace oid, opfowner oid
pg_parameter_acl: oid oid, parname text, paracl aclitem[]
pg_partitioned_table: partrelid oid, partstrat char, partnatts int2, partdefid oid, partattrs int2vector,
  partclass oidvector, partcollation oidvector, partexprs pg_node_tree
pg_policies: schemaname name, tablename name, policyname name, permissive text, roles name[], cmd text, qual
  text, with_check text
pg_policy: oid oid, polname name, polrelid oid, polcmd char, polpermissive bool, polroles oid[], polqual
  pg_node_tree, polwithcheck pg_node_tree
pg_publication: oid oid, pubname name, pubowner oid, puballtables bool, pubinsert bool, pubupdate bool,
  pubdelete bool, pubtruncate bool, pubviaroot bool
pg_publication_namespace: oid oid, pnpubid oid, pnnspid oid
pg_publication_rel: oid oid, prpubid oid, prrelid oid, prqual pg_node_tree, prattrs int2vector
pg_publication_tables: pubname name, schemaname name, tablename name, attnames name[], rowfilter text
pg_range: rngtypid oid, rngsubtype oid, rngmultitypid oid, rngcollation oid, rngsubopc oid, rngcanonical
  regproc, rngsubdiff regproc
pg_replication_slots: slot_name name, plugin name, slot_type text, datoid oid, database name, temporary
  bool, active bool, active_pid int4, xmin xid, catalog_xmin xid, restart_lsn pg_lsn, confirmed_flush_lsn
  pg_lsn, wal_status text, safe_wal_size int8, two_phase bool
pg_rewrite: oid oid, rulename name, ev_class oid, ev_type char, ev_enabled char, is_instead bool, ev_qual
  pg_node_tree, ev_action pg_node_tree
pg_rules: schemaname name, tablename name, rulename name, definition text
pg_seclabels: objoid oid, classoid oid, objsubid int4, objtype text, objnamespace oid, objname text, provider
  text, label text
pg_shdepend: dbid oid, classid oid, objid oid, objsubid int4, refclassid oid, refobjid oid, deptype char
pg_shdescription: objoid oid, classoid oid, description text
pg_stat_all_indexes: relid oid, indexrelid oid, schemaname name, relname name, indexrelname name, idx_scan
  int8, idx_tup_read int8, idx_tup_fetch int8
pg_stat_replication: pid int4, usesysid oid, usename name, application_name text, client_addr inet,
  client_hostname text, client_port int4, backend_start timestamptz, backend_xmin xid, state text, sent_lsn
  pg_lsn, write_lsn pg_lsn, flush_lsn pg_lsn, replay_lsn pg_lsn, write_lag interval, flush_lag interval,
  replay_lag interval, sync_priority int4, sync_state text, reply_time timestamptz
pg_stat_ssl: pid int4, ssl bool, version text, cipher text, bits int4, client_dn text, client_serial
  numeric, issuer_dn text
pg_stat_subscription: subid oid, subname name, pid int4, relid oid, received_lsn pg_lsn, last_msg_send_time
  timestamptz, last_msg_receipt_time timestamptz, latest_end_lsn pg_lsn, latest_end_time timestamptz
pg_stat_user_indexes: relid oid, indexrelid oid, schemaname name, relname name, indexrelname name, idx_scan
  int8, idx_tup_read int8, idx_tup_fetch int8
pg_statistic_ext: oid oid, stxrelid oid, stxname name, stxnamespace oid, stxowner oid, stxstattarget int4,
  stxkeys int2vector, stxkind char[], stxexprs pg_node_tree
pg_stats: schemaname name, tablename name, attname name, inherited bool, null_frac float4, avg_width int4,
  n_distinct float4, most_common_vals anyarray, most_common_freqs real[], histogram_bounds anyarray,
  correlation float4, most_common_elems anyarray, most_common_elem_freqs real[], elem_count_histogram real[]
pg_subscription: oid oid, subdbid oid, subskiplsn pg_lsn, subname name, subowner oid, subenabled bool,
  subbinary bool, substream bool, subtwophasestate char, subdisableonerr bool, subpasswordrequired bool,
  subrunasowner bool, subconninfo text, subslotname name, subsynccommit text, subpublications text[],
  suborigin text
pg_subscription_rel: srsubid oid, srrelid oid, srsubstate char, srsublsn pg_lsn
pg_trigger: oid oid, tgrelid oid, tgparentid oid, tgname name, tgfoid oid, tgtype int2, tgenabled char,
  tgisinternal bool, tgconstrrelid oid, tgconstrindid oid, tgconstraint oid, tgdeferrable bool, tginitdeferred
  bool, tgnargs int2, tgattr int2vector, tgargs bytea, tgqual pg_node_tree, tgoldtable name, tgnewtable name
pg_ts_config: oid oid, cfgname name, cfgnamespace oid, cfgowner oid, cfgparser oid
pg_ts_dict: oid oid, dictname name, dictnamespace oid, dictowner oid, dicttemplate oid, dictinitoption text
pg_user_mappings: umid oid, srvid oid, srvname name, umuser oid, usename name, umoptions text[]
`;

/** DuckDB's type for a type of PostgreSQL's catalogues. */
const engineTypes: Readonly<Record<string, string>> = {
  bool: "BOOLEAN",
  bytea: "BLOB",
  float4: "FLOAT",
  float8: "DOUBLE",
  int2: "SMALLINT",
  int4: "INTEGER",
  int8: "BIGINT",
  int2vector: "SMALLINT[]",
  interval: "INTERVAL",
  numeric: "DECIMAL(38, 11)",
  oid: "BIGINT",
  oidvector: "BIGINT[]",
  regproc: "BIGINT",
  timestamptz: "TIMESTAMPTZ",
  xid: "BIGINT",
  anyarray: "VARCHAR[]",
};

function engineType(type: string): string {
  if (type.endsWith("[]")) return `${engineType(type.slice(0, -2))}[]`;
  return engineTypes[type] ?? "VARCHAR";
}

function emptyView(line: string): Source {
  const [name, columns] = line.split(": ");
  const select = columns.split(", ").map((column) => {
    const [columnName, type] = column.split(" ");
    return `CAST(NULL AS ${engineType(type)}) AS "${columnName}"`;
  });
  return view(name, `SELECT ${select.join(", ")} WHERE false`);
}

/** One view for each. */
export const emptySources: readonly Source[] = relations.trim().replaceAll(/\n +/g, " ").split("\n").map(
  emptyView,
);
