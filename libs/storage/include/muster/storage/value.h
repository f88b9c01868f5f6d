#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace muster::storage {

/// Bytes that are not text.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

/// What a column holds or a parameter is bound to. Booleans are 0 and 1, times microseconds UTC.
using Value = std::variant<std::monostate, int64_t, double, std::string, Blob>;

/// A row while it is being read; valid only inside the visitor it is given to. Columns count from 0.
/// A NULL reads as 0 or empty. Views stay valid until the visitor returns.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Int(int column) const = 0;
  virtual double Real(int column) const = 0;
  /// Text or bytes.
  virtual std::string_view Text(int column) const = 0;
};

}  // namespace muster::storage
