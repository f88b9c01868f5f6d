#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::AnswerOfferRequest;
using dispatch::v1::ListOffersResponse;
using dispatch::v1::Offer;

struct ListOptions {
  std::string incident;
  std::string request;
  std::string line;
  std::vector<std::string> states;
  int limit = 50;
};

/// What all three answers take.
struct AnswerOptions {
  std::string id;
  int count = 0;
  std::string from;
  std::string condition;
  std::string reason;
  std::string note;
  std::string via;
  std::string insurer;
  std::string policy;
  std::string valid_until;
};

struct SettleOptions {
  std::string id;
  std::string reason;
};

absl::StatusOr<ExitCode> Print(Context& context, Session& session, const Offer& offer) {
  Directory names(session);
  context.output().json() ? context.output().Json(offer) : PrintOffer(context.output(), offer, names);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  dispatch::v1::ListOffersRequest request;
  for (const std::string& name : options.states) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<dispatch::v1::OfferState>(name));
    request.add_states(state);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_resource_request_id(), ResolveRequestId(*session, options.request));
  request.set_line_id(options.line);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListOffersResponse>(*session, request, options.limit));
  Directory names(*session);
  context.output().json() ? context.output().Json(reply) : PrintOffers(context.output(), reply.offers(), names);
  return ExitCode::kOk;
}

absl::Status SetCover(const AnswerOptions& options, Time now, AnswerOfferRequest& request) {
  if (options.insurer.empty() && options.policy.empty()) {
    return absl::OkStatus();
  }
  auto& cover = *request.mutable_cover();
  cover.set_state(dispatch::v1::COVER_STATE_DECLARED);
  cover.set_insurer(options.insurer);
  cover.set_policy_number(options.policy);
  if (!options.valid_until.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time until, ParseTime(options.valid_until, now));
    *cover.mutable_valid_until_time() = ToTimestamp(until);
  }
  return absl::OkStatus();
}

absl::StatusOr<AnswerOfferRequest> Build(const AnswerOptions& options, dispatch::v1::OfferAnswer answer, Time now) {
  AnswerOfferRequest request;
  request.set_id(options.id);
  request.set_answer(answer);
  request.set_count_offered(options.count);
  request.set_condition(options.condition);
  request.set_note(options.note);
  if (!options.from.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time from, ParseTime(options.from, now));
    *request.mutable_available_from_time() = ToTimestamp(from);
  }
  if (!options.reason.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto reason, ParseEnum<dispatch::v1::DeclineReason>(options.reason));
    request.set_decline_reason(reason);
  }
  if (!options.via.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto via, ParseEnum<dispatch::v1::AnsweredVia>(options.via));
    request.set_answered_via(via);
  }
  MUSTER_RETURN_IF_ERROR(SetCover(options, now, request));
  return request;
}

absl::StatusOr<ExitCode> Answer(Context& context, const AnswerOptions& options, dispatch::v1::OfferAnswer answer) {
  MUSTER_ASSIGN_OR_RETURN(AnswerOfferRequest request, Build(options, answer, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Offer offer, session->Call<Offer>(request));
  return Print(context, *session, offer);
}

absl::StatusOr<ExitCode> Accept(Context& context, const AnswerOptions& options) {
  return Answer(context, options, dispatch::v1::OFFER_ANSWER_ACCEPT);
}
absl::StatusOr<ExitCode> Provisional(Context& context, const AnswerOptions& options) {
  return Answer(context, options, dispatch::v1::OFFER_ANSWER_PROVISIONAL);
}
absl::StatusOr<ExitCode> Decline(Context& context, const AnswerOptions& options) {
  return Answer(context, options, dispatch::v1::OFFER_ANSWER_DECLINE);
}

/// There is no call that reads one offer: it is looked for in the list.
absl::StatusOr<Offer> FindOffer(Session& session, const std::string& id) {
  dispatch::v1::ListOffersRequest request;
  request.set_page_size(kLargestPage);
  do {
    MUSTER_ASSIGN_OR_RETURN(const auto page, session.Call<ListOffersResponse>(request));
    for (const Offer& offer : page.offers()) {
      if (offer.id() == id) {
        return offer;
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return LocalError(ExitCode::kNotFound,
                    {"没有找到邀请 " + id + "，或无权查看。", "No offer " + id + ", or not visible to you."});
}

absl::StatusOr<ExitCode> Show(Context& context, const SettleOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Offer offer, FindOffer(*session, options.id));
  return Print(context, *session, offer);
}

absl::StatusOr<ExitCode> Confirm(Context& context, const SettleOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Offer current, FindOffer(*session, options.id));
  dispatch::v1::ConfirmOfferRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(options.id);
  request.set_expected_version(current.version());
  MUSTER_ASSIGN_OR_RETURN(const Offer offer, session->Call<Offer>(request));
  return Print(context, *session, offer);
}

absl::StatusOr<ExitCode> Withdraw(Context& context, const SettleOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Offer current, FindOffer(*session, options.id));
  dispatch::v1::WithdrawOfferRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(options.id);
  request.set_expected_version(current.version());
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const Offer offer, session->Call<Offer>(request));
  return Print(context, *session, offer);
}

