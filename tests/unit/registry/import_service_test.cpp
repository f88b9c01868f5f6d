#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>

#include "muster/base/text.h"
#include "muster/sheet/reader.h"
#include "muster/sheet/writer.h"
#include "tests/unit/registry/import_fixture.h"
#include "tests/unit/sheet/read_all.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using sheet::Rows;

constexpr auto kOrganizations = pb::SHEET_CONTENT_ORGANIZATIONS;
constexpr auto kTeams = pb::SHEET_CONTENT_TEAMS;
constexpr auto kMembers = pb::SHEET_CONTENT_MEMBERS;
constexpr std::string_view kCountOrganizations = "SELECT COUNT(*) FROM organization";
constexpr std::string_view kContents =
    "SELECT name || credit_code || kind || district_path || address || state || rating || "
    "COALESCE(location, '') || COALESCE(registration_end_us, 0) || '\n' FROM organization ORDER BY credit_code";

std::string ToGb18030(std::string text) {
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string out(text.size() * 2, '\0');
  char* from = text.data();
  char* to = out.data();
  size_t from_left = text.size();
  size_t to_left = out.size();
  EXPECT_EQ(iconv(converter, &from, &from_left, &to, &to_left), 0U);
  iconv_close(converter);
  out.resize(out.size() - to_left);
  return out;
}

std::string ToXlsx(const Rows& rows) {
  std::string file;
  const auto writer = sheet::NewXlsxWriter(rows.front(), [&file](std::string_view bytes) {
    file += bytes;
    return absl::OkStatus();
  });
  for (size_t i = 1; i < rows.size(); ++i) {
    EXPECT_OK(writer->Add(rows[i], std::nullopt));
  }
  EXPECT_OK(writer->Finish());
  return file;
}

class ImportServiceTest : public ImportFixture {
 protected:
  /// The only organization of this name.
  pb::Organization Named(const std::string& name) {
    const auto list =
        Invoke<pb::ListOrganizationsResponse>("officer", "ListOrganizations", pb::ListOrganizationsRequest());
    EXPECT_OK(list);
    for (const pb::Organization& organization : list->organizations()) {
      if (organization.name() == name) {
        return organization;
      }
    }
    ADD_FAILURE() << name;
    return {};
  }
};

/// The only row whose first cell is this.
std::vector<std::string> FindRow(const Rows& rows, const std::string& first) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row[0] == first; });
  EXPECT_NE(found, rows.end()) << first;
  return found == rows.end() ? std::vector<std::string>(20) : *found;
}

