#include "services/gateway/connect/json_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/gateway/connect/json_lexer.h"

namespace muster::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Kind = JsonLexer::Kind;

using Names = std::unordered_map<std::string, const FieldDescriptor*>;

/// The fields of a type under both spellings; made once a thread and type.
const Names& NamesOf(const Descriptor& type) {
  thread_local std::unordered_map<const Descriptor*, std::unique_ptr<Names>> all;
  std::unique_ptr<Names>& names = all[&type];
  if (names == nullptr) {
    names = std::make_unique<Names>();
    for (int i = 0; i < type.field_count(); ++i) {
      names->emplace(type.field(i)->json_name(), type.field(i));
      names->emplace(type.field(i)->name(), type.field(i));
    }
  }
  return *names;
}

/// Puts one value into a field: sets a single field or adds to a repeated one.
class Target {
 public:
  Target(Message& message, const FieldDescriptor& field)
      : message_(message), reflection_(*message.GetReflection()), field_(field) {}

  const FieldDescriptor& field() const { return field_; }
  void Int32(int32_t value) { Put(&Reflection::SetInt32, &Reflection::AddInt32, value); }
  void UInt32(uint32_t value) { Put(&Reflection::SetUInt32, &Reflection::AddUInt32, value); }
  void Int64(int64_t value) { Put(&Reflection::SetInt64, &Reflection::AddInt64, value); }
  void UInt64(uint64_t value) { Put(&Reflection::SetUInt64, &Reflection::AddUInt64, value); }
  void Double(double value) { Put(&Reflection::SetDouble, &Reflection::AddDouble, value); }
  void Float(float value) { Put(&Reflection::SetFloat, &Reflection::AddFloat, value); }
  void Bool(bool value) { Put(&Reflection::SetBool, &Reflection::AddBool, value); }
  void Enum(int value) { Put(&Reflection::SetEnumValue, &Reflection::AddEnumValue, value); }
  void String(std::string value) {
    field_.is_repeated() ? reflection_.AddString(&message_, &field_, std::move(value))
                         : reflection_.SetString(&message_, &field_, std::move(value));
  }
  Message* Nested() {
    return field_.is_repeated() ? reflection_.AddMessage(&message_, &field_)
                                : reflection_.MutableMessage(&message_, &field_);
  }

 private:
  template <class Value>
  void Put(void (Reflection::*set)(Message*, const FieldDescriptor*, Value) const,
           void (Reflection::*add)(Message*, const FieldDescriptor*, Value) const, Value value) {
    (reflection_.*(field_.is_repeated() ? add : set))(&message_, &field_, value);
  }

  Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
};

/// The whole number that a text stands for, also written as 5.0 or 5e2; none when it is not one or does not fit.
template <class Number>
std::optional<Number> WholeNumber(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) {
    return value;
  }
  double fraction = 0;
  const auto [fraction_end, fraction_error] = std::from_chars(text.data(), text.data() + text.size(), fraction);
  constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53: beyond it a double is no exact integer
  if (fraction_error != std::errc() || fraction_end != text.data() + text.size() || std::trunc(fraction) != fraction ||
      std::abs(fraction) > kExact || fraction < static_cast<double>(std::numeric_limits<Number>::lowest()) ||
      fraction > static_cast<double>(std::numeric_limits<Number>::max())) {
    return std::nullopt;
  }
  return static_cast<Number>(fraction);
}

bool IsNumberText(std::string_view text) {
  JsonLexer lexer(text);
  const auto kind = lexer.Peek();
  return kind.ok() && *kind == Kind::kNumber && lexer.offset() == 0 && lexer.Number().ok() && lexer.End().ok() &&
         lexer.offset() == text.size();
}

/// Base64 of either alphabet, padded or not; none when it is not.
std::optional<std::string> FromBase64(std::string text) {
  for (char& c : text) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      return std::nullopt;  // the library would pass over them
    }
  }
  std::string bytes;
  return absl::Base64Unescape(text, &bytes) ? std::optional(std::move(bytes)) : std::nullopt;
}

/// Fills a message while walking over the text. Once a field was wrong the rest is only checked as JSON, so that a
/// fault of the text itself is reported before any fault of a field.
class Reader {
 public:
  explicit Reader(std::string_view json) : lexer_(json) {}

