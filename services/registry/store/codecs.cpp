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

nlohmann::json TimeToJson(const std::optional<Time>& time) {
  return time ? nlohmann::json(ToMicros(*time)) : nlohmann::json();
}

std::optional<Time> TimeFromJson(const nlohmann::json& fields, const char* key) {
  const auto found = fields.find(key);
  return found != fields.end() && found->is_number_integer() ? std::optional(FromMicros(found->get<int64_t>()))
                                                             : std::nullopt;
}

/// A time in microseconds, or '-' for none.
void AppendTime(std::string& text, const std::optional<Time>& time) {
  if (time) {
    AppendNumber(text, ToMicros(*time));
  } else {
    text += '-';
  }
}

std::optional<Time> CutTime(std::string_view& text) {
  if (text.starts_with('-') && (text.size() == 1 || text[1] == ',')) {
    CutPart(text, ',');
    return std::nullopt;
  }
  return FromMicros(CutNumber<int64_t>(text));
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
  AppendTime(text, location.time);
  text += location.approximate ? ",1" : ",0";
  return text;
}

Location LocationFromText(std::string_view text) {
  Location location;
  location.position.latitude = CutNumber<double>(text);
  location.position.longitude = CutNumber<double>(text);
  location.accuracy_m = CutNumber<double>(text);
  location.time = CutTime(text);
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

std::string InspectionsToText(const std::vector<Inspection>& inspections) {
  if (inspections.empty()) {
    return "";
  }
  nlohmann::json list = nlohmann::json::array();
  for (const Inspection& one : inspections) {
    list.push_back({one.year, static_cast<int>(one.kind), static_cast<int>(one.result), ToMicros(one.date), one.note});
  }
  return list.dump();
}

std::vector<Inspection> InspectionsFromText(std::string_view text) {
  std::vector<Inspection> inspections;
  if (text.empty()) {
    return inspections;
  }
  const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
  for (const auto& row : list) {
    if (row.is_array() && row.size() == 5 && row[4].is_string()) {
      inspections.push_back({row[0].get<int32_t>(), static_cast<InspectionKind>(row[1].get<int>()),
                             static_cast<InspectionResult>(row[2].get<int>()), FromMicros(row[3].get<int64_t>()),
                             row[4].get<std::string>()});
    }
  }
  return inspections;
}

std::string WishedToText(const Organization& wished) {
  nlohmann::json fields{{"name", wished.name},
                        {"kind", Name(wished.kind)},
                        {"credit_code", wished.credit_code},
                        {"filing_office", wished.filing_office},
                        {"filing_number", wished.filing_number},
                        {"district_path", wished.district_path},
                        {"registration_end", TimeToJson(wished.registration_end)},
                        {"rating", wished.rating},
                        {"rating_end", TimeToJson(wished.rating_end)},
                        {"supervisor", wished.supervisor},
                        {"fundraising_number", wished.fundraising_number}};
  fields["fundraising_valid"] = wished.fundraising_valid ? WindowToText(*wished.fundraising_valid) : "";
  return fields.dump();
}

Organization WishedFromText(std::string_view text) {
  Organization wished;
  const nlohmann::json fields = nlohmann::json::parse(text, nullptr, false);
  if (!fields.is_object()) {
    return wished;
  }
  wished.name = fields.value("name", "");
  wished.kind = OrganizationKindFromName(fields.value("kind", "")).value_or(OrganizationKind::kAssociation);
  wished.credit_code = fields.value("credit_code", "");
  wished.filing_office = fields.value("filing_office", "");
  wished.filing_number = fields.value("filing_number", "");
  wished.district_path = fields.value("district_path", "");
  wished.registration_end = TimeFromJson(fields, "registration_end");
  wished.rating = fields.value("rating", 0);
  wished.rating_end = TimeFromJson(fields, "rating_end");
  wished.supervisor = fields.value("supervisor", "");
  wished.fundraising_number = fields.value("fundraising_number", "");
  if (const std::string window = fields.value("fundraising_valid", ""); !window.empty()) {
    wished.fundraising_valid = WindowFromText(window);
  }
  return wished;
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

std::string EquipmentToText(const std::vector<Equipment>& list) {
  if (list.empty()) {
    return "";
  }
  nlohmann::json json = nlohmann::json::array();
  for (const Equipment& item : list) {
    json.push_back({item.kind, item.count, item.note});
  }
  return json.dump();
}

std::vector<Equipment> EquipmentFromText(std::string_view text) {
  std::vector<Equipment> list;
  if (text.empty()) {
    return list;
  }
  for (const auto& item : nlohmann::json::parse(text, nullptr, false)) {
    if (item.is_array() && item.size() == 3 && item[0].is_string() && item[1].is_number() && item[2].is_string()) {
      list.push_back({item[0].get<std::string>(), item[1].get<int32_t>(), item[2].get<std::string>()});
    }
  }
  return list;
}

std::string LimitsToText(const TeamLimits& limits) {
  if (limits == TeamLimits()) {
    return "";
  }
  return nlohmann::json::array({WordsToText(limits.codes), limits.text, limits.max_hours_per_day}).dump();
}

TeamLimits LimitsFromText(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array() || json.size() != 3 || !json[0].is_string() || !json[1].is_string() || !json[2].is_number()) {
    return {};
  }
  return {WordsFromText(json[0].get<std::string>()), json[1].get<std::string>(), json[2].get<int32_t>()};
}

std::string PartnersToText(const std::vector<Partner>& partners) {
  std::string text;
  for (const Partner& partner : partners) {
    text += (text.empty() ? "" : " ") + partner.organization_id.value() + (partner.accepted ? ":1" : ":0");
  }
  return text;
}

std::vector<Partner> PartnersFromText(std::string_view text) {
  std::vector<Partner> partners;
  while (!text.empty()) {
    std::string_view word = CutPart(text, ' ');
    const std::string id(CutPart(word, ':'));
    partners.push_back({OrganizationId(id), word == "1"});
  }
  return partners;
}

std::string WeeklyToText(const std::vector<WeeklyTime>& list) {
  std::string text;
  for (const WeeklyTime& weekly : list) {
    text += text.empty() ? "" : " ";
    for (const int number : {weekly.weekdays, weekly.start_minute, weekly.length_minutes}) {
      AppendNumber(text, number);
      text += ',';
    }
    AppendTime(text, weekly.valid_from);
    text += ',';
    AppendTime(text, weekly.valid_until);
  }
  return text;
}

std::vector<WeeklyTime> WeeklyFromText(std::string_view text) {
  std::vector<WeeklyTime> list;
  while (!text.empty()) {
    std::string_view word = CutPart(text, ' ');
    WeeklyTime& weekly = list.emplace_back();
    weekly.weekdays = CutNumber<int>(word);
    weekly.start_minute = CutNumber<int>(word);
    weekly.length_minutes = CutNumber<int>(word);
    weekly.valid_from = CutTime(word);
    weekly.valid_until = CutTime(word);
  }
  return list;
}

}  // namespace muster::registry
