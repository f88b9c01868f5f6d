#include <gmock/gmock.h>

#include "tests/unit/registry/people_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class CertificateServiceTest : public PeopleFixture {
 protected:
  CertificateServiceTest() : member_(Create("manager", SampleMember()).value()) {}

  absl::StatusOr<pb::Certificate> Verify(const std::string& token, const pb::Certificate& certificate) {
    pb::VerifyCertificateRequest request;
    request.set_id(certificate.id());
    request.set_expected_version(certificate.version());
    return Change<pb::Certificate>(token, "VerifyCertificate", request);
  }
  absl::StatusOr<pb::Certificate> Revoke(const std::string& token, const pb::Certificate& certificate,
                                         const std::string& reason = "伪造") {
    pb::RevokeCertificateRequest request;
    request.set_id(certificate.id());
    request.set_reason(reason);
    request.set_expected_version(certificate.version());
    return Change<pb::Certificate>(token, "RevokeCertificate", request);
  }
  absl::StatusOr<pb::ListCertificatesResponse> List(const std::string& token) {
    return Invoke<pb::ListCertificatesResponse>(token, "ListCertificates", pb::ListCertificatesRequest());
  }

  const pb::Member member_;
};

TEST_F(CertificateServiceTest, AManagerRecordsAnOfficerVouches) {
  const auto recorded = RecordCertificate("manager", SampleCertificate(member_.id()));
  ASSERT_OK(recorded);
  EXPECT_EQ(recorded->state(), pb::CERTIFICATE_STATE_UNVERIFIED);
  EXPECT_EQ(recorded->number(), "****34");
  EXPECT_THAT(Verify("manager", *recorded), HasReason(Reason::kForbidden));
  EXPECT_THAT(Verify("gusu officer", *recorded), HasReason(Reason::kNotFound));
  const auto verified = Verify("kunshan officer", *recorded);
  ASSERT_OK(verified);
  EXPECT_EQ(verified->state(), pb::CERTIFICATE_STATE_VERIFIED);
  EXPECT_THAT(Verify("officer", *verified), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Revoke("officer", *recorded), HasReason(Reason::kVersionConflict));
  EXPECT_THAT(Revoke("officer", *verified, " "), HasReason(Reason::kInvalidField));
  const auto revoked = Revoke("officer", *verified);
  ASSERT_OK(revoked);
  EXPECT_EQ(revoked->revoke_reason(), "伪造");
  EXPECT_THAT(Revoke("officer", *revoked), HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(RecordCertificate("officer", SampleCertificate(member_.id()))->state(), pb::CERTIFICATE_STATE_VERIFIED);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(CertificateServiceTest, TheNumberIsSealed) {
  ASSERT_OK(RecordCertificate("manager", SampleCertificate(member_.id())));
  EXPECT_THAT(Bytes("SELECT number FROM certificate"), ::testing::Not(::testing::HasSubstr("001234")));
  EXPECT_THAT(Told(), ::testing::Not(::testing::HasSubstr("001234")));
  pb::Certificate masked = SampleCertificate(member_.id());
  masked.set_number("****34");
  EXPECT_THAT(RecordCertificate("manager", masked), HasReason(Reason::kInvalidField));
}

TEST_F(CertificateServiceTest, IsOfAPersonOrATeamAndSaysWhatItShows) {
  pb::Certificate certificate = SampleCertificate(member_.id());
  certificate.set_team_id(team_.id());
  EXPECT_THAT(RecordCertificate("manager", certificate), HasReason(Reason::kInvalidField)) << "both";
  certificate.clear_member_id();
  EXPECT_OK(RecordCertificate("manager", certificate));
  certificate.clear_team_id();
  EXPECT_THAT(RecordCertificate("manager", certificate), HasReason(Reason::kInvalidField)) << "neither";
  certificate = SampleCertificate(member_.id());
  certificate.clear_capability();
  EXPECT_THAT(RecordCertificate("manager", certificate), HasReason(Reason::kInvalidField));
  certificate.set_qualification("A 类驾驶证");
  EXPECT_OK(RecordCertificate("manager", certificate));
  certificate = SampleCertificate(member_.id());
  certificate.set_level(5);
  EXPECT_THAT(RecordCertificate("manager", certificate), HasReason(Reason::kOutOfRange));
  certificate = SampleCertificate(member_.id());
  *certificate.mutable_valid_from_time() = certificate.valid_until_time();
  EXPECT_THAT(RecordCertificate("manager", certificate), HasReason(Reason::kBadTime));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team_capability"), 1) << "what the team is graded for has not changed";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(CertificateServiceTest, OthersSeeNothingOfIt) {
  ASSERT_OK(RecordCertificate("manager", SampleCertificate(member_.id())));
  EXPECT_THAT(RecordCertificate("other", SampleCertificate(member_.id())), HasReason(Reason::kNotFound));
  EXPECT_EQ(List("manager")->certificates_size(), 1);
  EXPECT_EQ(List("kunshan officer")->certificates_size(), 1);
  EXPECT_EQ(List("other")->certificates_size(), 0);
  EXPECT_EQ(List("gusu operator")->certificates_size(), 0);
  EXPECT_EQ(List("zhang")->certificates_size(), 0);
}

TEST_F(CertificateServiceTest, APersonHasAHundredAtMost) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK(RecordCertificate("manager", SampleCertificate(member_.id())));
  }
  EXPECT_THAT(RecordCertificate("manager", SampleCertificate(member_.id())), HasReason(Reason::kOutOfRange));
}

}  // namespace
}  // namespace muster::registry
