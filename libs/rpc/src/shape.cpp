#include "muster/rpc/shape.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/unknown_field_set.h>

#include <cmath>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/common/v1/options.pb.h"
#include "muster/domain/reason.h"

namespace muster::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDefaultMaxLength = 4096;
constexpr int kMaxElements = 10'000;
constexpr int kMaxDepth = 32;
constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

/// A field with something to check.
struct FieldPlan {
  const FieldDescriptor* field;
  size_t max_length;
};

/// What to check in messages of one type. Made once a thread and type: reading options is slow.
struct Plan {
  std::vector<FieldPlan> fields;
  bool is_timestamp = false;
  bool is_position = false;
};

bool NeedsCheck(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return true;
    default:
      return field.is_repeated();
  }
}

const Plan& PlanOf(const Descriptor& type) {
  thread_local std::unordered_map<const Descriptor*, std::unique_ptr<Plan>> plans;
  std::unique_ptr<Plan>& plan = plans[&type];
  if (plan == nullptr) {
    plan = std::make_unique<Plan>();
    plan->is_timestamp = type.full_name() == "google.protobuf.Timestamp";
    plan->is_position = type.full_name() == "muster.common.v1.Position";
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (NeedsCheck(field)) {
        const int limit = field.options().GetExtension(common::v1::max_length);
        plan->fields.push_back({&field, static_cast<size_t>(limit > 0 ? limit : kDefaultMaxLength)});
      }
    }
  }
  return *plan;
}

/// The way to the value at hand; turned into text only for an error.
struct Path {
  const Path* parent = nullptr;
  const FieldDescriptor* field = nullptr;
  int index = -1;

  std::string Text() const {
    std::string text = parent == nullptr || parent->field == nullptr ? "" : parent->Text() + ".";
    text += field == nullptr ? "" : field->name();
    return index < 0 ? text : text + "[" + std::to_string(index) + "]";
  }
};

absl::Status CheckMessage(const Message& message, const Path& path, int depth);

absl::Status CheckString(const std::string& value, const FieldPlan& plan, const Path& path) {
  if (!IsUtf8(value)) {
    return Error(Reason::kInvalidField, path.Text());
  }
  // A code point has at least one byte, so short texts need no count.
  if (value.size() > plan.max_length && CodePointCount(value) > plan.max_length) {
    return Error(Reason::kTooLong, path.Text(), {{"limit", std::to_string(plan.max_length)}});
  }
  if (HasIllegalCharacter(value)) {
    return Error(Reason::kIllegalChar, path.Text());
  }
  return absl::OkStatus();
}

absl::Status CheckNumber(double value, const Path& path, bool is_position) {
  if (std::isfinite(value)) {
    return absl::OkStatus();
  }
  return is_position ? Error(Reason::kBadGeometry, path.Text(), {{"why", "not a number"}})
                     : Error(Reason::kOutOfRange, path.Text(), {{"range", "a finite number"}});
}

absl::Status CheckEnum(int number, const FieldPlan& plan, const Path& path) {
  return plan.field->enum_type()->FindValueByNumber(number) == nullptr ? Error(Reason::kInvalidField, path.Text())
                                                                       : absl::OkStatus();
}

