// Searches of the registry over the whole demo city (24,000 organizations, 40,000 teams, 245,000 members): a page of 50
// by the public lists, each time with other words, places or people, and another page of the answer. The reference is
// the limit of 20 ms. For information: the bare query on the same table in the same run, which compares names and
// districts row by row and opens no contact. Then the snapshot of all teams that matching starts from. Prints one JSON
// object a line.

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/registry/store/kept_text.h"
#include "services/registry/store/tables.h"
#include "tests/bench/report.h"
#include "tests/bench/search_world.h"

namespace muster::bench {
namespace {

namespace pb = registry::v1;
using SteadyClock = std::chrono::steady_clock;
using storage::Value;

constexpr int kCalls = 400;
constexpr int kWarmUp = 20;
constexpr double kWantedMillis = 20;
constexpr double kLoadRatio = 1.5;
constexpr int kSnapshots = 5;
constexpr double kSnapshotSeconds = 0.5;
/// In the name of every team that has a sister.
constexpr char kCommonText[] = "一队";
/// So many pages of one answer are read, one after the other.
constexpr int kPages = 8;

double MillisSince(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

/// The characters of a UTF-8 text.
std::vector<std::string> CharactersOf(const std::string& text) {
  std::vector<std::string> characters;
  for (const char byte : text) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
    continues ? void(characters.back() += byte) : characters.push_back(std::string(1, byte));
  }
  return characters;
}

class SearchBench {
 public:
  SearchBench(SearchWorld& world, std::string kind) : world_(world), kind_(std::move(kind)) {}

  void MeasureTeams();
  void MeasureOrganizations();
  void MeasureMembers();

 private:
  /// A condition of the bare query with its values: "name LIKE $2".
  struct Bare {
    std::string table;
    std::string columns;
    std::string condition;
    std::function<std::vector<Value>()> values;
  };

  template <class Response, class Request>
  void Measure(const std::string& name, const std::string& caller, const std::function<Request()>& next,
               const std::string& method, const Bare& bare) {
    std::vector<double> millis;
    int64_t rows = 0;
    while (static_cast<int>(millis.size()) < kCalls + kWarmUp) {
      Request request = next();
      for (int page = 0; page < kPages; ++page) {
        const auto start = SteadyClock::now();
        const Response response = world_.Call<Response>(caller, method, request);
        millis.push_back(MillisSince(start));
        rows += RowsOf(response);
        request.set_page_token(response.next_page_token());
        if (request.page_token().empty()) {
          break;
        }
      }
    }
    const double pages = static_cast<double>(millis.size());
    millis.erase(millis.begin(), millis.begin() + kWarmUp);
    const double p99 = Quantile(millis, 0.99);
    const std::vector<double> plain = MeasureBare(bare);
    fmt::print(stderr,
               "for information: {}, {}: p50 {:.2f}, p99 {:.2f}, {:.1f} rows a page; bare p50 {:.2f}, p99 {:.2f}, "
               "ratio of p50 {:.2f}, of p99 {:.2f}\n",
               name, kind_, Quantile(millis, 0.5), p99, static_cast<double>(rows) / pages, Quantile(plain, 0.5),
               Quantile(plain, 0.99), Quantile(millis, 0.5) / Quantile(plain, 0.5), p99 / Quantile(plain, 0.99));
    Report("search " + name + ", " + kind_ + ", p99", p99, kWantedMillis, "ms", Wanted::kAtMost, 1);
  }

  std::vector<double> MeasureBare(const Bare& bare) {
    const std::string_view sql = registry::KeptText("SELECT " + bare.columns + " FROM " + bare.table +
                                                    " WHERE id > $1 AND " + bare.condition + " ORDER BY id LIMIT 51");
    std::vector<double> millis;
    for (int i = 0; i < kCalls / 4; ++i) {
      std::vector<Value> parameters{std::string()};
      for (Value& value : bare.values()) {
        parameters.push_back(std::move(value));
      }
      size_t bytes = 0;
      const auto start = SteadyClock::now();
      (void)world_.database().Query(storage::Read{sql, std::move(parameters),
                                                  [&bytes](const storage::Row& row) { bytes += row.Text(0).size(); }});
      millis.push_back(MillisSince(start));
    }
    return millis;
  }

