#include "muster/rpc/error_codec.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "muster/common/v1/error.pb.h"
#include "muster/domain/reason.h"
#include "tests/support/status_matchers.h"

namespace muster::rpc {
namespace {

using muster::testing::HasReason;

TEST(ErrorCodecTest, BringsEveryReasonOverTheWireUnchanged) {
  for (const ReasonRow& row : ReasonTable()) {
    const absl::Status sent = Error(row.reason, "lines[2].quantity", {{"range", "1 to 9"}});
    const absl::Status received = DecodeStatus(static_cast<int>(sent.code()), PublicMessage(sent), EncodeDetails(sent));
    EXPECT_EQ(received.code(), sent.code()) << row.name;
    const ErrorInfo info = GetErrorInfo(received);
    EXPECT_EQ(info.reason, row.reason);
    EXPECT_EQ(info.field, "lines[2].quantity");
    EXPECT_EQ(info.message_zh, GetErrorInfo(sent).message_zh);
    EXPECT_EQ(info.metadata.at("range"), "1 to 9");
  }
}

TEST(ErrorCodecTest, WritesDetailsThatReadAsAnRpcStatus) {
  common::v1::RpcStatus decoded;
  ASSERT_TRUE(decoded.ParseFromString(EncodeDetails(Error(Reason::kLineFull))));
  EXPECT_EQ(decoded.code(), static_cast<int>(absl::StatusCode::kAborted));
  ASSERT_EQ(decoded.details_size(), 1);
  EXPECT_EQ(decoded.details(0).type_url(), "type.googleapis.com/muster.common.v1.ErrorDetail");
}

TEST(ErrorCodecTest, PassesNothingOnOfAnErrorWithoutAReason) {
  const absl::Status secret = absl::InternalError("SELECT * FROM account WHERE phone = 13812345678");
  EXPECT_EQ(PublicMessage(secret).find("SELECT"), std::string::npos);
  EXPECT_EQ(EncodeDetails(secret).find("138"), std::string::npos);
  EXPECT_EQ(ConnectErrorJson(secret).find("138"), std::string::npos);
}

TEST(ErrorCodecTest, UnderstandsAPeerThatSendsNoDetails) {
  EXPECT_THAT(DecodeStatus(12, "no such method", ""), HasReason(Reason::kNotBuilt));
  EXPECT_THAT(DecodeStatus(4, "late", ""), HasReason(Reason::kDeadline));
  EXPECT_EQ(DecodeStatus(14, "connection refused", "").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(GetErrorInfo(DecodeStatus(14, "", "")).reason, Reason::kOverloaded);
  EXPECT_OK(DecodeStatus(0, "", ""));
}

TEST(ErrorCodecTest, WritesAConnectErrorThatReadsBackAsTheSame) {
  const absl::Status sent = Error(Reason::kVersionConflict, "expected_version", {{"current_version", "7"}});
  const std::string json = ConnectErrorJson(sent);
  const nlohmann::json body = nlohmann::json::parse(json);
  EXPECT_EQ(body["code"], "aborted");
  EXPECT_EQ(body["details"][0]["type"], "muster.common.v1.ErrorDetail");
  EXPECT_EQ(body["details"][0]["debug"]["reason"], "VERSION_CONFLICT");
  EXPECT_EQ(body["details"][0]["value"].get<std::string>().find('='), std::string::npos) << "base64 is unpadded";
  const absl::Status received = DecodeConnectError(409, json);
  EXPECT_THAT(received, HasReason(Reason::kVersionConflict));
  EXPECT_EQ(GetErrorInfo(received).metadata.at("current_version"), "7");
}

TEST(ErrorCodecTest, ReadsWhatAProxyAnswersByItsHttpStatus) {
  EXPECT_EQ(DecodeConnectError(503, "<html>").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DecodeConnectError(404, "").code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(DecodeConnectError(401, "").code(), absl::StatusCode::kUnauthenticated);
}

TEST(ErrorCodecTest, GivesTheHttpStatusThatConnectGives) {
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kFailedPrecondition), 400);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kAborted), 409);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kUnimplemented), 501);
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kResourceExhausted), 429);
}

TEST(ErrorCodecTest, SaysWhenToTryAgainOnlyWhereItHelps) {
  EXPECT_EQ(RetryAfterSeconds(Error(Reason::kRateLimited, {}, {{"retry_after_s", "12"}})), 12);
  EXPECT_EQ(RetryAfterSeconds(Error(Reason::kOverloaded)), 1);
  EXPECT_EQ(RetryAfterSeconds(Error(Reason::kNotFound)), std::nullopt);
}

}  // namespace
}  // namespace muster::rpc
