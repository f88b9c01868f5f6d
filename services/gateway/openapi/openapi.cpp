#include "services/gateway/openapi/openapi.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "muster/common/v1/options.pb.h"
#include "muster/domain/reason.h"

namespace muster::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

constexpr int kDefaultMaxLength = 4096;

Json Reference(const std::string& full_name) { return {{"$ref", "#/components/schemas/" + full_name}}; }

/// Collects the schemas of all messages and enums that are reached.
class Schemas {
 public:
  Json Use(const Descriptor& type) {
    switch (type.well_known_type()) {
      case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
        return {{"type", "string"}, {"format", "date-time"}};
      case Descriptor::WELLKNOWNTYPE_DURATION:
        return {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]+)?s$"}};
      case Descriptor::WELLKNOWNTYPE_FIELDMASK:
        return {{"type", "string"}, {"description", "Field paths in lowerCamelCase, separated by commas."}};
      default:
        if (seen_.insert(type.full_name()).second) {
          schemas_[type.full_name()] = Message(type);
        }
        return Reference(type.full_name());
    }
  }
  Json Take() { return std::move(schemas_); }

 private:
  Json Message(const Descriptor& type) {
    Json properties = Json::object();
    for (int i = 0; i < type.field_count(); ++i) {
      properties[type.field(i)->json_name()] = Field(*type.field(i));
    }
    Json schema = {{"type", "object"}, {"title", type.name()}};
    if (!properties.empty()) {
      schema["properties"] = std::move(properties);
    }
    schema["additionalProperties"] = false;
    return schema;
  }

  Json Field(const FieldDescriptor& field) {
    if (field.is_map()) {
      return {{"type", "object"}, {"additionalProperties", Value(*field.message_type()->map_value())}};
    }
    return field.is_repeated() ? Json{{"type", "array"}, {"items", Value(field)}, {"maxItems", 10'000}} : Value(field);
  }

  Json Value(const FieldDescriptor& field) {
    switch (field.type()) {
      case FieldDescriptor::TYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::TYPE_DOUBLE:
      case FieldDescriptor::TYPE_FLOAT:
        return {{"type", "number"}};
      case FieldDescriptor::TYPE_STRING:
        return Text(field);
      case FieldDescriptor::TYPE_BYTES:
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      case FieldDescriptor::TYPE_ENUM:
        return Enum(*field.enum_type());
      case FieldDescriptor::TYPE_MESSAGE:
        return Use(*field.message_type());
      default:
        return Whole(field);
    }
  }

  static Json Text(const FieldDescriptor& field) {
    const int limit = field.options().GetExtension(common::v1::max_length);
    return {{"type", "string"}, {"maxLength", limit > 0 ? limit : kDefaultMaxLength}};
  }

  static Json Whole(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return {{"type", "integer"}, {"format", "int32"}};
      case FieldDescriptor::CPPTYPE_UINT32:
        return {{"type", "integer"}, {"format", "uint32"}, {"minimum", 0}};
      case FieldDescriptor::CPPTYPE_UINT64:
        return {{"type", {"string", "integer"}}, {"format", "uint64"}};
      default:  // written as a string, taken as either
        return {{"type", {"string", "integer"}}, {"format", "int64"}};
    }
  }

  Json Enum(const EnumDescriptor& type) {
    if (seen_.insert(type.full_name()).second) {
      Json names = Json::array();
      for (int i = 0; i < type.value_count(); ++i) {
        names.push_back(type.value(i)->name());
      }
      schemas_[type.full_name()] = {{"type", "string"}, {"title", type.name()}, {"enum", std::move(names)}};
    }
    return Reference(type.full_name());
  }

  std::set<std::string> seen_;
  Json schemas_ = Json::object();
};

/// "ListAuditRecords" -> "List audit records".
std::string Summary(const std::string& name) {
  std::string words;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !words.empty()) {
      words += ' ';
    }
    words += upper && !words.empty() ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

Json ErrorSchema() {
  Json reasons = Json::array();
  for (const ReasonRow& row : ReasonTable()) {
    reasons.push_back(std::string(row.name));
  }
  const Json debug = {{"type", "object"},
                      {"properties",
                       {{"reason", {{"type", "string"}, {"enum", reasons}}},
                        {"field", {{"type", "string"}}},
                        {"messageZh", {{"type", "string"}}},
                        {"messageEn", {{"type", "string"}}},
                        {"metadata", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}}}}};
  const Json detail = {{"type", "object"},
                       {"properties",
                        {{"type", {{"type", "string"}}},
                         {"value", {{"type", "string"}, {"contentEncoding", "base64"}}},
                         {"debug", debug}}}};
  return {{"type", "object"},
          {"title", "Error"},
          {"required", {"code"}},
          {"properties",
           {{"code", {{"type", "string"}}},
            {"message", {{"type", "string"}}},
            {"details", {{"type", "array"}, {"items", detail}}}}}};
}

