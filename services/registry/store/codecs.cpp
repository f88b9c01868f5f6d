#include "services/registry/store/codecs.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace muster::registry {
namespace {

template <class Number>
void AppendNumber(std::string& text, Number number) {
  std::array<char, 32> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  text.append(buffer.data(), written.ptr);
}

std::string_view CutPart(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

template <class Number>
Number CutNumber(std::string_view& text) {
  const std::string_view part = CutPart(text, ',');
  Number number{};
  std::from_chars(part.data(), part.data() + part.size(), number);
  return number;
}

}  // namespace

std::string LocationToText(const Location& location) {
  std::string text;
  AppendNumber(text, location.position.latitude);
  text += ',';
  AppendNumber(text, location.position.longitude);
  text += ',';
  AppendNumber(text, location.accuracy_m);
  text += ',';
  if (location.time) {
    AppendNumber(text, ToMicros(*location.time));
  } else {
    text += '-';
  }
  text += location.approximate ? ",1" : ",0";
  return text;
}

Location LocationFromText(std::string_view text) {
  Location location;
  location.position.latitude = CutNumber<double>(text);
  location.position.longitude = CutNumber<double>(text);
  location.accuracy_m = CutNumber<double>(text);
  if (text.starts_with("-,")) {
    CutPart(text, ',');
  } else {
    location.time = FromMicros(CutNumber<int64_t>(text));
  }
  location.approximate = text == "1";
  return location;
}

std::string WindowToText(const Window& window) {
  std::string text;
  AppendNumber(text, ToMicros(window.start));
  text += ',';
  AppendNumber(text, ToMicros(window.end));
  return text;
}

Window WindowFromText(std::string_view text) {
  const Time start = FromMicros(CutNumber<int64_t>(text));
  return {start, FromMicros(CutNumber<int64_t>(text))};
}

std::string ReferencesToText(const std::vector<ExternalReference>& references) {
  if (references.empty()) {
    return "";
  }
  nlohmann::json list = nlohmann::json::array();
  for (const ExternalReference& reference : references) {
    list.push_back({reference.system, reference.id});
  }
  return list.dump();
}

std::vector<ExternalReference> ReferencesFromText(std::string_view text) {
  std::vector<ExternalReference> references;
  if (text.empty()) {
    return references;
  }
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  for (const auto& pair : list) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
      references.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
    }
  }
  return references;
}

std::string ConsentsToText(const std::vector<Consent>& consents) {
  if (consents.empty()) {
    return "";
  }
  nlohmann::json list = nlohmann::json::array();
  for (const Consent& consent : consents) {
    nlohmann::json row{consent.purpose, consent.text_version, ToMicros(consent.given)};
    if (consent.withdrawn) {
      row.push_back(ToMicros(*consent.withdrawn));
    }
    list.push_back(std::move(row));
  }
  return list.dump();
}

std::vector<Consent> ConsentsFromText(std::string_view text) {
  std::vector<Consent> consents;
  if (text.empty()) {
    return consents;
  }
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  for (const auto& row : list) {
    if (row.is_array() && row.size() >= 3 && row[0].is_string() && row[1].is_string() && row[2].is_number()) {
      consents.push_back(
          {row[0].get<std::string>(), row[1].get<std::string>(), FromMicros(row[2].get<int64_t>()), std::nullopt});
      if (row.size() > 3 && row[3].is_number()) {
        consents.back().withdrawn = FromMicros(row[3].get<int64_t>());
      }
    }
  }
  return consents;
}

std::string WordsToText(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::vector<std::string> WordsFromText(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    words.emplace_back(CutPart(text, ' '));
  }
  return words;
}

}  // namespace muster::registry
