#include "services/exchange/core/cap_reader.h"

#include <algorithm>
#include <charconv>
#include <pugixml.hpp>
#include <span>
#include <string>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/exchange/core/cap_geometry.h"
#include "services/exchange/core/cap_schema.h"
#include "services/exchange/core/cap_time.h"
#include "services/exchange/core/xml_element.h"
#include "services/exchange/core/xml_error.h"

namespace muster::exchange {
namespace {

constexpr std::string_view kNamespace11 = "urn:oasis:names:tc:emergency:cap:1.1";
constexpr std::string_view kNamespace12 = "urn:oasis:names:tc:emergency:cap:1.2";
constexpr std::string_view kSignatureNamespace = "http://www.w3.org/2000/09/xmldsig#";

/// `text` without the characters that nobody types.
std::string WithoutIllegal(std::string_view text) {
  std::string kept;
  for (size_t start = 0; start < text.size();) {
    size_t end = start + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
      ++end;
    }
    if (!HasIllegalCharacter(text.substr(start, end - start))) {
      kept += text.substr(start, end - start);
    }
    start = end;
  }
  return kept;
}

class Reader {
 public:
  explicit Reader(Strictness strictness) : faults_(strictness) {}

  absl::StatusOr<CapReading> Read(const pugi::xml_node& alert) {
    message_.version = namespace_ == kNamespace11 ? CapVersion::k11 : CapVersion::k12;
    MUSTER_RETURN_IF_ERROR(Alert(alert));
    return CapReading{std::move(message_), std::move(faults_).Take()};
  }

  absl::Status CheckRoot(const pugi::xml_node& root) {
    namespace_ = NamespaceOf(root);
    if (LocalName(root) != "alert" || (namespace_ != kNamespace11 && namespace_ != kNamespace12)) {
      return ErrorWithTexts(
          Reason::kInvalidField, "alert", "只接受 CAP 1.1 和 1.2 的 alert 文档。请检查根元素和命名空间。",
          "Only alert documents of CAP 1.1 and 1.2 are taken. Check the root element and its namespace.",
          {{"why", "not_cap"}});
    }
    return absl::OkStatus();
  }

 private:
  // --- Elements and texts ---

