#include "services/notify/store/tables.h"

namespace muster::notify {

const storage::Table<Delivery>& Deliveries() {
  static const auto& table = *new storage::Table<Delivery>(storage::Table<Delivery>("delivery")
                                                               .Column("id", &Delivery::id)
                                                               .Column("version", &Delivery::version)
                                                               .Column("create_us", &Delivery::create_time)
                                                               .Column("update_us", &Delivery::update_time)
                                                               .Column("event_id", &Delivery::event_id)
                                                               .Column("event_type", &Delivery::event_type)
                                                               .Column("subject_id", &Delivery::subject_id)
                                                               .Column("incident_id", &Delivery::incident_id)
                                                               .Column("organization_id", &Delivery::organization_id)
                                                               .Column("state", &Delivery::state)
                                                               .Column("attempts", &Delivery::attempts)
                                                               .Column("delivered_us", &Delivery::delivered_time)
                                                               .Column("read_us", &Delivery::read_time)
                                                               .Column("mode", &Delivery::mode)
                                                               .Column("text_zh", &Delivery::text_zh)
                                                               .Column("text_en", &Delivery::text_en)
                                                               .Column("district_path", &Delivery::district_path)
                                                               .Column("escalated", &Delivery::escalated)
                                                               .Done());
  return table;
}

}  // namespace muster::notify
