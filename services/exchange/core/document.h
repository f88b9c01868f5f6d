#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/mode.h"
#include "services/exchange/core/cap_fault.h"
#include "services/exchange/core/cap_mapping.h"

namespace muster::exchange {

/// Whether a document's effect is there.
enum class DocumentState {
  kReceived,  ///< kept; what it asks for is still being done
  kDone,
};

/// "received", "done".
std::string_view Name(DocumentState state);
std::optional<DocumentState> DocumentStateFromName(std::string_view name);

/// A document as it is kept, without its bytes.
struct DocumentRecord {
  DocumentId id;
  int64_t version = 1;
  Time create_time{};
  Time update_time{};
  std::string format;         ///< "cap-1.1", "cap-1.2"
  AccountId account_id;       ///< who handed it in
  std::string source;         ///< SourceOf that account
  std::string district_path;  ///< of the incident, or of who handed it in: officials of it see the document
  Mode mode = Mode::kReal;
  std::string sender;
  std::string identifier;
  Time sent{};
  std::string message_type;  ///< "Alert", "Update", ...
  Strictness strictness = Strictness::kLenient;
  bool accept_expired = false;
  std::string reason;  ///< why an expired one is accepted
  DocumentState state = DocumentState::kReceived;
  Outcome outcome = Outcome::kKeptOnly;  ///< what is meant to become of it; what became of it when done
  IncidentAction action = IncidentAction::kNone;
  DocumentId origin_id;     ///< the document that made the incident concerned; itself when it makes one
  DocumentId duplicate_of;  ///< of a duplicate
  IncidentId incident_id;   ///< empty: none, or not yet
  std::vector<CapFault> faults;
  std::string sha256;  ///< of the bytes, hexadecimal
};

/// How it ended.
struct DocumentEnd {
  Outcome outcome = Outcome::kApplied;
  IncidentId incident_id;
  std::vector<CapFault> faults;  ///< added to those known
};

}  // namespace muster::exchange
