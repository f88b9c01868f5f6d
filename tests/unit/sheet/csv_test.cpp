#include <gtest/gtest.h>
#include <sys/resource.h>

#include "muster/sheet/sheet_error.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sheet/read_all.h"

namespace muster::sheet {
namespace {

using muster::testing::HasReason;

constexpr char kGb18030Hello[] = "\xC3\xFB\xB3\xC6,\xB5\xD8\xD6\xB7\n\xC4\xE3\xBA\xC3,\xCB\xD5\xD6\xDD\n";
const Rows kHello{{"名称", "地址"}, {"你好", "苏州"}};

TEST(CsvReaderTest, ReadsQuotesSeparatorsAndLineEndsInsideQuotes) {
  EXPECT_EQ(ReadCsv("a,\"b,\"\"c\"\"\r\nd\",\r\n1,2,3\r4").value(),
            (Rows{{"a", "b,\"c\"\r\nd", ""}, {"1", "2", "3"}, {"4"}}));
}

TEST(CsvReaderTest, CountsEmptyRowsAndLeavesThemOut) {
  std::vector<int64_t> numbers;
  const auto reader = NewCsvReader(Pieces("a\n\n,,\nb\n"), Encoding::kUtf8);
  EXPECT_EQ(ReadAll(*reader, &numbers).value(), (Rows{{"a"}, {"b"}}));
  EXPECT_EQ(numbers, (std::vector<int64_t>{1, 4}));
}

TEST(CsvReaderTest, ReadsTheSameFromUtf8WithAndWithoutMarkAndFromGb18030DeclaredOrNot) {
  const std::string utf8 = "名称,地址\n你好,苏州\n";
  EXPECT_EQ(ReadCsv(utf8).value(), kHello);
  EXPECT_EQ(ReadCsv("\xEF\xBB\xBF" + utf8).value(), kHello);
  EXPECT_EQ(ReadCsv("\xEF\xBB\xBF" + utf8, Encoding::kUtf8).value(), kHello);
  EXPECT_EQ(ReadCsv(kGb18030Hello).value(), kHello);
  EXPECT_EQ(ReadCsv(kGb18030Hello, Encoding::kGb18030).value(), kHello);
}

TEST(CsvReaderTest, FindsOutTheEncodingAlsoFarBehindAsciiText) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += "plain,ascii\n";
  }
  EXPECT_EQ(ReadCsv(text + kGb18030Hello).value().back(), kHello.back());
}

TEST(CsvReaderTest, ReadsCharactersOfFourBytes) {
  EXPECT_EQ(ReadCsv("\x81\x30\x86\x30,x\n", Encoding::kGb18030).value().front().back(), "x");
}

TEST(CsvReaderTest, FindsTheSeparatorOfTheFirstLine) {
  EXPECT_EQ(ReadCsv("a\tb,c\td\n").value(), (Rows{{"a", "b,c", "d"}}));
  EXPECT_EQ(ReadCsv("a;b;c,d\n").value(), (Rows{{"a", "b", "c,d"}}));
  EXPECT_EQ(ReadCsv("title\na\tb\n").value(), (Rows{{"title"}, {"a", "b"}})) << "a title above has none";
}

TEST(CsvReaderTest, NamesTheCellWhoseQuoteIsNotClosed) {
  const absl::Status status = ReadCsv("a,b\n1,\"open\n").status();
  EXPECT_THAT(status, HasReason(Reason::kInvalidField));
  EXPECT_EQ(RowOfError(status), 2);
  EXPECT_EQ(ColumnOfError(status), 2);
  EXPECT_NE(GetErrorInfo(status).message_zh.find("第 2 行 B 列"), std::string::npos);
}

TEST(CsvReaderTest, AQuoteInsideAPlainCellStandsForItself) {
  EXPECT_EQ(ReadCsv("苏州\"蓝天\"救援队,b\"c\n").value(), (Rows{{"苏州\"蓝天\"救援队", "b\"c"}}));
}

