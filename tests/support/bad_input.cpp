#include "tests/support/bad_input.h"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/random.h"
#include "muster/common/v1/options.pb.h"

namespace muster::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using enum Reason;

using Reasons = std::vector<Reason>;
/// Changes one field of the message that holds it.
using Change = std::function<void(Message& parent)>;

constexpr int kDefaultMaxLength = 4096;
/// More than any list takes but the largest, and more than any list takes.
constexpr int kMany = 501;
constexpr int kTooMany = 10'001;
constexpr int64_t kYear1 = -62'135'596'800;
constexpr int64_t kYear9999 = 253'402'300'799;
constexpr int kUnknownNumber = 12'345;

const Reasons& BadText() {
  static const Reasons reasons{kInvalidField, kInvalidPhone, kInvalidId,        kRequestIdRequired, kBadCursor,
                               kNotFound,     kUnknownField, kUnknownReference, kNotEligible,       kQueryTooBroad};
  return reasons;
}
const Reasons& BadNumber() {
  static const Reasons reasons{kOutOfRange, kBadPage, kInvalidField, kVersionConflict};
  return reasons;
}
const Reasons& BadDouble() {
  static const Reasons reasons{kBadGeometry, kOutOfRange};
  return reasons;
}
const Reasons& BadList() {
  static const Reasons reasons{kOutOfRange, kInvalidField, kDuplicate, kBadTime, kBadGeometry};
  return reasons;
}
const Reasons& Missing() {
  static const Reasons reasons{kInvalidField, kOutOfRange, kBadTime,          kBadGeometry,
                               kInvalidPhone, kNotFound,   kUnknownReference, kNotEligible};
  return reasons;
}

/// The way from the request to a message inside it.
struct Step {
  const FieldDescriptor* field;
  int index;  ///< -1: not a list
};

Message& Follow(Message& request, const std::vector<Step>& way) {
  Message* at = &request;
  for (const Step& step : way) {
    const Reflection& reflection = *at->GetReflection();
    at = step.index < 0 ? reflection.MutableMessage(at, step.field)
                        : reflection.MutableRepeatedMessage(at, step.field, step.index);
  }
  return *at;
}

void SetText(Message& parent, const FieldDescriptor* field, int index, const std::string& value) {
  const Reflection& reflection = *parent.GetReflection();
  index < 0 ? reflection.SetString(&parent, field, value) : reflection.SetRepeatedString(&parent, field, index, value);
}

void SetNumber(Message& parent, const FieldDescriptor* field, int64_t value) {
  const Reflection& reflection = *parent.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return field->is_repeated() ? reflection.SetRepeatedInt32(&parent, field, 0, static_cast<int32_t>(value))
                                  : reflection.SetInt32(&parent, field, static_cast<int32_t>(value));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&parent, field, static_cast<uint32_t>(value));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&parent, field, static_cast<uint64_t>(value));
    default:
      return reflection.SetInt64(&parent, field, value);
  }
}

void AddCopyOfFirst(Message& parent, const FieldDescriptor* field) {
  const Reflection& reflection = *parent.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      reflection.AddMessage(&parent, field)->CopyFrom(reflection.GetRepeatedMessage(parent, field, 0));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.AddString(&parent, field, reflection.GetRepeatedString(parent, field, 0));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.AddEnumValue(&parent, field, reflection.GetRepeatedEnumValue(parent, field, 0));
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.AddInt32(&parent, field, reflection.GetRepeatedInt32(parent, field, 0));
      break;
    default:
      std::abort();  // a list that does not grow would keep its caller for ever
  }
}

bool IsTime(const Descriptor& type) { return type.full_name() == "google.protobuf.Timestamp"; }
bool IsWindow(const Descriptor& type) { return type.full_name() == "muster.common.v1.Window"; }

/// True for the id of an object of this system.
bool IsObjectId(const FieldDescriptor& field) {
  const std::string& name = field.name();
  const bool foreign_name = field.containing_type()->full_name() == "muster.common.v1.ExternalReference";
  return !foreign_name && name != "request_id" && (name == "id" || name.ends_with("_id") || name.ends_with("_ids"));
}

class Generator {
 public:
  explicit Generator(const std::vector<std::string>& foreign_ids) : foreign_ids_(foreign_ids) {}

