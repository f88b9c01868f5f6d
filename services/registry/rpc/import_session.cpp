#include "services/registry/rpc/import_session.h"

#include <algorithm>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/geo/street.h"
#include "muster/sheet/sheet_error.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/team_rules.h"

namespace muster::registry {
namespace {

/// Title rows that may stand above the headings.
constexpr int kMaxTitleRows = 20;

/// The parts of an upload, one after the other.
sheet::ByteSource PartsOf(const Upload& upload, const ImportStore& store, const PartSealer& parts) {
  return [upload, &store, &parts, next = int64_t{0}]() mutable -> absl::StatusOr<std::string> {
    if (next == upload.parts) {
      return std::string();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string sealed, store.GetPart(upload.id, next));
    return parts.Open(upload, next++, sealed);
  };
}

sheet::Encoding EncodingOf(const std::string& name) {
  return name == "utf8"      ? sheet::Encoding::kUtf8
         : name == "gb18030" ? sheet::Encoding::kGb18030
                             : sheet::Encoding::kDetect;
}

/// All bytes of an upload whose first part is `first`.
absl::StatusOr<std::string> ReadWhole(std::string first, sheet::ByteSource& source) {
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const std::string more, source());
    if (more.empty()) {
      return first;
    }
    first += more;
  }
}

absl::Status EmptyFile() {
  return sheet::SheetError(Reason::kInvalidField, 0, 0, "没有任何内容。请选择有数据的文件或工作表。",
                           "it is empty. Choose a file or sheet that holds data.");
}

std::string Joined(const std::string& text) {
  std::string line = text;
  for (char& c : line) {
    c = c == '\n' || c == '\r' ? ' ' : c;
  }
  return line;
}

}  // namespace

bool IsFileFault(const absl::Status& status) { return GetErrorInfo(status).metadata.contains("row"); }

ImportProblem ProblemOf(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  const int column = sheet::ColumnOfError(status);
  return {sheet::RowOfError(status), column > 0 ? sheet::ColumnLetters(column) : "",
          std::string(RowOf(info.reason).name), info.message_zh, info.message_en};
}

absl::StatusOr<std::unique_ptr<ImportSession>> ImportSession::Open(const DataImport& import, const ImportStore& store,
                                                                   const PartSealer& parts, const Tools& tools) {
  std::unique_ptr<ImportSession> session(new ImportSession(import, tools));
  MUSTER_ASSIGN_OR_RETURN(const Upload upload, store.GetUpload(import.upload_id));
  sheet::ByteSource source = PartsOf(upload, store, parts);
  MUSTER_ASSIGN_OR_RETURN(std::string first, source());
  if (import.format == "xlsx" || (import.format.empty() && sheet::LooksLikeXlsx(first))) {
    MUSTER_ASSIGN_OR_RETURN(std::string content, ReadWhole(std::move(first), source));
    MUSTER_ASSIGN_OR_RETURN(const auto workbook, sheet::OpenWorkbook(std::move(content)));
    MUSTER_RETURN_IF_ERROR(session->FindSheet(*workbook));
  } else {
    session->reader_ = sheet::NewCsvReader(PartsOf(upload, store, parts), EncodingOf(import.encoding));
    MUSTER_RETURN_IF_ERROR(session->FindHeader(*session->reader_));
  }
  if (session->converter_ == nullptr) {
    return session->has_content_ ? NoHeader(import.what) : EmptyFile();
  }
  return session;
}

absl::Status ImportSession::FindSheet(sheet::Workbook& workbook) {
  absl::Status first_fault;
  for (int i = 0; i < workbook.sheet_count() && converter_ == nullptr; ++i) {
    MUSTER_ASSIGN_OR_RETURN(reader_, workbook.OpenSheet(i));
    first_fault.Update(FindHeader(*reader_));
  }
  return converter_ == nullptr ? first_fault : absl::OkStatus();
}