  /// Sorts the children of an element, noting what breaks the schema.
  absl::StatusOr<Children> Sort(const pugi::xml_node& parent, const std::string& path, std::span<const Slot> slots) {
    Children children;
    size_t furthest = 0;
    for (const pugi::xml_node& child : parent.children()) {
      if (child.type() != pugi::node_element || !IsOurs(child)) {
        continue;
      }
      const std::string_view name = LocalName(child);
      const auto slot = std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return s.name == name; });
      if (slot == slots.end()) {
        MUSTER_RETURN_IF_ERROR(faults_.Add(path + "/" + WithoutIllegal(name), FaultCode::kUnknownElement,
                                           "标准中没有这个元素", "the standard has no such element"));
        continue;
      }
      MUSTER_RETURN_IF_ERROR(CheckPlace(children, path, *slot, static_cast<size_t>(slot - slots.begin()), furthest));
      children.Add(slot->name, child);
    }
    MUSTER_RETURN_IF_ERROR(CheckRequired(children, path, slots));
    return children;
  }

  /// Counts what belongs to another namespace.
  bool IsOurs(const pugi::xml_node& child) {
    const std::string_view uri = NamespaceOf(child);
    if (uri == namespace_) {
      return true;
    }
    message_.is_signed = message_.is_signed || uri == kSignatureNamespace;
    ++message_.foreign_elements;
    return false;
  }

  absl::Status CheckPlace(const Children& so_far, const std::string& path, const Slot& slot, size_t place,
                          size_t& furthest) {
    const std::string child = path + "/" + std::string(slot.name);
    if (!slot.repeatable && !so_far.All(slot.name).empty()) {
      return faults_.Add(child, FaultCode::kRepeated, "只能出现一次", "may come only once");
    }
    if (place < furthest) {
      return faults_.Add(child, FaultCode::kWrongOrder, "元素顺序与标准不符", "not in the order of the standard");
    }
    furthest = place;
    return absl::OkStatus();
  }

  absl::Status CheckRequired(const Children& children, const std::string& path, std::span<const Slot> slots) {
    for (const Slot& slot : slots) {
      if (slot.required && children.All(slot.name).empty()) {
        MUSTER_RETURN_IF_ERROR(Missing(path + "/" + std::string(slot.name)));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Missing(const std::string& path) {
    return faults_.Add(path, FaultCode::kMissing, "缺少必填内容", "required and missing");
  }

  absl::Status BadValue(const std::string& path, std::string_view zh, std::string_view en) {
    return faults_.Add(path, FaultCode::kBadValue, std::string(zh), std::string(en));
  }

  /// The text of an element, cleaned. A null node gives an empty text.
  absl::StatusOr<std::string> Text(const pugi::xml_node& node, const std::string& path) {
    std::string text = TextOf(node);
    if (HasIllegalCharacter(text)) {
      MUSTER_RETURN_IF_ERROR(faults_.Add(path, FaultCode::kIllegalCharacter, "含有控制字符或不可见字符",
                                         "holds control or invisible characters"));
      text = WithoutIllegal(text);
    }
    return text;
  }

  absl::Status Text(const Children& children, std::string_view name, const std::string& path, std::string& text) {
    MUSTER_ASSIGN_OR_RETURN(text, Text(children.One(name), path + "/" + std::string(name)));
    return absl::OkStatus();
  }

  /// A text that the schema requires: empty counts as missing (that it is not there at all was noted before).
  absl::Status Required(const Children& children, std::string_view name, const std::string& path, std::string& text) {
    MUSTER_RETURN_IF_ERROR(Text(children, name, path, text));
    const bool empty = children.One(name) && text.empty();
    return empty ? Missing(path + "/" + std::string(name)) : absl::OkStatus();
  }

  // --- Values ---

  /// A word of a list. None when it is not one of them, in whatever case; the wrong case is a fault.
  template <class Enum>
  absl::StatusOr<std::optional<Enum>> FindWord(const std::string& text, const std::string& path) {
    if (const auto exact = FromWord<Enum>(text); exact.has_value()) {
      return exact;
    }
    const auto value = FromWordInAnyCase<Enum>(text);
    if (value.has_value()) {
      MUSTER_RETURN_IF_ERROR(BadValue(path, "大小写与标准不符", "not in the standard's upper and lower case"));
    }
    return value;
  }

  /// A word; one that is not of the list is a fault and leaves `value` as it is.
  template <class Enum>
  absl::Status ReadWord(const pugi::xml_node& node, const std::string& path, Enum& value) {
    if (!node) {
      return absl::OkStatus();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string text, Text(node, path));
    MUSTER_ASSIGN_OR_RETURN(const auto found, FindWord<Enum>(text, path));
    if (found.has_value()) {
      value = *found;
      return absl::OkStatus();
    }
    return BadValue(path, "不是标准中的取值", "not a value of the standard");
  }

  /// A word without which nothing can be done.
  template <class Enum>
  absl::Status RequireWord(const Children& children, std::string_view name, Enum& value) {
    const std::string path = "alert/" + std::string(name);
    MUSTER_ASSIGN_OR_RETURN(const std::string text, Text(children.One(name), path));
    MUSTER_ASSIGN_OR_RETURN(const auto found, FindWord<Enum>(text, path));
    if (!found.has_value()) {
      return Error(Reason::kInvalidField, path);
    }
    value = *found;
    return absl::OkStatus();
  }

  /// A repeatable word.
  template <class Enum>
  absl::Status ReadWords(const Children& children, std::string_view name, const std::string& parent, Enum fallback,
                         std::vector<Enum>& values) {
    const auto& nodes = children.All(name);
    for (size_t i = 0; i < nodes.size(); ++i) {
      Enum value = fallback;
      MUSTER_RETURN_IF_ERROR(ReadWord(nodes[i], Numbered(parent, name, i), value));
      values.push_back(value);
    }
    return absl::OkStatus();
  }

  static std::string Numbered(const std::string& parent, std::string_view name, size_t index) {
    return parent + "/" + std::string(name) + "[" + std::to_string(index + 1) + "]";
  }

  absl::Status ReadTime(const Children& children, std::string_view name, const std::string& parent,
                        std::optional<Time>& time) {
    const pugi::xml_node node = children.One(name);
    if (!node) {
      return absl::OkStatus();
    }
    const std::string path = parent + "/" + std::string(name);
    const auto read = ReadCapTime(TextOf(node));
    if (!read.has_value()) {
      return faults_.Add(path, FaultCode::kBadTime, "时间不正确，应为 2026-01-31T08:30:00+08:00 的形式",
                         "not a time of the form 2026-01-31T08:30:00+08:00");
    }
    time = read->time;
    return CheckTimeFormat(*read, path);
  }

  absl::Status CheckTimeFormat(const CapTime& time, const std::string& path) {
    if (time.is_plain || message_.version == CapVersion::k11) {
      return absl::OkStatus();
    }
    return faults_.Add(path, FaultCode::kTimeFormat, "CAP 1.2 的时间不用 Z，也不带小数秒",
                       "times of CAP 1.2 have neither Z nor fractions of a second");
  }

  absl::Status ReadNumber(const Children& children, std::string_view name, const std::string& parent,
                          std::optional<double>& number) {
    if (!children.One(name)) {
      return absl::OkStatus();
    }
    number = ReadDecimal(TextOf(children.One(name)));
    return number.has_value() ? absl::OkStatus()
                              : BadValue(parent + "/" + std::string(name), "不是数字", "not a number");
  }

  absl::Status ReadNamedValues(const Children& children, std::string_view name, const std::string& parent,
                               std::vector<CapNamedValue>& values) {
    const auto& nodes = children.All(name);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const std::string path = Numbered(parent, name, i);
      MUSTER_ASSIGN_OR_RETURN(const Children parts, Sort(nodes[i], path, kNamedValueSlots));
      CapNamedValue value;
      MUSTER_RETURN_IF_ERROR(Text(parts, "valueName", path, value.name));
      MUSTER_RETURN_IF_ERROR(Text(parts, "value", path, value.value));
      values.push_back(std::move(value));
    }
    return absl::OkStatus();
  }

  // --- The message ---

  absl::Status Alert(const pugi::xml_node& alert) {
    const std::string path = "alert";
    MUSTER_ASSIGN_OR_RETURN(const Children children, Sort(alert, path, kAlertSlots));
    MUSTER_RETURN_IF_ERROR(Identity(children));
    MUSTER_RETURN_IF_ERROR(RequireWord(children, "status", message_.status));
    MUSTER_RETURN_IF_ERROR(RequireWord(children, "msgType", message_.type));
    MUSTER_RETURN_IF_ERROR(Text(children, "source", path, message_.source));
    MUSTER_RETURN_IF_ERROR(Scope(children));
    for (const pugi::xml_node& code : children.All("code")) {
      MUSTER_ASSIGN_OR_RETURN(std::string text, Text(code, "alert/code"));
      message_.codes.push_back(std::move(text));
    }
    MUSTER_RETURN_IF_ERROR(Text(children, "note", path, message_.note));
    MUSTER_RETURN_IF_ERROR(Text(children, "incidents", path, message_.incidents));
    MUSTER_RETURN_IF_ERROR(References(children));
    const auto& infos = children.All("info");
    for (size_t i = 0; i < infos.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(Info(infos[i], Numbered(path, "info", i)));
    }
    return absl::OkStatus();
  }

  absl::Status Identity(const Children& children) {
    CapIdentity& identity = message_.identity;
    MUSTER_RETURN_IF_ERROR(IdentityText(children, "identifier", identity.identifier));
    MUSTER_RETURN_IF_ERROR(IdentityText(children, "sender", identity.sender));
    const auto sent = ReadCapTime(TextOf(children.One("sent")));
    if (!sent.has_value()) {
      return ErrorWithTexts(Reason::kBadTime, "alert/sent",
                            "alert/sent 的时间不正确，应为 2026-01-31T08:30:00+08:00 的形式。请改正时间。",
                            "The time in alert/sent must have the form 2026-01-31T08:30:00+08:00. Correct it.",
                            {{"why", "not_a_time"}});
    }
    identity.sent = sent->time;
    return CheckTimeFormat(*sent, "alert/sent");
  }

  absl::Status IdentityText(const Children& children, std::string_view name, std::string& text) {
    const std::string path = "alert/" + std::string(name);
    MUSTER_ASSIGN_OR_RETURN(text, Text(children.One(name), path));
    if (text.empty()) {
      return Error(Reason::kInvalidField, path);
    }
    if (CodePointCount(text) > kMaxIdentityLength) {
      return Error(Reason::kTooLong, path, {{"limit", std::to_string(kMaxIdentityLength)}});
    }
    if (text.find_first_of(" \t\n,<&") != std::string::npos) {
      return BadValue(path, "不应含有空格、逗号、< 或 &", "must not hold blanks, commas, < or &");
    }
    return absl::OkStatus();
  }

  absl::Status Scope(const Children& children) {
    // A scope that cannot be read is taken as the narrower one.
    message_.scope = children.One("scope") ? CapScope::kRestricted : CapScope::kPublic;
    MUSTER_RETURN_IF_ERROR(ReadWord(children.One("scope"), "alert/scope", message_.scope));
    MUSTER_RETURN_IF_ERROR(Text(children, "restriction", "alert", message_.restriction));
    MUSTER_RETURN_IF_ERROR(Text(children, "addresses", "alert", message_.addresses));
    if (message_.scope == CapScope::kPrivate && message_.addresses.empty()) {
      return Missing("alert/addresses");
    }
    if (message_.scope == CapScope::kRestricted && message_.restriction.empty()) {
      return Missing("alert/restriction");
    }
    return absl::OkStatus();
  }

  absl::Status References(const Children& children) {
    const pugi::xml_node node = children.One("references");
    MUSTER_ASSIGN_OR_RETURN(const std::string text, Text(node, "alert/references"));
    if (text.empty()) {
      if (message_.type != CapMessageType::kAlert) {
        return Missing("alert/references");
      }
      return node ? faults_.Add("alert/references", FaultCode::kEmpty, "为空", "is empty") : absl::OkStatus();
    }
    auto pieces = SplitAtBlanks(text);
    if (pieces.size() > kMaxReferences) {
      MUSTER_RETURN_IF_ERROR(faults_.Add("alert/references", FaultCode::kTooLong, "引用太多，只取最后 100 个",
                                         "too many references; the last 100 count"));
      pieces.erase(pieces.begin(), pieces.end() - kMaxReferences);
    }
    for (const std::string_view piece : pieces) {
      MUSTER_RETURN_IF_ERROR(Reference(piece));
    }
    return absl::OkStatus();
  }

  absl::Status Reference(std::string_view piece) {
    // From both ends: a sender or time has no comma, an identifier of a careless sender may.
    const size_t first = piece.find(',');
    const size_t last = piece.rfind(',');
    const auto sent = last == std::string_view::npos ? std::nullopt : ReadCapTime(piece.substr(last + 1));
    if (!sent.has_value() || first == last || first == 0 || last - first < 2) {
      return faults_.Add("alert/references", FaultCode::kBadReference, "引用应写成“发送者,编号,时间”",
                         "references are written sender,identifier,sent");
    }
    message_.references.push_back(
        {std::string(piece.substr(0, first)), std::string(piece.substr(first + 1, last - first - 1)), sent->time});
    return CheckTimeFormat(*sent, "alert/references");
  }

  absl::Status Info(const pugi::xml_node& node, const std::string& path) {
    MUSTER_ASSIGN_OR_RETURN(const Children children, Sort(node, path, kInfoSlots));
    CapInfo info;
    MUSTER_RETURN_IF_ERROR(InfoTexts(children, path, info));
    MUSTER_RETURN_IF_ERROR(InfoWords(children, path, info));
    MUSTER_RETURN_IF_ERROR(InfoTimes(children, path, info));
    MUSTER_RETURN_IF_ERROR(ReadNamedValues(children, "eventCode", path, info.event_codes));
    MUSTER_RETURN_IF_ERROR(ReadNamedValues(children, "parameter", path, info.parameters));
    const auto& resources = children.All("resource");
    for (size_t i = 0; i < resources.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(Resource(resources[i], Numbered(path, "resource", i), info.resources.emplace_back()));
    }
    const auto& areas = children.All("area");
    for (size_t i = 0; i < areas.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(Area(areas[i], Numbered(path, "area", i), info.areas.emplace_back()));
    }
    message_.infos.push_back(std::move(info));
    return absl::OkStatus();
  }

  absl::Status InfoTexts(const Children& children, const std::string& path, CapInfo& info) {
    std::string language;
    MUSTER_RETURN_IF_ERROR(Text(children, "language", path, language));
    if (!language.empty()) {
      info.language = std::move(language);
    }
    MUSTER_RETURN_IF_ERROR(Required(children, "event", path, info.event));
    MUSTER_RETURN_IF_ERROR(Text(children, "audience", path, info.audience));
    MUSTER_RETURN_IF_ERROR(Text(children, "senderName", path, info.sender_name));
    MUSTER_RETURN_IF_ERROR(Text(children, "headline", path, info.headline));
    MUSTER_RETURN_IF_ERROR(Text(children, "description", path, info.description));
    MUSTER_RETURN_IF_ERROR(Text(children, "instruction", path, info.instruction));
    MUSTER_RETURN_IF_ERROR(Text(children, "web", path, info.web));
    return Text(children, "contact", path, info.contact);
  }

  absl::Status InfoWords(const Children& children, const std::string& path, CapInfo& info) {
    MUSTER_RETURN_IF_ERROR(ReadWords(children, "category", path, CapCategory::kOther, info.categories));
    MUSTER_RETURN_IF_ERROR(ReadWords(children, "responseType", path, CapResponse::kNone, info.responses));
    MUSTER_RETURN_IF_ERROR(ReadWord(children.One("urgency"), path + "/urgency", info.urgency));
    MUSTER_RETURN_IF_ERROR(ReadWord(children.One("severity"), path + "/severity", info.severity));
    return ReadWord(children.One("certainty"), path + "/certainty", info.certainty);
  }

  absl::Status InfoTimes(const Children& children, const std::string& path, CapInfo& info) {
    MUSTER_RETURN_IF_ERROR(ReadTime(children, "effective", path, info.effective));
    MUSTER_RETURN_IF_ERROR(ReadTime(children, "onset", path, info.onset));
    MUSTER_RETURN_IF_ERROR(ReadTime(children, "expires", path, info.expires));
    const Time begin = info.onset.value_or(info.effective.value_or(message_.identity.sent));
    if (info.expires.has_value() && *info.expires < begin) {
      return faults_.Add(path + "/expires", FaultCode::kTimeOrder, "结束时间早于开始时间",
                         "it expires before it begins");
    }
    return absl::OkStatus();
  }

  absl::Status Resource(const pugi::xml_node& node, const std::string& path, CapResource& resource) {
    MUSTER_ASSIGN_OR_RETURN(const Children children, Sort(node, path, kResourceSlots));
    MUSTER_RETURN_IF_ERROR(Required(children, "resourceDesc", path, resource.description));
    MUSTER_RETURN_IF_ERROR(Required(children, "mimeType", path, resource.mime_type));
    MUSTER_RETURN_IF_ERROR(Text(children, "uri", path, resource.uri));
    MUSTER_RETURN_IF_ERROR(Text(children, "digest", path, resource.digest));
    resource.has_content = static_cast<bool>(children.One("derefUri"));
    return Size(children, path, resource.size_bytes);
  }

  absl::Status Size(const Children& children, const std::string& path, std::optional<int64_t>& size) {
    if (!children.One("size")) {
      return absl::OkStatus();
    }
    const std::string text = TextOf(children.One("size"));
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
      return BadValue(path + "/size", "不是字节数", "not a number of bytes");
    }
    size = value;
    return absl::OkStatus();
  }

  absl::Status Area(const pugi::xml_node& node, const std::string& path, CapArea& area) {
    MUSTER_ASSIGN_OR_RETURN(const Children children, Sort(node, path, kAreaSlots));
    MUSTER_RETURN_IF_ERROR(Required(children, "areaDesc", path, area.description));
    const auto& polygons = children.All("polygon");
    for (size_t i = 0; i < polygons.size(); ++i) {
      MUSTER_ASSIGN_OR_RETURN(auto polygon, ReadCapPolygon(TextOf(polygons[i]), Numbered(path, "polygon", i), faults_));
      if (polygon.has_value()) {
        area.shapes.polygons.push_back(*std::move(polygon));
      }
    }
    const auto& circles = children.All("circle");
    for (size_t i = 0; i < circles.size(); ++i) {
      MUSTER_ASSIGN_OR_RETURN(const auto circle,
                              ReadCapCircle(TextOf(circles[i]), Numbered(path, "circle", i), faults_));
      if (circle.has_value()) {
        area.shapes.circles.push_back(*circle);
      }
    }
    MUSTER_RETURN_IF_ERROR(ReadNamedValues(children, "geocode", path, area.geocodes));
    return Heights(children, path, area);
  }

  absl::Status Heights(const Children& children, const std::string& path, CapArea& area) {
    MUSTER_RETURN_IF_ERROR(ReadNumber(children, "altitude", path, area.altitude_ft));
    MUSTER_RETURN_IF_ERROR(ReadNumber(children, "ceiling", path, area.ceiling_ft));
    if (children.One("ceiling") && !children.One("altitude")) {
      return Missing(path + "/altitude");
    }
    return absl::OkStatus();
  }

  FaultList faults_;
  std::string_view namespace_;
  CapMessage message_;
};

}  // namespace

absl::StatusOr<CapReading> ReadCap(std::string_view bytes, Strictness strictness, const XmlLimits& limits) {
  MUSTER_ASSIGN_OR_RETURN(std::string text, GuardXml(bytes, limits));
  pugi::xml_document document;
  const auto parsed = document.load_buffer_inplace(
      text.data(), text.size(), pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute,
      pugi::encoding_utf8);
  if (!parsed) {
    return XmlMalformed(static_cast<size_t>(parsed.offset));
  }
  Reader reader(strictness);
  MUSTER_RETURN_IF_ERROR(reader.CheckRoot(document.document_element()));
  return reader.Read(document.document_element());
}

}  // namespace muster::exchange