  void Visit(const Message& message) {
    Add("unknown field", {kUnknownField},
        [](Message& parent) { parent.GetReflection()->MutableUnknownFields(&parent)->AddVarint(kUnknownNumber, 1); });
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      Enter(field, -1);
      field->is_repeated() ? VisitList(message, field) : VisitOne(message, field, -1);
      Leave();
    }
  }

  std::vector<BadInput> Take() { return std::move(inputs_); }

 private:
  void Enter(const FieldDescriptor* field, int index) {
    way_.push_back({field, index});
    steps_.push_back(field->containing_type()->name() + "." + field->name());
  }
  void Leave() {
    way_.pop_back();
    steps_.pop_back();
  }
  std::string Path() const {
    std::string path;
    for (const Step& step : way_) {
      path += (path.empty() ? "" : ".") + step.field->name();
      path += step.index < 0 ? "" : "[" + std::to_string(step.index) + "]";
    }
    return path;
  }

  /// A flaw of the message that the way leads to.
  void Add(std::string flaw, Reasons reasons, Change change) {
    inputs_.push_back({std::move(flaw), Path(), steps_, std::move(reasons),
                       [way = way_, change = std::move(change)](Message& request) { change(Follow(request, way)); }});
  }
  /// A flaw of the field that the way ends with.
  void AddOfField(std::string flaw, Reasons reasons, Change change) {
    const std::vector<Step> parent(way_.begin(), way_.end() - 1);
    inputs_.push_back({std::move(flaw), Path(), steps_, std::move(reasons),
                       [way = parent, change = std::move(change)](Message& request) { change(Follow(request, way)); }});
  }

  void VisitList(const Message& message, const FieldDescriptor* field) {
    AddOfField("no elements", Missing(), [field](Message& p) { p.GetReflection()->ClearField(&p, field); });
    const int size = message.GetReflection()->FieldSize(message, field);
    if (size == 0) {
      return;
    }
    const auto copies = [field](int wanted) {
      return [field, wanted](Message& p) {
        while (p.GetReflection()->FieldSize(p, field) < wanted) {
          AddCopyOfFirst(p, field);
        }
      };
    };
    AddOfField("twice", BadList(), copies(size + 1));
    AddOfField("many", BadList(), copies(kMany));
    AddOfField("too many", {kOutOfRange}, copies(kTooMany));
    way_.back().index = 0;
    VisitOne(message, field, 0);
  }

  void VisitOne(const Message& message, const FieldDescriptor* field, int index) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return field->type() == FieldDescriptor::TYPE_BYTES ? VisitBytes(field) : VisitText(field, index);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return VisitMessage(message, field, index);
      case FieldDescriptor::CPPTYPE_ENUM:
        return VisitEnum(field, index);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return VisitDouble(field);
      case FieldDescriptor::CPPTYPE_BOOL:
        return;
      default:
        return VisitNumber(field);
    }
  }

  void VisitBytes(const FieldDescriptor* field) {
    AddOfField("empty", Missing(), [field](Message& p) { p.GetReflection()->SetString(&p, field, ""); });
  }

  void VisitText(const FieldDescriptor* field, int index) {
    const int limit = field->options().GetExtension(common::v1::max_length);
    const auto text = [&](std::string flaw, Reasons reasons, std::string value) {
      AddOfField(std::move(flaw), std::move(reasons),
                 [field, index, value = std::move(value)](Message& p) { SetText(p, field, index, value); });
    };
    text("empty", BadText(), "");
    text("blank", BadText(), "   ");
    text("too long", {kTooLong}, std::string(static_cast<size_t>(limit > 0 ? limit : kDefaultMaxLength) + 1, '1'));
    text("control character", {kIllegalChar}, "a\x07z");
    text("NUL", {kIllegalChar}, std::string("a\0z", 3));
    text("bidi override", {kIllegalChar}, "a\u202ez");
    text("zero width", {kIllegalChar}, "a\u200bz");
    text("not UTF-8", {kInvalidField}, "a\xffz");
    text("overlong UTF-8", {kInvalidField}, "a\xc0\xafz");
    text("surrogate", {kInvalidField}, "a\xed\xa0\x80z");
    const std::string sql = "'\";DROP TABLE x--";
    const bool fits = limit <= 0 || sql.size() <= static_cast<size_t>(limit);
    text("SQL", fits ? BadText() : Reasons{kTooLong}, sql);
    text("emoji", BadText(), "\U0001F600");
    if (IsObjectId(*field)) {
      text("malformed id", BadText(), "../1");
      // A new one each time: what a method makes of it must not be there for the next.
      AddOfField("absent id", BadText(), [field, index](Message& p) {
        SetText(p, field, index, NewUuid(SystemClock().Now(), SystemRandom()));
      });
      for (const std::string& id : foreign_ids_) {
        text("foreign id", BadText(), id);
      }
    }
  }

  void VisitEnum(const FieldDescriptor* field, int index) {
    const auto set = [field, index](int value) {
      return [field, index, value](Message& p) {
        index < 0 ? p.GetReflection()->SetEnumValue(&p, field, value)
                  : p.GetReflection()->SetRepeatedEnumValue(&p, field, index, value);
      };
    };
    AddOfField("unspecified", {kInvalidField}, set(0));
    AddOfField("unknown", {kInvalidField}, set(999));
    AddOfField("unknown", {kInvalidField}, set(-1));
  }

  void VisitNumber(const FieldDescriptor* field) {
    const auto set = [field](int64_t value) { return [field, value](Message& p) { SetNumber(p, field, value); }; };
    const bool is_long = field->cpp_type() == FieldDescriptor::CPPTYPE_INT64;
    AddOfField("zero", BadNumber(), set(0));
    AddOfField("negative", BadNumber(), set(-1));
    AddOfField("smallest", BadNumber(),
               set(is_long ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int32_t>::min()));
    AddOfField("huge", BadNumber(),
               set(is_long ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int32_t>::max()));
    if (field->name() == "expected_version") {
      AddOfField("wrong version", {kVersionConflict}, [field](Message& p) {
        p.GetReflection()->SetInt64(&p, field, p.GetReflection()->GetInt64(p, field) + 1);
      });
    }
  }

  void VisitDouble(const FieldDescriptor* field) {
    const auto add = [&](std::string flaw, double value) {
      AddOfField(std::move(flaw), BadDouble(),
                 [field, value](Message& p) { p.GetReflection()->SetDouble(&p, field, value); });
    };
    add("zero", 0);
    add("negative", -1);
    add("huge", 1e300);
    add("huge", -1e300);
    add("not finite", std::nan(""));
    add("not finite", std::numeric_limits<double>::infinity());
    add("not finite", -std::numeric_limits<double>::infinity());
    if (field->name() == "latitude" || field->name() == "longitude") {
      const double edge = field->name() == "latitude" ? 90 : 180;
      add("just outside", edge + 1e-6);
      add("just outside", -edge - 1e-6);
    }
  }

  void VisitMessage(const Message& message, const FieldDescriptor* field, int index) {
    if (index < 0) {
      AddOfField("absent", Missing(), [field](Message& p) { p.GetReflection()->ClearField(&p, field); });
    }
    if (IsTime(*field->message_type())) {
      return VisitTime();
    }
    if (IsWindow(*field->message_type())) {
      VisitWindow();
    }
    const Reflection& reflection = *message.GetReflection();
    Visit(index < 0 ? reflection.GetMessage(message, field) : reflection.GetRepeatedMessage(message, field, index));
  }

  void VisitTime() {
    const auto add = [&](std::string flaw, int64_t seconds, int32_t nanos) {
      Add(std::move(flaw), {kBadTime}, [seconds, nanos](Message& time) {
        time.GetReflection()->SetInt64(&time, time.GetDescriptor()->FindFieldByNumber(1), seconds);
        time.GetReflection()->SetInt32(&time, time.GetDescriptor()->FindFieldByNumber(2), nanos);
      });
    };
    add("before year 1", kYear1 - 1, 0);
    add("before year 1", std::numeric_limits<int64_t>::min(), 0);
    add("after year 9999", kYear9999 + 1, 0);
    add("after year 9999", std::numeric_limits<int64_t>::max(), 999'999'999);
    add("bad nanoseconds", 1'767'225'600, -1);
    add("bad nanoseconds", 1'767'225'600, 1'000'000'000);
    add("year 1", kYear1, 0);
    add("year 9999", kYear9999, 999'999'999);
  }

  void VisitWindow() {
    const auto swap = [](Message& window, bool both) {
      const FieldDescriptor* start = window.GetDescriptor()->FindFieldByNumber(1);
      const FieldDescriptor* end = window.GetDescriptor()->FindFieldByNumber(2);
      const Reflection& reflection = *window.GetReflection();
      Message& first = *reflection.MutableMessage(&window, start);
      Message& last = *reflection.MutableMessage(&window, end);
      both ? first.GetReflection()->Swap(&first, &last) : first.CopyFrom(last);
    };
    Add("reversed", {kBadTime}, [swap](Message& window) { swap(window, true); });
    Add("of no length", {kBadTime}, [swap](Message& window) { swap(window, false); });
  }

  const std::vector<std::string>& foreign_ids_;
  std::vector<Step> way_;
  std::vector<std::string> steps_;
  std::vector<BadInput> inputs_;
};

}  // namespace

std::vector<BadInput> BadInputsOf(const Message& good, const std::vector<std::string>& foreign_ids) {
  Generator generator(foreign_ids);
  generator.Visit(good);
  return generator.Take();
}

}  // namespace muster::testing