absl::Status ImportSession::FindHeader(sheet::Reader& reader) {
  sheet::Row row;
  for (int i = 0; i < kMaxTitleRows; ++i) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) {
      break;
    }
    has_content_ = has_content_ || !std::all_of(row.cells.begin(), row.cells.end(),
                                                [](const std::string& cell) { return TrimBlanks(cell).empty(); });
    std::optional<SheetHeader> header = RecognizeHeader(import_.what, import_.columns, row.cells);
    if (header) {
      header->row = row.number;
      MUSTER_RETURN_IF_ERROR(CheckHeader(import_.what, import_.columns, *header));
      const auto system =
          geo::CoordinateSystemFromName(import_.coordinate_system).value_or(geo::CoordinateSystem::kWgs84);
      converter_ = std::make_unique<RowConverter>(import_.what, *std::move(header), system, import_.importer(),
                                                  import_.create_time);
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> ImportSession::NextRow(sheet::Row& row) {
  do {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader_->Next(row));
    if (!more) {
      return false;
    }
  } while (row.fault.ok() && converter_->IsIdle(row.cells));
  return true;
}

absl::StatusOr<SheetSummary> ImportSession::Summarize() {
  SheetSummary summary;
  for (const std::string& heading : converter_->header().unknown) {
    summary.unknown_columns += Joined(heading) + "\n";
  }
  sheet::Row row;
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, NextRow(row));
    if (!more) {
      return summary;
    }
    ++summary.rows;
  }
}

absl::StatusOr<std::vector<ImportRow>> ImportSession::ReadRows(int limit, bool& ended) {
  std::vector<ImportRow> rows;
  sheet::Row row;
  while (static_cast<int>(rows.size()) < limit) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, NextRow(row));
    if (!more) {
      ended = true;
      break;
    }
    if (row.fault.ok()) {
      rows.push_back(converter_->Convert(row.number, row.cells));
      continue;
    }
    const ErrorInfo info = GetErrorInfo(row.fault);
    ImportRow& spoilt = rows.emplace_back();
    spoilt.number = row.number;
    spoilt.problems.push_back({sheet::ColumnOfError(row.fault), info.reason, info.message_zh, info.message_en});
  }
  return rows;
}

absl::StatusOr<PreparedBatch> ImportSession::Next(int limit) {
  PreparedBatch batch;
  bool ended = false;
  MUSTER_ASSIGN_OR_RETURN(std::vector<ImportRow> rows, ReadRows(limit, ended));
  MUSTER_RETURN_IF_ERROR(Resolve(rows, batch));
  for (ImportRow& row : rows) {
    MUSTER_RETURN_IF_ERROR(Add(row, batch));
  }
  rows_read_ += static_cast<int64_t>(rows.size());
  batch.outcome.read = static_cast<int64_t>(rows.size());
  batch.outcome.last = ended || rows_read_ >= import_.rows_total;
  batch.rows.source = "import " + import_.id.value();
  return batch;
}

absl::Status ImportSession::Resolve(std::vector<ImportRow>& rows, PreparedBatch& batch) {
  if (import_.what == SheetContent::kOrganizations) {
    return absl::OkStatus();
  }
  MUSTER_RETURN_IF_ERROR(ResolveOrganizations(rows, batch));
  return import_.what == SheetContent::kMembers ? ResolveTeams(rows, batch) : CountTeams(rows);
}

absl::Status ImportSession::ResolveOrganizations(std::vector<ImportRow>& rows, PreparedBatch& batch) {
  std::set<std::string> names;
  for (ImportRow& row : rows) {
    if (row.organization_ref.empty() && !import_.officer) {
      row.organization_ref = import_.organization_id.value();
    }
    if (!row.organization_ref.empty()) {
      names.insert(row.organization_ref);
    }
  }
  NamedOrganizations found;
  MUSTER_RETURN_IF_ERROR(FindOrganizations(tools_.database, names, found));
  for (ImportRow& row : rows) {
    if (row.organization_ref.empty()) {
      continue;
    }
    std::vector<NamedOrganization>& named = found[row.organization_ref];
    std::erase_if(named, [&](const NamedOrganization& one) {
      return import_.officer ? !DistrictCovers(import_.authority_path, one.district_path)
                             : one.id != import_.organization_id;
    });
    if (named.size() == 1) {
      Join(named.front(), row);
      batch.facts.organizations.emplace(named.front().id, named.front().district_path);
    } else if (named.empty()) {
      converter_->AddProblem(Reason::kUnknownReference, "organization",
                             "没有这个组织，或不归您管理。请核对名称或统一社会信用代码，先导入组织。",
                             "There is no such organization, or it is not yours. Check its name or credit code; import "
                             "organizations first.",
                             row);
    } else {
      converter_->AddProblem(Reason::kUnknownReference, "organization",
                             "有几个组织叫这个名称。请改用统一社会信用代码。",
                             "Several organizations have this name. Use the credit code.", row);
    }
  }
  return absl::OkStatus();
}

