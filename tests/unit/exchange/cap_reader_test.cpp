#include "services/exchange/core/cap_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/exchange/core/cap_time.h"
#include "tests/unit/exchange/cap_text.h"

namespace muster::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Codes(const CapReading& reading) {
  std::vector<std::string> codes;
  for (const CapFault& fault : reading.faults) {
    codes.push_back(fault.path + " " + std::string(Name(fault.code)));
  }
  return codes;
}

TEST(CapReaderTest, ReadsAnAlertStrictly) {
  CapText text;
  text.infos = CapText::Info(
      CapText::Area("<circle>31.4,121.0 12.5</circle><geocode><valueName>GB/T 2260</valueName><value>320583</value>"
                    "</geocode><altitude>100</altitude><ceiling>200.5</ceiling>"),
      "<instruction>不要外出</instruction><web>https://example.org/1</web><contact>8000</contact>" +
          CapText::Parameter("预警级别", "橙色") +
          "<resource><resourceDesc>map</resourceDesc><mimeType>image/png</mimeType><size>1024</size>"
          "<uri>https://example.org/m</uri><derefUri>AAAA</derefUri><digest>00ff</digest></resource>",
      "<effective>2026-06-20T08:00:00+08:00</effective><onset>2026-06-20T09:00:00+08:00</onset>"
      "<expires>2026-06-20T20:00:00+08:00</expires><senderName>市气象台</senderName>");
  const auto reading = ReadCap(text.Text(), Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  const CapMessage& message = reading->message;
  EXPECT_EQ(message.version, CapVersion::k12);
  EXPECT_EQ(message.identity.identifier, "SZ-2026-0001");
  EXPECT_EQ(message.identity.sender, "duty@weather.suzhou.example");
  EXPECT_EQ(FormatCapTime(message.identity.sent), "2026-06-20T00:00:00-00:00");
  EXPECT_EQ(message.status, CapStatus::kActual);
  EXPECT_EQ(message.type, CapMessageType::kAlert);
  ASSERT_EQ(message.infos.size(), 1U);
  const CapInfo& info = message.infos[0];
  EXPECT_EQ(info.language, "zh-CN");
  EXPECT_THAT(info.categories, ElementsAre(CapCategory::kMet));
  EXPECT_EQ(info.event, "暴雨");
  EXPECT_EQ(info.urgency, CapUrgency::kImmediate);
  EXPECT_EQ(info.severity, CapSeverity::kSevere);
  EXPECT_EQ(info.certainty, CapCertainty::kObserved);
  EXPECT_EQ(FormatCapTime(*info.onset), "2026-06-20T01:00:00-00:00");
  EXPECT_EQ(FormatCapTime(*info.expires), "2026-06-20T12:00:00-00:00");
  EXPECT_EQ(info.instruction, "不要外出");
  EXPECT_THAT(info.parameters, ElementsAre(CapNamedValue{"预警级别", "橙色"}));
  ASSERT_EQ(info.resources.size(), 1U);
  EXPECT_EQ(info.resources[0].size_bytes, 1024);
  EXPECT_TRUE(info.resources[0].has_content);
  ASSERT_EQ(info.areas.size(), 1U);
  EXPECT_DOUBLE_EQ(info.areas[0].shapes.circles[0].radius_m, 12'500);
  EXPECT_THAT(info.areas[0].geocodes, ElementsAre(CapNamedValue{"GB/T 2260", "320583"}));
  EXPECT_EQ(info.areas[0].altitude_ft, 100);
  EXPECT_EQ(info.areas[0].ceiling_ft, 200.5);
}

TEST(CapReaderTest, ReadsSeveralLanguagesAndReferences) {
  CapText text;
  text.type = "Update";
  text.references =
      "<references>duty@weather.suzhou.example,SZ-1,2026-06-20T07:00:00+08:00\n"
      " duty@weather.suzhou.example,SZ-2,2026-06-20T07:30:00+08:00</references>";
  text.infos += CapText::Info("", "", "", "Severe", "en-US");
  const auto reading = ReadCap(text.Text(), Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  ASSERT_EQ(reading->message.infos.size(), 2U);
  EXPECT_EQ(reading->message.infos[1].language, "en-US");
  ASSERT_EQ(reading->message.references.size(), 2U);
  EXPECT_EQ(reading->message.references[1].identifier, "SZ-2");
  EXPECT_EQ(FormatCapTime(reading->message.references[1].sent), "2026-06-19T23:30:00-00:00");
}

TEST(CapReaderTest, TakesTheDefaultLanguage) {
  CapText text;
  const std::string language = "<language>zh-CN</language>";
  text.infos.erase(text.infos.find(language), language.size());
  const auto reading = ReadCap(text.Text(), Strictness::kStrict);
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading->message.infos[0].language, "en-US");
}

TEST(CapReaderTest, ReadsPrefixedNamesAndPassesOverOtherNamespaces) {
  const std::string text =
      "<c:alert xmlns:c='urn:oasis:names:tc:emergency:cap:1.2' xmlns:x='urn:example:x'><c:identifier>1</c:identifier>"
      "<c:sender>a</c:sender><c:sent>2026-06-20T08:00:00+08:00</c:sent><c:status>Test</c:status>"
      "<c:msgType>Alert</c:msgType><c:scope>Public</c:scope><x:alert/>"
      "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></c:alert>";
  const auto reading = ReadCap(text, Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_EQ(reading->message.status, CapStatus::kTest);
  EXPECT_EQ(reading->message.foreign_elements, 2);
  EXPECT_TRUE(reading->message.is_signed);
}

TEST(CapReaderTest, ReadsVersionOneOneWithItsTimes) {
  CapText text;
  text.name_space = "urn:oasis:names:tc:emergency:cap:1.1";
  text.sent = "2026-06-20T00:00:00.5Z";
  const auto reading = ReadCap(text.Text(), Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_EQ(reading->message.version, CapVersion::k11);
}

TEST(CapReaderTest, ReadsTextInSeveralPieces) {
  CapText text;
  text.identifier = "SZ<!-- a comment -->-<![CDATA[1]]>&#45;2";
  const auto reading = ReadCap(text.Text(), Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_EQ(reading->message.identity.identifier, "SZ-1-2");
}

TEST(CapReaderTest, NeedsNeitherInfoNorArea) {
  CapText text;
  text.infos = "";
  EXPECT_TRUE(ReadCap(text.Text(), Strictness::kStrict).ok());
  text.infos = CapText::Info("");
  EXPECT_TRUE(ReadCap(text.Text(), Strictness::kStrict).ok());
}

struct Wrong {
  std::string what;
  void (*change)(CapText&);
  Reason reason;
  std::string field;
};

TEST(CapReaderTest, RefusesInEitherReadingWhatCannotBeUnderstood) {
  const std::vector<Wrong> table{
      {"no CAP", [](CapText& t) { t.name_space = "urn:example:other"; }, Reason::kInvalidField, "alert"},
      {"version 1.0", [](CapText& t) { t.name_space = "http://www.incident.com/cap/1.0"; }, Reason::kInvalidField,
       "alert"},
      {"no identifier", [](CapText& t) { t.identifier = " "; }, Reason::kInvalidField, "alert/identifier"},
      {"no sender", [](CapText& t) { t.sender = ""; }, Reason::kInvalidField, "alert/sender"},
      {"long identifier", [](CapText& t) { t.identifier = std::string(201, 'x'); }, Reason::kTooLong,
       "alert/identifier"},
      {"no sent", [](CapText& t) { t.sent = ""; }, Reason::kBadTime, "alert/sent"},
      {"sent without offset", [](CapText& t) { t.sent = "2026-06-20T08:00:00"; }, Reason::kBadTime, "alert/sent"},
      {"sent with a comma", [](CapText& t) { t.sent = "2026-06-20T08:00:00,08:00"; }, Reason::kBadTime, "alert/sent"},
      {"status", [](CapText& t) { t.status = "Real"; }, Reason::kInvalidField, "alert/status"},
      {"no status", [](CapText& t) { t.status = ""; }, Reason::kInvalidField, "alert/status"},
      {"type", [](CapText& t) { t.type = "Warning"; }, Reason::kInvalidField, "alert/msgType"},
      {"tags", [](CapText& t) { t.infos = "<info></area>"; }, Reason::kInvalidField, "content"},
  };
  for (const Wrong& row : table) {
    CapText text;
    row.change(text);
    for (const Strictness strictness : {Strictness::kStrict, Strictness::kLenient}) {
      const auto reading = ReadCap(text.Text(), strictness);
      EXPECT_TRUE(HasReason(reading.status(), row.reason)) << row.what << ": " << reading.status();
      EXPECT_EQ(GetErrorInfo(reading.status()).field, row.field) << row.what;
    }
  }
}

struct Faulty {
  std::string what;
  void (*change)(CapText&);
  Reason strict;
  std::string fault;
};

std::string Polygon(const std::string& points) {
  return CapText::Info(CapText::Area("<polygon>" + points + "</polygon>"));
}
std::string Circle(const std::string& text) { return CapText::Info(CapText::Area("<circle>" + text + "</circle>")); }
std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(CapReaderTest, ListsFaultsLenientlyAndRefusesThemStrictly) {
  const std::vector<Faulty> table{
      {"zulu", [](CapText& t) { t.sent = "2026-06-20T00:00:00Z"; }, Reason::kBadTime, "alert/sent TIME_FORMAT"},
      {"fraction", [](CapText& t) { t.sent = "2026-06-20T08:00:00.1234567+08:00"; }, Reason::kBadTime,
       "alert/sent TIME_FORMAT"},
      {"expires with a comma",
       [](CapText& t) { t.infos = CapText::Info("", "", "<expires>2026-06-20T20:00:00,08:00</expires>"); },
       Reason::kBadTime, "alert/info[1]/expires BAD_TIME"},
      {"end before beginning",
       [](CapText& t) {
         t.infos = CapText::Info(
             "", "", "<onset>2026-06-20T10:00:00+08:00</onset><expires>2026-06-20T09:00:00+08:00</expires>");
       },
       Reason::kBadTime, "alert/info[1]/expires TIME_ORDER"},
      {"case of status", [](CapText& t) { t.status = "ACTUAL"; }, Reason::kInvalidField, "alert/status BAD_VALUE"},
      {"severity", [](CapText& t) { t.infos = CapText::Info("", "", "", "Terrible"); }, Reason::kInvalidField,
       "alert/info[1]/severity BAD_VALUE"},
      {"category", [](CapText& t) { t.infos = Replaced(t.infos, ">Met<", ">Weather<"); }, Reason::kInvalidField,
       "alert/info[1]/category[1] BAD_VALUE"},
      {"no category", [](CapText& t) { t.infos = Replaced(t.infos, "<category>Met</category>", ""); },
       Reason::kInvalidField, "alert/info[1]/category MISSING_ELEMENT"},
      {"empty event", [](CapText& t) { t.infos = Replaced(t.infos, "暴雨</event>", "</event>"); },
       Reason::kInvalidField, "alert/info[1]/event MISSING_ELEMENT"},
      {"no scope", [](CapText& t) { t.scope = ""; }, Reason::kInvalidField, "alert/scope MISSING_ELEMENT"},
      {"private without addresses", [](CapText& t) { t.scope = "<scope>Private</scope>"; }, Reason::kInvalidField,
       "alert/addresses MISSING_ELEMENT"},
      {"restricted without restriction", [](CapText& t) { t.scope = "<scope>Restricted</scope>"; },
       Reason::kInvalidField, "alert/restriction MISSING_ELEMENT"},
      {"twice", [](CapText& t) { t.scope += t.scope; }, Reason::kInvalidField, "alert/scope REPEATED_ELEMENT"},
      {"unknown", [](CapText& t) { t.scope += "<colour>red</colour>"; }, Reason::kUnknownField,
       "alert/colour UNKNOWN_ELEMENT"},
      {"order", [](CapText& t) { t.scope += "<source>x</source>"; }, Reason::kInvalidField, "alert/source WRONG_ORDER"},
      {"blank in identifier", [](CapText& t) { t.identifier = "SZ 1"; }, Reason::kInvalidField,
       "alert/identifier BAD_VALUE"},
      {"comma in sender", [](CapText& t) { t.sender = "a,b"; }, Reason::kInvalidField, "alert/sender BAD_VALUE"},
      {"empty references", [](CapText& t) { t.references = "<references/>"; }, Reason::kInvalidField,
       "alert/references EMPTY_ELEMENT"},
      {"Update without references", [](CapText& t) { t.type = "Update"; }, Reason::kInvalidField,
       "alert/references MISSING_ELEMENT"},
      {"bad reference",
       [](CapText& t) {
         t.type = "Cancel";
         t.references = "<references>only,two</references>";
       },
       Reason::kInvalidField, "alert/references BAD_REFERENCE"},
      {"invisible character", [](CapText& t) { t.scope += "<note>a&#x202e;b</note>"; }, Reason::kIllegalChar,
       "alert/note ILLEGAL_CHARACTER"},
      {"open polygon", [](CapText& t) { t.infos = Polygon("31,120 31,121 32,121 32,120"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] OPEN_POLYGON"},
      {"open triangle", [](CapText& t) { t.infos = Polygon("31,120 31,121 32,121"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] OPEN_POLYGON"},
      {"crossing polygon", [](CapText& t) { t.infos = Polygon("31,120 32,121 31,121 32,120 31,120"); },
       Reason::kBadGeometry, "alert/info[1]/area[1]/polygon[1] CROSSING_POLYGON"},
      {"swapped polygon", [](CapText& t) { t.infos = Polygon("120,31 121,31 121,32 120,31"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] BAD_POLYGON"},
      {"two points", [](CapText& t) { t.infos = Polygon("31,120 32,121"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] BAD_POLYGON"},
      {"not numbers", [](CapText& t) { t.infos = Polygon("31,nan 31,121 32,121 31,nan"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] BAD_POLYGON"},
      {"empty polygon", [](CapText& t) { t.infos = Polygon(""); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/polygon[1] BAD_POLYGON"},
      {"circle without radius", [](CapText& t) { t.infos = Circle("31,120"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/circle[1] BAD_CIRCLE"},
      {"negative circle", [](CapText& t) { t.infos = Circle("31,120 -1"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/circle[1] BAD_CIRCLE"},
      {"circle out of range", [](CapText& t) { t.infos = Circle("91,120 1"); }, Reason::kBadGeometry,
       "alert/info[1]/area[1]/circle[1] BAD_CIRCLE"},
      {"ceiling without altitude", [](CapText& t) { t.infos = CapText::Info(CapText::Area("<ceiling>9</ceiling>")); },
       Reason::kInvalidField, "alert/info[1]/area[1]/altitude MISSING_ELEMENT"},
      {"altitude in words", [](CapText& t) { t.infos = CapText::Info(CapText::Area("<altitude>high</altitude>")); },
       Reason::kInvalidField, "alert/info[1]/area[1]/altitude BAD_VALUE"},
      {"area without description",
       [](CapText& t) { t.infos = CapText::Info("<area><circle>31,120 1</circle></area>"); }, Reason::kInvalidField,
       "alert/info[1]/area[1]/areaDesc MISSING_ELEMENT"},
  };
  for (const Faulty& row : table) {
    CapText text;
    row.change(text);
    const auto strict = ReadCap(text.Text(), Strictness::kStrict);
    EXPECT_TRUE(HasReason(strict.status(), row.strict)) << row.what << ": " << strict.status();
    const std::string field = row.fault.substr(0, row.fault.find(' '));
    EXPECT_EQ(GetErrorInfo(strict.status()).field, field) << row.what;
    const auto lenient = ReadCap(text.Text(), Strictness::kLenient);
    ASSERT_TRUE(lenient.ok()) << row.what << ": " << lenient.status();
    EXPECT_THAT(Codes(*lenient), ElementsAre(row.fault)) << row.what;
  }
}

TEST(CapReaderTest, RepairsWhatItCanWhenLenient) {
  CapText text;
  text.infos = Polygon("31,120 31,121 32,121 32,120");
  const auto open = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(open.ok());
  EXPECT_TRUE(open->message.infos[0].areas[0].shapes.Contains({31.5, 120.5}));
  EXPECT_THAT(open->faults[0].message_zh, HasSubstr("已补上末点"));
  EXPECT_THAT(open->faults[0].message_en, HasSubstr("last point was added"));

  text.infos = Polygon("31,120 32,121 31,121 32,120 31,120");
  const auto crossing = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(crossing.ok());
  EXPECT_TRUE(crossing->message.infos[0].areas[0].shapes.Contains({31.5, 120.1}));

  text.infos = Polygon("120,31 121,31 121,32 120,31");
  const auto swapped = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(swapped.ok());
  EXPECT_TRUE(swapped->message.infos[0].areas[0].shapes.empty());
}

TEST(CapReaderTest, DoesNotPromiseARepairWhenStrict) {
  CapText text;
  text.infos = Polygon("31,120 31,121 32,121 32,120");
  const auto strict = ReadCap(text.Text(), Strictness::kStrict);
  EXPECT_EQ(GetErrorInfo(strict.status()).message_zh.find("补上"), std::string::npos);
  EXPECT_EQ(GetErrorInfo(strict.status()).metadata.at("fault"), "OPEN_POLYGON");
}

TEST(CapReaderTest, TakesARestrictedScopeForOneThatItCannotRead) {
  CapText text;
  text.scope = "<scope>Everyone</scope>";
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading->message.scope, CapScope::kRestricted);
}

TEST(CapReaderTest, KeepsALimitedListOfFaults) {
  CapText text;
  text.scope += std::string();
  for (int i = 0; i < 1000; ++i) {
    text.scope += "<x/>";
  }
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(reading.ok());
  EXPECT_EQ(reading->faults.size(), FaultList::kMaxFaults + 1);
  EXPECT_EQ(reading->faults.back().code, FaultCode::kTooMany);
}

TEST(CapReaderTest, KeepsTheLastHundredReferences) {
  CapText text;
  text.type = "Update";
  text.references = "<references>";
  for (int i = 0; i < 150; ++i) {
    text.references += "a,m" + std::to_string(i) + ",2026-06-20T07:00:00+08:00 ";
  }
  text.references += "</references>";
  const auto reading = ReadCap(text.Text(), Strictness::kLenient);
  ASSERT_TRUE(reading.ok());
  ASSERT_EQ(reading->message.references.size(), kMaxReferences);
  EXPECT_EQ(reading->message.references.back().identifier, "m149");
}

TEST(CapReaderTest, ReadsGb18030) {
  CapText text;
  text.infos = Replaced(CapText::Info("", "", "", "Severe", "zh-CN"), "六小时内将有暴雨。", "");
  std::string document = Replaced(text.Text(), "UTF-8", "GB18030");
  // 暴雨 and 昆山市发布暴雨警报 in GB18030.
  document = Replaced(document, "<event>暴雨</event>", "<event>\xb1\xa9\xd3\xea</event>");
  document = Replaced(document, "昆山市发布暴雨警报", "\xc0\xa5\xc9\xbd\xca\xd0");
  const auto reading = ReadCap(document, Strictness::kStrict);
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_EQ(reading->message.infos[0].event, "暴雨");
  EXPECT_EQ(reading->message.infos[0].headline, "昆山市");
}

TEST(CapReaderTest, GuardsBeforeItReads) {
  EXPECT_TRUE(
      HasReason(ReadCap("<!DOCTYPE alert>" + CapText().Text(), Strictness::kLenient).status(), Reason::kXmlForbidden));
}

}  // namespace
}  // namespace muster::exchange