  static int RowsOf(const pb::ListTeamsResponse& page) { return page.teams_size(); }
  static int RowsOf(const pb::ListOrganizationsResponse& page) { return page.organizations_size(); }
  static int RowsOf(const pb::ListMembersResponse& page) { return page.members_size(); }

  template <class T>
  const T& Any(const std::vector<T>& list) {
    return list[static_cast<size_t>(draw_() % list.size())];
  }
  /// Some neighbouring characters of a name.
  template <class T>
  std::string PartOf(const std::vector<T>& objects, size_t length) {
    const std::vector<std::string> characters = CharactersOf(Any(objects).name());
    const size_t most = characters.size() > length ? characters.size() - length : 0;
    const size_t start = static_cast<size_t>(draw_() % (most + 1));
    std::string part;
    for (size_t i = start; i < std::min(start + length, characters.size()); ++i) {
      part += characters[i];
    }
    return part;
  }
  template <class Request>
  void SetNear(Request& request, double radius_km) {
    const common::v1::Position& at = Any(world_.teams()).base_position();
    request.mutable_near()->set_latitude(at.latitude());
    request.mutable_near()->set_longitude(at.longitude());
    request.set_radius_km(radius_km);
  }

  void Teams(const std::string& name, const std::function<void(pb::ListTeamsRequest&)>& set, const std::string& bare,
             std::function<std::vector<Value>()> values, const std::string& caller = "city") {
    Measure<pb::ListTeamsResponse, pb::ListTeamsRequest>(
        "teams " + name, caller,
        [&set] {
          pb::ListTeamsRequest request;
          set(request);
          return request;
        },
        "ListTeams", {"team", registry::TeamTable().select_list(), bare, std::move(values)});
  }
  void Organizations(const std::string& name, const std::function<void(pb::ListOrganizationsRequest&)>& set,
                     const std::string& bare, std::function<std::vector<Value>()> values) {
    Measure<pb::ListOrganizationsResponse, pb::ListOrganizationsRequest>(
        "organizations " + name, "city",
        [&set] {
          pb::ListOrganizationsRequest request;
          set(request);
          return request;
        },
        "ListOrganizations", {"organization", registry::OrganizationTable().select_list(), bare, std::move(values)});
  }
  void Members(const std::string& name, const std::function<void(pb::ListMembersRequest&)>& set,
               const std::string& bare, std::function<std::vector<Value>()> values,
               const std::string& caller = "city") {
    Measure<pb::ListMembersResponse, pb::ListMembersRequest>(
        "members " + name, caller,
        [&set] {
          pb::ListMembersRequest request;
          set(request);
          return request;
        },
        "ListMembers", {"member", registry::MemberTable().select_list(), bare, std::move(values)});
  }

  /// The values of a bare query for a part of a name.
  std::function<std::vector<Value>()> Like(const std::string& text) {
    return [text] { return std::vector<Value>{"%" + text + "%"}; };
  }
  static std::vector<Value> NoValues() { return {}; }