/// Where a team stands whose row gives no position: in the street that its address names, else where its organization
/// is, unless that is in another district.
std::optional<Location> ImportSession::BaseOf(const ImportRow& row, const NamedOrganization& organization) {
  const std::string& path = row.team.district_path;
  if (const geo::Street* street = geo::FindStreetInAddress(path, row.address);
      street != nullptr && !row.address.empty()) {
    return Approximate(street->centre);
  }
  const bool apart =
      !DistrictCovers(path, organization.district_path) && !DistrictCovers(organization.district_path, path);
  return apart ? CentreOf(path) : organization.location;
}

void ImportSession::Join(const NamedOrganization& organization, ImportRow& row) {
  row.team.organization_id = organization.id;
  row.member.organization_id = organization.id;
  for (std::string* path : {&row.team.district_path, &row.member.district_path}) {
    *path = path->empty() ? organization.district_path : *path;
  }
  row.team.base = row.team.base ? row.team.base : BaseOf(row, organization);
  teams_there_[organization.id] = organization.teams;
}

absl::Status ImportSession::CountTeams(std::vector<ImportRow>& rows) {
  std::set<std::pair<OrganizationId, std::string>> names;
  for (const ImportRow& row : rows) {
    names.emplace(row.team.organization_id, row.team.name);
  }
  NamedTeams found;
  MUSTER_RETURN_IF_ERROR(FindTeams(tools_.database, names, found));
  if (import_.stores()) {
    teams_added_.clear();  // those of earlier batches are in the store
  }
  for (ImportRow& row : rows) {
    const OrganizationId& id = row.team.organization_id;
    const bool is_new = row.good() && !id.empty() && !found.contains({id, row.team.name});
    if (is_new && teams_there_[id] + ++teams_added_[id] > kMaxTeamsOfOrganization) {
      converter_->AddProblem(Reason::kOutOfRange, "organization", "这个组织的队伍超过 1000 支。请减少。",
                             "The organization would have more than 1,000 teams. Have fewer.", row);
    }
  }
  return absl::OkStatus();
}

absl::Status ImportSession::ResolveTeams(std::vector<ImportRow>& rows, PreparedBatch& batch) {
  std::set<std::pair<OrganizationId, std::string>> names;
  for (const ImportRow& row : rows) {
    for (const std::string& name : row.team_names) {
      names.emplace(row.member.organization_id, name);
    }
  }
  NamedTeams found;
  MUSTER_RETURN_IF_ERROR(FindTeams(tools_.database, names, found));
  for (ImportRow& row : rows) {
    for (const std::string& name : row.team_names) {
      const auto team = found.find({row.member.organization_id, name});
      if (team == found.end()) {
        converter_->AddProblem(Reason::kUnknownReference, "teams", "该组织没有这支队伍。请核对队名，先导入队伍。",
                               "The organization has no such team. Check its name; import teams first.", row);
        break;
      }
      row.member.team_ids.push_back(team->second);
      batch.facts.teams.emplace(team->second, TeamPlace{row.member.organization_id, row.member.district_path});
    }
  }
  return absl::OkStatus();
}

