#pragma once

#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "services/exchange/core/document.h"
#include "services/exchange/core/incident_draft.h"
#include "services/exchange/store/document_commands.h"

namespace muster::exchange {

namespace pb = ::muster::exchange::v1;

/// Without the bytes. A document that is not done has no outcome yet.
pb::Document ToProto(const DocumentRecord& document);

/// The name of a CAP message in `external_refs`: system "cap", id "sender,identifier,sent" as CAP itself refers.
common::v1::ExternalReference CapReference(const DocumentRecord& document);

/// Writes what the draft says into an incident. The district is the document's.
dispatch::v1::Incident ToIncident(const IncidentDraft& draft, const DocumentRecord& document);

/// The fields that an Update changes, as an update mask has them: what the draft says something about, and the end of
/// the alert in any case. `kind` is the incident's as it will be: without grades, none is set.
std::vector<std::string> UpdatePaths(const IncidentDraft& draft, dispatch::v1::IncidentKind kind);

/// Events as this service's messages.
const EventEncoding& ProtoEncoding();

}  // namespace muster::exchange
