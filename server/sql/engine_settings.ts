/**
 * DuckDB's settings that belong to the whole server, its files or its network, so that only a superuser may change
 * them. Names that are in neither list are PostgreSQL's, or unknown and refused by whoever is asked.
 *
 * @see https://duckdb.org/docs/stable/configuration/overview
 */
const restricted = new Set(
  `
  access_mode allocator_background_threads allocator_bulk_deallocation_flush_threshold allocator_flush_threshold
  allow_community_extensions allow_extensions_metadata_mismatch allow_parser_override_extension
  allow_persistent_secrets allow_unredacted_secrets allow_unsigned_extensions allowed_configs allowed_directories
  allowed_paths arrow_large_buffer_size arrow_lossless_conversion arrow_output_list_view arrow_output_version
  auto_checkpoint_skip_wal_threshold autoinstall_extension_repository autoinstall_known_extensions
  autoload_known_extensions block_allocator_memory ca_cert_file catalog_error_max_schemas checkpoint_threshold
  current_transaction_invalidation_policy custom_extension_repository custom_profiling_settings custom_user_agent
  default_block_size default_secret_storage disable_database_invalidation disable_parquet_prefetching
  disabled_compression_methods disabled_filesystems disabled_log_types disabled_optimizers duckdb_api
  enable_caching_operators enable_external_access enable_external_file_cache enable_fsst_vectors
  enable_global_s3_configuration enable_http_logging enable_http_metadata_cache enable_logging
  enable_macro_dependencies enable_object_cache enable_profiling enable_progress_bar enable_progress_bar_print
  enable_server_cert_verification enable_view_dependencies enabled_log_types errors_as_json
  experimental_metadata_reuse extension_directories extension_directory external_threads file_search_path
  force_bitpacking_mode force_column_metadata_reuse force_compression force_download force_mbedtls_unsafe
  force_variant_shredding geometry_minimum_shredding_size home_directory http_logging_output http_proxy
  http_proxy_password http_proxy_username immediate_transaction_mode index_scan_max_count index_scan_percentage
  lock_configuration log_query_path logging_level logging_mode logging_storage max_expression_depth max_memory
  max_temp_directory_size max_vacuum_tasks memory_limit parquet_metadata_cache partitioned_write_flush_threshold
  partitioned_write_max_open_files password pin_threads prefetch_all_parquet_files produce_arrow_string_view
  profile_output profiling_coverage profiling_mode profiling_output progress_bar_time scheduler_process_partial
  secret_directory storage_block_prefetch storage_compatibility_version streaming_buffer_size temp_directory
  temp_file_encryption threads user username vacuum_rebuild_indexes validate_external_file_cache
  variant_minimum_shredding_size wal_autocheckpoint wal_autocheckpoint_entries warnings_as_errors worker_threads
  write_buffer_row_group_count write_buffer_row_group_memory_limit zstd_min_string_length
`.trim().split(/\s+/),
);

/** Settings of extensions, and DuckDB's switches for its own tests. */
const restrictedFamilies =
  /^(s3|http|httpfs|azure|pg|postgres|mysql|sqlite|ducklake|iceberg|delta|unsafe|debug|hf)_|^__/;

/** Whether only a superuser may set this. @param name in lower case */
export function isRestrictedSetting(name: string): boolean {
  return restricted.has(name) || restrictedFamilies.test(name);
}
