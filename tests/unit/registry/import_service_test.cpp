#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>

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
    found.push_back(std::to_string(problem.row()) + " " + problem.column() + " " + problem.reason());
    EXPECT_NE(problem.remedy().zh(), "");
    EXPECT_NE(problem.remedy().en(), "");
    EXPECT_EQ(problem.remedy().zh().find("row."), std::string::npos) << problem.remedy().zh();
  }
  // A check digit that does not fit (rows 4 to 7) is told and keeps no row out.
  EXPECT_EQ(found, (std::vector<std::string>{
                       "2 A 名称 INVALID_FIELD", "3 B 信用代码 INVALID_FIELD", "4 B 信用代码 INVALID_FIELD",
                       "4 C 区划 INVALID_FIELD", "5 B 信用代码 INVALID_FIELD", "5 E 评级 OUT_OF_RANGE",
                       "5 F 联系电话 INVALID_PHONE", "5 G 纬度 BAD_GEOMETRY", "6 B 信用代码 INVALID_FIELD",
                       "7  DUPLICATE", "7 B 信用代码 INVALID_FIELD", "8 D 类型 INVALID_FIELD"}));
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
