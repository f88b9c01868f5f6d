#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "muster/config/settings.h"

namespace muster::config {

/// Every setting of a server process, with its default. Names, ranges and meanings are in server_settings.cpp.
struct ServerSettings {
  std::string listen = "127.0.0.1:8080";
  std::string hosts;
  std::string origins;
  std::string console_dir;
  std::string rpc_listen = "127.0.0.1:8081";
  std::string rpc_reflection = "auto";
  std::string data_dir = "var";
  std::string keys_dir;
  std::string tokens_dir;

  std::string tls_certificate;
  std::string tls_key;
  std::string tls_authority;

  /// Where the services are that run in other processes, by name.
  std::map<std::string, std::string> peers = {
      {"identity", "dns:///muster-identity:8081"}, {"registry", "dns:///muster-registry:8081"},
      {"dispatch", "dns:///muster-dispatch:8081"}, {"matching", "dns:///muster-matching:8081"},
      {"notify", "dns:///muster-notify:8081"},     {"exchange", "dns:///muster-exchange:8081"}};

  std::string storage_mode = "sqlite";
  std::string storage_connection = "host=/run/postgresql user=muster";
  std::string storage_password_file;
  std::string storage_database_prefix = "muster_";

  std::string redis_mode = "private";
  std::string redis_program = "redis-server";
  std::string redis_address = "127.0.0.1:6379";
  std::string redis_user;
  std::string redis_password_file;

  std::string log_level = "info";
  std::string log_format = "json";
  bool metrics_enabled = true;

  int64_t limit_connections = 4096;
  int64_t limit_call_bytes = 256 * 1024;
  int64_t limit_document_bytes = 4 * 1024 * 1024;
  int64_t limit_document_bytes_per_day = int64_t{256} * 1024 * 1024;
  int64_t limit_bodies_bytes = int64_t{256} * 1024 * 1024;
  int64_t limit_rpc_message_bytes = 1024 * 1024;
  int64_t limit_live_queue_messages = 256;
  int64_t limit_live_queue_bytes = 1024 * 1024;
  int64_t limit_dispatches_per_minute = 60;
  int64_t limit_documents_per_minute = 600;
  int64_t limit_refusals_per_minute = 30;

  int64_t wave_size = 3;
  std::chrono::milliseconds answer_time = std::chrono::minutes(10);
  std::chrono::milliseconds provisional_time = std::chrono::minutes(30);
  std::chrono::milliseconds help_answer_time = std::chrono::hours(2);
  std::chrono::milliseconds arrival_grace = std::chrono::minutes(15);
  std::chrono::milliseconds undo_time = std::chrono::seconds(120);

  std::string taxonomy_dir;
  std::chrono::milliseconds readiness_time = std::chrono::hours(24 * 30);

  /// True when reflection is to be served: as set, or for "auto" when rpc_listen is a loopback address.
  bool ReflectionOn() const;
  /// The names that a request's Host may be, without port; empty: any.
  std::vector<std::string> AllowedHosts() const;
  std::vector<std::string> AllowedOrigins() const;
};

/// A loader that fills `settings`, which outlives it.
Loader ServerLoader(ServerSettings& settings);

}  // namespace muster::config
