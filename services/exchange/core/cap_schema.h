#pragma once

#include <map>
#include <pugixml.hpp>
#include <string_view>
#include <vector>

namespace muster::exchange {

/// One child that a parent may have.
struct Slot {
  std::string_view name;
  bool required = false;
  bool repeatable = false;
};

// Children in the order of the schema. Elements whose absence is always an error are not marked as required here.
inline constexpr Slot kAlertSlots[] = {
    {"identifier"},  {"sender"},
    {"sent"},        {"status"},
    {"msgType"},     {"source"},
    {"scope", true}, {"restriction"},
    {"addresses"},   {"code", false, true},
    {"note"},        {"references"},
    {"incidents"},   {"info", false, true},
};
inline constexpr Slot kInfoSlots[] = {
    {"language"},
    {"category", true, true},
    {"event", true},
    {"responseType", false, true},
    {"urgency", true},
    {"severity", true},
    {"certainty", true},
    {"audience"},
    {"eventCode", false, true},
    {"effective"},
    {"onset"},
    {"expires"},
    {"senderName"},
    {"headline"},
    {"description"},
    {"instruction"},
    {"web"},
    {"contact"},
    {"parameter", false, true},
    {"resource", false, true},
    {"area", false, true},
};
inline constexpr Slot kResourceSlots[] = {
    {"resourceDesc", true}, {"mimeType", true}, {"size"}, {"uri"}, {"derefUri"}, {"digest"},
};
inline constexpr Slot kAreaSlots[] = {
    {"areaDesc", true}, {"polygon", false, true}, {"circle", false, true}, {"geocode", false, true}, {"altitude"},
    {"ceiling"},
};
inline constexpr Slot kNamedValueSlots[] = {{"valueName", true}, {"value", true}};

/// The children of one element, sorted into the slots of the schema.
class Children {
 public:
  const std::vector<pugi::xml_node>& All(std::string_view name) const {
    static const std::vector<pugi::xml_node> kNone;
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? kNone : found->second;
  }
  /// The first; a null node when there is none.
  pugi::xml_node One(std::string_view name) const { return All(name).empty() ? pugi::xml_node() : All(name).front(); }
  void Add(std::string_view name, const pugi::xml_node& node) { by_name_[name].push_back(node); }

 private:
  std::map<std::string_view, std::vector<pugi::xml_node>> by_name_;
};

}  // namespace muster::exchange
