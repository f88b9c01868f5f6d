#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "muster/base/clock.h"
#include "muster/base/id.h"

namespace muster::telemetry {

enum class Level { kDebug, kInfo, kWarning, kError };

/// "debug", "info", "warning", "error"; none for another name.
std::optional<Level> LevelFromName(std::string_view name);

/// One key and value of a log line: numbers, truth values, ids and short texts. Nothing personal is ever logged; a
/// Sensitive value does not convert, so a line with one does not compile. Holds views: only for use as an argument.
class Field {
 public:
  Field(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  Field(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
  Field(std::string_view key, const std::string& value) : key_(key), value_(std::string_view(value)) {}
  Field(std::string_view key, std::same_as<bool> auto value) : key_(key), value_(value) {}
  Field(std::string_view key, std::floating_point auto value) : key_(key), value_(static_cast<double>(value)) {}
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Field(std::string_view key, T value) : key_(key) {
    if constexpr (std::is_signed_v<T>) {
      value_ = static_cast<int64_t>(value);
    } else {
      value_ = static_cast<uint64_t>(value);
    }
  }
  template <class Tag>
  Field(std::string_view key, const Id<Tag>& id) : key_(key), value_(std::string_view(id.value())) {}

  std::string_view key() const { return key_; }
  const std::variant<std::string_view, int64_t, uint64_t, double, bool>& value() const { return value_; }

 private:
  std::string_view key_;
  std::variant<std::string_view, int64_t, uint64_t, double, bool> value_;
};
using Fields = std::initializer_list<Field>;

struct LogOptions {
  std::string service = {};  ///< "dispatch"
  Level level = Level::kInfo;
  bool json = true;           ///< false: a line for people
  size_t queue_lines = 8192;  ///< lines that wait for a slow reader
  /// Takes each line with its line feed, on the logger's own thread. Empty: standard output.
  std::function<void(std::string_view line)> write = {};
};

/// Writes log lines, one JSON object each, from a thread of its own: {"time", "level", "service", "trace_id" inside a
/// ScopedTrace, "message", then the fields}. A caller never waits: when three quarters of the queue are full, debug and
/// info lines are dropped and counted; when it is full, the oldest line goes. Thread-safe.
class Logger {
 public:
  explicit Logger(LogOptions options, const Clock& clock = SystemClock());
  /// Writes what waits, then returns.
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void Write(Level level, std::string_view message, Fields fields = {});
  bool Wants(Level level) const { return level >= options_.level; }
  /// Lines that were dropped since the start.
  uint64_t dropped() const;

 private:
  struct Queue;

  const LogOptions options_;
  const Clock& clock_;
  std::unique_ptr<Queue> queue_;
  std::atomic<uint64_t> refused_{0};
};

/// Makes `logger` the one that the functions below write to; null for none, as at the start. The caller keeps it alive
/// until another is set; when this returns, nobody writes to the one before.
void SetLogger(Logger* logger);

void LogDebug(std::string_view message, Fields fields = {});
void LogInfo(std::string_view message, Fields fields = {});
void LogWarning(std::string_view message, Fields fields = {});
void LogError(std::string_view message, Fields fields = {});

}  // namespace muster::telemetry
