#include "muster/geo/street.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "streets_tsv.h"

namespace muster::geo {
namespace {

/// What stands before the first `separator`; `text` keeps the rest.
std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

double Degrees(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

Street ParseLine(std::string_view line) {
  Street street;
  street.code = Cut(line, '\t');
  street.path = Cut(line, '\t');
  street.name_zh = Cut(line, '\t');
  street.name_en = Cut(line, '\t');
  street.centre.latitude = Degrees(Cut(line, '\t'));
  street.centre.longitude = Degrees(line);
  return street;
}

std::vector<Street> Parse(std::string_view text) {
  std::vector<Street> streets;
  while (!text.empty()) {
    const std::string_view line = Cut(text, '\n');
    if (!line.empty() && line[0] != '#') {
      streets.push_back(ParseLine(line));
    }
  }
  return streets;
}

bool LiesIn(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

template <class Fits>
const Street* Find(Fits fits) {
  const auto streets = Streets();
  const auto found = std::find_if(streets.begin(), streets.end(), fits);
  return found == streets.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Street> Streets() {
  static const std::vector<Street> streets = Parse(kStreetsTsv);
  return streets;
}

const Street* FindStreetByPath(std::string_view path) {
  return Find([&](const Street& street) { return LiesIn(path, street.path); });
}

const Street* FindStreet(std::string_view district_path, std::string_view code_or_name) {
  return Find([&](const Street& street) {
    const bool named = street.code == code_or_name || street.name_zh == code_or_name || street.name_en == code_or_name;
    return named && LiesIn(street.path, district_path);
  });
}

const Street* FindStreetInAddress(std::string_view district_path, std::string_view address) {
  return Find([&](const Street& street) {
    return address.find(street.name_zh) != std::string_view::npos && LiesIn(street.path, district_path);
  });
}

}  // namespace muster::geo