void ImportSession::CheckRules(ImportRow& row) {
  const bool needs_organization = import_.what == SheetContent::kTeams;
  if (needs_organization && row.organization_ref.empty()) {
    converter_->AddProblem(Reason::kInvalidField, "organization", "没有写所属组织。请填写统一社会信用代码或组织名称。",
                           "The organization is missing. Give its credit code or its name.", row);
    return;
  }
  if (import_.what == SheetContent::kTeams) {
    converter_->AddProblem(CheckTeam(row.team, "row"), row);
  } else if (import_.what == SheetContent::kMembers) {
    converter_->AddProblem(CheckMember(row.member, "row"), row);
  }
}

void ImportSession::CheckDoubles(ImportRow& row) {
  const std::vector<std::string> keys = import_.what == SheetContent::kOrganizations ? KeysOf(row.organization)
                                        : import_.what == SheetContent::kTeams       ? KeysOf(row.team)
                                                                                     : KeysOf(row.member);
  for (const std::string& key : keys) {
    const auto [found, is_new] = seen_.emplace(key, row.number);
    if (!is_new) {
      const std::string other = std::to_string(found->second);
      row.problems.push_back({0, Reason::kDuplicate, "与第 " + other + " 行重复。请只保留一行。",
                              "It is the same as row " + other + ". Keep one of them."});
      return;
    }
  }
}

absl::Status ImportSession::Add(ImportRow& row, PreparedBatch& batch) {
  if (row.good()) {
    CheckRules(row);
  }
  if (row.good() && import_.what == SheetContent::kMembers && !row.masked) {
    row.member.phone_index = tools_.sealer.PhoneIndex(row.person.phone.Reveal());
    row.member.person_index = tools_.sealer.PersonIndex(row.person.phone.Reveal(), row.person.id_number.Reveal());
    row.member.digests = {tools_.sealer.NameDigest(row.person.name.Reveal())};
  }
  if (row.good() && (import_.what != SheetContent::kMembers || !row.masked)) {
    CheckDoubles(row);
  }
  std::stable_sort(row.problems.begin(), row.problems.end(),
                   [](const RowProblem& a, const RowProblem& b) { return a.column < b.column; });
  for (const RowProblem& problem : row.problems) {
    batch.outcome.problems.push_back({row.number, converter_->header().NameOf(problem.column),
                                      problem.only_warns ? "" : std::string(RowOf(problem.reason).name), problem.zh,
                                      problem.en});
  }
  if (!row.good()) {
    ++batch.outcome.bad;
    return absl::OkStatus();
  }
  ++batch.outcome.good;
  return AddGood(row, batch);
}

RowPlace ImportSession::PlaceOf(const ImportRow& row) const {
  const std::string_view key = import_.what == SheetContent::kMembers    ? "phone"
                               : import_.what == SheetContent::kTeams    ? "name"
                               : !row.organization.credit_code.empty()   ? "credit_code"
                               : !row.organization.filing_number.empty() ? "filing_number"
                                                                         : "name";
  return {row.number, converter_->ColumnName(key), converter_->ColumnName("state"), row.listed, row.masked};
}

absl::Status ImportSession::AddGood(ImportRow& row, PreparedBatch& batch) {
  const std::string id = NewUuid(tools_.clock.Now(), tools_.random);
  batch.places.push_back(PlaceOf(row));
  switch (import_.what) {
    case SheetContent::kOrganizations:
      row.organization.id = OrganizationId(id);
      if (import_.stores()) {
        MUSTER_RETURN_IF_ERROR(tools_.sealer.SealContact(row.contact, row.organization));
      }
      batch.rows.organizations.push_back(std::move(row.organization));
      break;
    case SheetContent::kTeams:
      row.team.id = TeamId(id);
      batch.rows.teams.push_back(std::move(row.team));
      break;
    case SheetContent::kMembers:
      row.member.id = MemberId(row.masked ? row.id : id);
      if (import_.stores() && !row.masked) {
        MUSTER_RETURN_IF_ERROR(tools_.sealer.Seal(row.person, row.member));
      }
      batch.rows.members.push_back(std::move(row.member));
      break;
  }
  return absl::OkStatus();
}

}  // namespace muster::registry
