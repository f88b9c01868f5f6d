#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>

#include "muster/domain/reason.h"
#include "muster/testing/v1/echo.pb.h"
#include "services/gateway/connect/json_reader.h"
#include "services/gateway/connect/json_writer.h"
#include "tests/support/status_matchers.h"

namespace muster::gateway {
namespace {

using muster::testing::HasReason;
using muster::testing::v1::EchoLine;
using muster::testing::v1::EchoRequest;

absl::StatusOr<EchoRequest> Read(const std::string& json) {
  EchoRequest request;
  if (absl::Status status = ReadJson(json, &request); !status.ok()) {
    return status;
  }
  return request;
}

std::string FieldOf(const std::string& json) { return GetErrorInfo(Read(json).status()).field; }
std::string OffsetOf(const std::string& json) { return GetErrorInfo(Read(json).status()).metadata["offset"]; }

TEST(JsonReaderTest, ReadsEveryKindOfField) {
  const auto request = Read(R"({"text":"a\u00e9\n\ud83d\ude00","number":"9007199254740993","color":"COLOR_RED",
      "fraction":1.5e2,"data":"AQI=","lines":[{"note":"x","quantity":3}],"time":"2026-01-31T08:30:00+08:00",
      "position":{"latitude":31.3,"coordinateSystem":2},"labels":{"k":"v"},"updateMask":"delayMs,position.time",
      "numbers":[1,2.0,3e0],"delayMs":null})");
  ASSERT_OK(request);
  EXPECT_EQ(request->text(), "aé\n😀");
  EXPECT_EQ(request->number(), 9007199254740993);
  EXPECT_EQ(request->color(), muster::testing::v1::COLOR_RED);
  EXPECT_EQ(request->fraction(), 150);
  EXPECT_EQ(request->data(), "\x01\x02");
  EXPECT_EQ(request->lines(0).quantity(), 3);
  EXPECT_EQ(request->time().seconds(), 1769819400);
  EXPECT_EQ(request->position().coordinate_system(), muster::common::v1::COORDINATE_SYSTEM_GCJ02);
  EXPECT_EQ(request->labels().at("k"), "v");
  EXPECT_EQ(request->update_mask().paths(0), "delay_ms");
  EXPECT_EQ(request->update_mask().paths(1), "position.time");
  EXPECT_EQ(request->numbers_size(), 3);
}

TEST(JsonReaderTest, TakesBothSpellingsOfAName) {
  EXPECT_EQ(Read(R"({"delay_ms":5})")->delay_ms(), 5);
  EXPECT_EQ(Read(R"({"delayMs":5})")->delay_ms(), 5);
  EXPECT_THAT(Read(R"({"delayMs":5,"delay_ms":6})"), HasReason(Reason::kBadJson)) << "the same field twice";
}

TEST(JsonReaderTest, RefusesWhatIsNotStrictJsonWithTheOffset) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "0"},
      {"   ", "3"},
      {"[]", "0"},
      {"5", "0"},
      {R"({"text":"a")", "11"},
      {R"({"text":"a"} x)", "13"},
      {R"({"text":"a"}{})", "12"},
      {R"({'text':"a"})", "1"},
      {R"({text:"a"})", "1"},
      {R"({"text":"a",})", "12"},
      {R"({"text":"a","text":"b"})", "12"},
      {R"({"numbers":[1,]})", "14"},
      {R"({"number":01})", "10"},
      {R"({"number":+1})", "10"},
      {R"({"number":1.})", "10"},
      {R"({"fraction":NaN})", "12"},
      {R"({"fraction":1e999})", "12"},
      {R"({"fraction":0.1e999})", "12"},
      {R"({"text":"\x"})", "9"},
      {R"({"text":"\ud800"})", "9"},
      {R"({"text":"\udc00"})", "9"},
      {R"({"text":"\u12"})", "11"},
      {"{\"text\":\"a\nb\"}", "10"},
      {"{\"text\":\"a\xff\"}", "10"},
      {"\xef\xbb\xbf{}", "0"},
      {R"({"text":"a"/**/})", "11"},
      {"{\"text\"", "7"},
      {"{\"text\":tru}", "8"},
      {std::string("{\"text\":\"a\0b\"}", 14), "10"},
  };
  for (const auto& [json, offset] : cases) {
    EXPECT_THAT(Read(json), HasReason(Reason::kBadJson)) << json;
    EXPECT_EQ(OffsetOf(json), offset) << json;
  }
}

