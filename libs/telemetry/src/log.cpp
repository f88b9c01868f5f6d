#include "muster/telemetry/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

#include "log_line.h"

namespace muster::telemetry {
namespace {

std::atomic<Logger*> process_logger{nullptr};
std::atomic<int> writing{0};  // how many threads may hold the pointer; SetLogger waits for them

void WriteToStandardOutput(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

/// Hands each line, as it was made by the caller, to a function.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    write_(std::string_view(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}

  const std::function<void(std::string_view)> write_;
};

void WriteTo(Level level, std::string_view message, Fields fields) {
  writing.fetch_add(1);
  if (Logger* logger = process_logger.load()) logger->Write(level, message, fields);
  writing.fetch_sub(1);
}

}  // namespace

std::optional<Level> LevelFromName(std::string_view name) {
  if (name == "debug") return Level::kDebug;
  if (name == "info") return Level::kInfo;
  if (name == "warning") return Level::kWarning;
  if (name == "error") return Level::kError;
  return {};
}

/// spdlog's bounded queue with its thread, and the logger that fills it.
struct Logger::Queue {
  explicit Queue(const LogOptions& options)
      : pool(std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1)),
        logger(std::make_shared<spdlog::async_logger>(
            options.service, std::make_shared<FunctionSink>(options.write ? options.write : WriteToStandardOutput),
            pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
  }

  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;  // not a plain member: spdlog's queue holds it by shared_from_this
};

Logger::Logger(LogOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), queue_(std::make_unique<Queue>(options_)) {}

Logger::~Logger() = default;

void Logger::Write(Level level, std::string_view message, Fields fields) {
  if (!Wants(level)) return;
  if (level <= Level::kInfo && queue_->pool->queue_size() >= options_.queue_lines / 4 * 3) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const LineHead head{clock_.Now(), level, options_.service, message, CurrentTrace()};
  const std::string line = options_.json ? JsonLine(head, fields) : TextLine(head, fields);
  queue_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

uint64_t Logger::dropped() const { return refused_.load(std::memory_order_relaxed) + queue_->pool->overrun_counter(); }

void SetLogger(Logger* logger) {
  process_logger.store(logger);
  while (writing.load() > 0) std::this_thread::yield();
}

void LogDebug(std::string_view message, Fields fields) { WriteTo(Level::kDebug, message, fields); }
void LogInfo(std::string_view message, Fields fields) { WriteTo(Level::kInfo, message, fields); }
void LogWarning(std::string_view message, Fields fields) { WriteTo(Level::kWarning, message, fields); }
void LogError(std::string_view message, Fields fields) { WriteTo(Level::kError, message, fields); }

}  // namespace muster::telemetry
