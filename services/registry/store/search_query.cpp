#include "services/registry/store/search_query.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "muster/base/status_macros.h"
#include "services/registry/core/search_text.h"
#include "services/registry/store/kept_text.h"
#include "services/registry/store/scope.h"

namespace muster::registry {
namespace {

using storage::Value;

/// A longer text has more pairs than are worth counting.
constexpr size_t kPairsCounted = 6;

/// `text` with its '?' as $n, $n+1, ...
std::string Numbered(const std::string& text, size_t first) {
  std::string numbered;
  for (const char c : text) {
    numbered += c == '?' ? "$" + std::to_string(first++) : std::string(1, c);
  }
  return numbered;
}

/// An expression that no index serves, where an index in order of id would be the wrong one.
std::string WithoutIndex(const std::string& column) { return column + " || ''"; }

}  // namespace

SearchQuery::SearchQuery(std::string table, std::string search_table, const PageStart& start)
    : table_(std::move(table)), search_table_(std::move(search_table)), start_(start) {}

void SearchQuery::AddSource(std::string table, std::string column, std::string condition, std::vector<Value> values,
                            bool is_in_order) {
  Source source;
  source.is_joined = table != table_;
  source.is_search_row = table == search_table_;
  const char* const alias = source.is_search_row ? " s" : source.is_joined ? " d" : " r";
  source.from = std::move(table) + alias;
  source.column = std::move(column);
  source.condition = std::move(condition);
  source.values = std::move(values);
  source.is_in_order = is_in_order;
  sources_.push_back(std::move(source));
}

void SearchQuery::Where(std::string_view condition, std::vector<Value> values) {
  conditions_ += " AND " + std::string(condition);
  values_.insert(values_.end(), std::move_iterator(values.begin()), std::move_iterator(values.end()));
}

void SearchQuery::WhereIndexed(std::string_view condition, std::vector<Value> values) {
  Where(condition, values);
  AddSource(table_, "r.id", std::string(condition), std::move(values), true);
}

void SearchQuery::WhereSearched(std::string_view condition, std::vector<Value> values) {
  needs_search_row_ = true;
  Where(condition, std::move(values));
}

void SearchQuery::Among(std::string table, std::string column, std::string condition, std::vector<Value> values) {
  Where("EXISTS (SELECT 1 FROM " + table + " d WHERE " + column + " = r.id AND " + condition + ")", values);
  AddSource(std::move(table), std::move(column), std::move(condition), std::move(values), true);
  sources_.back().is_repeated = true;
}

void SearchQuery::InDistrict(const std::string& district_path) {
  Where("(r.district_path = ? OR (r.district_path >= ? AND r.district_path < ?))",
        {district_path, BelowFrom(district_path), BelowUntil(district_path)});
  if (!search_table_.empty()) {
    AddSource(search_table_, "s.object_id", "s.area >= ? AND s.area < ?", {district_path, BelowUntil(district_path)},
              false);
  }
}

void SearchQuery::OnlyVisible(const Principal& principal, const std::string& organization_column) {
  const Scope scope = ScopeOf(principal);
  if (scope.district_path.empty()) {
    WhereIndexed(organization_column + " = ? AND ? <> ''", {scope.organization_id, scope.organization_id});
  } else if (scope.organization_id.empty()) {
    InDistrict(scope.district_path);
  } else {
    Where(
        "(r.district_path = ? OR (r.district_path >= ? AND r.district_path < ?) OR " + organization_column + " = ?)",
        {scope.district_path, BelowFrom(scope.district_path), BelowUntil(scope.district_path), scope.organization_id});
  }
}

void SearchQuery::OnlyWhere(const std::vector<Value>& scope, const std::function<std::string(int first)>& condition) {
  std::string text;
  std::vector<Value> values;
  const std::string numbered = condition(1);
  for (size_t at = 0; at < numbered.size(); ++at) {
    if (numbered[at] != '$') {
      text += numbered[at];
      continue;
    }
    size_t number = 0;
    for (; at + 1 < numbered.size() && numbered[at + 1] >= '0' && numbered[at + 1] <= '9'; ++at) {
      number = number * 10 + static_cast<size_t>(numbered[at + 1] - '0');
    }
    text += '?';
    values.push_back(scope.at(number - 1));
  }
  Where("EXISTS (SELECT 1 FROM " + table_ + " WHERE " + table_ + ".id = r.id AND " + text + ")", std::move(values));
}

void SearchQuery::WithText(const std::string& form, const std::string& bigram_table) {
  const std::vector<std::string> bigrams = BigramsOf(form);
  const size_t counted = std::min(bigrams.size(), kPairsCounted);
  for (size_t i = bigrams.size() - counted; i < bigrams.size(); ++i) {  // digits, which are common, come first
    AddSource(bigram_table, "d.object_id", "d.bigram = ?", {bigrams[i]}, true);
    sources_.back().is_pair = true;
  }
  AddSource(bigram_table, "d.object_id", "d.bigram = ?", {form}, true);
  sources_.back().is_whole_number = true;
  WhereSearched("s.text LIKE ?", {"%" + form + "%"});
}

void SearchQuery::Near(const EarthPoint& point, int64_t chord) {
  const std::string box = "BETWEEN ? AND ? AND s.y BETWEEN ? AND ? AND s.x BETWEEN ? AND ? ";
  const std::string ball = "AND (s.x - ?) * (s.x - ?) + (s.y - ?) * (s.y - ?) + (s.z - ?) * (s.z - ?) <= ?";
  const std::vector<Value> values{point.z - chord, point.z + chord, point.y - chord, point.y + chord, point.x - chord,
                                  point.x + chord, point.x,         point.x,         point.y,         point.y,
                                  point.z,         point.z,         chord * chord};
  WhereSearched("s.z + 0 " + box + ball, values);  // of a row that is there already: no index serves that
  AddSource(search_table_, "s.object_id", "s.z " + box + ball, values, false);
}

absl::Status SearchQuery::CountSources(storage::Database& database) {
  const bool has_order = std::any_of(sources_.begin(), sources_.end(), [](const Source& s) { return s.is_in_order; });
  if (!has_order) {
    AddSource(table_, "r.id", "1 = 1", {}, true);
  }
  std::vector<storage::Read> reads;
  for (Source& source : sources_) {
    const std::string id = source.is_in_order ? source.column : WithoutIndex(source.column);
    const std::string order = source.is_in_order ? " ORDER BY " + source.column : "";
    std::vector<Value> parameters{start_.after, kRowsLookedAt};
    parameters.insert(parameters.end(), source.values.begin(), source.values.end());
    reads.push_back(
        {KeptText("SELECT COUNT(*), MAX(found) FROM (SELECT " + std::string(source.is_repeated ? "DISTINCT " : "") +
                  source.column + " AS found FROM " + source.from + " WHERE " + Numbered(source.condition, 3) +
                  " AND " + id + " > $1" + order + " LIMIT $2) c"),
         std::move(parameters), [&source](const storage::Row& row) {
           source.rows = row.Int(0);
           source.last = std::string(row.Text(1));
         }});
  }
  return database.Query(reads);
}

const SearchQuery::Source& SearchQuery::Choose() const {
  const bool no_name_has_it =
      std::any_of(sources_.begin(), sources_.end(), [](const Source& s) { return s.is_pair && s.rows == 0; });
  const auto cost = [no_name_has_it](const Source& source) {
    const bool is_usable = source.is_whole_number || source.is_in_order || source.rows < kRowsLookedAt;
    return std::tuple(source.is_whole_number != no_name_has_it, !is_usable, source.rows);
  };
  return *std::min_element(sources_.begin(), sources_.end(),
                           [&cost](const Source& a, const Source& b) { return cost(a) < cost(b); });
}

std::string SearchQuery::PageText(const Source& source, const std::string& columns,
                                  std::vector<Value>& parameters) const {
  const std::string id = source.is_in_order ? source.column : WithoutIndex(source.column);
  std::string from = source.from;
  std::string conditions =
      Numbered(source.condition, parameters.size() + 1) + " AND " + id + " > $1 AND " + id + " <= $3";
  parameters.insert(parameters.end(), source.values.begin(), source.values.end());
  if (source.is_repeated) {
    from = "(SELECT DISTINCT " + source.column + " FROM " + from + " WHERE " + conditions + ") d";
    conditions = "1 = 1";
  }
  // CROSS JOIN: the databases keep to this order. The text says more often no than the rest.
  if (needs_search_row_ && !source.is_search_row) {
    from += " CROSS JOIN " + search_table_ + " s";
    conditions += " AND s.object_id = " + source.column;
  }
  if (source.is_joined) {
    from += " CROSS JOIN " + table_ + " r";
    conditions += " AND r.id = " + source.column;
  }
  conditions += Numbered(conditions_, parameters.size() + 1);
  parameters.insert(parameters.end(), values_.begin(), values_.end());
  return "SELECT " + columns + " FROM " + from + " WHERE " + conditions + " ORDER BY " + id + " LIMIT $2";
}

absl::Status SearchQuery::Read(storage::Database& database, const Shape& shape,
                               const std::function<void(const storage::Row&)>& each) {
  MUSTER_RETURN_IF_ERROR(CountSources(database));
  const Source& source = Choose();
  looked_until_ = source.rows == kRowsLookedAt ? source.last : "";
  if (source.rows == 0) {
    return absl::OkStatus();
  }
  std::vector<Value> parameters{start_.after, int64_t{start_.limit} + 1, source.last};
  const std::string page = PageText(source, shape.columns, parameters);
  const std::string text = shape.join.empty() ? page
                                              : "SELECT p.*, " + shape.joined_columns + " FROM (" + page + ") p " +
                                                    shape.join + " ORDER BY p.id, " + shape.order;
  return database.Query(storage::Read{KeptText(text), std::move(parameters), each});
}

}  // namespace muster::registry
