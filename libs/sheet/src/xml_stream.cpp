#include "xml_stream.h"

#include <expat.h>

#include <utility>

#include "muster/sheet/sheet_error.h"
#include "zip_archive.h"

namespace muster::sheet {
namespace {

constexpr int kMaxDepth = 32;
/// Expat looks at an unfinished token again with every piece that it is fed, so a long one takes time by its square.
constexpr size_t kMaxTokenBytes = 1 << 20;

XML_Parser Parser(void* parser) { return static_cast<XML_Parser>(parser); }

std::string_view LocalName(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view XmlAttributes::Get(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (LocalName(pair[0]) == name) {
      return pair[1];
    }
  }
  return {};
}

struct XmlStream::Callbacks {
  static XmlStream& Of(void* user) { return *static_cast<XmlStream*>(user); }

  static void Start(void* user, const char* name, const char** attributes) {
    XmlStream& stream = Of(user);
    stream.unfinished_bytes_ = 0;
    if (++stream.depth_ > kMaxDepth) {
      return stream.Stop(SheetError(Reason::kXmlTooDeep, 0, 0, "XML 嵌套太深。请重新另存工作簿。",
                                    "its XML is nested too deep. Save the workbook again."));
    }
    stream.Stop(stream.handlers_.on_start(LocalName(name), XmlAttributes(attributes)));
  }
  static void End(void* user, const char* name) {
    XmlStream& stream = Of(user);
    stream.unfinished_bytes_ = 0;
    --stream.depth_;
    stream.Stop(stream.handlers_.on_end(LocalName(name)));
  }
  static void Text(void* user, const char* text, int length) {
    Of(user).unfinished_bytes_ = 0;
    Of(user).Stop(Of(user).handlers_.on_text(std::string_view(text, static_cast<size_t>(length))));
  }
  static void Comment(void* user, const char*) { Of(user).unfinished_bytes_ = 0; }
  static void DocumentType(void* user, const char*, const char*, const char*, int) {
    Of(user).Stop(SheetError(Reason::kXmlForbidden, 0, 0, "XML 中含有 DOCTYPE，不接受。请重新另存工作簿。",
                             "its XML has a DOCTYPE, which is not accepted. Save the workbook again."));
  }
};

XmlStream::XmlStream(Handlers handlers) : handlers_(std::move(handlers)), parser_(XML_ParserCreate(nullptr)) {
  XML_SetUserData(Parser(parser_), this);
  XML_SetElementHandler(Parser(parser_), Callbacks::Start, Callbacks::End);
  XML_SetCharacterDataHandler(Parser(parser_), Callbacks::Text);
  XML_SetCommentHandler(Parser(parser_), Callbacks::Comment);
  XML_SetStartDoctypeDeclHandler(Parser(parser_), Callbacks::DocumentType);
}

XmlStream::~XmlStream() { XML_ParserFree(Parser(parser_)); }

void XmlStream::Stop(absl::Status status) {
  // Expat may call a few more handlers after it was stopped: the first error counts.
  if (!status.ok() && status_.ok()) {
    status_ = std::move(status);
    XML_StopParser(Parser(parser_), XML_FALSE);
  }
}

absl::Status XmlStream::Feed(std::string_view bytes, bool last) {
  unfinished_bytes_ += bytes.size();
  const auto result = XML_Parse(Parser(parser_), bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
  if (status_.ok() && unfinished_bytes_ > kMaxTokenBytes) {
    status_ = SheetError(Reason::kXmlTooLarge, 0, 0, "XML 中有一段过长。请重新另存工作簿。",
                         "a part of its XML is too long. Save the workbook again.");
  }
  if (!status_.ok()) {
    return status_;
  }
  return result == XML_STATUS_OK ? absl::OkStatus() : DamagedWorkbook();
}

}  // namespace muster::sheet
