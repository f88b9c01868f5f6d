#include "services/exchange/core/document.h"

namespace muster::exchange {

std::string_view Name(DocumentState state) { return state == DocumentState::kReceived ? "received" : "done"; }

std::optional<DocumentState> DocumentStateFromName(std::string_view name) {
  for (const DocumentState state : {DocumentState::kReceived, DocumentState::kDone}) {
    if (Name(state) == name) {
      return state;
    }
  }
  return std::nullopt;
}

}  // namespace muster::exchange
