#include "services/exchange/core/xml_error.h"

#include "muster/domain/reason.h"

namespace muster::exchange {
namespace {

constexpr char kField[] = "content";

}  // namespace

absl::Status XmlForbidden(std::string_view why, std::string_view zh, std::string_view en, size_t offset) {
  const std::string at = std::to_string(offset);
  return ErrorWithTexts(Reason::kXmlForbidden, kField,
                        "XML 文档含有不允许的内容：" + std::string(zh) + "（第 " + at + " 字节）。请去掉后重发。",
                        "The XML document holds something that is not allowed: " + std::string(en) + " (at byte " + at +
                            "). Remove it and send it again.",
                        {{"why", std::string(why)}, {"offset", at}});
}

absl::Status XmlTooLarge(std::string_view why, std::string_view zh, std::string_view en, size_t offset) {
  const std::string at = std::to_string(offset);
  return ErrorWithTexts(
      Reason::kXmlTooLarge, kField, "XML 文档太大：" + std::string(zh) + "（第 " + at + " 字节）。请拆分或精简。",
      "The XML document is too large: " + std::string(en) + " (at byte " + at + "). Split or shorten it.",
      {{"why", std::string(why)}, {"offset", at}});
}

absl::Status XmlMalformed(size_t offset) {
  const std::string at = std::to_string(offset);
  return ErrorWithTexts(Reason::kInvalidField, kField,
                        "内容不是格式良好的 XML（第 " + at + " 字节附近）。请检查后重发。",
                        "The content is not well-formed XML (near byte " + at + "). Correct it and send it again.",
                        {{"why", "not_well_formed"}, {"offset", at}});
}

}  // namespace muster::exchange
