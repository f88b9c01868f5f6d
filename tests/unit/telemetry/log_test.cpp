#include "muster/telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "muster/telemetry/trace.h"

namespace muster::telemetry {
namespace {

class FixedClock final : public Clock {
 public:
  Time Now() const override { return FromMicros(1'700'000'000'000'001); }
  Duration Steady() const override { return {}; }
};

/// Keeps the lines of a logger, which is destroyed before they are read.
struct Lines {
  LogOptions Options(Level level = Level::kDebug) {
    return {.service = "dispatch", .level = level, .write = [this](std::string_view line) { all.emplace_back(line); }};
  }
  std::vector<std::string> all;
};

/// The one line that `write` makes.
std::string LineOf(const std::function<void(Logger&)>& write, bool json = true) {
  Lines lines;
  FixedClock clock;
  {
    LogOptions options = lines.Options();
    options.json = json;
    Logger logger(options, clock);
    write(logger);
  }
  EXPECT_EQ(lines.all.size(), 1U);
  return lines.all.empty() ? "" : lines.all.front();
}

TEST(LogTest, WritesOneJsonObjectALine) {
  const std::string line = LineOf([](Logger& logger) {
    logger.Write(Level::kWarning, "wave sent",
                 {{"teams", 12}, {"queue", 7U}, {"late", false}, {"ratio", 0.5}, {"team_id", TeamId("t1")}});
  });
  EXPECT_EQ(line,
            "{\"time\":\"2023-11-14T22:13:20.000001Z\",\"level\":\"warning\",\"service\":\"dispatch\","
            "\"message\":\"wave sent\",\"teams\":12,\"queue\":7,\"late\":false,\"ratio\":0.5,\"team_id\":\"t1\"}\n");
}

TEST(LogTest, WritesALineForPeople) {
  const std::string line = LineOf(
      [](Logger& logger) {
        logger.Write(Level::kInfo, "started", {{"port", 8080}});
      },
      false);
  EXPECT_EQ(line, "2023-11-14T22:13:20.000001Z info    dispatch: started port=8080\n");
}

TEST(LogTest, NamesTheTraceOfItsThread) {
  const std::string line = LineOf([](Logger& logger) {
    ScopedTrace trace({.trace_id = std::string(32, 'a'), .span_id = std::string(16, 'b')});
    logger.Write(Level::kInfo, "x");
  });
  EXPECT_EQ(nlohmann::json::parse(line)["trace_id"], std::string(32, 'a'));
}

TEST(LogTest, EscapesWhatCouldBreakALineOrATerminal) {
  const std::string text = "a\n\"\\\x1b[31m\x7f \u009b \u2028 \u202e 集结";
  const std::string line = LineOf([&](Logger& logger) { logger.Write(Level::kInfo, text); });
  EXPECT_EQ(nlohmann::json::parse(line)["message"], text);
  EXPECT_THAT(line, testing::HasSubstr("\\u001b"));
  EXPECT_THAT(line, testing::HasSubstr("\\u009b"));
  EXPECT_THAT(line, testing::HasSubstr("\\u202e"));
  EXPECT_THAT(line, testing::HasSubstr("集结"));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(LogTest, ReplacesBytesThatAreNotUtf8) {
  const std::string line = LineOf([](Logger& logger) { logger.Write(Level::kInfo, "a\xffz"); });
  EXPECT_EQ(nlohmann::json::parse(line)["message"], "a\uFFFDz");
}

TEST(LogTest, CutsLongTextsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "集";
  const std::string line = LineOf([&](Logger& logger) { logger.Write(Level::kInfo, text); });
  EXPECT_EQ(nlohmann::json::parse(line)["message"].get<std::string>().size(), 4095U);
}

TEST(LogTest, WritesNumbersThatAreNoneAsNull) {
  const std::string line = LineOf([](Logger& logger) { logger.Write(Level::kInfo, "x", {{"ratio", std::nan("")}}); });
  EXPECT_TRUE(nlohmann::json::parse(line)["ratio"].is_null());
}

TEST(LogTest, LeavesOutLinesBelowItsLevel) {
  Lines lines;
  {
    Logger logger(lines.Options(Level::kWarning));
    SetLogger(&logger);
    LogInfo("quiet");
    LogError("loud");
    SetLogger(nullptr);
    LogError("after");
  }
  ASSERT_EQ(lines.all.size(), 1U);
  EXPECT_THAT(lines.all.front(), testing::HasSubstr("loud"));
}

TEST(LogTest, KnowsItsLevelsByName) {
  EXPECT_EQ(LevelFromName("warning"), Level::kWarning);
  EXPECT_EQ(LevelFromName("verbose"), std::nullopt);
}

/// A reader that takes its first line and then holds the logger's thread until it is let go.
class StuckReader {
 public:
  void Take(std::string_view line) {
    std::unique_lock<std::mutex> lock(mutex_);
    lines_.emplace_back(line);
    changed_.notify_all();
    changed_.wait(lock, [&] { return released_; });
  }
  void WaitForFirst() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return !lines_.empty(); });
  }
  void Release() {
    std::lock_guard<std::mutex> lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  std::string All() const {
    std::string text;
    for (const std::string& line : lines_) text += line;
    return text;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  std::vector<std::string> lines_;
};

TEST(LogTest, DropsInfoBeforeErrorsAndNeverWaitsWhenTheReaderIsStuck) {
  StuckReader reader;
  {
    Logger logger({.service = "s", .queue_lines = 8, .write = [&](std::string_view line) { reader.Take(line); }});
    logger.Write(Level::kInfo, "first");
    reader.WaitForFirst();
    for (int i = 0; i < 10; ++i) logger.Write(Level::kInfo, "info line");
    EXPECT_EQ(logger.dropped(), 4U);  // six of eight places are for everyone
    logger.Write(Level::kError, "error line");
    for (int i = 0; i < 100; ++i) logger.Write(Level::kWarning, "warning line");
    logger.Write(Level::kError, "last line");
    EXPECT_GT(logger.dropped(), 90U);
    reader.Release();
  }
  EXPECT_THAT(reader.All(), testing::HasSubstr("last line"));
  EXPECT_THAT(reader.All(), testing::Not(testing::HasSubstr("info line")));
}

TEST(LogTest, LetsALoggerGoWhileOthersWrite) {
  std::atomic<bool> ended = false;
  std::thread writer([&] {
    while (!ended) LogWarning("a line");
  });
  std::atomic<int> lines = 0;
  for (int i = 0; i < 200; ++i) {
    Logger logger({.service = "s", .write = [&](std::string_view) { ++lines; }});
    SetLogger(&logger);
    SetLogger(nullptr);
  }
  ended = true;
  writer.join();
}

}  // namespace
}  // namespace muster::telemetry
