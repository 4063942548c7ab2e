/**
 * Options of the Go system of the same name that this version does not have. They are known, so that a configuration
 * written for it is refused for what it uses, not called a spelling mistake.
 */

/** The names of one such option; `null` where it cannot be given that way. */
export interface Unavailable {
  yaml: string | null;
  env: string | null;
  flag: string | null;
}

/** Which of its names an option has, derived from its YAML key: `a.b_c` is `A_B_C` and `a-b-c`. */
function derive(key: string, ways: { yaml?: true; env?: true; flag?: true }): Unavailable {
  const short = key.replace(/^tls\./, "").replaceAll(".", "_");
  return {
    yaml: ways.yaml ? key : null,
    env: ways.env ? short.toUpperCase() : null,
    flag: ways.flag ? short.replaceAll("_", "-") : null,
  };
}

const everywhere = [
  "tls.acme.domain",
  "tls.acme.email",
  "tls.acme.cache_dir",
  "tls.acme.dns_provider",
  "tls.acme.dns_zone_id",
  "process_isolation",
  "handover_drain_timeout",
  "admission_reclaimer_max_reservations",
  "ducklake.default_spec_version",
  "ducklake.delta_catalog_enabled",
  "ducklake.delta_catalog_path",
  "k8s.worker_image",
  "k8s.worker_namespace",
  "k8s.control_plane_id",
  "k8s.worker_port",
  "k8s.worker_secret",
  "k8s.worker_configmap",
  "k8s.worker_image_pull_policy",
  "k8s.worker_service_account",
];

const inFileAndEnvironment = [
  "query_log.flush_interval",
  "query_log.batch_size",
  "query_log.start_events",
  "query_log.metadata",
  "ducklake.metadata_store",
  "ducklake.object_store",
  "ducklake.s3_provider",
  "ducklake.s3_endpoint",
  "ducklake.s3_access_key",
  "ducklake.s3_secret_key",
  "ducklake.s3_region",
  "ducklake.s3_use_ssl",
  "ducklake.s3_url_style",
  "ducklake.s3_chain",
  "ducklake.s3_profile",
  "ducklake.checkpoint_interval",
  "ducklake.data_inlining_row_limit",
  "ducklake.disable_metadata_thread_local_cache",
];

const inFile = ["passthrough_users", "ducklake.data_path"];

const inEnvironmentAndFlags = [
  "config_store",
  "config_poll_interval",
  "internal_secret",
  "internal_secret_fallbacks",
  "read_only_secret",
  "read_only_secret_fallbacks",
  "sni_routing_mode",
  "managed_hostname_suffixes",
  "aws_region",
];

const inFlags = ["repl", "psql"];

const inEnvironment = [
  "client_idle_timeout_max",
  "disable_parquet_prefetching",
  "ducklake_migrate",
  "k8s_worker_cpu_request",
  "k8s_worker_memory_request",
  "k8s_worker_node_selector",
  "k8s_worker_toleration_key",
  "k8s_worker_toleration_value",
  "k8s_worker_priority_class",
  "k8s_worker_max_ttl",
  "k8s_worker_default_ttl",
  "k8s_allow_client_worker_profile",
  "k8s_worker_profile_min_cpu",
  "k8s_worker_profile_max_cpu",
  "k8s_worker_profile_min_memory",
  "k8s_worker_profile_max_memory",
  "k8s_placeholder_image",
  "k8s_placeholder_priority_class",
  "exploratory_tier_enabled",
  "exploratory_worker_cpu",
  "exploratory_worker_memory",
  "exploratory_worker_ttl",
  "reshard_pod_cpu",
  "reshard_pod_memory",
  "reshard_op_id",
  "reshard_password_url",
  "reshard_flip_timeout",
  "user_secret_key",
  "metadata_hostname_suffixes",
  "metadata_proxy_max_connections_per_org",
  "duckling_bucket_suffix",
  "sts_session_duration",
  "storage_sample_interval",
  "prometheus_url",
  "cache_enabled",
  "cache_proxy_connect_timeout",
  "child_mode",
  "shared_warm_worker",
  "posthog_log_level",
  "posthog_info_sample",
  "posthog_query_text",
  "identifier",
];

/** Beginnings of environment variables (without `DUCKGRES_`) that are known as a family. */
export const unavailableEnvFamilies: readonly string[] = ["TRINO_"];

export const unavailable: readonly Unavailable[] = [
  ...everywhere.map((key) => derive(key, { yaml: true, env: true, flag: true })),
  { yaml: "query_log.enabled", env: "QUERY_LOG_ENABLED", flag: "query-log" },
  ...inFileAndEnvironment.map((key) => derive(key, { yaml: true, env: true })),
  ...inFile.map((key) => derive(key, { yaml: true })),
  ...inEnvironmentAndFlags.map((key) => derive(key, { env: true, flag: true })),
  ...inFlags.map((key) => derive(key, { flag: true })),
  ...inEnvironment.map((key) => derive(key, { env: true })),
];

/** Flags among them that take no value. */
export const unavailableSwitches: ReadonlySet<string> = new Set([
  "process-isolation",
  "ducklake-delta-catalog-enabled",
  "query-log",
  "repl",
  "psql",
]);

function byName(way: "yaml" | "env" | "flag"): ReadonlyMap<string, Unavailable> {
  const names = new Map<string, Unavailable>();
  for (const row of unavailable) {
    const given = row[way];
    if (given !== null) names.set(given, row);
  }
  return names;
}

export const unavailableByYaml = byName("yaml");
export const unavailableByEnv = byName("env");
export const unavailableByFlag = byName("flag");
