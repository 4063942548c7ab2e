import { lookup } from "../../../worker/api/lookup.ts";
import { version } from "../../config/version.ts";
import { bool, category, type Guc, int, oneOf, real, text } from "./guc.ts";

const intMax = 2147483647;

/** What the server says it is: PostgreSQL's version it follows, then its own. */
export const serverVersion = `16.10 (Duckgres ${version})`;

/**
 * PostgreSQL 16's settings, as far as a client may meet them. Left out are those of subsystems that are not here
 * (archiving, recovery, the background writer, replication). Most are accepted and remembered without an effect: they
 * tune a planner and a storage that are not used.
 *
 * @see https://www.postgresql.org/docs/16/runtime-config.html
 */
export const gucs: readonly Guc[] = [
  ...category("Autovacuum", [
    bool("autovacuum", "off", "Starts the autovacuum subprocess.", { context: "sighup" }),
  ]),
  ...category("Client Connection Defaults / Locale and Formatting", [
    text("client_encoding", "UTF8", "Sets the client's character set encoding.", { reported: true }),
    text("DateStyle", "ISO, MDY", "Sets the display format for date and time values.", {
      reported: true,
      list: "plain",
    }),
    text("default_text_search_config", "pg_catalog.english", "Sets default text search configuration."),
    int("extra_float_digits", 1, [-15, 3], "Sets the number of digits displayed for floating-point values."),
    oneOf(
      "icu_validation_level",
      "warning",
      "disabled | debug5 | debug4 | debug3 | debug2 | debug1 | log | notice | warning | error",
      "Log level for reporting invalid ICU locale strings.",
    ),
    oneOf(
      "IntervalStyle",
      "postgres",
      "postgres | postgres_verbose | sql_standard | iso_8601",
      "Sets the display format for interval values.",
      { reported: true },
    ),
    text("lc_messages", "C.UTF-8", "Sets the language in which messages are displayed.", {
      context: "superuser",
    }),
    text("lc_monetary", "C.UTF-8", "Sets the locale for formatting monetary amounts."),
    text("lc_numeric", "C.UTF-8", "Sets the locale for formatting numbers."),
    text("lc_time", "C.UTF-8", "Sets the locale for formatting date and time values."),
    text("TimeZone", "UTC", "Sets the time zone for displaying and interpreting time stamps.", {
      reported: true,
    }),
    text("timezone_abbreviations", "Default", "Selects a file of time zone abbreviations."),
  ]),
  ...category("Client Connection Defaults / Shared Library Preloading", [
    text("local_preload_libraries", "", "Lists unprivileged shared libraries to preload into each backend.", {
      list: "quoted",
    }),
    text("session_preload_libraries", "", "Lists shared libraries to preload into each backend.", {
      context: "superuser",
      list: "quoted",
    }),
  ]),
  ...category("Client Connection Defaults / Statement Behavior", [
    oneOf("bytea_output", "hex", "escape | hex", "Sets the output format for bytea."),
    bool("check_function_bodies", "on", "Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE."),
    oneOf(
      "client_min_messages",
      "notice",
      "debug5 | debug4 | debug3 | debug2 | debug1 | log | notice | warning | error",
      "Sets the message levels that are sent to the client.",
    ),
    text(
      "createrole_self_grant",
      "",
      "Sets whether a CREATEROLE user automatically grants the role to themselves, and with which options.",
      { list: "plain" },
    ),
    text("default_table_access_method", "heap", "Sets the default table access method for new tables."),
    text("default_tablespace", "", "Sets the default tablespace to create tables and indexes in."),
    oneOf(
      "default_toast_compression",
      "pglz",
      "pglz | lz4",
      "Sets the default compression method for compressible values.",
    ),
    bool("default_transaction_deferrable", "off", "Sets the default deferrable status of new transactions."),
    oneOf(
      "default_transaction_isolation",
      "read committed",
      "serializable | repeatable read | read committed | read uncommitted",
      "Sets the transaction isolation level of each new transaction.",
    ),
    bool("default_transaction_read_only", "off", "Sets the default read-only status of new transactions.", {
      reported: true,
    }),
    int(
      "idle_in_transaction_session_timeout",
      0,
      [0, intMax],
      "Sets the maximum allowed idle time between queries, when in a transaction.",
      { unit: "ms" },
    ),
    int(
      "idle_session_timeout",
      0,
      [0, intMax],
      "Sets the maximum allowed idle time between queries, when not in a transaction.",
      { unit: "ms" },
    ),
    int("lock_timeout", 0, [0, intMax], "Sets the maximum allowed duration of any wait for a lock.", {
      unit: "ms",
    }),
    text(
      "restrict_nonsystem_relation_kind",
      "",
      "Prohibits access to non-system relations of specified kinds.",
      { list: "plain" },
    ),
    bool("row_security", "on", "Enable row security."),
    text(
      "search_path",
      '"$user", public',
      "Sets the schema search order for names that are not schema-qualified.",
      { list: "quoted" },
    ),
    oneOf(
      "session_replication_role",
      "origin",
      "origin | replica | local",
      "Sets the session's behavior for triggers and rewrite rules.",
      { context: "superuser" },
    ),
    int("statement_timeout", 0, [0, intMax], "Sets the maximum allowed duration of any statement.", {
      unit: "ms",
    }),
    text("temp_tablespaces", "", "Sets the tablespace(s) to use for temporary tables and sort files.", {
      list: "quoted",
    }),
    bool(
      "transaction_deferrable",
      "off",
      "Whether to defer a read-only serializable transaction until it can be executed with no possible serialization failures.",
    ),
    oneOf(
      "transaction_isolation",
      "read committed",
      "serializable | repeatable read | read committed | read uncommitted",
      "Sets the current transaction's isolation level.",
    ),
    int(
      "transaction_timeout",
      0,
      [0, intMax],
      "Sets the maximum allowed duration of any transaction within a session (not a prepared transaction).",
      { unit: "ms" },
    ),
    bool("transaction_read_only", "off", "Sets the current transaction's read-only status."),
    int(
      "vacuum_failsafe_age",
      1600000000,
      [0, 2100000000],
      "Age at which VACUUM should trigger failsafe to avoid a wraparound outage.",
    ),
    int(
      "vacuum_freeze_min_age",
      50000000,
      [0, 1000000000],
      "Minimum age at which VACUUM should freeze a table row.",
    ),
    int(
      "vacuum_freeze_table_age",
      150000000,
      [0, 2000000000],
      "Age at which VACUUM should scan whole table to freeze tuples.",
    ),
    int(
      "vacuum_multixact_failsafe_age",
      1600000000,
      [0, 2100000000],
      "Multixact age at which VACUUM should trigger failsafe to avoid a wraparound outage.",
    ),
    int(
      "vacuum_multixact_freeze_min_age",
      5000000,
      [0, 1000000000],
      "Minimum age at which VACUUM should freeze a MultiXactId in a table row.",
    ),
    int(
      "vacuum_multixact_freeze_table_age",
      150000000,
      [0, 2000000000],
      "Multixact age at which VACUUM should scan whole table to freeze tuples.",
    ),
    oneOf("xmlbinary", "base64", "base64 | hex", "Sets how binary values are to be encoded in XML."),
    oneOf(
      "xmloption",
      "content",
      "content | document",
      "Sets whether XML data in implicit parsing and serialization operations is to be considered as documents or content fragments.",
    ),
  ]),
  ...category("Connections and Authentication / Authentication", [
    int(
      "authentication_timeout",
      60,
      [1, 600],
      "Sets the maximum allowed time to complete client authentication.",
      { context: "sighup", unit: "s" },
    ),
    oneOf(
      "password_encryption",
      "scram-sha-256",
      "md5 | scram-sha-256",
      "Chooses the algorithm for encrypting passwords.",
    ),
    int("scram_iterations", 4096, [1, intMax], "Sets the iteration count for SCRAM secret generation.", {
      reported: true,
    }),
  ]),
  ...category("Connections and Authentication / Connection Settings", [
    text("listen_addresses", "127.0.0.1", "Sets the host name or IP address(es) to listen to.", {
      context: "postmaster",
      list: "plain",
    }),
    int("max_connections", 100, [1, 262143], "Sets the maximum number of concurrent connections.", {
      context: "postmaster",
    }),
    int("port", 5432, [1, 65535], "Sets the TCP port the server listens on.", { context: "postmaster" }),
    int(
      "reserved_connections",
      0,
      [0, 262143],
      "Sets the number of connection slots reserved for roles with privileges of pg_use_reserved_connections.",
      { context: "postmaster" },
    ),
    int(
      "superuser_reserved_connections",
      3,
      [0, 262143],
      "Sets the number of connection slots reserved for superusers.",
      { context: "postmaster" },
    ),
    int("tcp_keepalives_count", 0, [0, intMax], "Maximum number of TCP keepalive retransmits."),
    int("tcp_keepalives_idle", 0, [0, intMax], "Time between issuing TCP keepalives.", { unit: "s" }),
    int("tcp_keepalives_interval", 0, [0, intMax], "Time between TCP keepalive retransmits.", { unit: "s" }),
    int("tcp_user_timeout", 0, [0, intMax], "TCP user timeout.", { unit: "ms" }),
  ]),
  ...category("Connections and Authentication / SSL", [
    bool("ssl", "off", "Enables SSL connections.", { context: "sighup" }),
  ]),
  ...category("Developer Options", [
    oneOf(
      "debug_parallel_query",
      "off",
      "off | on | regress",
      "Forces the planner's use parallel query nodes.",
    ),
    bool("jit_expressions", "on", "Allow JIT compilation of expressions."),
    bool("jit_tuple_deforming", "on", "Allow JIT compilation of tuple deforming."),
  ]),
  ...category("Lock Management", [
    int(
      "deadlock_timeout",
      1000,
      [1, intMax],
      "Sets the time to wait on a lock before checking for deadlock.",
      { context: "superuser", unit: "ms" },
    ),
  ]),
  ...category("Preset Options", [
    int("block_size", 8192, [8192, 8192], "Shows the size of a disk block.", { context: "internal" }),
    bool("data_checksums", "off", "Shows whether data checksums are turned on for this cluster.", {
      context: "internal",
    }),
    bool("in_hot_standby", "off", "Shows whether hot standby is currently active.", {
      context: "internal",
      reported: true,
    }),
    bool("integer_datetimes", "on", "Shows whether datetimes are integer based.", {
      context: "internal",
      reported: true,
    }),
    int("max_function_args", 100, [100, 100], "Shows the maximum number of function arguments.", {
      context: "internal",
    }),
    int("max_identifier_length", 63, [63, 63], "Shows the maximum identifier length.", {
      context: "internal",
    }),
    int("max_index_keys", 32, [32, 32], "Shows the maximum number of index keys.", { context: "internal" }),
    int("segment_size", 131072, [131072, 131072], "Shows the number of pages per disk file.", {
      context: "internal",
      unit: "8kB",
    }),
    text("server_encoding", "UTF8", "Shows the server (database) character set encoding.", {
      context: "internal",
      reported: true,
    }),
    text("server_version", serverVersion, "Shows the server version.", {
      context: "internal",
      reported: true,
    }),
    int("server_version_num", 160010, [160010, 160010], "Shows the server version as an integer.", {
      context: "internal",
    }),
    text("ssl_library", "OpenSSL", "Shows the name of the SSL library.", { context: "internal" }),
    int("wal_block_size", 8192, [8192, 8192], "Shows the block size in the write ahead log.", {
      context: "internal",
    }),
    int("wal_segment_size", 16777216, [1048576, 1073741824], "Shows the size of write ahead log segments.", {
      context: "internal",
      unit: "B",
    }),
  ]),
  ...category("Query Tuning / Genetic Query Optimizer", [
    bool("geqo", "on", "Enables genetic query optimization."),
  ]),
  ...category("Query Tuning / Other Planner Options", [
    oneOf(
      "constraint_exclusion",
      "partition",
      "partition | on | off",
      "Enables the planner to use constraints to optimize queries.",
    ),
    real(
      "cursor_tuple_fraction",
      0.1,
      [0, 1],
      "Sets the planner's estimate of the fraction of a cursor's rows that will be retrieved.",
    ),
    int("default_statistics_target", 100, [1, 10000], "Sets the default statistics target."),
    int(
      "from_collapse_limit",
      8,
      [1, intMax],
      "Sets the FROM-list size beyond which subqueries are not collapsed.",
    ),
    bool("jit", "off", "Allow JIT compilation."),
    int(
      "join_collapse_limit",
      8,
      [1, intMax],
      "Sets the FROM-list size beyond which JOIN constructs are not flattened.",
    ),
    oneOf(
      "plan_cache_mode",
      "auto",
      "auto | force_generic_plan | force_custom_plan",
      "Controls the planner's selection of custom or generic plan.",
    ),
    real(
      "recursive_worktable_factor",
      10,
      [0.001, 1e6],
      "Sets the planner's estimate of the average size of a recursive query's working table.",
    ),
  ]),
  ...category("Query Tuning / Planner Cost Constants", [
    real(
      "cpu_index_tuple_cost",
      0.005,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of processing each index entry during an index scan.",
    ),
    real(
      "cpu_operator_cost",
      0.0025,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of processing each operator or function call.",
    ),
    real(
      "cpu_tuple_cost",
      0.01,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of processing each tuple (row).",
    ),
    int(
      "effective_cache_size",
      524288,
      [1, intMax],
      "Sets the planner's assumption about the total size of the data caches.",
      { unit: "8kB" },
    ),
    real(
      "jit_above_cost",
      100000,
      [-1, Number.MAX_VALUE],
      "Perform JIT compilation if query is more expensive.",
    ),
    real(
      "jit_inline_above_cost",
      500000,
      [-1, Number.MAX_VALUE],
      "Perform JIT inlining if query is more expensive.",
    ),
    real(
      "jit_optimize_above_cost",
      500000,
      [-1, Number.MAX_VALUE],
      "Optimize JIT-compiled functions if query is more expensive.",
    ),
    int(
      "min_parallel_index_scan_size",
      64,
      [0, 715827882],
      "Sets the minimum amount of index data for a parallel scan.",
      { unit: "8kB" },
    ),
    int(
      "min_parallel_table_scan_size",
      1024,
      [0, 715827882],
      "Sets the minimum amount of table data for a parallel scan.",
      { unit: "8kB" },
    ),
    real(
      "parallel_setup_cost",
      1000,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of starting up worker processes for parallel query.",
    ),
    real(
      "parallel_tuple_cost",
      0.1,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of passing each tuple (row) from worker to leader backend.",
    ),
    real(
      "random_page_cost",
      4,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of a nonsequentially fetched disk page.",
    ),
    real(
      "seq_page_cost",
      1,
      [0, Number.MAX_VALUE],
      "Sets the planner's estimate of the cost of a sequentially fetched disk page.",
    ),
  ]),
  ...category("Query Tuning / Planner Method Configuration", [
    bool("enable_async_append", "on", "Enables the planner's use of async append plans."),
    bool("enable_bitmapscan", "on", "Enables the planner's use of bitmap-scan plans."),
    bool("enable_gathermerge", "on", "Enables the planner's use of gather merge plans."),
    bool("enable_hashagg", "on", "Enables the planner's use of hashed aggregation plans."),
    bool("enable_hashjoin", "on", "Enables the planner's use of hash join plans."),
    bool("enable_incremental_sort", "on", "Enables the planner's use of incremental sort steps."),
    bool("enable_indexonlyscan", "on", "Enables the planner's use of index-only-scan plans."),
    bool("enable_indexscan", "on", "Enables the planner's use of index-scan plans."),
    bool("enable_material", "on", "Enables the planner's use of materialization."),
    bool("enable_memoize", "on", "Enables the planner's use of memoization."),
    bool("enable_mergejoin", "on", "Enables the planner's use of merge join plans."),
    bool("enable_nestloop", "on", "Enables the planner's use of nested-loop join plans."),
    bool("enable_parallel_append", "on", "Enables the planner's use of parallel append plans."),
    bool("enable_parallel_hash", "on", "Enables the planner's use of parallel hash plans."),
    bool("enable_partition_pruning", "on", "Enables plan-time and execution-time partition pruning."),
    bool("enable_partitionwise_aggregate", "off", "Enables partitionwise aggregation and grouping."),
    bool("enable_partitionwise_join", "off", "Enables partitionwise join."),
    bool(
      "enable_presorted_aggregate",
      "on",
      "Enables the planner's ability to produce plans that provide presorted input for ORDER BY / DISTINCT aggregate functions.",
    ),
    bool("enable_seqscan", "on", "Enables the planner's use of sequential-scan plans."),
    bool("enable_sort", "on", "Enables the planner's use of explicit sort steps."),
    bool("enable_tidscan", "on", "Enables the planner's use of TID scan plans."),
  ]),
  ...category("Replication / Sending Servers", [
    int(
      "max_replication_slots",
      10,
      [0, 262143],
      "Sets the maximum number of simultaneously defined replication slots.",
      { context: "postmaster" },
    ),
    int(
      "max_wal_senders",
      10,
      [0, 262143],
      "Sets the maximum number of simultaneously running WAL sender processes.",
      { context: "postmaster" },
    ),
  ]),
  ...category("Reporting and Logging / What to Log", [
    text("application_name", "", "Sets the application name to be reported in statistics and logs.", {
      reported: true,
    }),
    bool("debug_pretty_print", "on", "Indents parse and plan tree displays."),
    bool("debug_print_parse", "off", "Logs each query's parse tree."),
    bool("debug_print_plan", "off", "Logs each query's execution plan."),
    bool("debug_print_rewritten", "off", "Logs each query's rewritten parse tree."),
    bool("log_connections", "off", "Logs each successful connection.", { context: "superuser-backend" }),
    bool("log_disconnections", "off", "Logs end of a session, including duration.", {
      context: "superuser-backend",
    }),
    bool("log_duration", "off", "Logs the duration of each completed SQL statement.", {
      context: "superuser",
    }),
    oneOf(
      "log_error_verbosity",
      "default",
      "terse | default | verbose",
      "Sets the verbosity of logged messages.",
      { context: "superuser" },
    ),
    bool("log_lock_waits", "off", "Logs long lock waits.", { context: "superuser" }),
    int(
      "log_parameter_max_length_on_error",
      0,
      [-1, 1073741823],
      "Sets the maximum length in bytes of data logged for bind parameter values when logging statements, on error.",
      { unit: "B" },
    ),
    oneOf("log_statement", "none", "none | ddl | mod | all", "Sets the type of statements logged.", {
      context: "superuser",
    }),
    int(
      "log_temp_files",
      -1,
      [-1, intMax],
      "Log the use of temporary files larger than this number of kilobytes.",
      { context: "superuser", unit: "kB" },
    ),
    text("log_timezone", "UTC", "Sets the time zone to use in log messages.", { context: "sighup" }),
  ]),
  ...category("Reporting and Logging / When to Log", [
    int(
      "log_min_duration_statement",
      -1,
      [-1, intMax],
      "Sets the minimum execution time above which all statements will be logged.",
      { context: "superuser", unit: "ms" },
    ),
    oneOf(
      "log_min_error_statement",
      "error",
      "debug5 | debug4 | debug3 | debug2 | debug1 | info | notice | warning | error | log | fatal | panic",
      "Causes all statements generating error at or above this level to be logged.",
      { context: "superuser" },
    ),
    oneOf(
      "log_min_messages",
      "warning",
      "debug5 | debug4 | debug3 | debug2 | debug1 | info | notice | warning | error | log | fatal | panic",
      "Sets the message levels that are logged.",
      { context: "superuser" },
    ),
  ]),
  ...category("Reporting and Logging / Where to Log", [
    text("log_destination", "stderr", "Sets the destination for server log output.", { context: "sighup" }),
  ]),
  ...category("Resource Usage / Asynchronous Behavior", [
    int(
      "backend_flush_after",
      0,
      [0, 256],
      "Number of pages after which previously performed writes are flushed to disk.",
      { unit: "8kB" },
    ),
    int(
      "effective_io_concurrency",
      1,
      [0, 1000],
      "Number of simultaneous requests that can be handled efficiently by the disk subsystem.",
    ),
    int(
      "maintenance_io_concurrency",
      10,
      [0, 1000],
      "A variant of effective_io_concurrency that is used for maintenance work.",
    ),
    int(
      "max_parallel_maintenance_workers",
      2,
      [0, 1024],
      "Sets the maximum number of parallel processes per maintenance operation.",
    ),
    int(
      "max_parallel_workers",
      8,
      [0, 1024],
      "Sets the maximum number of parallel workers that can be active at one time.",
    ),
    int(
      "max_parallel_workers_per_gather",
      2,
      [0, 1024],
      "Sets the maximum number of parallel processes per executor node.",
    ),
    int("max_worker_processes", 8, [0, 262143], "Maximum number of concurrent worker processes.", {
      context: "postmaster",
    }),
    bool(
      "parallel_leader_participation",
      "on",
      "Controls whether Gather and Gather Merge also run subplans.",
    ),
  ]),
  ...category("Resource Usage / Cost-Based Vacuum Delay", [
    real("vacuum_cost_delay", 0, [0, 100], "Vacuum cost delay in milliseconds.", { unit: "ms" }),
    int("vacuum_cost_limit", 200, [1, 10000], "Vacuum cost amount available before napping."),
    int("vacuum_cost_page_dirty", 20, [0, 10000], "Vacuum cost for a page dirtied by vacuum."),
    int("vacuum_cost_page_hit", 1, [0, 10000], "Vacuum cost for a page found in the buffer cache."),
    int("vacuum_cost_page_miss", 2, [0, 10000], "Vacuum cost for a page not found in the buffer cache."),
  ]),
  ...category("Resource Usage / Disk", [
    int(
      "temp_file_limit",
      -1,
      [-1, intMax],
      "Limits the total size of all temporary files used by each process.",
      { context: "superuser", unit: "kB" },
    ),
  ]),
  ...category("Resource Usage / Memory", [
    real("hash_mem_multiplier", 2, [1, 1000], "Multiple of work_mem to use for hash tables."),
    int(
      "logical_decoding_work_mem",
      65536,
      [64, intMax],
      "Sets the maximum memory to be used for logical decoding.",
      { unit: "kB" },
    ),
    int(
      "maintenance_work_mem",
      65536,
      [1024, intMax],
      "Sets the maximum memory to be used for maintenance operations.",
      { unit: "kB" },
    ),
    int(
      "max_prepared_transactions",
      0,
      [0, 262143],
      "Sets the maximum number of simultaneously prepared transactions.",
      { context: "postmaster" },
    ),
    int(
      "shared_buffers",
      16384,
      [16, 1073741823],
      "Sets the number of shared memory buffers used by the server.",
      { context: "postmaster", unit: "8kB" },
    ),
    int(
      "temp_buffers",
      1024,
      [100, 1073741823],
      "Sets the maximum number of temporary buffers used by each session.",
      { unit: "8kB" },
    ),
    int(
      "vacuum_buffer_usage_limit",
      256,
      [0, 16777216],
      "Sets the buffer pool size for VACUUM, ANALYZE, and autovacuum.",
      { unit: "kB" },
    ),
    int("work_mem", 4096, [64, intMax], "Sets the maximum memory to be used for query workspaces.", {
      unit: "kB",
    }),
  ]),
  ...category("Statistics / Cumulative Query and Index Statistics", [
    oneOf(
      "stats_fetch_consistency",
      "cache",
      "none | cache | snapshot",
      "Sets the consistency of accesses to statistics data.",
    ),
    bool("track_activities", "on", "Collects information about executing commands.", {
      context: "superuser",
    }),
    int(
      "track_activity_query_size",
      1024,
      [100, 1048576],
      "Sets the size reserved for pg_stat_activity.query, in bytes.",
      { context: "postmaster", unit: "B" },
    ),
    bool("track_counts", "on", "Collects statistics on database activity.", { context: "superuser" }),
    oneOf(
      "track_functions",
      "none",
      "none | pl | all",
      "Collects function-level statistics on database activity.",
      { context: "superuser" },
    ),
    bool("track_io_timing", "off", "Collects timing statistics for database I/O activity.", {
      context: "superuser",
    }),
  ]),
  ...category("Statistics / Monitoring", [
    oneOf(
      "compute_query_id",
      "auto",
      "auto | regress | on | off",
      "Enables in-core computation of query identifiers.",
      { context: "superuser" },
    ),
    bool("log_executor_stats", "off", "Writes executor performance statistics to the server log.", {
      context: "superuser",
    }),
    bool("log_parser_stats", "off", "Writes parser performance statistics to the server log.", {
      context: "superuser",
    }),
    bool("log_planner_stats", "off", "Writes planner performance statistics to the server log.", {
      context: "superuser",
    }),
    bool("log_statement_stats", "off", "Writes cumulative performance statistics to the server log.", {
      context: "superuser",
    }),
  ]),
  ...category("Ungrouped", [
    bool("is_superuser", "off", "Shows whether the current user is a superuser.", {
      context: "internal",
      hidden: true,
      reported: true,
    }),
    text("role", "none", "Sets the current role.", { hidden: true }),
    real("seed", 0, [-1, 1], "Sets the seed for random-number generation.", { hidden: true }),
    text("session_authorization", "", "Sets the session user name.", { hidden: true, reported: true }),
  ]),
  ...category("Version and Platform Compatibility / Other Platforms and Clients", [
    bool("transform_null_equals", "off", 'Treats "expr=NULL" as "expr IS NULL".'),
  ]),
  ...category("Version and Platform Compatibility / Previous PostgreSQL Versions", [
    bool("array_nulls", "on", "Enable input of NULL elements in arrays."),
    oneOf(
      "backslash_quote",
      "safe_encoding",
      "safe_encoding | on | off",
      'Sets whether "\\\'" is allowed in string literals.',
    ),
    bool("escape_string_warning", "on", "Warn about backslash escapes in ordinary string literals."),
    bool(
      "lo_compat_privileges",
      "off",
      "Enables backward compatibility mode for privilege checks on large objects.",
      { context: "superuser" },
    ),
    bool("quote_all_identifiers", "off", "When generating SQL fragments, quote all identifiers."),
    bool("standard_conforming_strings", "on", "Causes '...' strings to treat backslashes literally.", {
      reported: true,
    }),
    bool("synchronize_seqscans", "on", "Enable synchronized sequential scans."),
  ]),
  ...category("Write-Ahead Log / Checkpoints", [
    real(
      "checkpoint_completion_target",
      0.9,
      [0, 1],
      "Time spent flushing dirty buffers during checkpoint, as fraction of checkpoint interval.",
      { context: "sighup" },
    ),
    int("checkpoint_timeout", 300, [30, 86400], "Sets the maximum time between automatic WAL checkpoints.", {
      context: "sighup",
      unit: "s",
    }),
  ]),
  ...category("Write-Ahead Log / Settings", [
    bool("fsync", "on", "Forces synchronization of updates to disk.", { context: "sighup" }),
    bool("full_page_writes", "on", "Writes full pages to WAL when first modified after a checkpoint.", {
      context: "sighup",
    }),
    oneOf(
      "synchronous_commit",
      "on",
      "local | remote_write | remote_apply | on | off",
      "Sets the current transaction's synchronization level.",
    ),
    oneOf(
      "wal_compression",
      "off",
      "pglz | lz4 | zstd | on | off",
      "Compresses full-page writes written in WAL file with specified method.",
      { context: "superuser" },
    ),
    oneOf(
      "wal_level",
      "replica",
      "minimal | replica | logical",
      "Sets the level of information written to the WAL.",
      { context: "postmaster" },
    ),
  ]),
];

const byName = new Map(gucs.map((guc) => [guc.name.toLowerCase(), guc]));

/** Names of old that still work. */
const oldNames: Readonly<Record<string, string>> = lookup({
  sort_mem: "work_mem",
  vacuum_mem: "maintenance_work_mem",
});

/** The setting of this name in any case; `undefined` where PostgreSQL has none. */
export function findGuc(name: string): Guc | undefined {
  const lower = name.toLowerCase();
  return byName.get(oldNames[lower] ?? lower);
}