  absl::Status Read(Message* message) {
    MUSTER_RETURN_IF_ERROR(lexer_.CheckUtf8());
    MUSTER_ASSIGN_OR_RETURN(const Kind kind, lexer_.Peek());
    if (kind != Kind::kObject) {
      // A list or a bare value is JSON, but no message.
      MUSTER_RETURN_IF_ERROR(lexer_.Skip());
      MUSTER_RETURN_IF_ERROR(lexer_.End());
      return lexer_.Bad(0);
    }
    MUSTER_RETURN_IF_ERROR(ReadObject(*message));
    MUSTER_RETURN_IF_ERROR(lexer_.End());
    return fault_;
  }

 private:
  absl::Status ReadObject(Message& message) {
    MUSTER_RETURN_IF_ERROR(lexer_.Enter());
    const Names& names = NamesOf(*message.GetDescriptor());
    std::vector<const FieldDescriptor*> seen;
    std::set<std::string> unknown;
    bool first = true;
    for (;;) {
      MUSTER_ASSIGN_OR_RETURN(const bool more, lexer_.Next('}', &first));
      if (!more) {
        return absl::OkStatus();
      }
      const size_t begin = lexer_.offset();
      MUSTER_ASSIGN_OR_RETURN(std::string key, lexer_.Key());
      const auto found = names.find(key);
      if (found == names.end()) {
        if (!unknown.insert(key).second) {
          return lexer_.Bad(begin);
        }
        MUSTER_RETURN_IF_ERROR(ReadUnknown(key));
        continue;
      }
      if (std::find(seen.begin(), seen.end(), found->second) != seen.end()) {
        return lexer_.Bad(begin);
      }
      seen.push_back(found->second);
      MUSTER_RETURN_IF_ERROR(ReadField(message, *found->second));
    }
  }

  absl::Status ReadUnknown(const std::string& key) {
    // A name is quoted only when it looks like one: anything else may be a value that went astray.
    const bool is_name = key.size() <= 64 && std::all_of(key.begin(), key.end(), [](unsigned char c) {
                           return std::isalnum(c) != 0 || c == '_';
                         });
    path_.push_back(is_name ? key : "?");
    Fault(Reason::kUnknownField);
    path_.pop_back();
    return lexer_.Skip();
  }

  absl::Status ReadField(Message& message, const FieldDescriptor& field) {
    path_.push_back(field.name());
    absl::Status status = absl::OkStatus();
    const auto kind = lexer_.Peek();
    if (!kind.ok()) {
      status = kind.status();
    } else if (!fault_.ok() || *kind == Kind::kNull) {
      status = lexer_.Skip();
    } else if (OneofTaken(message, field)) {
      Fault(Reason::kInvalidField);
      status = lexer_.Skip();
    } else if (field.is_map()) {
      status = *kind == Kind::kObject ? ReadMap(message, field) : Mismatch();
    } else if (field.is_repeated()) {
      status = *kind == Kind::kArray ? ReadList(message, field) : Mismatch();
    } else {
      Target target(message, field);
      status = ReadValue(target, *kind);
    }
    path_.pop_back();
    return status;
  }

  static bool OneofTaken(const Message& message, const FieldDescriptor& field) {
    return field.real_containing_oneof() != nullptr &&
           message.GetReflection()->HasOneof(message, field.real_containing_oneof());
  }

  absl::Status ReadList(Message& message, const FieldDescriptor& field) {
    MUSTER_RETURN_IF_ERROR(lexer_.Enter());
    bool first = true;
    for (int index = 0;; ++index) {
      MUSTER_ASSIGN_OR_RETURN(const bool more, lexer_.Next(']', &first));
      if (!more) {
        return absl::OkStatus();
      }
      MUSTER_ASSIGN_OR_RETURN(const Kind kind, lexer_.Peek());
      path_.push_back("[" + std::to_string(index) + "]");
      Target target(message, field);
      const absl::Status status = !fault_.ok() ? lexer_.Skip() : ReadValue(target, kind);
      path_.pop_back();
      MUSTER_RETURN_IF_ERROR(status);
    }
  }

