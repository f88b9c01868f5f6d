#pragma once

#include "muster/storage/table.h"
#include "services/dispatch/core/model.h"
#include "services/dispatch/store/codecs.h"

namespace muster::dispatch {

/// The tables of dispatch's database, a line per column.
const storage::Table<Incident>& Incidents();
const storage::Table<ResourceRequest>& ResourceRequests();
const storage::Table<RequestLine>& RequestLines();
const storage::Table<Offer>& Offers();
const storage::Table<Assignment>& Assignments();
const storage::Table<Booking>& Bookings();
const storage::Table<SituationReport>& SituationReports();
const storage::Table<Help>& Helps();
const storage::Table<DispatchRecord>& Dispatches();

}  // namespace muster::dispatch