Json Content(const std::string& type, Json schema) { return {{type, {{"schema", std::move(schema)}}}}; }

Json ErrorResponseObject() {
  return {{"description", "The error: why, and what to do next."},
          {"content", Content("application/json", Reference("connect.error"))}};
}

Json TimeoutParameter() {
  return {{"name", "Connect-Timeout-Ms"},
          {"in", "header"},
          {"required", false},
          {"description", "How long the caller waits, in milliseconds, at most 30000."},
          {"schema", {{"type", "integer"}, {"minimum", 1}, {"maximum", 30'000}}}};
}

Json IdempotencyParameter() {
  return {{"name", "Idempotency-Key"},
          {"in", "header"},
          {"required", false},
          {"description", "A UUID; fills requestId when the body has none."},
          {"schema", {{"type", "string"}, {"format", "uuid"}}}};
}

Json Operation(const PublicMethod& method, Schemas& schemas) {
  const std::string type = method.is_stream ? "application/connect+json" : "application/json";
  Json operation = {{"operationId", method.descriptor->service()->name() + "_" + method.descriptor->name()},
                    {"summary", Summary(method.descriptor->name())},
                    {"tags", {method.descriptor->service()->name()}}};
  if (method.is_stream) {
    operation["description"] = "A server stream of the Connect protocol: each message in an envelope of five bytes.";
  }
  operation["parameters"] = Json::array({TimeoutParameter()});
  if (!method.is_read) {
    operation["parameters"].push_back(IdempotencyParameter());
  }
  operation["requestBody"] = {{"required", true},
                              {"content", Content(type, schemas.Use(*method.descriptor->input_type()))}};
  operation["responses"] = {
      {"200", {{"description", "Done."}, {"content", Content(type, schemas.Use(*method.descriptor->output_type()))}}},
      {"default", ErrorResponseObject()}};
  return operation;
}

/// A path of the gateway's own that is read by GET.
Json Plain(const std::string& id, const std::string& summary, const std::string& type) {
  return {{"get",
           {{"operationId", id},
            {"summary", summary},
            {"tags", {"Gateway"}},
            {"security", Json::array()},
            {"responses",
             {{"200", {{"description", "Done."}, {"content", Content(type, {{"type", "string"}})}}},
              {"4XX", {{"description", "Refused."}}}}}}}};
}

Json Documents(Schemas& schemas, const ServiceDirectory& directory) {
  const PublicMethod* submit = directory.Find("/muster.exchange.v1.ExchangeService/SubmitDocument");
  const Json answer = submit == nullptr ? Json{{"type", "object"}} : schemas.Use(*submit->descriptor->output_type());
  Json operation = {{"operationId", "Gateway_SubmitDocument"},
                    {"summary", "Take in an XML document (CAP)"},
                    {"tags", {"Gateway"}},
                    {"parameters", Json::array({IdempotencyParameter()})}};
  operation["requestBody"] = {{"required", true},
                              {"content",
                               {{"application/cap+xml", {{"schema", {{"type", "string"}}}}},
                                {"application/xml", {{"schema", {{"type", "string"}}}}}}}};
  operation["responses"] = {{"200", {{"description", "Kept."}, {"content", Content("application/json", answer)}}},
                            {"default", ErrorResponseObject()}};
  return {{"post", std::move(operation)}};
}

}  // namespace

std::string MakeOpenApi(const ServiceDirectory& directory) {
  Schemas schemas;
  Json paths = Json::object();
  for (const auto& [path, method] : directory.methods()) {
    paths[path] = {{"post", Operation(method, schemas)}};
  }
  paths["/documents"] = Documents(schemas, directory);
  paths["/livez"] = Plain("Gateway_Livez", "Whether the process runs", "text/plain");
  paths["/readyz"] = Plain("Gateway_Readyz", "Whether it can serve, and what is degraded", "application/json");
  paths["/openapi.json"] = Plain("Gateway_OpenApi", "This document", "application/json");
  Json components = schemas.Take();
  components["connect.error"] = ErrorSchema();
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Muster"},
        {"version", "v1"},
        {"description",
         "Mobilization of social organizations. Every method is called by POST (Connect protocol). Times are RFC 3339, "
         "64-bit integers are written as strings, fields at their default are left out."}}},
      {"servers", Json::array({{{"url", "/"}}})},
      {"security", Json::array({{{"bearer", Json::array()}}})},
      {"paths", std::move(paths)},
      {"components",
       {{"securitySchemes",
         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"description", "An API key or an access token."}}}}},
        {"schemas", std::move(components)}}}};
  return document.dump(1);
}

}  // namespace muster::gateway