  absl::Status ReadMap(Message& message, const FieldDescriptor& field) {
    MUSTER_RETURN_IF_ERROR(lexer_.Enter());
    std::set<std::string> seen;
    bool first = true;
    for (;;) {
      MUSTER_ASSIGN_OR_RETURN(const bool more, lexer_.Next('}', &first));
      if (!more) {
        return absl::OkStatus();
      }
      const size_t begin = lexer_.offset();
      MUSTER_ASSIGN_OR_RETURN(std::string key, lexer_.Key());
      if (!seen.insert(key).second) {
        return lexer_.Bad(begin);
      }
      MUSTER_ASSIGN_OR_RETURN(const Kind kind, lexer_.Peek());
      if (!fault_.ok()) {
        MUSTER_RETURN_IF_ERROR(lexer_.Skip());
        continue;
      }
      Message* entry = message.GetReflection()->AddMessage(&message, &field);
      Target key_target(*entry, *field.message_type()->map_key());
      Target value_target(*entry, *field.message_type()->map_value());
      path_.push_back(".value");
      PutMapKey(key_target, key);
      const absl::Status status = ReadValue(value_target, kind);
      path_.pop_back();
      MUSTER_RETURN_IF_ERROR(status);
    }
  }

  void PutMapKey(Target& target, const std::string& key) {
    switch (target.field().cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return target.String(key);
      case FieldDescriptor::CPPTYPE_BOOL:
        return key == "true" || key == "false" ? target.Bool(key == "true") : Fault(Reason::kInvalidField);
      default:
        return PutNumber(target, key);
    }
  }

  absl::Status ReadValue(Target& target, Kind kind) {
    switch (target.field().cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadMessage(target, kind);
      case FieldDescriptor::CPPTYPE_STRING:
        return kind == Kind::kString ? ReadText(target) : Mismatch();
      case FieldDescriptor::CPPTYPE_BOOL:
        if (kind == Kind::kTrue || kind == Kind::kFalse) {
          target.Bool(kind == Kind::kTrue);
          return lexer_.Word();
        }
        return Mismatch();
      case FieldDescriptor::CPPTYPE_ENUM:
        return ReadEnum(target, kind);
      default:
        return ReadNumber(target, kind);
    }
  }

  absl::Status ReadText(Target& target) {
    MUSTER_ASSIGN_OR_RETURN(std::string text, lexer_.String());
    if (target.field().type() != FieldDescriptor::TYPE_BYTES) {
      target.String(std::move(text));
      return absl::OkStatus();
    }
    std::optional<std::string> bytes = FromBase64(std::move(text));
    bytes.has_value() ? target.String(*std::move(bytes)) : Fault(Reason::kInvalidField);
    return absl::OkStatus();
  }

  absl::Status ReadEnum(Target& target, Kind kind) {
    const auto& type = *target.field().enum_type();
    if (kind == Kind::kString) {
      MUSTER_ASSIGN_OR_RETURN(const std::string name, lexer_.String());
      const auto* value = type.FindValueByName(name);
      value != nullptr ? target.Enum(value->number()) : Fault(Reason::kInvalidField);
      return absl::OkStatus();
    }
    if (kind != Kind::kNumber) {
      return Mismatch();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string_view text, lexer_.Number());
    const std::optional<int32_t> number = WholeNumber<int32_t>(text);
    number.has_value() && type.FindValueByNumber(*number) != nullptr ? target.Enum(*number)
                                                                     : Fault(Reason::kInvalidField);
    return absl::OkStatus();
  }

  absl::Status ReadNumber(Target& target, Kind kind) {
    if (kind == Kind::kNumber) {
      MUSTER_ASSIGN_OR_RETURN(const std::string_view text, lexer_.Number());
      PutNumber(target, text);
      return absl::OkStatus();
    }
    if (kind != Kind::kString) {
      return Mismatch();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string text, lexer_.String());
    const bool fraction = target.field().cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
                          target.field().cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
    if (fraction && (text == "NaN" || text == "Infinity" || text == "-Infinity")) {
      PutFraction(target, text == "NaN" ? std::nan("") : text[0] == '-' ? -HUGE_VAL : HUGE_VAL);
    } else if (IsNumberText(text)) {
      PutNumber(target, text);
    } else {
      Fault(Reason::kInvalidField);
    }
    return absl::OkStatus();
  }

  void PutNumber(Target& target, std::string_view text) {
    switch (target.field().cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return PutWhole<int32_t>(text, [&](int32_t value) { target.Int32(value); });
      case FieldDescriptor::CPPTYPE_UINT32:
        return PutWhole<uint32_t>(text, [&](uint32_t value) { target.UInt32(value); });
      case FieldDescriptor::CPPTYPE_INT64:
        return PutWhole<int64_t>(text, [&](int64_t value) { target.Int64(value); });
      case FieldDescriptor::CPPTYPE_UINT64:
        return PutWhole<uint64_t>(text, [&](uint64_t value) { target.UInt64(value); });
      default: {
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return PutFraction(target, value);
      }
    }
  }