TEST(JsonReaderTest, AllowsThirtyTwoLevelsAndNoMore) {
  const auto nested = [](int levels) {
    std::string json = "{\"unknown\":";
    json.append(static_cast<size_t>(levels - 1), '[');
    json.append(static_cast<size_t>(levels - 1), ']');
    return json + "}";
  };
  EXPECT_THAT(Read(nested(32)), HasReason(Reason::kUnknownField));
  EXPECT_THAT(Read(nested(33)), HasReason(Reason::kBadJson));
}

TEST(JsonReaderTest, NamesTheFieldThatItDoesNotKnow) {
  EXPECT_THAT(Read(R"({"colour":"red"})"), HasReason(Reason::kUnknownField));
  EXPECT_EQ(FieldOf(R"({"colour":"red"})"), "colour");
  EXPECT_EQ(FieldOf(R"({"lines":[{},{"qty":1}]})"), "lines[1].qty");
  EXPECT_EQ(FieldOf(R"({"张三 13812345678":1})"), "?") << "a value that went astray is not quoted";
}

TEST(JsonReaderTest, ReportsAFaultOfTheTextBeforeAFaultOfAField) {
  EXPECT_THAT(Read(R"({"colour":"red","text":})"), HasReason(Reason::kBadJson));
  EXPECT_THAT(Read(R"({"colour":1,"colour":2})"), HasReason(Reason::kBadJson));
  EXPECT_THAT(Read(R"({"colour":{"a":1,"a":2}})"), HasReason(Reason::kBadJson));
}

TEST(JsonReaderTest, RefusesAValueOfTheWrongKindWithItsPath) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"text":5})", "text"},
      {R"({"text":["a"]})", "text"},
      {R"({"number":true})", "number"},
      {R"({"number":"5x"})", "number"},
      {R"({"number":" 5"})", "number"},
      {R"({"number":""})", "number"},
      {R"({"color":"COLOR_BLUE"})", "color"},
      {R"({"color":77})", "color"},
      {R"({"data":"a b"})", "data"},
      {R"({"data":"*"})", "data"},
      {R"({"lines":{}})", "lines"},
      {R"({"lines":[{"note":"a"},5]})", "lines[1]"},
      {R"({"lines":[null]})", "lines[0]"},
      {R"({"lines":[{"quantity":"many"}]})", "lines[0].quantity"},
      {R"({"position":5})", "position"},
      {R"({"labels":[]})", "labels"},
      {R"({"labels":{"k":5}})", "labels.value"},
  };
  for (const auto& [json, field] : cases) {
    EXPECT_THAT(Read(json), HasReason(Reason::kInvalidField)) << json;
    EXPECT_EQ(FieldOf(json), field) << json;
  }
}

TEST(JsonReaderTest, RefusesNumbersThatDoNotFitWithTheRange) {
  for (const char* json :
       {R"({"lines":[{"quantity":1.5}]})", R"({"lines":[{"quantity":2147483648}]})",
        R"({"lines":[{"quantity":"-2147483649"}]})", R"({"lines":[{"quantity":9223372036854775808}]})"}) {
    EXPECT_THAT(Read(json), HasReason(Reason::kOutOfRange)) << json;
    EXPECT_EQ(FieldOf(json), "lines[0].quantity");
  }
  EXPECT_THAT(Read(R"({"number":9223372036854775808})"), HasReason(Reason::kOutOfRange));
  EXPECT_EQ(Read(R"({"number":-9223372036854775808})")->number(), std::numeric_limits<int64_t>::lowest());
}

