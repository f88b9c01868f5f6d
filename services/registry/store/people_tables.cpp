#include "services/registry/store/people_tables.h"

#include "services/registry/store/codecs.h"

namespace muster::registry {
namespace {

using storage::Table;
using storage::Write;

template <class T>
void SaveAll(const Table<T>& table, const std::vector<Changed<T>>& list, std::vector<Write>& writes) {
  for (const Changed<T>& change : list) {
    writes.push_back(table.Save(change.after));
  }
}

}  // namespace

const Table<Certificate>& CertificateTable() {
  static const Table<Certificate> table = Table<Certificate>("certificate")
                                              .Column("id", &Certificate::id)
                                              .Column("version", &Certificate::version)
                                              .Column("create_us", &Certificate::create_time)
                                              .Column("update_us", &Certificate::update_time)
                                              .Column("member_id", &Certificate::member_id)
                                              .Column("team_id", &Certificate::team_id)
                                              .Column("capability", &Certificate::capability)
                                              .Column("level", &Certificate::level)
                                              .Column("qualification", &Certificate::qualification)
                                              .Column("issuer", &Certificate::issuer)
                                              .Column("number_key", &Certificate::number_key)
                                              .Column("number", &Certificate::number)
                                              .Column("scan_upload_id", &Certificate::scan_upload_id)
                                              .Column("valid_from_us", &Certificate::valid_from)
                                              .Column("valid_until_us", &Certificate::valid_until)
                                              .Column("state", &Certificate::state)
                                              .Column("revoke_reason", &Certificate::revoke_reason)
                                              .Done();
  return table;
}

const Table<Membership>& MembershipTable() {
  static const Table<Membership> table = Table<Membership>("membership")
                                             .Column("id", &Membership::id)
                                             .Column("version", &Membership::version)
                                             .Column("create_us", &Membership::create_time)
                                             .Column("update_us", &Membership::update_time)
                                             .Column("team_id", &Membership::team_id)
                                             .Column("member_id", &Membership::member_id)
                                             .Column("organization_id", &Membership::organization_id)
                                             .Column("district_path", &Membership::district_path)
                                             .Column("state", &Membership::state)
                                             .Column("asked_by_team", &Membership::asked_by_team)
                                             .Column("asker_account_id", &Membership::asker_account_id)
                                             .Column("reason", &Membership::reason)
                                             .Done();
  return table;
}

const Table<Recruitment>& RecruitmentTable() {
  static const Table<Recruitment> table = Table<Recruitment>("recruitment")
                                              .Column("id", &Recruitment::id)
                                              .Column("version", &Recruitment::version)
                                              .Column("create_us", &Recruitment::create_time)
                                              .Column("update_us", &Recruitment::update_time)
                                              .Column("organization_id", &Recruitment::organization_id)
                                              .Column("title_zh", &Recruitment::title_zh)
                                              .Column("title_en", &Recruitment::title_en)
                                              .Column("capability", &Recruitment::capability)
                                              .Column("district_path", &Recruitment::district_path)
                                              .Column("places", &Recruitment::places)
                                              .Column("filled", &Recruitment::filled)
                                              .Column("needed", &Recruitment::needed)
                                              .Column("screening", &Recruitment::screening)
                                              .Column("state", &Recruitment::state)
                                              .Done();
  return table;
}

const Table<Application>& ApplicationTable() {
  static const Table<Application> table = Table<Application>("application")
                                              .Column("id", &Application::id)
                                              .Column("version", &Application::version)
                                              .Column("create_us", &Application::create_time)
                                              .Column("update_us", &Application::update_time)
                                              .Column("recruitment_id", &Application::recruitment_id)
                                              .Column("member_id", &Application::member_id)
                                              .Column("organization_id", &Application::organization_id)
                                              .Column("district_path", &Application::district_path)
                                              .Column("state", &Application::state)
                                              .Column("reason", &Application::reason)
                                              .Done();
  return table;
}

std::string HashOf(const Certificate& certificate) { return CertificateTable().Hash(certificate); }
std::string HashOf(const Membership& membership) { return MembershipTable().Hash(membership); }
std::string HashOf(const Recruitment& recruitment) { return RecruitmentTable().Hash(recruitment); }
std::string HashOf(const Application& application) { return ApplicationTable().Hash(application); }

void AppendPeopleWrites(const RegistryChanges& changes, std::vector<Write>& writes) {
  SaveAll(CertificateTable(), changes.certificates, writes);
  SaveAll(MembershipTable(), changes.memberships, writes);
  SaveAll(RecruitmentTable(), changes.recruitments, writes);
  SaveAll(ApplicationTable(), changes.applications, writes);
}

Write UnmaskingWrite(const Unmasking& unmasking, const AccountId& account, Time now) {
  return {"INSERT INTO unmasking (id, account_id, member_id, create_us) VALUES ($1, $2, $3, $4)",
          {unmasking.id.value(), account.value(), unmasking.member_id.value(), ToMicros(now)},
          1,
          {}};
}

}  // namespace muster::registry