void BindAnswer(Commands& commands, Command app, AnswerOptions& options) {
  app.Option("OFFER", options.id).Required();
  app.Option("--note", options.note, commands.In({"备注", "a note"}));
  app.Option(
      "--via", options.via,
      commands.In({"值班员代答时说明方式：phone、radio、paper", "how an operator heard it: phone, radio, paper"}));
}

void BindComing(Commands& commands, Command app, AnswerOptions& options) {
  BindAnswer(commands, app, options);
  app.Option("--count", options.count,
             commands.In({"来多少人；不填为所请求的", "people that come; left out: as asked"}));
  app.Option("--from", options.from, commands.In({"何时起能到", "from when they can"}));
  app.Option("--insurer", options.insurer, commands.In({"本单位保险的保险公司", "insurer of your own policy"}));
  app.Option("--policy", options.policy, commands.In({"保单号", "its number"}));
  app.Option("--valid-until", options.valid_until, commands.In({"保险有效至", "it is valid until"}));
}

void BindList(Commands& commands, Command app, ListOptions& options) {
  app.Option("--incident", options.incident,
             commands.In({"只列这个事件的（可用 last）", "only of this incident (or last)"}));
  app.Option("--request", options.request,
             commands.In({"只列这份需求的（可用 last）", "only of this request (or last)"}));
  app.Option("--line", options.line, commands.In({"只列这一行的", "only of this line"}));
  app.Option("--state", options.states,
             commands.In({"只列这些状态：invited、accepted、provisional、declined、expired…",
                          "only these states: invited, accepted, provisional, declined, expired..."}));
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void AddAnswers(Commands& commands, Command group) {
  const Command accept = commands.Add<AnswerOptions>(
      group, "accept", {"接受：我们来", "accept: we come"},
      [&](Command app, AnswerOptions& options) { BindComing(commands, app, options); }, Accept);
  Commands::Examples(accept,
                     "muster offer accept OFFER --as organization --insurer PICC --policy P123 --valid-until "
                     "2027-01-01T00:00:00+08:00\n"
                     "muster offer accept OFFER --via phone --note \"told by Mr. Lu\"");
  commands.Add<AnswerOptions>(
      group, "provisional", {"有条件接受", "accept under a condition"},
      [&](Command app, AnswerOptions& options) {
        BindComing(commands, app, options);
        app.Option("--condition", options.condition, commands.In({"条件", "the condition"})).Required();
      },
      Provisional);
  commands.Add<AnswerOptions>(
      group, "decline", {"谢绝", "decline: we do not come"},
      [&](Command app, AnswerOptions& options) {
        BindAnswer(commands, app, options);
        app.Option("--reason", options.reason,
                   commands.In({"原因：no_people、no_equipment、too_far、unsafe、not_insured、busy、other",
                                "no_people, no_equipment, too_far, unsafe, not_insured, busy or other"}))
            .Required();
      },
      Decline);
}

}  // namespace

void AddOfferCommands(Commands& commands) {
  const Command group = commands.Group("offer", {"邀请与答复", "offers and answers"});
  commands.Add<ListOptions>(
      group, "list", {"列出邀请，新的在前", "list offers, newest first"},
      [&](Command app, ListOptions& options) { BindList(commands, app, options); }, List);
  const auto bind_id = [](Command app, SettleOptions& options) { app.Option("OFFER", options.id).Required(); };
  commands.Add<SettleOptions>(group, "show", {"查看一份邀请", "show an offer"}, bind_id, Show);
  AddAnswers(commands, group);
  commands.Add<SettleOptions>(
      group, "confirm", {"把有条件接受变为接受", "turn a provisional answer into an acceptance"}, bind_id, Confirm);
  commands.Add<SettleOptions>(
      group, "withdraw", {"撤回邀请", "take an offer back"},
      [&](Command app, SettleOptions& options) {
        bind_id(app, options);
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Withdraw);
}

}  // namespace muster::cli