  template <class Number, class Put>
  void PutWhole(std::string_view text, const Put& put) {
    if (const std::optional<Number> value = WholeNumber<Number>(text); value.has_value()) {
      put(*value);
      return;
    }
    Fault(Reason::kOutOfRange, {{"range", "a whole number, " + std::to_string(std::numeric_limits<Number>::lowest()) +
                                              " to " + std::to_string(std::numeric_limits<Number>::max())}});
  }

  void PutFraction(Target& target, double value) {
    if (target.field().cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
      target.Double(value);
    } else if (std::isfinite(value) && std::abs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
      Fault(Reason::kOutOfRange, {{"range", "a number of 32 bits"}});
    } else {
      target.Float(static_cast<float>(value));
    }
  }

  absl::Status ReadMessage(Target& target, Kind kind) {
    switch (target.field().message_type()->well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
        return kind == Kind::kObject ? ReadObject(*target.Nested()) : Mismatch();
      case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
        return ReadTime(target, kind);
      case Descriptor::WELLKNOWNTYPE_DURATION:
        return ReadDuration(target, kind);
      case Descriptor::WELLKNOWNTYPE_FIELDMASK:
        return ReadFieldMask(target, kind);
      default:
        return ReadByLibrary(target);
    }
  }

  absl::Status ReadTime(Target& target, Kind kind) {
    if (kind != Kind::kString) {
      return Mismatch();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string text, lexer_.String());
    google::protobuf::Timestamp time;
    if (!google::protobuf::util::TimeUtil::FromString(text, &time)) {
      Fault(Reason::kBadTime, {{"why", "not a time of RFC 3339 with its zone"}});
      return absl::OkStatus();
    }
    target.Nested()->CopyFrom(time);
    return absl::OkStatus();
  }

  absl::Status ReadDuration(Target& target, Kind kind) {
    if (kind != Kind::kString) {
      return Mismatch();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string text, lexer_.String());
    google::protobuf::Duration duration;
    if (!google::protobuf::util::TimeUtil::FromString(text, &duration)) {
      Fault(Reason::kInvalidField);
      return absl::OkStatus();
    }
    target.Nested()->CopyFrom(duration);
    return absl::OkStatus();
  }

  absl::Status ReadFieldMask(Target& target, Kind kind) {
    if (kind != Kind::kString) {
      return Mismatch();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string text, lexer_.String());
    google::protobuf::FieldMask mask;
    // Both spellings, as everywhere; the library takes lowerCamelCase only.
    if (text.find('_') != text.npos) {
      google::protobuf::util::FieldMaskUtil::FromString(text, &mask);
    } else if (!google::protobuf::util::FieldMaskUtil::FromJsonString(text, &mask)) {
      Fault(Reason::kInvalidField);
      return absl::OkStatus();
    }
    target.Nested()->CopyFrom(mask);
    return absl::OkStatus();
  }

  /// Any, Struct, Value and wrappers, by the library; its messages quote the text, so they go nowhere.
  absl::Status ReadByLibrary(Target& target) {
    const size_t begin = lexer_.offset();
    MUSTER_RETURN_IF_ERROR(lexer_.Skip());
    const std::string text(lexer_.Since(begin));
    if (!google::protobuf::util::JsonStringToMessage(text, target.Nested()).ok()) {
      Fault(Reason::kInvalidField);
    }
    return absl::OkStatus();
  }

  absl::Status Mismatch() {
    Fault(Reason::kInvalidField);
    return lexer_.Skip();
  }

  void Fault(Reason reason, std::map<std::string, std::string> metadata = {}) {
    if (!fault_.ok()) {
      return;
    }
    std::string path;
    for (const std::string& part : path_) {
      path += path.empty() || part.starts_with('[') || part.starts_with('.') ? part : "." + part;
    }
    fault_ = Error(reason, std::move(path), std::move(metadata));
  }

  JsonLexer lexer_;
  std::vector<std::string> path_;
  absl::Status fault_;
};

}  // namespace

absl::Status ReadJson(std::string_view json, Message* message) { return Reader(json).Read(message); }

}  // namespace muster::gateway