TEST_F(ImportServiceTest, StoresTheOrganizationsOfAFileAsOfficesExportThem) {
  const pb::Import import =
      Import("officer",
             "苏州市社会组织名录,,,,,,\n"
             "（截至2026年11月）\n\n"
             "序号,社会组织名称*,统一社会信用代码,行政区划,住所,评估等级,证书有效期至,联系电话（手机）,法定代表人\n"
             "1,晨曦服务中心,52320506MJ0000026R,苏州市昆山市,江苏省昆山市周庄镇全福路1号,AAAA,2027年12月31日,"
             "199 0000 0001,张三\n"
             "2,平江志愿者协会,51320508MJ0000027X,320508,,3A,长期,,\n",
             Wish(kOrganizations));
  EXPECT_EQ(import.state(), pb::IMPORT_STATE_DONE) << import.DebugString();
  EXPECT_EQ(import.rows_total(), 2);
  EXPECT_EQ(import.rows_stored(), 2);
  EXPECT_EQ(import.progress_percent(), 100);
  ASSERT_EQ(import.unknown_columns_size(), 1);
  EXPECT_EQ(import.unknown_columns(0), "序号");

  const pb::Organization first = Named("晨曦服务中心");
  EXPECT_EQ(first.kind(), pb::ORGANIZATION_KIND_SERVICE_AGENCY);
  EXPECT_EQ(first.district_path(), "3205/320583");
  EXPECT_EQ(first.state(), pb::ORGANIZATION_STATE_APPROVED);
  EXPECT_EQ(first.rating(), 4);
  EXPECT_EQ(first.registration_end_time().seconds(), 1'830'268'800);  // the end of that day in Beijing
  EXPECT_EQ(first.contact_phone(), "199****0001");
  EXPECT_TRUE(first.position().approximate());
  EXPECT_NEAR(first.position().latitude(), 31.116, 0.001);  // the street's, not the district's
  EXPECT_EQ(Named("平江志愿者协会").kind(), pb::ORGANIZATION_KIND_ASSOCIATION);
  EXPECT_TRUE(Violations().empty());
  EXPECT_EQ(Events().back().type(), "muster.registry.v1.RegistryImported");
}

TEST_F(ImportServiceTest, ADryRunListsEveryProblemWithRowColumnAndRemedy) {
  pb::StartImportRequest wish = Wish(kOrganizations);
  wish.set_dry_run(true);
  const pb::Import import = Import("officer",
                                   "名称,信用代码,区划,类型,评级,联系电话,纬度,经度\n"
                                   ",52320506MJ0000026R,昆山市,,,,,\n"
                                   "乙,123,昆山市,社会团体,,,,\n"
                                   "丙,52320506MJ0000028X,火星,,,,,\n"
                                   "丁,52320506MJ0000029X,昆山市,,9A,12,31.3,\n"
                                   "戊,52320506MJ0000030X,昆山市,,,,,\n"
                                   "己,52320506MJ0000030X,昆山市,,,,,\n"
                                   "庚,,昆山市,,,,,\n",
                                   wish);
  EXPECT_EQ(import.state(), pb::IMPORT_STATE_DONE);
  EXPECT_EQ(import.rows_good(), 1);
  EXPECT_EQ(import.rows_bad(), 6);
  std::vector<std::string> found;
  for (const pb::ImportProblem& problem : import.problems()) {
    found.push_back(std::to_string(problem.row()) + " " + problem.column() + " " +
                    (problem.note() ? "note" : problem.reason()));
    EXPECT_NE(problem.remedy().zh(), "");
    EXPECT_NE(problem.remedy().en(), "");
    EXPECT_EQ(problem.remedy().zh().find("row."), std::string::npos) << problem.remedy().zh();
  }
  // A check digit that does not fit (rows 4 to 7) is told and keeps no row out.
  EXPECT_EQ(found,
            (std::vector<std::string>{"2 A 名称 INVALID_FIELD", "3 B 信用代码 INVALID_FIELD", "4 B 信用代码 note",
                                      "4 C 区划 INVALID_FIELD", "5 B 信用代码 note", "5 E 评级 OUT_OF_RANGE",
                                      "5 F 联系电话 INVALID_PHONE", "5 G 纬度 BAD_GEOMETRY", "6 B 信用代码 note",
                                      "7  DUPLICATE", "7 B 信用代码 note", "8 D 类型 INVALID_FIELD"}));
  EXPECT_EQ(import.problem_count(), 12);
  EXPECT_EQ(Count(kCountOrganizations), 0);
}

TEST_F(ImportServiceTest, AllOrNothingStoresNothingForOneBadRowAndGoodRowsStoresTheOthers) {
  std::string text = Organizations(10'000);
  const size_t bad = text.find(Code(7000));
  text.replace(bad, 3, "abc");
  const pb::Import none = Import("officer", text, Wish(kOrganizations));
  EXPECT_EQ(none.state(), pb::IMPORT_STATE_FAILED);
  EXPECT_EQ(none.rows_bad(), 1);
  EXPECT_EQ(none.rows_stored(), 0);
  ASSERT_EQ(none.problems_size(), 1);
  EXPECT_EQ(none.problems(0).row(), 7001);
  EXPECT_NE(none.failure().remedy().zh(), "");
  EXPECT_EQ(Count(kCountOrganizations), 0);

  const pb::Import good = Import("officer", text, Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(good.state(), pb::IMPORT_STATE_DONE);
  EXPECT_EQ(good.rows_stored(), 9'999);
  EXPECT_EQ(Count(kCountOrganizations), 9'999);

  const pb::Import again = Import("officer", Organizations(10'000), Wish(kOrganizations));
  EXPECT_EQ(again.rows_stored(), 1);
  EXPECT_EQ(again.rows_already_there(), 9'999);
  const pb::Import third = Import("officer", Organizations(10'000), Wish(kOrganizations));
  EXPECT_EQ(third.rows_stored(), 0);
  EXPECT_EQ(Count(kCountOrganizations), 10'000);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ImportServiceTest, GoesOnWhereItWasAfterTheProcessHasDied) {
  for (const auto mode : {pb::IMPORT_MODE_ALL_OR_NOTHING, pb::IMPORT_MODE_GOOD_ROWS}) {
    const int first = mode == pb::IMPORT_MODE_GOOD_ROWS ? 5001 : 1;
    const auto started = Start("officer", Organizations(4'500, first), Wish(kOrganizations, mode));
    ASSERT_OK(started);
    // Every step by a process of its own, which knows nothing of those before.
    Duration sleep{};
    while (sleep == Duration::zero()) {
      RegistryService process(RegistryService::Dependencies{*database_, clock_, SystemRandom(), cipher_, blind_index_});
      sleep = process.StepImport(clock_.Now());
    }
    const auto done = GetImport("officer", started->id());
    ASSERT_OK(done);
    EXPECT_EQ(done->state(), pb::IMPORT_STATE_DONE);
    EXPECT_EQ(done->rows_stored(), 4'500);
    EXPECT_EQ(done->rows_bad(), 0);
  }
  EXPECT_EQ(Count(kCountOrganizations), 9'000);
}

TEST_F(ImportServiceTest, ARowThatSomeoneElseStoresMeanwhileIsAlreadyThere) {
  const auto started = Start("officer", Organizations(10), Wish(kOrganizations));
  ASSERT_OK(started);
  service_->StepImport(clock_.Now());  // begun
  service_->StepImport(clock_.Now());  // checked
  ASSERT_TRUE(GetImport("officer", started->id())->rows_good() == 10);
  MakeOrganization("manager", Code(3));
  Work();
  const auto done = GetImport("officer", started->id());
  EXPECT_EQ(done->state(), pb::IMPORT_STATE_DONE);
  EXPECT_EQ(done->rows_stored(), 9);
  EXPECT_EQ(done->rows_already_there(), 1);
}

TEST_F(ImportServiceTest, WhatIsRevokedWhileRowsThatNameItAreStoredIsToldPlainly) {
  MakeOrganization("manager", Code(1));
  MakeOrganization("other manager", Code(2));
  const std::string teams = "所属组织,队伍名称,人数\n" + Code(1) + ",一队,8\n" + Code(2) + ",二队,5\n";
  const auto started = Start("officer", teams, Wish(kTeams));
  ASSERT_OK(started);
  service_->StepImport(clock_.Now());  // begun
  service_->StepImport(clock_.Now());  // checked
  static const std::string kRevoke = "UPDATE organization SET state = 'revoked' WHERE credit_code = '" + Code(2) + "'";
  Spoil(kRevoke);
  Work();
  const auto done = GetImport("officer", started->id());
  EXPECT_EQ(done->state(), pb::IMPORT_STATE_FAILED);
  EXPECT_EQ(done->rows_stored(), 1);
  EXPECT_EQ(done->rows_good(), 1);
  EXPECT_EQ(done->rows_bad(), 1);
  ASSERT_EQ(done->problems_size(), 1);
  EXPECT_EQ(done->problems(0).row(), 3);
  EXPECT_EQ(done->failure().reason(), "UNKNOWN_REFERENCE");
}

TEST_F(ImportServiceTest, PeopleOfAnOrganizationThatEndsMeanwhileAreNotStored) {
  MakeOrganization();
  const auto started = Start("manager", "姓名,电话\n张三,19900000001\n李四,19900000002\n",
                             Wish(pb::SHEET_CONTENT_MEMBERS, pb::IMPORT_MODE_GOOD_ROWS));
  ASSERT_OK(started);
  service_->StepImport(clock_.Now());  // its rows are counted
  Spoil("UPDATE organization SET state = 'revoked'");
  Work();
  const pb::Import import = GetImport("manager", started->id()).value();
  EXPECT_EQ(import.rows_stored(), 0) << import.DebugString();
  EXPECT_EQ(import.rows_bad(), 2);
}

TEST_F(ImportServiceTest, WhatBecameOfAnImportIsOnRecord) {
  const pb::Import import = Import("officer", Organizations(2), Wish(kOrganizations));
  std::vector<std::string> states;
  ASSERT_OK(database_->Query(storage::Read{
      "SELECT from_state, to_state, note FROM audit WHERE object_id = $1 ORDER BY row_id",
      {import.id()},
      [&states](const storage::Row& row) {
        states.push_back(std::string(row.Text(0)) + ">" + std::string(row.Text(1)) + ": " + std::string(row.Text(2)));
      }}));
  EXPECT_THAT(states, ::testing::ElementsAre(">pending: organizations",
                                             "running>done: organizations: 2 stored, 0 refused, 0 already there"));
}

TEST_F(ImportServiceTest, HeadingsAreShownShortAndWithoutWhatATerminalObeys) {
  std::string headings = "组织名称,所属区划,\x1b]0;owned\x07," + std::string(5000, 'x');
  for (int i = 0; i < 100; ++i) {
    headings += ",more" + std::to_string(i);
  }
  const pb::Import import = Import("officer", headings + "\n晨曦,昆山市\n", Wish(kOrganizations));
  EXPECT_EQ(import.unknown_columns_size(), 50);
  EXPECT_EQ(import.unknown_columns(1), std::string(60, 'x'));
  for (const std::string& column : import.unknown_columns()) {
    EXPECT_FALSE(HasIllegalCharacter(column));
  }
}

TEST_F(ImportServiceTest, TwoProcessesAtTheSameImportStoreNothingTwice) {
  const auto started = Start("officer", Organizations(3'000), Wish(kOrganizations));
  ASSERT_OK(started);
  RegistryService other(RegistryService::Dependencies{*database_, clock_, SystemRandom(), cipher_, blind_index_});
  for (int i = 0; i < 20; ++i) {
    service_->StepImport(clock_.Now());
    other.StepImport(clock_.Now());
  }
  EXPECT_EQ(GetImport("officer", started->id())->rows_stored(), 3'000);
  EXPECT_EQ(Count(kCountOrganizations), 3'000);
}

TEST_F(ImportServiceTest, RowsOfAForeignDistrictAreRefusedOneByOne) {
  const std::string text = Organizations(3) + "外区服务社," + Code(4) + ",姑苏区,,,\n";
  const pb::Import import = Import("kunshan officer", text, Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(import.rows_stored(), 3);
  ASSERT_EQ(import.problems_size(), 1);
  EXPECT_EQ(import.problems(0).row(), 5);
  EXPECT_EQ(import.problems(0).reason(), "FORBIDDEN");
}

TEST_F(ImportServiceTest, TheSameRowsGiveTheSameFromEveryFormAndEncoding) {
  const std::string utf8 = Organizations(50);
  ASSERT_EQ(Import("officer", utf8, Wish(kOrganizations)).rows_stored(), 50);
  const std::string expected = Bytes(kContents);
  const Rows rows = sheet::ReadCsv(utf8).value();
  for (const std::string& file : {"\xEF\xBB\xBF" + utf8, ToGb18030(utf8), ToXlsx(rows)}) {
    Spoil("DELETE FROM organization");
    ASSERT_EQ(Import("officer", file, Wish(kOrganizations)).rows_stored(), 50);
    EXPECT_EQ(Bytes(kContents), expected);
  }
}

TEST_F(ImportServiceTest, PositionsOfOtherSystemsAreConverted) {
  pb::StartImportRequest wish = Wish(kOrganizations);
  wish.set_coordinate_system(common::v1::COORDINATE_SYSTEM_GCJ02);
  ASSERT_EQ(
      Import("officer", "名称,信用代码,区划,纬度,经度\n甲," + Code(1) + ",昆山市,31.30,120.62\n", wish).rows_stored(),
      1);
  const auto position = Named("甲").position();
  EXPECT_FALSE(position.approximate());
  EXPECT_NEAR(position.longitude(), 120.6157, 0.001);
  EXPECT_NE(position.latitude(), 31.30);
}

TEST_F(ImportServiceTest, ColumnsAreChosenByHandWhereTheirHeadingsAreNotKnown) {
  pb::StartImportRequest wish = Wish(kOrganizations);
  const std::string text = "公司,编码,所属区划\n甲," + Code(1) + ",昆山市\n";
  pb::Import import = Import("officer", text, wish);
  EXPECT_EQ(import.state(), pb::IMPORT_STATE_FAILED);
  EXPECT_NE(import.failure().remedy().zh().find("组织名称"), std::string::npos) << import.failure().remedy().zh();
  for (const auto& [column, field] : {std::pair("公司", "name"), std::pair("编码", "credit_code")}) {
    wish.add_columns()->set_column(column);
    wish.mutable_columns(wish.columns_size() - 1)->set_field(field);
  }
  EXPECT_EQ(Import("officer", text, wish).rows_stored(), 1);
  wish.mutable_columns(0)->set_field("colour");
  EXPECT_THAT(Start("officer", text, wish), HasReason(Reason::kUnknownField));
}

TEST_F(ImportServiceTest, AFileThatCannotBeReadFailsWithItsPlaceAndStoresNothing) {
  const std::string open = Organizations(10) + "\"open,x,y\n";
  const pb::Import import = Import("officer", open, Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(import.state(), pb::IMPORT_STATE_FAILED);
  EXPECT_EQ(import.failure().row(), 12);
  EXPECT_EQ(import.failure().column(), "A");
  EXPECT_EQ(import.rows_stored(), 0);
  for (const std::string& file : {std::string("PK\x03\x04 broken"), std::string("a"), std::string("\xFF\xFE\x01")}) {
    EXPECT_EQ(Import("officer", file, Wish(kOrganizations)).state(), pb::IMPORT_STATE_FAILED);
  }
  EXPECT_EQ(Count(kCountOrganizations), 0);
}

TEST_F(ImportServiceTest, AManagerImportsTeamsAndMembersOfTheOwnOrganizationOnly) {
  MakeOrganization("manager", Code(1));
  MakeOrganization("other manager", Code(2), "3205/320508");
  EXPECT_THAT(Start("manager", Organizations(1), Wish(kOrganizations)), HasReason(Reason::kForbidden));

  const std::string teams = "所属组织,队伍名称,人数,能力,能力有效期至\n,一队,8,psychological_support:2,2027-12-31\n" +
                            Code(2) + ",二队,5,,\n";
  const pb::Import import = Import("manager", teams, Wish(kTeams, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(import.rows_stored(), 1) << import.DebugString();
  ASSERT_EQ(import.problems_size(), 1);
  EXPECT_EQ(import.problems(0).reason(), "UNKNOWN_REFERENCE");

  const std::string members = "姓名,手机号,所属队伍\n李四,19900000001,一队\n王五,19900000002,三队\n";
  const pb::Import people = Import("manager", members, Wish(kMembers, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(people.rows_stored(), 1) << people.DebugString();
  ASSERT_EQ(people.problems_size(), 1);
  EXPECT_EQ(people.problems(0).row(), 3);
  EXPECT_EQ(Import("manager", members, Wish(kMembers, pb::IMPORT_MODE_GOOD_ROWS)).rows_already_there(), 1);
  EXPECT_EQ(Import("manager", teams, Wish(kTeams, pb::IMPORT_MODE_GOOD_ROWS)).rows_already_there(), 1);
  EXPECT_TRUE(Violations().empty());

  EXPECT_OK(GetImport("officer", import.id()));
  EXPECT_THAT(GetImport("other manager", import.id()), HasReason(Reason::kNotFound));
  EXPECT_OK(GetImport("kunshan officer", import.id()));
}

TEST_F(ImportServiceTest, AnUploadBelongsToItsAccountComesInOrderAndIsSealed) {
  const auto first = SendPart("officer", "", 0, "secret-part", false);
  ASSERT_OK(first);
  const std::string id = first->upload_id();
  EXPECT_THAT(SendPart("kunshan officer", id, 1, "x", true), HasReason(Reason::kNotFound));
  EXPECT_THAT(SendPart("officer", id, 2, "x", true), HasReason(Reason::kInvalidField));
  pb::StartImportRequest start = Wish(kOrganizations);
  start.set_request_id(NewRequestId());
  start.set_upload_id(id);
  EXPECT_THAT(Invoke<pb::Import>("officer", "StartImport", start), HasReason(Reason::kNotFound));  // not complete
  ASSERT_OK(SendPart("officer", id, 1, "x", true));
  EXPECT_THAT(SendPart("officer", id, 2, "x", true), HasReason(Reason::kNotFound));
  start.set_request_id(NewRequestId());
  EXPECT_THAT(Invoke<pb::Import>("kunshan officer", "StartImport", start), HasReason(Reason::kNotFound));
  EXPECT_EQ(Bytes("SELECT content FROM upload_part WHERE number = 0").find("secret"), std::string::npos);
  EXPECT_THAT(SendPart("gusu operator", "", 0, "x", true), HasReason(Reason::kForbidden));
}

TEST_F(ImportServiceTest, UploadsAreDroppedAfterADayAndBrokenOnesSoon) {
  ASSERT_OK(SendPart("officer", "", 0, "broken off", false));
  Upload("officer", Organizations(1));
  EXPECT_GT(service_->StepUploads(clock_.Now()), Duration::zero());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM upload"), 2);
  const auto sweep = [&](Duration later) {
    while (service_->StepUploads(clock_.Now() + later) == Duration::zero()) {
    }
  };
  sweep(std::chrono::minutes(16));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM upload"), 1);
  const auto waiting = Start("officer", Organizations(1), Wish(kOrganizations));
  ASSERT_OK(waiting);
  sweep(std::chrono::hours(25));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM upload"), 1);  // the one that waits to be imported
  Work();
  sweep(std::chrono::hours(25));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM upload_part"), 0);
}

TEST_F(ImportServiceTest, AnImportIsCancelledUntilItStoresAllOrNothing) {
  const auto started = Start("officer", Organizations(2'500), Wish(kOrganizations));
  ASSERT_OK(started);
  pb::CancelImportRequest cancel;
  cancel.set_request_id(NewRequestId());
  cancel.set_id(started->id());
  service_->StepImport(clock_.Now());
  service_->StepImport(clock_.Now());
  const auto cancelled = Invoke<pb::Import>("officer", "CancelImport", cancel);
  ASSERT_OK(cancelled);
  EXPECT_EQ(cancelled->state(), pb::IMPORT_STATE_CANCELLED);
  Work();
  EXPECT_EQ(Count(kCountOrganizations), 0);
  cancel.set_request_id(NewRequestId());
  EXPECT_THAT(Invoke<pb::Import>("officer", "CancelImport", cancel), HasReason(Reason::kIllegalTransition));

  const auto storing = Start("officer", Organizations(2'500), Wish(kOrganizations));
  for (int i = 0; i < 5; ++i) {
    service_->StepImport(clock_.Now());
  }
  cancel.set_request_id(NewRequestId());
  cancel.set_id(storing->id());
  EXPECT_THAT(Invoke<pb::Import>("officer", "CancelImport", cancel), HasReason(Reason::kIllegalTransition));
  Work();
  EXPECT_EQ(Count(kCountOrganizations), 2'500);
}

/// What was told of the rows, as "3 B 信用代码 DUPLICATE"; a note as "3 B 信用代码 note".
std::vector<std::string> Told(const pb::Import& import) {
  std::vector<std::string> told;
  for (const pb::ImportProblem& problem : import.problems()) {
    told.push_back(std::to_string(problem.row()) + " " + problem.column() + " " +
                   (problem.note() ? "note" : problem.reason()));
    EXPECT_NE(problem.remedy().zh(), "");
    EXPECT_NE(problem.remedy().en(), "");
  }
  return told;
}

/// An identity number with its check digit, of somebody born on "19900517".
std::string IdNumber(const std::string& born, int serial = 1) {
  const std::string order = std::to_string(100 + serial);
  const std::string digits = "320583" + born + order;
  constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    sum += (digits[i] - '0') * kWeights[i];
  }
  return digits + "10X98765432"[sum % 11];
}

TEST_F(ImportServiceTest, WhatWasRevokedOrMergedDoesNotComeBackByAnotherImport) {
  ASSERT_EQ(Import("officer", Organizations(4), Wish(kOrganizations)).rows_stored(), 4);
  static const std::string kRevoke = "UPDATE organization SET state = 'revoked' WHERE credit_code = '" + Code(2) + "'";
  static const std::string kMerge =
      "UPDATE organization SET state = 'withdrawn', merged_into = 'x' WHERE credit_code = '" + Code(3) + "'";
  Spoil(kRevoke);
  Spoil(kMerge);
  pb::StartImportRequest dry = Wish(kOrganizations);
  dry.set_dry_run(true);
  for (const auto& wish : {dry, Wish(kOrganizations), Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS)}) {
    const pb::Import again = Import("officer", Organizations(5), wish);
    EXPECT_EQ(again.rows_bad(), 2) << again.DebugString();
    EXPECT_EQ(again.rows_already_there(), 2);
    EXPECT_EQ(Told(again), (std::vector<std::string>{"3 B 统一社会信用代码 ILLEGAL_TRANSITION",
                                                     "4 B 统一社会信用代码 ILLEGAL_TRANSITION"}));
    EXPECT_NE(again.problems(1).remedy().zh().find("已并入"), std::string::npos);
  }
  EXPECT_EQ(Count(kCountOrganizations), 5) << "only the row that was new";
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization WHERE state = 'approved'"), 3);
}

TEST_F(ImportServiceTest, AnOrganizationWithoutACodeIsKnownAgainByItsNameAlsoWhenItHasEnded) {
  const std::string text = "组织名称,组织类型,所属区划\n玉山社工站,社工站,昆山市\n";
  ASSERT_EQ(Import("officer", text, Wish(kOrganizations)).rows_stored(), 1);
  Spoil("UPDATE organization SET state = 'withdrawn'");
  EXPECT_EQ(Told(Import("officer", text, Wish(kOrganizations))),
            std::vector<std::string>{"2 A 组织名称 ILLEGAL_TRANSITION"});
}

TEST_F(ImportServiceTest, ACodeOfAnotherDistrictIsAProblemAndDifferencesAreNoted) {
  ASSERT_EQ(Import("officer", Organizations(2), Wish(kOrganizations)).rows_stored(), 2);
  static const std::string kMove =
      "UPDATE organization SET district_path = '3205/320508' WHERE credit_code = '" + Code(1) + "'";
  Spoil(kMove);
  std::string text = Organizations(2);
  text.replace(text.rfind("周庄镇全福路1号"), std::string("周庄镇全福路1号").size(), "周庄镇全福路2号");
  const pb::Import import = Import("kunshan officer", text, Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(Told(import), (std::vector<std::string>{"2 B 统一社会信用代码 DUPLICATE", "3 B 统一社会信用代码 note"}));
  EXPECT_NE(import.problems(1).remedy().zh().find("地址"), std::string::npos) << import.DebugString();
  EXPECT_EQ(import.rows_already_there(), 1);
}

TEST_F(ImportServiceTest, APersonWhoIsRegisteredElsewhereIsAProblemOfThatRowAlone) {
  MakeOrganization("manager", Code(1));
  MakeOrganization("other manager", Code(2), "3205/320508");
  const std::string head = "所属组织,姓名,手机号码,身份证号\n";
  const std::string person = ",张三丰,13911110001," + IdNumber("19900517") + "\n";
  ASSERT_EQ(Import("officer", head + Code(1) + person, Wish(kMembers)).rows_stored(), 1);
  std::string text = head;
  for (int i = 0; i < 1'499; ++i) {
    text += i == 1'400 ? Code(2) + person : "";
    text += Code(2) + ",员" + std::to_string(i) + "," + std::to_string(13'700'000'000 + i) + ",\n";
  }
  pb::StartImportRequest dry = Wish(kMembers);
  dry.set_dry_run(true);
  const std::vector<std::string> told{"1402 C 手机号码 DUPLICATE"};
  EXPECT_EQ(Told(Import("officer", text, dry)), told);
  const pb::Import none = Import("officer", text, Wish(kMembers));
  EXPECT_EQ(none.state(), pb::IMPORT_STATE_FAILED);
  EXPECT_EQ(none.rows_stored(), 0);
  EXPECT_EQ(Told(none), told);
  EXPECT_EQ(none.problems(0).remedy().zh().find("JoinTeam"), std::string::npos);
  const pb::Import good = Import("officer", text, Wish(kMembers, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(good.state(), pb::IMPORT_STATE_DONE);
  EXPECT_EQ(good.rows_stored(), 1'499);
  EXPECT_EQ(Told(good), told);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(ImportServiceTest, WhoRegistersElsewhereWhileRowsAreStoredIsToldAndTheOthersAreStored) {
  MakeOrganization("manager", Code(1));
  const std::string head = "所属组织,姓名,手机号码,身份证号\n";
  const std::string person = ",张三丰,13911110001," + IdNumber("19900517") + "\n";
  const auto started = Start("officer", head + Code(1) + ",李四,13911110002,\n" + Code(1) + person, Wish(kMembers));
  ASSERT_OK(started);
  service_->StepImport(clock_.Now());  // begun
  service_->StepImport(clock_.Now());  // checked
  pb::CreateMemberRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_member()->set_name("张三丰");
  request.mutable_member()->set_phone("13911110001");
  request.mutable_member()->set_id_number(IdNumber("19900517"));
  request.mutable_member()->set_district_path("3205/320583");
  ASSERT_OK(Invoke<pb::Member>("officer", "CreateMember", request));
  Work();
  const auto done = GetImport("officer", started->id());
  ASSERT_OK(done);
  EXPECT_EQ(done->state(), pb::IMPORT_STATE_FAILED) << "not all were stored, and it says so";
  EXPECT_EQ(done->rows_stored(), 1);
  EXPECT_EQ(Told(*done), std::vector<std::string>{"3 C 手机号码 DUPLICATE"});
}

TEST_F(ImportServiceTest, TheSamePersonTwiceInAFileIsADoubleAlsoInTwoOrganizations) {
  MakeOrganization("manager", Code(1));
  MakeOrganization("other manager", Code(2));
  const std::string person = ",张三丰,13911110001," + IdNumber("19900517") + "\n";
  pb::StartImportRequest dry = Wish(kMembers);
  dry.set_dry_run(true);
  const pb::Import import =
      Import("officer", "所属组织,姓名,手机号码,身份证号\n" + Code(1) + person + Code(2) + person, dry);
  EXPECT_EQ(Told(import), std::vector<std::string>{"3  DUPLICATE"});
}

TEST_F(ImportServiceTest, ParentAndChildWithOnePhoneAreTwoPeople) {
  MakeOrganization("manager", Code(1));
  const std::string head = "姓名,手机号码,身份证号\n";
  const std::string both =
      head + "家长,13955550000," + IdNumber("19800101") + "\n孩子,13955550000," + IdNumber("20050101") + "\n";
  EXPECT_EQ(Import("manager", both, Wish(kMembers)).rows_stored(), 2);
  EXPECT_EQ(Import("manager", both, Wish(kMembers)).rows_already_there(), 2);
  EXPECT_EQ(Import("manager", head + "家长,13955550000,\n", Wish(kMembers)).rows_already_there(), 1);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM member"), 2);
}

TEST_F(ImportServiceTest, ImportedMembersAreHeldToTheSameAgeAsVolunteers) {
  MakeOrganization("manager", Code(1));
  const std::string text = "姓名,手机号码,身份证号,监护人,监护人电话,监护人同意日期\n李小小,13911110002," +
                           IdNumber("20120517") + ",,,\n赵少年,13911110003," + IdNumber("20090601") +
                           ",,,\n钱少年,13911110004," + IdNumber("20090602") +
                           ",钱父,13911110005,2025-12-01\n孙成年,13911110006," + IdNumber("19900517") + ",,,\n";
  const pb::Import import = Import("manager", text, Wish(kMembers, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(Told(import), (std::vector<std::string>{"2 C 身份证号 OUT_OF_RANGE", "3 D 监护人 INVALID_FIELD"}));
  EXPECT_EQ(import.rows_stored(), 2);
}

TEST_F(ImportServiceTest, ARegistersEndIsTheEndOfARangeAndWhatIsNotUnderstoodIsRefused) {
  const auto row = [](int number, const std::string& date) {
    return "服务社" + std::to_string(number) + "," + Code(number) + ",昆山市," + date + "\n";
  };
  const pb::Import import = Import("officer",
                                   "组织名称,信用代码,区划,证书有效期\n" + row(1, "2024-05-12至2028-05-11") +
                                       row(2, "2024年5月12日-2028年5月11日") + row(3, "自2024年1月1日至长期") +
                                       row(4, "2024-01-01起") + row(5, "46883") + row(6, "2028年5月"),
                                   Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(Told(import), (std::vector<std::string>{"5 D 证书有效期 BAD_TIME", "6 D 证书有效期 BAD_TIME",
                                                    "7 D 证书有效期 BAD_TIME"}));
  EXPECT_NE(import.problems(1).remedy().zh().find("日期"), std::string::npos);
  EXPECT_EQ(Named("服务社1").registration_end_time().seconds(), 1'841'673'600);  // 2028-05-11 24:00 in Beijing
  EXPECT_EQ(Named("服务社2").registration_end_time().seconds(), 1'841'673'600);
  EXPECT_FALSE(Named("服务社3").has_registration_end_time());
}

TEST_F(ImportServiceTest, WhatTheSheetHasAsDeregisteredIsNotImportedUnlessItIsThere) {
  const auto sheet = [](const std::string& state) {
    return "组织名称,信用代码,区划,登记状态\n甲," + Code(1) + ",昆山市," + state + "\n";
  };
  for (const char* state : {"注销", "撤销登记", "吊销", "暂停", "revoked"}) {
    const pb::Import import = Import("officer", sheet(state), Wish(kOrganizations));
    EXPECT_EQ(import.rows_stored(), 0) << state;
    EXPECT_EQ(Told(import), std::vector<std::string>{"2 D 登记状态 INVALID_FIELD"}) << state;
  }
  EXPECT_EQ(Told(Import("officer", sheet("不详"), Wish(kOrganizations))),
            std::vector<std::string>{"2 D 登记状态 INVALID_FIELD"});
  EXPECT_EQ(Import("officer", sheet("正常"), Wish(kOrganizations)).rows_stored(), 1);
  const pb::Import there = Import("officer", sheet("注销"), Wish(kOrganizations));
  EXPECT_EQ(there.rows_already_there(), 1);
  EXPECT_EQ(Told(there), std::vector<std::string>{"2 D 登记状态 note"});
}

TEST_F(ImportServiceTest, ATeamsAddressCountsAlsoWhereItsRowNamesNoDistrict) {
  MakeOrganization("manager", Code(1));
  ASSERT_EQ(Import("officer", "所属组织,队伍名称,人数,地址\n" + Code(1) + ",一队,8人,花桥镇绿地大道\n", Wish(kTeams))
                .rows_stored(),
            1);
  const auto teams = Invoke<pb::ListTeamsResponse>("officer", "ListTeams", pb::ListTeamsRequest());
  ASSERT_OK(teams);
  EXPECT_NEAR(teams->teams(0).base_position().latitude(), 31.302, 0.001);  // of Huaqiao
}

TEST_F(ImportServiceTest, TotalsBlankRowsRepeatedHeadingsAndSignaturesAreNoRows) {
  const std::string text = Organizations(1) + " , ,　,,,\n组织名称,统一社会信用代码,所属区划,地址,联系人,联系电话\n" +
                           "合计,1,,,,\n填表人：张三,,,审核人：李四,,\n";
  const pb::Import import = Import("officer", text, Wish(kOrganizations));
  EXPECT_EQ(import.rows_stored(), 1) << import.DebugString();
  EXPECT_EQ(import.rows_total(), 1);
}

TEST_F(ImportServiceTest, ARowThatCannotBeReadIsBadAloneWhereGoodRowsAreStored) {
  const std::string text = Organizations(1) + "\"甲\"乙," + Code(2) + ",昆山市,,,\n" + std::string(40'000, 'x') + "," +
                           Code(3) + ",昆山市,,,\n苏州\"蓝天\"救援队," + Code(4) + ",昆山市,,,\n";
  const pb::Import import = Import("officer", text, Wish(kOrganizations, pb::IMPORT_MODE_GOOD_ROWS));
  EXPECT_EQ(import.rows_stored(), 2) << import.DebugString();
  EXPECT_EQ(import.rows_bad(), 2);
  ASSERT_EQ(import.problems_size(), 2);
  EXPECT_EQ(import.problems(1).reason(), "TOO_LONG");
  EXPECT_EQ(Named("苏州\"蓝天\"救援队").credit_code(), Code(4));
}

TEST_F(ImportServiceTest, ValuesOfOfficesAreUnderstoodInFullWidthAndWithTheirWords) {
  const pb::Import import = Import("officer",
                                   "组织名称,信用代码,区划,类型,评估等级,地址\n甲," + Code(1).substr(0, 4) + " " +
                                       Code(1).substr(4) + "\xC2\xA0,昆山市,民办非企业,AAAA级,\"第一行\r\n第二行\"\n",
                                   Wish(kOrganizations));
  EXPECT_EQ(import.rows_stored(), 1) << import.DebugString();
  EXPECT_EQ(Named("甲").credit_code(), Code(1));
  EXPECT_EQ(Named("甲").rating(), 4);
  const pb::Import teams = Import("officer",
                                  "所属组织,队伍名称,人数,能力,能力有效期至,语言\n" + Code(1) +
                                      ",一队,８,心理援助：2级,2027-12-31,普通话、苏州话\n",
                                  Wish(kTeams));
  EXPECT_EQ(teams.rows_stored(), 1) << teams.DebugString();
}

TEST_F(ImportServiceTest, AColumnThatIsMappedWronglyIsToldPlainly) {
  pb::StartImportRequest wish = Wish(kOrganizations);
  wish.add_columns()->set_column("不存在");
  wish.mutable_columns(0)->set_field("name");
  const pb::Import import = Import("officer", Organizations(1), wish);
  EXPECT_NE(import.failure().remedy().zh().find("不在文件的表头里"), std::string::npos) << import.DebugString();
  wish.mutable_columns(0)->set_field("组织名称");
  const auto refused = Start("officer", Organizations(1), wish);
  EXPECT_THAT(refused, HasReason(Reason::kUnknownField));
  EXPECT_NE(GetErrorInfo(refused.status()).message_zh.find("credit_code"), std::string::npos);
}

TEST_F(ImportServiceTest, OldWorkbooksAndEmptyOnesAreNamedAsThat) {
  const std::string old("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\x00", 10);
  EXPECT_NE(Import("officer", old, Wish(kOrganizations)).failure().remedy().zh().find(".xls"), std::string::npos);
  EXPECT_NE(Import("officer", " \n", Wish(kOrganizations)).failure().remedy().zh().find("没有任何内容"),
            std::string::npos);
}

TEST_F(ImportServiceTest, ExportsOfEveryKindAreReadAgainAndChangeNothing) {
  ASSERT_EQ(Import("officer", Organizations(2), Wish(kOrganizations)).rows_stored(), 2);
  const std::string ends = ":2:2027-12-31;外语翻译:3:2028-06-30";
  ASSERT_EQ(
      Import("officer",
             "所属组织,队伍名称,人数,能力\n" + Code(1) + ",一队,8,心理援助" + ends + "\n" + Code(1) + ",二队,8,\n",
             Wish(kTeams))
          .rows_stored(),
      2);
  ASSERT_EQ(Import("officer",
                   "所属组织,所属队伍,姓名,手机号码,身份证号,技能\n" + Code(1) + ",一队,李四,19900000001," +
                       IdNumber("19900517") + ",外语翻译\n",
                   Wish(kMembers))
                .rows_stored(),
            1);
  static const std::string kDisband = "UPDATE team SET disbanded = 1 WHERE name = '二队'";
  static const std::string kRevoke = "UPDATE organization SET state = 'revoked' WHERE credit_code = '" + Code(2) + "'";
  Spoil(kDisband);
  Spoil(kRevoke);
  for (const auto what : {kOrganizations, kTeams, kMembers}) {
    pb::ExportRegistryRequest request;
    request.set_what(what);
    const std::string file = Export("officer", request).value();
    const pb::Import import = Import("officer", file, Wish(what));
    EXPECT_EQ(import.state(), pb::IMPORT_STATE_DONE) << file << import.DebugString();
    EXPECT_EQ(import.rows_stored(), 0) << import.DebugString();
    EXPECT_EQ(import.rows_already_there(), import.rows_total());
    EXPECT_EQ(import.unknown_columns_size(), 0);
    EXPECT_TRUE(Told(import).empty()) << import.DebugString();
    EXPECT_EQ(file.find("3205/"), std::string::npos) << "districts are named";
    if (what == kTeams) {
      EXPECT_NE(file.find("心理援助" + ends), std::string::npos) << file;
      EXPECT_NE(file.find("第1服务社"), std::string::npos) << file;
    }
    if (what == kMembers) {
      EXPECT_NE(file.find("一队"), std::string::npos) << file;
      EXPECT_NE(file.find("翻译"), std::string::npos) << file;
    }
  }
}

TEST_F(ImportServiceTest, FiltersOfAnExportThatDoNotApplyAreRefusedAndUnknownDistrictsToo) {
  pb::ExportRegistryRequest request;
  request.set_what(kTeams);
  request.set_kind("foundation");
  EXPECT_THAT(Export("officer", request), HasReason(Reason::kInvalidField));
  request.clear_kind();
  request.set_district_path("火星区");
  EXPECT_THAT(Export("officer", request), HasReason(Reason::kInvalidField));
  request.set_district_path("昆山市");
  EXPECT_OK(Export("officer", request));
  pb::ListOrganizationsRequest list;
  list.set_district_path("320583");
  ASSERT_EQ(Import("officer", Organizations(1), Wish(kOrganizations)).rows_stored(), 1);
  EXPECT_EQ((Invoke<pb::ListOrganizationsResponse>("officer", "ListOrganizations", list)->organizations_size()), 1);
  list.set_district_path("3205/999999");
  EXPECT_THAT((Invoke<pb::ListOrganizationsResponse>("officer", "ListOrganizations", list)),
              HasReason(Reason::kInvalidField));
}

TEST_F(ImportServiceTest, AnExportIsReadAgainWithTheSameValuesMaskedAndInert) {
  const std::string text = Organizations(600) + "\"=HYPERLINK(1)\"," + Code(9999) + ",3205/320583/320583107,,,\n";
  ASSERT_EQ(Import("officer", text, Wish(kOrganizations)).rows_stored(), 601);
  pb::ExportRegistryRequest request;
  request.set_what(kOrganizations);
  const Rows csv = sheet::ReadCsv(Export("officer", request).value()).value();
  ASSERT_EQ(csv.size(), 602U);
  EXPECT_EQ(csv[0][0], "组织名称");
  const auto first = FindRow(csv, "第1服务社");
  EXPECT_EQ(first[2], Code(1));
  EXPECT_EQ(first[13], "张**");
  EXPECT_EQ(first[14], "199****0001");
  FindRow(csv, "'=HYPERLINK(1)");

  request.set_format(pb::SHEET_FORMAT_XLSX);
  Rows xlsx = sheet::ReadAll(**sheet::OpenXlsx(Export("officer", request).value())).value();
  ASSERT_EQ(xlsx.size(), 602U);
  for (auto& row : xlsx) {
    row[0] = sheet::FormulaSafe(row[0]);
  }
  EXPECT_EQ(xlsx, csv);

  request.set_format(pb::SHEET_FORMAT_GEOJSON);
  EXPECT_NE(Export("officer", request)->find("\"credit_code\":\"" + Code(1)), std::string::npos);
  request.set_district_path("3205/320508");
  request.set_format(pb::SHEET_FORMAT_CSV);
  EXPECT_EQ(sheet::ReadCsv(Export("officer", request).value())->size(), 1U);
  request.clear_district_path();
  EXPECT_EQ(sheet::ReadCsv(Export("gusu operator", request).value())->size(), 1U);
  request.set_state("asleep");
  EXPECT_THAT(Export("officer", request), HasReason(Reason::kInvalidField));
  request.clear_what();
  EXPECT_THAT(Export("officer", request), HasReason(Reason::kInvalidField));
}

}  // namespace
}  // namespace muster::registry
