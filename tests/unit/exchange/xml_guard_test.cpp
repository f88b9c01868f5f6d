#include "services/exchange/core/xml_guard.h"

#include <chrono>
#include <vector>

#include "gtest/gtest.h"
#include "muster/domain/reason.h"
#include "services/exchange/core/xml_encoding.h"

namespace muster::exchange {
namespace {

std::string Repeat(const std::string& piece, size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (size_t i = 0; i < times; ++i) {
    text += piece;
  }
  return text;
}

TEST(XmlGuardTest, PassesAnOrdinaryDocumentUnchanged) {
  const std::string text =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- a note --><a x='1' y=\"&lt;&#x4e2d;\"><b/>中 &amp; "
      "文<![CDATA[<!DOCTYPE is only text here>]]></a >\n";
  const auto guarded = GuardXml(text);
  ASSERT_TRUE(guarded.ok()) << guarded.status();
  EXPECT_EQ(*guarded, text);
}

struct Refused {
  std::string text;
  Reason reason;
  std::string why;
};

TEST(XmlGuardTest, RefusesWhatIsForbiddenOrTooLargeAndSaysWhy) {
  const std::vector<Refused> table{
      {"<!DOCTYPE a><a/>", Reason::kXmlForbidden, "doctype"},
      {"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>", Reason::kXmlForbidden, "doctype"},
      {"<!DOCTYPE a SYSTEM 'http://192.0.2.1/x.dtd'><a/>", Reason::kXmlForbidden, "doctype"},
      {"<!doctype a><a/>", Reason::kXmlForbidden, "doctype"},
      {"<a><!ENTITY % p 'x'></a>", Reason::kXmlForbidden, "doctype"},
      {"<a>&x;</a>", Reason::kXmlForbidden, "entity"},
      {"<a b='&x;'/>", Reason::kXmlForbidden, "entity"},
      {"<a>this & that</a>", Reason::kXmlForbidden, "entity"},
      {"<a>&#0;</a>", Reason::kXmlForbidden, "entity"},
      {"<a>&#xffff;</a>", Reason::kXmlForbidden, "entity"},
      {"<a>&#x110000;</a>", Reason::kXmlForbidden, "entity"},
      {"<?php x?><a/>", Reason::kXmlForbidden, "processing_instruction"},
      {"<a><?xml version='1.0'?></a>", Reason::kXmlForbidden, "processing_instruction"},
      {" <?xml version='1.0'?><a/>", Reason::kXmlForbidden, "processing_instruction"},
      {"<?xml-stylesheet href='x'?><a/>", Reason::kXmlForbidden, "processing_instruction"},
      {"<a xmlns:xi='http://www.w3.org/2001/XInclude'/>", Reason::kXmlForbidden, "xinclude"},
      {"<a>\x01</a>", Reason::kXmlForbidden, "character"},
      {"<a>\xef\xbf\xbf</a>", Reason::kXmlForbidden, "character"},
      {"<a>\xff</a>", Reason::kXmlForbidden, "bytes"},
      {"<a>\xc0\xbc</a>", Reason::kXmlForbidden, "bytes"},
      {std::string("<abc>") + '\0' + "</abc>", Reason::kXmlForbidden, "bytes"},
      {std::string("\xff\xfe<\0a\0/\0>\0", 10), Reason::kXmlForbidden, "encoding"},
      {std::string("<\0a\0/\0>\0", 8), Reason::kXmlForbidden, "encoding"},
      {std::string("\0<\0a\0/\0>", 8), Reason::kXmlForbidden, "encoding"},
      {"<?xml version='1.0' encoding='UTF-16'?><a/>", Reason::kXmlForbidden, "encoding"},
      {"<?xml version='1.0' encoding='utf-7'?><a>+ADw-</a>", Reason::kXmlForbidden, "encoding"},
      {"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", Reason::kXmlForbidden, "encoding"},
      {"\xef\xbb\xbf<?xml version='1.0' encoding='GB18030'?><a/>", Reason::kXmlForbidden, "encoding"},
      {"+/v8-<a/>", Reason::kXmlForbidden, "encoding"},
      {"<?xml version='1.0' encoding='GB18030'?><a>\xff\xff</a>", Reason::kXmlForbidden, "bytes"},
      {Repeat("<a>", 33), Reason::kXmlTooDeep, ""},
      {Repeat("<a>", 100'000), Reason::kXmlTooDeep, ""},
      {"<a>" + Repeat("<b/>", 20'000) + "</a>", Reason::kXmlTooLarge, "nodes"},
      {"<a" + Repeat(" b='1'", 65) + "/>", Reason::kXmlTooLarge, "attributes"},
      {"<a" + Repeat(" b='1'", 500'000) + "/>", Reason::kXmlTooLarge, "attributes"},
      {"<a>" + std::string((1 << 20) + 1, 'x') + "</a>", Reason::kXmlTooLarge, "text"},
      {"<a><![CDATA[" + std::string((1 << 20) + 1, 'x') + "]]></a>", Reason::kXmlTooLarge, "text"},
      {"<a b='" + std::string((1 << 20) + 1, 'x') + "'/>", Reason::kXmlTooLarge, "text"},
      {"<" + std::string(300, 'x') + "/>", Reason::kXmlTooLarge, "name"},
      {std::string((4 << 20) + 1, ' '), Reason::kXmlTooLarge, "document"},
      {"", Reason::kInvalidField, "not_well_formed"},
      {"plain text", Reason::kInvalidField, "not_well_formed"},
      {"<a>", Reason::kInvalidField, "not_well_formed"},
      {"<a></a></a>", Reason::kInvalidField, "not_well_formed"},
      {"<a/><b/>", Reason::kInvalidField, "not_well_formed"},
      {"<a/>tail", Reason::kInvalidField, "not_well_formed"},
      {"<a b=1/>", Reason::kInvalidField, "not_well_formed"},
      {"<a b='1'c='2'/>", Reason::kInvalidField, "not_well_formed"},
      {"<a b='<'/>", Reason::kInvalidField, "not_well_formed"},
      {"<a><!-- never ends</a>", Reason::kInvalidField, "not_well_formed"},
      {"<a><![CDATA[never ends</a>", Reason::kInvalidField, "not_well_formed"},
      {"<![CDATA[x]]><a/>", Reason::kInvalidField, "not_well_formed"},
      {"< a/>", Reason::kInvalidField, "not_well_formed"},
  };
  for (size_t i = 0; i < table.size(); ++i) {
    const auto guarded = GuardXml(table[i].text);
    const ErrorInfo info = GetErrorInfo(guarded.status());
    const std::string what = "row " + std::to_string(i) + ": " + table[i].text.substr(0, 60);
    EXPECT_TRUE(HasReason(guarded.status(), table[i].reason)) << what << " gave " << guarded.status().message();
    EXPECT_EQ(info.metadata.contains("why") ? info.metadata.at("why") : "", table[i].why) << what;
    EXPECT_TRUE(info.metadata.contains("offset")) << what;
  }
}

TEST(XmlGuardTest, TellsTheOffset) {
  EXPECT_EQ(GetErrorInfo(GuardXml("<a>\n<!DOCTYPE b></a>").status()).metadata.at("offset"), "4");
  EXPECT_EQ(GetErrorInfo(GuardXml("<a>中\xff</a>").status()).metadata.at("offset"), "6");
  EXPECT_EQ(GetErrorInfo(GuardXml(Repeat("<a>", 40)).status()).metadata.at("offset"), "96");
}

TEST(XmlGuardTest, TakesExactlyTheLimit) {
  EXPECT_TRUE(GuardXml(Repeat("<a>", 32) + Repeat("</a>", 32)).ok());
  EXPECT_TRUE(GuardXml("<a>" + Repeat("<b/>", 19'999) + "</a>").ok());
  EXPECT_TRUE(GuardXml("<a>" + std::string(1 << 20, 'x') + "</a>").ok());
  EXPECT_TRUE(GuardXml("<a" + Repeat(" b='1'", 64) + "/>").ok());
}

TEST(XmlGuardTest, TakesLinearTimeOnHostileDocuments) {
  const std::vector<std::string> hostile{
      "<a>" + Repeat("<b>x</b>\n", 9'000) + std::string(4'000'000 - 100'000, ' ') + "</a>",
      "<a>" + Repeat("x", 1'000'000) + "<b>" + Repeat("&amp;", 200'000) + "</b></a>",
      Repeat("<!--x-->", 500'000),
      "<a>" + Repeat("<b c='", 600'000),
      Repeat("<", 4'000'000),
  };
  for (const std::string& text : hostile) {
    const auto start = std::chrono::steady_clock::now();
    (void)GuardXml(text);
    // 200 ms of CPU a MiB is the limit; a debug build needs a fraction of it.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800)) << text.substr(0, 20);
  }
}

TEST(XmlEncodingTest, ConvertsGb18030AndLatin1) {
  const auto chinese = DecodeXml("<?xml version='1.0' encoding='GB18030'?><a>\xb1\xa9\xd3\xea</a>");
  ASSERT_TRUE(chinese.ok()) << chinese.status();
  EXPECT_NE(chinese->find("<a>暴雨</a>"), std::string::npos);
  const auto gbk = DecodeXml("<?xml version=\"1.0\" encoding=\"gbk\" ?><a>\xb1\xa9\xd3\xea</a>");
  ASSERT_TRUE(gbk.ok());
  EXPECT_NE(gbk->find("暴雨"), std::string::npos);
  const auto latin = DecodeXml("<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>");
  ASSERT_TRUE(latin.ok());
  EXPECT_NE(latin->find("<a>é</a>"), std::string::npos);
}

TEST(XmlEncodingTest, TakesTheMarkOffUtf8) { EXPECT_EQ(*DecodeXml("\xef\xbb\xbf<a/>"), "<a/>"); }

TEST(XmlGuardTest, LooksAtADocumentAfterConversion) {
  const auto hidden = GuardXml("<?xml version='1.0' encoding='GB18030'?><!DOCTYPE a><a>\xb1\xa9</a>");
  EXPECT_TRUE(HasReason(hidden.status(), Reason::kXmlForbidden));
}

}  // namespace
}  // namespace muster::exchange
