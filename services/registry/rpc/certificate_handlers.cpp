#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/certificate_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/store/people_reads.h"
#include "services/registry/store/people_store.h"

namespace muster::registry {
namespace {

/// The reply of every change of a certificate.
auto AnswerCertificate(const Tools& tools) {
  return [&tools](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    MUSTER_ASSIGN_OR_RETURN(const v1::Certificate reply, Masked(tools, changes.certificates.front().after));
    return reply.SerializeAsString();
  };
}

absl::StatusOr<Mutation> PrepareRecord(const Tools& tools, const rpc::Call& call,
                                       const v1::RecordCertificateRequest& request) {
  const std::string& number = request.certificate().number();
  MUSTER_RETURN_IF_ERROR(CheckNotMasked(number, "certificate.number"));
  const Time now = tools.clock.Now();
  RecordCertificate command;
  MUSTER_ASSIGN_OR_RETURN(command.values, CertificateFromProto(request.certificate(), now, "certificate"));
  command.values.id = CertificateId(NewUuid(now, tools.random));
  MUSTER_RETURN_IF_ERROR(
      tools.sealer.SealNumber(security::SensitiveText(std::string(TrimBlanks(number))), command.values));
  Mutation mutation;
  mutation.read = [values = command.values, principal = call.principal](Facts& facts, Reads& reads) {
    ReadMember(principal, values.member_id, facts.member, reads);
    ReadTeam(principal, values.team_id, facts.teams, reads);
    ReadCertificateCount(values, facts.people.certificate_count, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerCertificate(tools);
  return mutation;
}

/// A step of a certificate that is there.
template <class Command>
Mutation MutationOf(const Tools& tools, const rpc::Call& call, const std::string& id, Command command) {
  Mutation mutation;
  mutation.read = [id = CertificateId(id), principal = call.principal](Facts& facts, Reads& reads) {
    ReadCertificate(principal, id, facts.people.certificate, reads);
    ReadHolderOf(id, facts, reads);
  };
  mutation.decide = [command = std::move(command)](const Facts& facts, const Context& context) {
    return Decide(command, facts, context);
  };
  mutation.answer = AnswerCertificate(tools);
  return mutation;
}

absl::StatusOr<v1::ListCertificatesResponse> List(const Tools& tools, const rpc::Call& call,
                                                  const v1::ListCertificatesRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  CertificateFilter filter{MemberId(request.member_id()), TeamId(request.team_id()), {}};
  if (request.state() != v1::CERTIFICATE_STATE_UNSPECIFIED) {
    filter.state = static_cast<CertificateState>(static_cast<int>(request.state()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<Certificate> page,
                          PeopleStore(tools.database).List(call.principal, filter, {after, limit}));
  v1::ListCertificatesResponse response;
  for (const Certificate& certificate : page.items) {
    MUSTER_ASSIGN_OR_RETURN(*response.add_certificates(), Masked(tools, certificate));
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

}  // namespace

void ServeCertificates(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::RecordCertificateRequest, v1::Certificate>(
      table, tools, "RecordCertificate",
      [&tools](const auto& call, const auto& request) { return PrepareRecord(tools, call, request); });
  ServeChange<v1::VerifyCertificateRequest, v1::Certificate>(
      table, tools, "VerifyCertificate", [&tools](const auto& call, const auto& request) -> absl::StatusOr<Mutation> {
        return MutationOf(tools, call, request.id(), VerifyCertificate{request.expected_version()});
      });
  ServeChange<v1::RevokeCertificateRequest, v1::Certificate>(
      table, tools, "RevokeCertificate", [&tools](const auto& call, const auto& request) -> absl::StatusOr<Mutation> {
        return MutationOf(tools, call, request.id(), RevokeCertificate{request.expected_version(), request.reason()});
      });
  ServeRead<v1::ListCertificatesRequest, v1::ListCertificatesResponse>(
      table, "ListCertificates",
      [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
}

}  // namespace muster::registry
