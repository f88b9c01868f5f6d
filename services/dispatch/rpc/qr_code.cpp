#include "services/dispatch/rpc/qr_code.h"

#include <qrencode.h>

#include <memory>

#include "muster/domain/reason.h"

namespace muster::dispatch {
namespace {

/// Modules of white that a reader needs around the code.
constexpr int kQuietZone = 4;

/// The dark modules, a rectangle for each run of a row.
std::string PathOf(const QRcode& code) {
  std::string path;
  for (int y = 0; y < code.width; ++y) {
    const unsigned char* row = code.data + static_cast<ptrdiff_t>(y) * code.width;
    for (int x = 0; x < code.width;) {
      int run = 0;
      while (x + run < code.width && (row[x + run] & 1U) != 0) {
        ++run;
      }
      if (run > 0) {
        path += "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) + "h" +
                std::to_string(run) + "v1h-" + std::to_string(run) + "z";
      }
      x += run + 1;
    }
  }
  return path;
}

}  // namespace

absl::StatusOr<std::string> QrCodeSvg(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0,
                        QR_ECLEVEL_M),
      QRcode_free);
  if (code == nullptr) {
    return Error(Reason::kInternal);
  }
  const std::string size = std::to_string(code->width + 2 * kQuietZone);
  return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + size + " " + size +
         R"(" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h)" + size + "v" + size + "H0z\"/><path d=\"" +
         PathOf(*code) + R"("/></svg>)";
}

}  // namespace muster::dispatch
