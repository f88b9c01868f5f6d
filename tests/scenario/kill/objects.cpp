#include "tests/scenario/kill/objects.h"

#include <cctype>
#include <string_view>

namespace muster::testing {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

void Collect(const Message& message, std::vector<const Message*>& objects) {
  if (FieldOf(message, "id") != nullptr && FieldOf(message, "version") != nullptr) {
    objects.push_back(&message);
  }
  std::vector<const FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    if (!field->is_repeated()) {
      Collect(reflection.GetMessage(message, field), objects);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Collect(reflection.GetRepeatedMessage(message, field, i), objects);
    }
  }
}

}  // namespace

std::vector<const Message*> ObjectsIn(const Message& message) {
  std::vector<const Message*> objects;
  Collect(message, objects);
  return objects;
}

std::string IdOf(const Message& object) { return object.GetReflection()->GetString(object, FieldOf(object, "id")); }

int64_t VersionOf(const Message& object) {
  return object.GetReflection()->GetInt64(object, FieldOf(object, "version"));
}

std::string StateOf(const Message& object) {
  const FieldDescriptor* field = FieldOf(object, "state");
  if (field == nullptr) {
    return {};
  }
  // "OFFER_STATE_STOOD_DOWN", and "OFFER_STATE_UNSPECIFIED" for what comes before the name.
  const size_t prefix =
      field->enum_type()->FindValueByNumber(0)->name().size() - std::string_view("UNSPECIFIED").size();
  std::string state = object.GetReflection()->GetEnum(object, field)->name().substr(prefix);
  for (char& letter : state) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return state;
}

std::string KindOf(const Message& object) { return object.GetDescriptor()->name(); }

std::string AuditedState(const Message& object) {
  return KindOf(object) == "ResourceRequest" ? std::string() : StateOf(object);
}

std::string NameOf(const Message& object) { return KindOf(object) + " " + IdOf(object); }

std::string BytesOf(const Message& object) {
  const std::unique_ptr<Message> without(object.New());
  without->CopyFrom(object);
  // Lines have versions of their own; which dispatch an object came from is told where it is read, not by its changes.
  for (const char* name : {"lines", "dispatch_id"}) {
    if (const FieldDescriptor* field = FieldOf(object, name)) {
      without->GetReflection()->ClearField(without.get(), field);
    }
  }
  return without->SerializeAsString();
}

std::shared_ptr<const Message> CopyOf(const Message& object) {
  std::shared_ptr<Message> copy(object.New());
  copy->CopyFrom(object);
  return copy;
}

}  // namespace muster::testing
