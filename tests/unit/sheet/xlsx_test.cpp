#include <gtest/gtest.h>
#include <zip.h>

#include <map>

#include "muster/sheet/sheet_error.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sheet/read_all.h"

namespace muster::sheet {
namespace {

using muster::testing::HasReason;

constexpr char kMain[] = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
using Parts = std::map<std::string, std::string>;

std::string Zip(const Parts& parts) {
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(source);
  zip_t* zip = zip_open_from_source(source, ZIP_TRUNCATE, nullptr);
  for (const auto& [name, content] : parts) {
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), 0);
  }
  zip_close(zip);
  zip_stat_t stat;
  zip_source_stat(source, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_open(source);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

Parts Workbook(const std::string& sheet_data) {
  const std::string main = std::string(" xmlns=\"") + kMain + "\"";
  return {
      {"xl/workbook.xml", "<workbook" + main +
                              " xmlns:r=\"r\"><sheets><sheet name=\"x\" state=\"hidden\" r:id=\"rId9\"/><sheet "
                              "name=\"a\" r:id=\"rId1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships xmlns=\"p\"><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
      {"xl/styles.xml", "<styleSheet" + main +
                            "><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
                            "<numFmt numFmtId=\"165\" formatCode=\"0.0&quot;day&quot;\"/></numFmts><cellStyleXfs><xf "
                            "numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "
                            "numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>"},
      {"xl/sharedStrings.xml",
       "<sst" + main + "><si><t>名称</t></si><si><r><t>苏</t></r><r><t>州</t></r><rPh><t>sz</t></rPh></si></sst>"},
      {"xl/worksheets/sheet1.xml",
       "<worksheet" + main + "><sheetData>" + sheet_data + "</sheetData><mergeCells/></worksheet>"},
  };
}

absl::StatusOr<Rows> Read(const std::string& file, std::vector<int64_t>* numbers = nullptr, ReadLimits limits = {}) {
  const auto reader = OpenXlsx(file, limits);
  return reader.ok() ? ReadAll(**reader, numbers) : absl::StatusOr<Rows>(reader.status());
}

TEST(XlsxReaderTest, ReadsTheFirstVisibleSheetAsPeopleSeeIt) {
  std::vector<int64_t> numbers;
  const auto rows = Read(
      Zip(Workbook("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c></row><row r=\"5\"><c "
                   "r=\"A5\"><v>1.38E10</v></c><c r=\"B5\" s=\"1\"><v>46053</v></c><c r=\"C5\" "
                   "s=\"2\"><v>46053.5</v></c><c r=\"D5\" s=\"3\"><v>2.5</v></c><c r=\"E5\" "
                   "t=\"inlineStr\"><is><t>in</t></is></c><c r=\"F5\" t=\"str\"><f>1+1</f><v>sum</v></c><c r=\"G5\" "
                   "t=\"b\"><v>1</v></c><c r=\"ZZ5\" s=\"1\"/></row>")),
      &numbers);
  EXPECT_EQ(rows.value(), (Rows{{"名称", "", "苏州"},
                                {"13800000000", "2026-01-31", "2026-01-31T12:00:00", "2.5", "in", "sum", "TRUE"}}));
  EXPECT_EQ(numbers, (std::vector<int64_t>{2, 5}));
}

TEST(XlsxReaderTest, OpensEveryVisibleSheetInItsOrder) {
  Parts parts = Workbook("<row><c t=\"str\"><v>cover</v></c></row>");
  parts["xl/workbook.xml"] = std::string("<workbook xmlns=\"") + kMain +
                             "\" xmlns:r=\"r\"><sheets><sheet name=\"cover\" r:id=\"rId1\"/><sheet name=\"x\" "
                             "state=\"hidden\" r:id=\"rId1\"/><sheet name=\"data\" r:id=\"rId2\"/></sheets></workbook>";
  parts["xl/_rels/workbook.xml.rels"] =
      "<Relationships xmlns=\"p\"><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship "
      "Id=\"rId2\" Target=\"worksheets/sheet2.xml\"/></Relationships>";
  parts["xl/worksheets/sheet2.xml"] = std::string("<worksheet xmlns=\"") + kMain +
                                      "\"><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
  const auto workbook = OpenWorkbook(Zip(parts));
  ASSERT_OK(workbook);
  ASSERT_EQ((*workbook)->sheet_count(), 2);
  EXPECT_EQ(ReadAll(*(*workbook)->OpenSheet(1).value()).value(), (Rows{{"名称"}}));
  EXPECT_EQ(ReadAll(*(*workbook)->OpenSheet(0).value()).value(), (Rows{{"cover"}}));
}

TEST(XlsxReaderTest, ACellThatIsTooLongSpoilsItsRowAlone) {
  ReadLimits limits;
  limits.cell_bytes = 10;
  Parts parts = Workbook(
      "<row><c t=\"str\"><v>12345678901</v></c></row><row><c t=\"s\"><v>1</v></c></row><row><c><v>3</v></c></row>");
  parts["xl/sharedStrings.xml"] =
      std::string("<sst xmlns=\"") + kMain + "\"><si><t>a</t></si><si><t>12345678901</t></si></sst>";
  const auto reader = OpenXlsx(Zip(parts), limits);
  ASSERT_OK(reader);
  Row row;
  for (const bool good : {false, false, true}) {
    ASSERT_TRUE((*reader)->Next(row).value());
    EXPECT_EQ(row.fault.ok(), good) << row.number;
  }
  EXPECT_EQ(row.cells, std::vector<std::string>{"3"});
}

TEST(XlsxReaderTest, ReadsElementsWithAPrefix) {
  Parts parts = Workbook("");
  parts["xl/worksheets/sheet1.xml"] = std::string("<x:worksheet xmlns:x=\"") + kMain +
                                      "\"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row>"
                                      "</x:sheetData></x:worksheet>";
  EXPECT_EQ(Read(Zip(parts)).value(), (Rows{{"1", "2"}}));
}

TEST(XlsxReaderTest, RefusesWhatIsNoWorkbook) {
  const std::string good = Zip(Workbook("<row><c><v>1</v></c></row>"));
  EXPECT_EQ(Read(good).value(), (Rows{{"1"}}));
  EXPECT_THAT(Read(""), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Read("PK\x03\x04 and no more"), HasReason(Reason::kInvalidField));
  for (size_t cut = 1; cut < good.size(); cut += 97) {
    EXPECT_FALSE(Read(good.substr(0, good.size() - cut)).ok()) << cut;
  }
  for (size_t at = 0; at < good.size(); at += 3) {
    std::string spoilt = good;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 0x55);
    (void)Read(spoilt);  // refused or read, but never a crash
  }
  EXPECT_THAT(Read(Zip({{"a.txt", "x"}})), HasReason(Reason::kInvalidField));
}

TEST(XlsxReaderTest, RefusesDocumentTypesAndLinksToOtherFiles) {
  Parts bomb = Workbook("");
  bomb["xl/sharedStrings.xml"] =
      "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>";
  EXPECT_THAT(Read(Zip(bomb)), HasReason(Reason::kXmlForbidden));
  Parts outside = Workbook("");
  outside["xl/worksheets/sheet1.xml"] = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet/>";
  EXPECT_THAT(Read(Zip(outside)), HasReason(Reason::kXmlForbidden));
  Parts linked = Workbook("");
  linked["xl/externalLinks/externalLink1.xml"] = "<externalLink/>";
  EXPECT_THAT(Read(Zip(linked)), HasReason(Reason::kUrlNotAllowed));
  std::string deep;
  for (int i = 0; i < 100; ++i) {
    deep += "<a>";
  }
  EXPECT_THAT(Read(Zip(Workbook(deep))), HasReason(Reason::kXmlTooDeep));
}

TEST(XlsxReaderTest, RefusesBombs) {
  Parts bomb = Workbook("");
  bomb["xl/worksheets/sheet1.xml"] = std::string(40'000'000, ' ');
  EXPECT_THAT(Read(Zip(bomb)), HasReason(Reason::kTooLong));
  Parts many = Workbook("");
  for (int i = 0; i < 1001; ++i) {
    many["x" + std::to_string(i)] = "";
  }
  EXPECT_THAT(Read(Zip(many)), HasReason(Reason::kTooLong));
}

TEST(XlsxReaderTest, CountsTextsThatHoldNothing) {
  Parts bomb = Workbook("");
  std::string texts;
  for (int i = 0; i < 1000; ++i) {
    texts += "<si/>";
  }
  bomb["xl/sharedStrings.xml"] = "<sst>" + texts + "</sst>";
  ReadLimits limits;
  limits.shared_bytes = 1000 * sizeof(std::string) - 1;
  EXPECT_THAT(Read(Zip(bomb), nullptr, limits), HasReason(Reason::kTooLong));
  limits.shared_bytes += 1;
  EXPECT_OK(Read(Zip(bomb), nullptr, limits));
}

TEST(XlsxReaderTest, RefusesATokenThatDoesNotEnd) {
  std::string noise;
  for (int64_t i = 0; i < 400'000; ++i) {
    noise += std::to_string(i * 7919 % 100'003);
  }
  EXPECT_THAT(Read(Zip(Workbook("<!--" + noise + "-->"))), HasReason(Reason::kXmlTooLarge));
  EXPECT_THAT(Read(Zip(Workbook("<row><c t=\"" + noise + "\"/></row>"))), HasReason(Reason::kXmlTooLarge));
}

TEST(XlsxReaderTest, HoldsItsLimitsAndNamesTheCell) {
  const absl::Status wide = Read(Zip(Workbook("<row r=\"3\"><c r=\"XFD3\"><v>1</v></c></row>"))).status();
  EXPECT_THAT(wide, HasReason(Reason::kTooLong));
  EXPECT_EQ(RowOfError(wide), 3);
  EXPECT_EQ(ColumnOfError(wide), 16'384);
  const absl::Status far = Read(Zip(Workbook("<row r=\"1000001\"><c><v>1</v></c></row>"))).status();
  EXPECT_THAT(far, HasReason(Reason::kTooLong));
  EXPECT_FALSE(Read(Zip(Workbook("<row r=\"2\"/><row r=\"1\"/>"))).ok());
  EXPECT_FALSE(Read(Zip(Workbook("<row><c r=\"B1\"/><c r=\"A1\"/></row>"))).ok());
  EXPECT_FALSE(Read(Zip(Workbook("<row><c t=\"s\"><v>99</v></c></row>"))).ok());
  ReadLimits limits;
  limits.cell_bytes = 10;
  EXPECT_THAT(Read(Zip(Workbook("<row><c t=\"str\"><v>12345678901</v></c></row>")), nullptr, limits),
              HasReason(Reason::kTooLong));
}

}  // namespace
}  // namespace muster::sheet
