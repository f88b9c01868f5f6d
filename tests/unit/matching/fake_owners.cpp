#include "tests/unit/matching/fake_owners.h"

#include <algorithm>
#include <utility>

#include "muster/domain/reason.h"

namespace muster::matching::testing {
namespace {

constexpr char kRegistry[] = "muster.registry.v1.RegistryService.";
constexpr char kDispatch[] = "muster.dispatch.v1.DispatchService.";

}  // namespace

int64_t FakeOwners::Head(const std::string& owner) const {
  const auto feed = feeds_.find(owner);
  return feed == feeds_.end() || feed->second.empty() ? 0 : feed->second.back().feed_seq;
}

void FakeOwners::Append(const std::string& owner, const std::string& type, const std::string& data, Mode mode) {
  events::FeedEvent event;
  event.id = EventId(owner + "-" + std::to_string(Head(owner) + 1));
  event.type = type;
  event.data_type = type;
  event.data = data;
  event.mode = mode;
  event.time = clock_.Now();
  event.owner = owner;
  event.feed_seq = Head(owner) + 1;
  for (const events::FeedEvent& before : feeds_[owner]) {
    event.previous_feed_seq = before.mode == mode ? before.feed_seq : event.previous_feed_seq;
  }
  feeds_[owner].push_back(std::move(event));
}

absl::StatusOr<events::FeedPage> FakeOwners::Read(const events::FeedQuery& query) {
  events::FeedPage page;
  page.head = Head(query.owner);
  for (const events::FeedEvent& event : feeds_[query.owner]) {
    const bool wanted =
        query.modes.empty() || std::find(query.modes.begin(), query.modes.end(), event.mode) != query.modes.end();
    if (event.feed_seq > query.after && wanted && page.events.size() < static_cast<size_t>(query.limit)) {
      page.events.push_back(event);
    }
  }
  return page;
}

void FakeOwners::Register(rpc::MethodTable& table) {
  using registry::v1::StreamTeamsRequest;
  using registry::v1::StreamTeamsResponse;
  table.Stream<StreamTeamsRequest, StreamTeamsResponse>(std::string(kRegistry) + "StreamTeams",
                                                        [this](auto, const auto&, auto writer) {
                                                          if (registry_is_down) {
                                                            return writer->Finish(Error(Reason::kStoreBusy));
                                                          }
                                                          ++snapshots;
                                                          StreamTeamsResponse part;
                                                          part.set_feed_seq(Head("registry"));
                                                          for (const auto& team : teams) {
                                                            *part.add_teams() = team;
                                                          }
                                                          writer->Write(part);
                                                          writer->Finish(absl::OkStatus());
                                                        });
  using dispatch::v1::ListBookingsRequest;
  using dispatch::v1::ListBookingsResponse;
  table.Stream<ListBookingsRequest, ListBookingsResponse>(std::string(kDispatch) + "ListBookings",
                                                          [this](auto, const auto&, auto writer) {
                                                            ListBookingsResponse part;
                                                            part.set_feed_seq(Head("dispatch"));
                                                            for (const auto& booking : bookings) {
                                                              *part.add_bookings() = booking;
                                                            }
                                                            writer->Write(part);
                                                            writer->Finish(absl::OkStatus());
                                                          });
  using dispatch::v1::GetRequestRequest;
  using dispatch::v1::ResourceRequest;
  table.Unary<GetRequestRequest, ResourceRequest>(
      std::string(kDispatch) + "GetRequest", [this](const rpc::Call& call, const auto& request, auto reply) {
        last_token = call.access_token;
        for (const auto& [id, stored] : requests) {
          const auto& lines = stored.lines();
          const bool has_line =
              std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.id() == request.line_id(); });
          if (id == request.id() || has_line) {
            return reply(stored);
          }
        }
        reply(Error(Reason::kNotFound, "id"));
      });
  using dispatch::v1::GetIncidentRequest;
  using dispatch::v1::Incident;
  table.Unary<GetIncidentRequest, Incident>(
      std::string(kDispatch) + "GetIncident", [this](const rpc::Call&, const auto& request, auto reply) {
        const auto found = incidents.find(request.id());
        found == incidents.end() ? reply(Error(Reason::kNotFound, "id")) : reply(found->second);
      });
  using dispatch::v1::ListOffersRequest;
  using dispatch::v1::ListOffersResponse;
  table.Unary<ListOffersRequest, ListOffersResponse>(
      std::string(kDispatch) + "ListOffers", [this](const rpc::Call&, const auto& request, auto reply) {
        // One offer a page, so that reading on is tried too.
        ListOffersResponse page;
        const size_t next = request.page_token().empty() ? 0 : std::stoul(request.page_token());
        if (next < offers.size()) {
          *page.add_offers() = offers[next];
          page.set_next_page_token(next + 1 < offers.size() ? std::to_string(next + 1) : "");
        }
        reply(std::move(page));
      });
}

}  // namespace muster::matching::testing
