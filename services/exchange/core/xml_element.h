#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace muster::exchange {

/// The namespace URI of an element (Namespaces in XML 1.0), empty for none. pugixml itself knows only qualified names.
std::string_view NamespaceOf(const pugi::xml_node& element);

/// The name without its prefix.
std::string_view LocalName(const pugi::xml_node& element);

/// The texts and CDATA sections directly inside an element, joined, without blanks at both ends.
std::string TextOf(const pugi::xml_node& element);

}  // namespace muster::exchange