TEST(JsonReaderTest, RefusesTimesThatAreNot) {
  for (const char* time : {"2026-01-31T08:30:00", "0000-00-00T00:00:00Z", "2026-02-30T00:00:00Z", "yesterday", ""}) {
    EXPECT_THAT(Read(std::string(R"({"time":")") + time + R"("})"), HasReason(Reason::kBadTime)) << time;
  }
  EXPECT_THAT(Read(R"({"time":5})"), HasReason(Reason::kInvalidField));
}

TEST(JsonWriterTest, EscapesWhatABrowserCouldTakeForMarkup) {
  EchoRequest request;
  request.set_text("<script>\"\\\x01");
  EXPECT_EQ(*WriteJson(request), R"({"text":"\u003cscript\u003e\"\\\u0001"})");
}

TEST(JsonWriterTest, WritesOnlyWhatIsSet) {
  EXPECT_EQ(*WriteJson(EchoRequest()), "{}");
  EchoRequest request;
  request.set_number(-5);
  request.add_numbers(0);
  request.set_color(static_cast<muster::testing::v1::Color>(9));
  EXPECT_EQ(*WriteJson(request), R"({"number":"-5","color":9,"numbers":[0]})");
}

TEST(JsonWriterTest, RefusesTextThatIsNotUtf8) {
  EchoRequest request;
  request.set_text("\xff");
  EXPECT_THAT(WriteJson(request), HasReason(Reason::kInternal));
}

/// A random message: every field may be set.
class Maker {
 public:
  explicit Maker(unsigned seed) : engine_(seed) {}

  EchoRequest Make() {
    EchoRequest request;
    if (Coin()) request.set_text(Text());
    if (Coin()) request.set_number(static_cast<int64_t>(engine_()));
    if (Coin()) request.set_color(muster::testing::v1::COLOR_RED);
    if (Coin()) request.set_fraction(std::uniform_real_distribution<>(-1e9, 1e9)(engine_));
    if (Coin()) request.set_data(Text());
    for (int i = 0; Coin() && i < 5; ++i) *request.add_lines() = Line(3);
    if (Coin()) {
      request.mutable_time()->set_seconds(static_cast<int64_t>(engine_() % 4'000'000'000));
      request.mutable_time()->set_nanos(static_cast<int>(engine_() % 1'000'000'000));
    }
    if (Coin()) request.mutable_position()->set_latitude(31.25);
    if (Coin()) (*request.mutable_labels())[Text()] = Text();
    if (Coin()) request.mutable_update_mask()->add_paths("delay_ms");
    for (int i = 0; Coin() && i < 5; ++i) request.add_numbers(static_cast<int>(engine_()));
    return request;
  }

 private:
  bool Coin() { return engine_() % 2 == 0; }
  std::string Text() {
    static const std::vector<std::string> kParts = {"a", "\"", "\\", "\n", "<", "é", "急", "😀", "\x7f", " "};
    std::string text;
    for (uint64_t i = engine_() % 6; i > 0; --i) text += kParts[engine_() % kParts.size()];
    return text;
  }
  EchoLine Line(int depth) {
    EchoLine line;
    line.set_note(Text());
    line.set_quantity(static_cast<int>(engine_()));
    if (depth > 0 && Coin()) *line.add_lines() = Line(depth - 1);
    return line;
  }
  std::mt19937_64 engine_;
};

TEST(JsonTest, AgreesWithTheProtobufLibraryBothWays) {
  Maker maker(20260131);
  for (int i = 0; i < 2000; ++i) {
    const EchoRequest message = maker.Make();
    std::string theirs;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &theirs).ok());
    const auto ours = WriteJson(message);
    ASSERT_OK(ours);
    EchoRequest read_by_library;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ours, &read_by_library).ok()) << *ours;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, read_by_library)) << *ours;
    const auto read_by_us = Read(theirs);
    ASSERT_OK(read_by_us) << theirs;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, *read_by_us)) << theirs;
  }
}

TEST(JsonTest, NeverCrashesOnDamagedText) {
  Maker maker(7);
  std::mt19937_64 engine(8);
  for (int i = 0; i < 5000; ++i) {
    std::string json = *WriteJson(maker.Make());
    for (uint64_t edits = engine() % 3 + 1; edits > 0 && !json.empty(); --edits) {
      json[engine() % json.size()] = static_cast<char>(engine());
    }
    json.resize(engine() % (json.size() + 1));
    EchoRequest request;
    const absl::Status status = ReadJson(json, &request);
    EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace muster::gateway
