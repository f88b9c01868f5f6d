#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace muster::testing {

using google::protobuf::Message;

/// The objects that a message tells of, itself or parts of it: what has an id and a version.
std::vector<const Message*> ObjectsIn(const Message& message);

std::string IdOf(const Message& object);
int64_t VersionOf(const Message& object);
/// "en_route"; empty where its kind has no state.
std::string StateOf(const Message& object);
/// The same as the records of changes in the audit trail name it: a request's state stands beside them.
std::string AuditedState(const Message& object);
/// "Offer".
std::string KindOf(const Message& object);
/// "Offer 0193...".
std::string NameOf(const Message& object);

/// An object as its own version tells of it: the lines of a request have versions of their own.
std::string BytesOf(const Message& object);

std::shared_ptr<const Message> CopyOf(const Message& object);

}  // namespace muster::testing
