#include "muster/rpc/shape.h"

#include <gtest/gtest.h>

#include <limits>

#include "muster/domain/reason.h"
#include "muster/testing/v1/echo.pb.h"
#include "tests/support/status_matchers.h"

namespace muster::rpc {
namespace {

using muster::testing::HasReason;
using muster::testing::v1::ChangeRequest;
using muster::testing::v1::EchoLine;
using muster::testing::v1::EchoRequest;

std::string FieldOf(const absl::Status& status) { return GetErrorInfo(status).field; }

TEST(ShapeTest, AcceptsAnOrdinaryMessage) {
  EchoRequest request;
  request.set_text("巡逻队 ready\n\tat 08:30");
  request.set_color(muster::testing::v1::COLOR_RED);
  request.add_lines()->set_note("短语");
  request.mutable_time()->set_seconds(1'700'000'000);
  (*request.mutable_labels())["a"] = "b";
  EXPECT_OK(CheckShape(request));
}

TEST(ShapeTest, RefusesTextThatIsNotUtf8) {
  EchoRequest request;
  request.set_text("\xff\xfe");
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kInvalidField));
  EXPECT_EQ(FieldOf(CheckShape(request)), "text");
}

TEST(ShapeTest, RefusesInvisibleCharacters) {
  EchoRequest request;
  request.add_lines();
  request.add_lines()->set_note("a\u202eb");
  const absl::Status status = CheckShape(request);
  EXPECT_THAT(status, HasReason(Reason::kIllegalChar));
  EXPECT_EQ(FieldOf(status), "lines[1].note");
}

TEST(ShapeTest, CountsCodePointsAgainstTheFieldsOwnLimit) {
  EchoRequest request;
  request.add_lines()->set_note("一二三四五六七八");
  EXPECT_OK(CheckShape(request));
  request.mutable_lines(0)->set_note("一二三四五六七八九");
  const absl::Status status = CheckShape(request);
  EXPECT_THAT(status, HasReason(Reason::kTooLong));
  EXPECT_EQ(FieldOf(status), "lines[0].note");
  EXPECT_EQ(GetErrorInfo(status).metadata.at("limit"), "8");
}

TEST(ShapeTest, LimitsEveryOtherTextTo4096) {
  EchoRequest request;
  request.set_text(std::string(4096, 'a'));
  EXPECT_OK(CheckShape(request));
  request.set_text(std::string(4097, 'a'));
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kTooLong));
}

TEST(ShapeTest, RefusesEnumNumbersThatItDoesNotKnow) {
  EchoRequest request;
  request.set_color(static_cast<muster::testing::v1::Color>(77));
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kInvalidField));
  EXPECT_EQ(FieldOf(CheckShape(request)), "color");
}

TEST(ShapeTest, RefusesFieldsThatItDoesNotKnow) {
  EchoRequest request;
  EchoLine* const line = request.add_lines();
  EXPECT_OK(CheckShape(request));
  line->GetReflection()->MutableUnknownFields(line)->AddVarint(77, 1);
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kUnknownField));
  EXPECT_EQ(FieldOf(CheckShape(request)), "lines[0].77");
}

TEST(ShapeTest, RefusesNumbersThatAreNotFinite) {
  EchoRequest request;
  request.set_fraction(std::numeric_limits<double>::quiet_NaN());
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kOutOfRange));
  request.set_fraction(0);
  request.mutable_position()->set_latitude(std::numeric_limits<double>::infinity());
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kBadGeometry));
  EXPECT_EQ(FieldOf(CheckShape(request)), "position.latitude");
}

TEST(ShapeTest, RefusesMoreThanTenThousandElements) {
  EchoRequest request;
  request.mutable_numbers()->Resize(10'000, 1);
  EXPECT_OK(CheckShape(request));
  request.add_numbers(1);
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kOutOfRange));
  EXPECT_EQ(FieldOf(CheckShape(request)), "numbers");
}

TEST(ShapeTest, RefusesNestingBeyond32Levels) {
  EchoRequest request;
  EchoLine* line = request.add_lines();
  for (int i = 0; i < 30; ++i) {
    line = line->add_lines();
  }
  EXPECT_OK(CheckShape(request));
  line->add_lines();
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kOutOfRange));
}

TEST(ShapeTest, RefusesTimesOutsideTheYears1To9999) {
  EchoRequest request;
  request.mutable_time()->set_seconds(300'000'000'000);
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kBadTime));
  request.mutable_time()->set_seconds(0);
  request.mutable_time()->set_nanos(-1);
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kBadTime));
}

TEST(ShapeTest, ChecksTextsInsideMaps) {
  EchoRequest request;
  (*request.mutable_labels())["key"] = "\u200b";
  EXPECT_THAT(CheckShape(request), HasReason(Reason::kIllegalChar));
}

TEST(ShapeTest, WantsARequestIdThatIsAUuid) {
  ChangeRequest request;
  EXPECT_THAT(CheckRequestId(request), HasReason(Reason::kRequestIdRequired));
  request.set_request_id("once");
  EXPECT_THAT(CheckRequestId(request), HasReason(Reason::kInvalidField));
  request.set_request_id("0190a0a0-0000-7000-8000-000000000001");
  EXPECT_OK(CheckRequestId(request));
  EXPECT_OK(CheckRequestId(EchoRequest()));
}

}  // namespace
}  // namespace muster::rpc
