#include "muster/sheet/writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/status_matchers.h"
#include "tests/unit/sheet/read_all.h"

namespace muster::sheet {
namespace {

const Rows kRows{{"名称", "note"}, {"晨曦,\"中心\"", "two\nlines"}, {"", "00123"}, {"13800000000", "2026-01-31"}};

template <class Make>
std::string WriteAll(Make make, const Rows& rows) {
  std::string file;
  const auto writer = make(rows.front(), [&file](std::string_view bytes) {
    file += bytes;
    return absl::OkStatus();
  });
  for (size_t i = 1; i < rows.size(); ++i) {
    EXPECT_OK(writer->Add(rows[i], Point{31.3, 120.6}));
  }
  EXPECT_OK(writer->Finish());
  return file;
}

TEST(WriterTest, TheReaderFindsInCsvWhatWasWritten) {
  EXPECT_EQ(ReadCsv(WriteAll(NewCsvWriter, kRows)).value(), kRows);
}

TEST(WriterTest, TheReaderFindsInAWorkbookWhatWasWritten) {
  const auto reader = OpenXlsx(WriteAll(NewXlsxWriter, kRows)).value();
  EXPECT_EQ(ReadAll(*reader).value(), kRows);
}

TEST(WriterTest, NoCellIsAFormula) {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "　＝"}) {
    EXPECT_EQ(FormulaSafe(start + "1+1"), "'" + start + "1+1");
  }
  EXPECT_EQ(FormulaSafe(std::string("\0=1", 3)), std::string("'\0=1", 4));
  EXPECT_EQ(FormulaSafe("a=1"), "a=1");
  EXPECT_EQ(FormulaSafe(""), "");
  const Rows rows{{"h"}, {"=cmd|'/c calc'!A1"}};
  EXPECT_EQ(ReadCsv(WriteAll(NewCsvWriter, rows)).value()[1][0], "'=cmd|'/c calc'!A1");
  const std::string workbook = WriteAll(NewXlsxWriter, rows);
  EXPECT_EQ(ReadAll(**OpenXlsx(workbook)).value(), rows);
}

TEST(WriterTest, GeoJsonHasAFeatureForEachRow) {
  const auto json = nlohmann::json::parse(WriteAll(NewGeoJsonWriter, kRows));
  EXPECT_EQ(json["type"], "FeatureCollection");
  ASSERT_EQ(json["features"].size(), 3U);
  EXPECT_EQ(json["features"][0]["geometry"]["coordinates"], nlohmann::json({120.6, 31.3}));
  EXPECT_EQ(json["features"][0]["properties"]["名称"], "晨曦,\"中心\"");
}

TEST(WriterTest, AFileWithoutRowsHasItsHeadings) {
  const Rows empty{{"a", "b"}};
  EXPECT_EQ(ReadCsv(WriteAll(NewCsvWriter, empty)).value(), empty);
  EXPECT_EQ(ReadAll(**OpenXlsx(WriteAll(NewXlsxWriter, empty))).value(), empty);
  EXPECT_EQ(nlohmann::json::parse(WriteAll(NewGeoJsonWriter, empty))["features"].size(), 0U);
}

}  // namespace
}  // namespace muster::sheet
