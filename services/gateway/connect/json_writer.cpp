#include "services/gateway/connect/json_writer.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <vector>

#include "absl/strings/escaping.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// A field and its key as it is written.
struct FieldPlan {
  const FieldDescriptor* field;
  std::string key;  ///< "\"teamId\":"
};

enum class Form { kObject, kTimestamp, kDuration, kFieldMask, kOtherWellKnown };

/// How messages of one type are written; made once a thread and type.
struct Plan {
  Form form = Form::kObject;
  std::vector<FieldPlan> fields;  ///< in order of field numbers
};

Form FormOf(const Descriptor& type) {
  switch (type.well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return Form::kObject;
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Form::kTimestamp;
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return Form::kDuration;
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return Form::kFieldMask;
    default:
      return Form::kOtherWellKnown;
  }
}

const Plan& PlanOf(const Descriptor& type) {
  thread_local std::unordered_map<const Descriptor*, std::unique_ptr<Plan>> plans;
  std::unique_ptr<Plan>& plan = plans[&type];
  if (plan == nullptr) {
    plan = std::make_unique<Plan>();
    plan->form = FormOf(type);
    for (int i = 0; i < type.field_count(); ++i) {
      std::string key;
      AppendJsonString(key, type.field(i)->json_name());
      plan->fields.push_back({type.field(i), key + ":"});
    }
    std::sort(plan->fields.begin(), plan->fields.end(),
              [](const FieldPlan& a, const FieldPlan& b) { return a.field->number() < b.field->number(); });
  }
  return *plan;
}

