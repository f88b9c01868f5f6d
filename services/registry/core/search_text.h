#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// The form in which texts are searched: full-width Latin letters and digits as half-width, lower case, without blanks
/// and punctuation of any script. What is left is compared character by character. It holds no '%', '_' and '\\'.
std::string SearchForm(std::string_view text);

/// Each pair of neighbouring characters of a text in its search form, once, in order.
std::vector<std::string> BigramsOf(std::string_view form);

/// What an object is found by: the pairs of its name, and its numbers as a whole (a code's pairs are everywhere).
std::vector<std::string> SearchTermsOf(const Organization& organization);
std::vector<std::string> SearchTermsOf(const Team& team);

/// What is searched of an object: the search form of its name, and of an organization's credit code and filing number,
/// divided by line feeds.
std::string SearchFormOf(const Organization& organization);
std::string SearchFormOf(const Team& team);

/// The search form of a text to look for; empty for none. QUERY_TOO_BROAD when less than two characters are left.
absl::StatusOr<std::string> SearchFormToFind(std::string_view text, const std::string& field);

}  // namespace muster::registry