  SearchWorld& world_;
  const std::string kind_;
  std::mt19937_64 draw_{1};
};

void SearchBench::MeasureTeams() {
  const auto like_part = [this] { return std::vector<Value>{"%" + PartOf(world_.teams(), 3) + "%"}; };
  Teams(
      "without a condition", [](auto&) {}, "1 = 1", NoValues);
  Teams(
      "of one's own", [](auto&) {}, "organization_id = $2",
      [] { return std::vector<Value>{std::string("017e12ef-9c00-7000-8000-000000000001")}; }, "manager");
  Teams(
      "with a common text", [](auto& request) { request.set_text(kCommonText); }, "name LIKE $2", Like(kCommonText));
  Teams(
      "with two characters", [this](auto& request) { request.set_text(PartOf(world_.teams(), 2)); }, "name LIKE $2",
      like_part);
  Teams(
      "with four characters", [this](auto& request) { request.set_text(PartOf(world_.teams(), 4)); }, "name LIKE $2",
      like_part);
  Teams(
      "with a common text, of foundations",
      [](auto& request) {
        request.set_text(kCommonText);
        request.set_organization_kind(pb::ORGANIZATION_KIND_FOUNDATION);
      },
      "name LIKE $2", Like(kCommonText));
  Teams(
      "with a common text in a district",
      [](auto& request) {
        request.set_text(kCommonText);
        request.set_district_path("3205/320583");
      },
      "name LIKE $2", Like(kCommonText));
  Teams(
      "with a common text, seen by a district", [](auto& request) { request.set_text(kCommonText); }, "name LIKE $2",
      Like(kCommonText), "district");
  Teams(
      "with a text in a street",
      [this](auto& request) {
        request.set_text(kCommonText);
        request.set_district_path(Any(world_.teams()).district_path());
      },
      "name LIKE $2", Like(kCommonText));
  Teams(
      "with a capability and level",
      [this](auto& request) {
        request.set_capability(Any(world_.teams()).capabilities(0).capability());
        request.set_lowest_level(2);
      },
      "id IN (SELECT team_id FROM team_capability WHERE capability = $2)",
      [this] { return std::vector<Value>{Any(world_.teams()).capabilities(0).capability()}; });
  Teams(
      "that are usable, with capability and text, remotely",
      [this](auto& request) {
        request.set_capability(Any(world_.teams()).capabilities(0).capability());
        request.set_text(kCommonText);
        request.set_usable(true);
        request.set_works_remotely(true);
      },
      "name LIKE $2", Like(kCommonText));
  Teams(
      "within 3 km", [this](auto& request) { SetNear(request, 3); }, "1 = 1", NoValues);
  Teams(
      "within 30 km", [this](auto& request) { SetNear(request, 30); }, "1 = 1", NoValues);
  Teams(
      "within 3 km, usable, with a text",
      [this](auto& request) {
        SetNear(request, 3);
        request.set_usable(true);
        request.set_text(kCommonText);
      },
      "name LIKE $2", Like(kCommonText));
  Teams(
      "of foundations, usable",
      [](auto& request) {
        request.set_organization_kind(pb::ORGANIZATION_KIND_FOUNDATION);
        request.set_usable(true);
      },
      "organization_id IN (SELECT id FROM organization WHERE kind = 'foundation')", NoValues);
}

void SearchBench::MeasureOrganizations() {
  const auto like_part = [this] { return std::vector<Value>{"%" + PartOf(world_.organizations(), 3) + "%"}; };
  Organizations(
      "without a condition", [](auto&) {}, "1 = 1", NoValues);
  Organizations(
      "with two characters", [this](auto& request) { request.set_text(PartOf(world_.organizations(), 2)); },
      "name LIKE $2", like_part);
  Organizations(
      "with four characters", [this](auto& request) { request.set_text(PartOf(world_.organizations(), 4)); },
      "name LIKE $2", like_part);
  Organizations(
      "with a common text", [](auto& request) { request.set_text("服务"); }, "name LIKE $2", Like("服务"));
  Organizations(
      "by credit code",
      [this](auto& request) { request.set_text(world_.organizations()[draw_() % 5000].credit_code()); },
      "credit_code = $2", [this] { return std::vector<Value>{world_.organizations()[draw_() % 5000].credit_code()}; });
  Organizations(
      "of a kind, in a district, approved",
      [](auto& request) {
        request.set_kind(pb::ORGANIZATION_KIND_SERVICE_AGENCY);
        request.set_state(pb::ORGANIZATION_STATE_APPROVED);
        request.set_district_path("3205/320583");
      },
      "kind = 'service_agency'", NoValues);
  Organizations(
      "with a capability and level",
      [this](auto& request) {
        request.set_capability(Any(world_.teams()).capabilities(0).capability());
        request.set_lowest_level(2);
      },
      "1 = 1", NoValues);
  Organizations(
      "within 3 km", [this](auto& request) { SetNear(request, 3); }, "1 = 1", NoValues);
}

void SearchBench::MeasureMembers() {
  const auto digest = [] { return std::vector<Value>{storage::Blob{std::string(16, 'x')}}; };
  Members(
      "without a condition", [](auto&) {}, "1 = 1", NoValues);
  Members(
      "seen by a district", [](auto&) {}, "district_path LIKE $2", Like("320583"), "district");
  Members(
      "by name", [this](auto& request) { request.set_name(Any(world_.members()).name()); },
      "id IN (SELECT member_id FROM member_digest WHERE digest = $2)", digest);
  Members(
      "by name, seen by a district", [this](auto& request) { request.set_name(Any(world_.members()).name()); },
      "id IN (SELECT member_id FROM member_digest WHERE digest = $2)", digest, "district");
  Members(
      "by phone", [this](auto& request) { request.set_phone(Any(world_.members()).phone()); }, "phone_index = $2",
      digest);
  Members(
      "by identity number", [](auto& request) { request.set_id_number("11010519491231002X"); },
      "id IN (SELECT member_id FROM member_digest WHERE digest = $2)", digest);
  Members(
      "of an organization",
      [this](auto& request) { request.set_organization_id(Any(world_.members()).organization_id()); },
      "organization_id = $2", [this] { return std::vector<Value>{Any(world_.members()).organization_id()}; });
  Members(
      "of a team", [this](auto& request) { request.set_team_id(Any(world_.teams()).id()); },
      "id IN (SELECT member_id FROM member_team WHERE team_id = $2)",
      [this] { return std::vector<Value>{Any(world_.teams()).id()}; });
}

/// Seconds of a load that keeps nothing for searches.
double LoadPlain(BenchStore& store, double scale) {
  SearchWorld plain(store, SearchRows::kLeftOut);
  return plain.Load(scale);
}

void MeasureSnapshot(SearchWorld& world, const std::string& kind) {
  std::vector<double> seconds;
  size_t teams = 0;
  for (int i = 0; i < kSnapshots; ++i) {
    const auto start = SteadyClock::now();
    teams = world.ReadSnapshot();
    seconds.push_back(MillisSince(start) / 1000);
  }
  Report(fmt::format("snapshot of {} teams, {}, median", teams, kind), Quantile(seconds, 0.5), kSnapshotSeconds, "s",
         Wanted::kAtMost, 1);
}

void Run(BenchStore& store, BenchStore& other, double scale) {
  const double plain = LoadPlain(other, scale);
  SearchWorld world(store);
  Report("load of the city with what searches need, " + store.kind() + ", to one without", world.Load(scale), plain,
         "s", Wanted::kAtMost, kLoadRatio);
  store.Settle();
  SearchBench bench(world, store.kind());
  bench.MeasureTeams();
  bench.MeasureOrganizations();
  bench.MeasureMembers();
  MeasureSnapshot(world, store.kind());
  fmt::print(stderr, "for information: the city was filled in again in {:.2f} s, {}\n", world.FillAgain(),
             store.kind());
}

}  // namespace
}  // namespace muster::bench

/// Arguments: the scale of the city, 1 by default; the kind of store, both by default.
int main(int argc, char** argv) {
  using namespace muster::bench;
  const auto others = NewStores();
  size_t at = 0;
  for (const auto& store : NewStores()) {
    if (argc < 3 || store->kind() == argv[2]) {
      Run(*store, *others[at], argc > 1 ? std::atof(argv[1]) : 1);
    }
    ++at;
  }
  return 0;
}