/// Writes one message; remembers whether something could not be written.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  bool ok() const { return ok_; }

  void WriteMessage(const Message& message) {
    const Plan& plan = PlanOf(*message.GetDescriptor());
    switch (plan.form) {
      case Form::kObject:
        return WriteObject(message, plan);
      case Form::kTimestamp:
        return WriteTimestamp(message);
      case Form::kDuration:
        return WriteDuration(message);
      case Form::kFieldMask:
        return WriteFieldMask(message);
      case Form::kOtherWellKnown:
        return WriteByLibrary(message);
    }
  }

 private:
  void WriteObject(const Message& message, const Plan& plan) {
    const Reflection& reflection = *message.GetReflection();
    out_ += '{';
    bool first = true;
    for (const auto& [field, key] : plan.fields) {
      const bool present =
          field->is_repeated() ? reflection.FieldSize(message, field) > 0 : reflection.HasField(message, field);
      if (!present) {
        continue;
      }
      if (!std::exchange(first, false)) {
        out_ += ',';
      }
      out_ += key;
      if (field->is_map()) {
        WriteMap(message, reflection, *field);
      } else if (field->is_repeated()) {
        WriteList(message, reflection, *field);
      } else {
        WriteSingle(message, reflection, *field);
      }
    }
    out_ += '}';
  }

  void WriteList(const Message& message, const Reflection& reflection, const FieldDescriptor& field) {
    out_ += '[';
    const int size = reflection.FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      if (i > 0) {
        out_ += ',';
      }
      WriteElement(message, reflection, field, i);
    }
    out_ += ']';
  }

  void WriteMap(const Message& message, const Reflection& reflection, const FieldDescriptor& field) {
    const FieldDescriptor& key = *field.message_type()->map_key();
    const FieldDescriptor& value = *field.message_type()->map_value();
    out_ += '{';
    const int size = reflection.FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      if (i > 0) {
        out_ += ',';
      }
      const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
      const Reflection& entry_reflection = *entry.GetReflection();
      WriteMapKey(entry, entry_reflection, key);
      out_ += ':';
      WriteSingle(entry, entry_reflection, value);
    }
    out_ += '}';
  }

  void WriteMapKey(const Message& entry, const Reflection& reflection, const FieldDescriptor& key) {
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING || key.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
        key.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      WriteSingle(entry, reflection, key);
      return;
    }
    out_ += '"';
    WriteSingle(entry, reflection, key);
    out_ += '"';
  }

  void WriteSingle(const Message& message, const Reflection& reflection, const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return WriteNumber(reflection.GetInt32(message, &field));
      case FieldDescriptor::CPPTYPE_UINT32:
        return WriteNumber(reflection.GetUInt32(message, &field));
      case FieldDescriptor::CPPTYPE_INT64:
        return WriteQuoted(reflection.GetInt64(message, &field));
      case FieldDescriptor::CPPTYPE_UINT64:
        return WriteQuoted(reflection.GetUInt64(message, &field));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return WriteFraction(reflection.GetDouble(message, &field));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return WriteFraction(reflection.GetFloat(message, &field));
      case FieldDescriptor::CPPTYPE_BOOL:
        return WriteBool(reflection.GetBool(message, &field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return WriteEnum(reflection.GetEnumValue(message, &field), field);
      case FieldDescriptor::CPPTYPE_STRING:
        return WriteText(reflection.GetStringReference(message, &field, &scratch_), field);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return WriteMessage(reflection.GetMessage(message, &field));
    }
  }

  void WriteElement(const Message& message, const Reflection& reflection, const FieldDescriptor& field, int index) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return WriteNumber(reflection.GetRepeatedInt32(message, &field, index));
      case FieldDescriptor::CPPTYPE_UINT32:
        return WriteNumber(reflection.GetRepeatedUInt32(message, &field, index));
      case FieldDescriptor::CPPTYPE_INT64:
        return WriteQuoted(reflection.GetRepeatedInt64(message, &field, index));
      case FieldDescriptor::CPPTYPE_UINT64:
        return WriteQuoted(reflection.GetRepeatedUInt64(message, &field, index));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return WriteFraction(reflection.GetRepeatedDouble(message, &field, index));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return WriteFraction(reflection.GetRepeatedFloat(message, &field, index));
      case FieldDescriptor::CPPTYPE_BOOL:
        return WriteBool(reflection.GetRepeatedBool(message, &field, index));
      case FieldDescriptor::CPPTYPE_ENUM:
        return WriteEnum(reflection.GetRepeatedEnumValue(message, &field, index), field);
      case FieldDescriptor::CPPTYPE_STRING:
        return WriteText(reflection.GetRepeatedStringReference(message, &field, index, &scratch_), field);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return WriteMessage(reflection.GetRepeatedMessage(message, &field, index));
    }
  }

  template <class Number>
  void WriteNumber(Number value) {
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out_.append(digits.data(), end);
  }
  template <class Number>
  void WriteQuoted(Number value) {
    out_ += '"';
    WriteNumber(value);
    out_ += '"';
  }
  template <class Number>
  void WriteFraction(Number value) {
    if (std::isnan(value)) {
      out_ += "\"NaN\"";
    } else if (std::isinf(value)) {
      out_ += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else {
      WriteNumber(value);
    }
  }
  void WriteBool(bool value) { out_ += value ? "true" : "false"; }

  void WriteEnum(int number, const FieldDescriptor& field) {
    const auto* value = field.enum_type()->FindValueByNumber(number);
    if (value == nullptr) {
      WriteNumber(number);
      return;
    }
    out_ += '"';
    out_ += value->name();
    out_ += '"';
  }

  void WriteText(const std::string& value, const FieldDescriptor& field) {
    if (field.type() == FieldDescriptor::TYPE_BYTES) {
      out_ += '"';
      out_ += absl::Base64Escape(value);
      out_ += '"';
      return;
    }
    ok_ = ok_ && IsUtf8(value);
    AppendJsonString(out_, value);
  }

  void WriteTimestamp(const Message& message) {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    AppendJsonString(out_, google::protobuf::util::TimeUtil::ToString(time));
  }
  void WriteDuration(const Message& message) {
    google::protobuf::Duration duration;
    duration.CopyFrom(message);
    AppendJsonString(out_, google::protobuf::util::TimeUtil::ToString(duration));
  }
  void WriteFieldMask(const Message& message) {
    google::protobuf::FieldMask mask;
    mask.CopyFrom(message);
    std::string text;
    ok_ = google::protobuf::util::FieldMaskUtil::ToJsonString(mask, &text) && ok_;
    AppendJsonString(out_, text);
  }
  void WriteByLibrary(const Message& message) {
    std::string text;
    ok_ = google::protobuf::util::MessageToJsonString(message, &text).ok() && ok_;
    out_ += text;
  }

  std::string& out_;
  std::string scratch_;
  bool ok_ = true;
};

void AppendUnicodeEscape(std::string& out, unsigned code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += kDigits[(code >> shift) & 0xf];
  }
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      AppendUnicodeEscape(out, static_cast<unsigned char>(c));
  }
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escape =
        static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == 0x7f;
    if (escape) {
      out.append(text.data() + plain, i - plain);
      AppendEscaped(out, c);
      plain = i + 1;
    }
  }
  out.append(text.data() + plain, text.size() - plain);
  out += '"';
}

absl::StatusOr<std::string> WriteJson(const Message& message) {
  std::string json;
  Writer writer(json);
  writer.WriteMessage(message);
  if (!writer.ok()) {
    return Error(Reason::kInternal);
  }
  return json;
}

}  // namespace muster::gateway
