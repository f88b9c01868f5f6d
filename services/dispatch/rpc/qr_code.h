#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace muster::dispatch {

/// A QR code (ISO/IEC 18004, error correction M) that holds `text` as bytes, as an SVG picture of its own, black on
/// white with the quiet zone around it. INTERNAL for a text that no QR code holds (more than 2,331 bytes).
absl::StatusOr<std::string> QrCodeSvg(const std::string& text);

}  // namespace muster::dispatch
