#include "services/exchange/store/tables.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace muster::storage {

template <>
struct Codec<exchange::Outcome> : NameCodec<exchange::Outcome, exchange::OutcomeFromName> {};
template <>
struct Codec<exchange::IncidentAction> : NameCodec<exchange::IncidentAction, exchange::IncidentActionFromName> {};
template <>
struct Codec<exchange::DocumentState> : NameCodec<exchange::DocumentState, exchange::DocumentStateFromName> {};
template <>
struct Codec<exchange::Strictness> : NameCodec<exchange::Strictness, exchange::StrictnessFromName> {};

/// A JSON list of {path, code, zh, en}.
template <>
struct Codec<std::vector<exchange::CapFault>> {
  static Value ToValue(const std::vector<exchange::CapFault>& faults) {
    auto list = nlohmann::json::array();
    for (const exchange::CapFault& fault : faults) {
      list.push_back(
          {{"path", fault.path}, {"code", Name(fault.code)}, {"zh", fault.message_zh}, {"en", fault.message_en}});
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  static std::vector<exchange::CapFault> FromRow(const Row& row, int column) {
    std::vector<exchange::CapFault> faults;
    const auto list = nlohmann::json::parse(row.Text(column), nullptr, /*allow_exceptions=*/false);
    for (const auto& item : list.is_array() ? list : nlohmann::json::array()) {
      const auto code = exchange::FaultCodeFromName(item.value("code", ""));
      faults.push_back({item.value("path", ""), code.value_or(exchange::FaultCode::kBadValue), item.value("zh", ""),
                        item.value("en", "")});
    }
    return faults;
  }
};

}  // namespace muster::storage

namespace muster::exchange {

const storage::Table<DocumentRecord>& DocumentTable() {
  static const auto kTable = storage::Table<DocumentRecord>("document")
                                 .Column("id", &DocumentRecord::id)
                                 .Column("version", &DocumentRecord::version)
                                 .Column("create_us", &DocumentRecord::create_time)
                                 .Column("update_us", &DocumentRecord::update_time)
                                 .Column("format", &DocumentRecord::format)
                                 .Column("account_id", &DocumentRecord::account_id)
                                 .Column("source", &DocumentRecord::source)
                                 .Column("district_path", &DocumentRecord::district_path)
                                 .Column("mode", &DocumentRecord::mode)
                                 .Column("sender", &DocumentRecord::sender)
                                 .Column("identifier", &DocumentRecord::identifier)
                                 .Column("sent_us", &DocumentRecord::sent)
                                 .Column("message_type", &DocumentRecord::message_type)
                                 .Column("strictness", &DocumentRecord::strictness)
                                 .Column("accept_expired", &DocumentRecord::accept_expired)
                                 .Column("reason", &DocumentRecord::reason)
                                 .Column("state", &DocumentRecord::state)
                                 .Column("outcome", &DocumentRecord::outcome)
                                 .Column("action", &DocumentRecord::action)
                                 .Column("origin_id", &DocumentRecord::origin_id)
                                 .Column("duplicate_of", &DocumentRecord::duplicate_of)
                                 .Column("incident_id", &DocumentRecord::incident_id)
                                 .Column("faults", &DocumentRecord::faults)
                                 .Column("sha256", &DocumentRecord::sha256)
                                 .Done();
  return kTable;
}

}  // namespace muster::exchange
