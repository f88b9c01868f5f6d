#pragma once

#include <string>
#include <string_view>

namespace muster::registry {

/// The same text at an address that lives as long as the program, as statements need it. For texts of which there are
/// few. Thread-safe.
std::string_view KeptText(const std::string& text);

}  // namespace muster::registry