TEST(CsvReaderTest, ARowThatCannotBeReadSpoilsNoOther) {
  ReadLimits short_cells;
  short_cells.cell_bytes = 10;
  const auto reader =
      NewCsvReader(Pieces("a,b\n1,\"x\"y\n" + std::string(50, 'x') + ",2\nc,d\n"), Encoding::kUtf8, short_cells);
  Row row;
  ASSERT_TRUE(reader->Next(row).value());
  EXPECT_OK(row.fault);
  ASSERT_TRUE(reader->Next(row).value());
  EXPECT_THAT(row.fault, HasReason(Reason::kInvalidField));
  EXPECT_EQ(RowOfError(row.fault), 2);
  EXPECT_EQ(ColumnOfError(row.fault), 2);
  ASSERT_TRUE(reader->Next(row).value());
  EXPECT_THAT(row.fault, HasReason(Reason::kTooLong));
  EXPECT_EQ(ColumnOfError(row.fault), 1);
  ASSERT_TRUE(reader->Next(row).value());
  EXPECT_OK(row.fault);
  EXPECT_EQ(row.cells, (std::vector<std::string>{"c", "d"}));
  EXPECT_FALSE(reader->Next(row).value());
}

TEST(CsvReaderTest, NamesAWorkbookOfOldExcelForWhatItIs) {
  const absl::Status status = ReadCsv(std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", 10)).status();
  EXPECT_THAT(status, HasReason(Reason::kInvalidField));
  EXPECT_NE(GetErrorInfo(status).message_zh.find(".xls"), std::string::npos);
}

TEST(CsvReaderTest, NamesTheCellOfAnotherEncoding) {
  const std::string both = "\xE5\x90\x8D,x\n1,\xC4\xE3\xBA\xC3\n";
  EXPECT_THAT(ReadCsv(both), HasReason(Reason::kIllegalChar));
  const absl::Status mixed = ReadCsv(both, Encoding::kUtf8).status();
  EXPECT_THAT(mixed, HasReason(Reason::kIllegalChar));
  EXPECT_EQ(RowOfError(mixed), 2);
  EXPECT_EQ(ColumnOfError(mixed), 2);
  EXPECT_THAT(ReadCsv("\xFF\xFF\n", Encoding::kGb18030), HasReason(Reason::kIllegalChar));
  EXPECT_THAT(ReadCsv(std::string("\xFF\xFE\x61\x00", 4)), HasReason(Reason::kInvalidField));
  EXPECT_THAT(ReadCsv(std::string("a\0b", 3)), HasReason(Reason::kInvalidField));
}

TEST(CsvReaderTest, HoldsItsLimitsWithBoundedMemory) {
  EXPECT_EQ(ColumnOfError(ReadCsv(std::string(1'000'000, ',')).status()), 201);
  EXPECT_THAT(ReadCsv("\"" + std::string(10'000'000, 'x')), HasReason(Reason::kTooLong));
  ReadLimits few;
  few.rows = 3;
  EXPECT_EQ(RowOfError(ReadCsv("a\nb\nc\nd\n", Encoding::kUtf8, few).status()), 4);

  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  const auto endless = [] { return absl::StatusOr<std::string>(std::string(64 * 1024, 'x')); };
  EXPECT_THAT(ReadAll(*NewCsvReader(endless, Encoding::kUtf8)), HasReason(Reason::kTooLong));
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 10 * 1024);
}

TEST(CsvReaderTest, PassesOnTheErrorOfItsSource) {
  const auto broken = [] { return absl::StatusOr<std::string>(Error(Reason::kStoreBusy)); };
  EXPECT_THAT(ReadAll(*NewCsvReader(broken, Encoding::kUtf8)), HasReason(Reason::kStoreBusy));
}

}  // namespace
}  // namespace muster::sheet