absl::Status CheckSingle(const Message& message, const Reflection& reflection, const FieldPlan& plan, const Path& path,
                         bool is_position, int depth) {
  const FieldDescriptor* field = plan.field;
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES
                 ? absl::OkStatus()
                 : CheckString(reflection.GetStringReference(message, field, &scratch), plan, path);
    case FieldDescriptor::CPPTYPE_ENUM:
      return CheckEnum(reflection.GetEnumValue(message, field), plan, path);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return CheckNumber(reflection.GetDouble(message, field), path, is_position);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return CheckNumber(static_cast<double>(reflection.GetFloat(message, field)), path, is_position);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return reflection.HasField(message, field) ? CheckMessage(reflection.GetMessage(message, field), path, depth + 1)
                                                 : absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckElement(const Message& message, const Reflection& reflection, const FieldPlan& plan, const Path& path,
                          int depth) {
  const FieldDescriptor* field = plan.field;
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES
                 ? absl::OkStatus()
                 : CheckString(reflection.GetRepeatedStringReference(message, field, path.index, &scratch), plan, path);
    case FieldDescriptor::CPPTYPE_ENUM:
      return CheckEnum(reflection.GetRepeatedEnumValue(message, field, path.index), plan, path);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return CheckNumber(reflection.GetRepeatedDouble(message, field, path.index), path, false);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return CheckNumber(static_cast<double>(reflection.GetRepeatedFloat(message, field, path.index)), path, false);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckMessage(reflection.GetRepeatedMessage(message, field, path.index), path, depth + 1);
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckRepeated(const Message& message, const Reflection& reflection, const FieldPlan& plan,
                           const Path& parent, int depth) {
  const int size = reflection.FieldSize(message, plan.field);
  if (size > kMaxElements) {
    return Error(Reason::kOutOfRange, Path{&parent, plan.field}.Text(),
                 {{"range", "at most " + std::to_string(kMaxElements) + " elements"}});
  }
  for (int i = 0; i < size; ++i) {
    MUSTER_RETURN_IF_ERROR(CheckElement(message, reflection, plan, Path{&parent, plan.field, i}, depth));
  }
  return absl::OkStatus();
}

absl::Status CheckTimestamp(const Message& message, const Reflection& reflection, const Path& path) {
  const Descriptor& type = *message.GetDescriptor();
  const int64_t seconds = reflection.GetInt64(message, type.FindFieldByNumber(1));
  const int32_t nanos = reflection.GetInt32(message, type.FindFieldByNumber(2));
  if (seconds < kFirstSecond || seconds > kLastSecond || nanos < 0 || nanos > 999'999'999) {
    return Error(Reason::kBadTime, path.Text(), {{"why", "not a time of the years 1 to 9999"}});
  }
  return absl::OkStatus();
}

/// A caller of a newer version may mean something by it that this one would leave undone.
absl::Status CheckUnknown(const Message& message, const Reflection& reflection, const Path& path) {
  const google::protobuf::UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
  if (unknown.empty()) {
    return absl::OkStatus();
  }
  const std::string parent = path.Text();
  return Error(Reason::kUnknownField, parent + (parent.empty() ? "" : ".") + std::to_string(unknown.field(0).number()));
}

absl::Status CheckMessage(const Message& message, const Path& path, int depth) {
  if (depth > kMaxDepth) {
    return Error(Reason::kOutOfRange, path.Text(), {{"range", "at most " + std::to_string(kMaxDepth) + " levels"}});
  }
  const Plan& plan = PlanOf(*message.GetDescriptor());
  const Reflection& reflection = *message.GetReflection();
  MUSTER_RETURN_IF_ERROR(CheckUnknown(message, reflection, path));
  if (plan.is_timestamp) {
    return CheckTimestamp(message, reflection, path);
  }
  for (const FieldPlan& field : plan.fields) {
    MUSTER_RETURN_IF_ERROR(field.field->is_repeated() ? CheckRepeated(message, reflection, field, path, depth)
                                                      : CheckSingle(message, reflection, field,
                                                                    Path{&path, field.field}, plan.is_position, depth));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckShape(const Message& message) { return CheckMessage(message, Path{}, 1); }

absl::Status CheckRequestId(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr) {
    return absl::OkStatus();
  }
  std::string scratch;
  const std::string& value = message.GetReflection()->GetStringReference(message, field, &scratch);
  if (value.empty()) {
    return Error(Reason::kRequestIdRequired, "request_id");
  }
  return IsUuid(value) ? absl::OkStatus() : Error(Reason::kInvalidField, "request_id");
}

}  // namespace muster::rpc
