// The disk under musterd's data is full for a while: whoever asks for a change is told so at once and can come again,
// reading goes on, and nothing has to be started again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/connect/session.h"
#include "tests/scenario/kill/until.h"
#include "tests/scenario/support/server.h"
#include "tests/support/small_disk.h"

namespace muster::testing {
namespace {

using dispatch::v1::CreateIncidentRequest;
using dispatch::v1::Incident;
using std::chrono::seconds;
using std::chrono::steady_clock;

class DiskFullTest : public ::testing::Test {
 protected:
  DiskFullTest() {
    std::filesystem::create_directories(server_.data_dir());
    disk_ = std::make_unique<SmallDisk>(server_.data_dir());
  }
  ~DiskFullTest() override {
    if (server_.is_running()) {
      EXPECT_EQ(server_.Stop(), 0);
    }
  }

  void SetUp() override {
    if (!disk_->is_mounted()) {
      GTEST_SKIP() << "may not mount";
    }
    ASSERT_TRUE(server_.Start()) << server_.LogTail();
    const auto key = cli::ReadSecretFile(cli::TokenPath(server_.data_dir(), "operator"));
    session_ = cli::Session::Open({.socket_path = server_.socket(), .api_key = key.value()}).value();
  }

  CreateIncidentRequest NewIncident() {
    CreateIncidentRequest request;
    request.set_request_id(session_->NewRequestId());
    request.mutable_incident()->set_title("Flood");
    request.mutable_incident()->set_kind(dispatch::v1::INCIDENT_KIND_ACCIDENT);
    request.mutable_incident()->set_district_path("3205");
    request.mutable_incident()->mutable_position()->set_latitude(31.30);
    request.mutable_incident()->mutable_position()->set_longitude(120.60);
    return request;
  }
  absl::StatusOr<Incident> Ask(const CreateIncidentRequest& request) {
    return session_->Call<Incident>(request, seconds(5));
  }
  /// Makes changes until one is refused: the files have some room of their own. That one, and the refusal.
  std::pair<CreateIncidentRequest, absl::Status> FirstRefused() {
    CreateIncidentRequest request;
    absl::StatusOr<Incident> reply;
    EXPECT_TRUE(Until(
        [&] {
          EXPECT_TRUE(disk_->Fill());
          request = NewIncident();
          reply = Ask(request);
          return !reply.ok();
        },
        seconds(60)));
    return {request, reply.status()};
  }

  Server server_;
  std::unique_ptr<SmallDisk> disk_;
  std::unique_ptr<cli::Session> session_;
};

TEST_F(DiskFullTest, AChangeIsToldToComeAgainAndDoesWhenThereIsRoom) {
  const auto [request, refusal] = FirstRefused();
  EXPECT_EQ(GetErrorInfo(refusal).reason, Reason::kStoreFull) << refusal;
  EXPECT_EQ(cli::ExitCodeOf(refusal), cli::ExitCode::kTryAgain);

  const auto start = steady_clock::now();
  EXPECT_EQ(GetErrorInfo(Ask(request).status()).reason, Reason::kStoreFull);
  EXPECT_LT(steady_clock::now() - start, seconds(1)) << "a full disk is no reason to wait";
  EXPECT_TRUE(session_->Call<dispatch::v1::ListIncidentsResponse>(dispatch::v1::ListIncidentsRequest()).ok());

  ASSERT_TRUE(disk_->Free());
  EXPECT_TRUE(Until([&, again = request] { return Ask(again).ok(); }, seconds(5)));
  EXPECT_TRUE(server_.Signal(0)) << "musterd has ended";
}

}  // namespace
}  // namespace muster::testing
