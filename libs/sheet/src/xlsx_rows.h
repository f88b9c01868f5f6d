#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "muster/domain/reason.h"
#include "muster/sheet/reader.h"
#include "xlsx_parts.h"
#include "xml_stream.h"

namespace muster::sheet {

/// Takes the XML of a sheet piece by piece and makes rows of it.
class XlsxRows {
 public:
  /// Both must outlive it.
  XlsxRows(const WorkbookParts& parts, const ReadLimits& limits);

  absl::Status Feed(std::string_view bytes, bool last) { return stream_.Feed(bytes, last); }
  /// Rows that are complete, oldest first.
  std::deque<Row>& rows() { return rows_; }

 private:
  absl::Status OnStart(std::string_view name, const XmlAttributes& attributes);
  absl::Status OnEnd(std::string_view name);
  absl::Status OnText(std::string_view text);
  absl::Status BeginRow(std::string_view number);
  absl::Status BeginCell(const XmlAttributes& attributes);
  absl::Status EndCell();
  absl::StatusOr<std::string> ValueOfCell();
  /// The cell at hand is too long, which spoils its row.
  void TooLong();
  absl::Status Fault(std::string zh, std::string en, Reason reason = Reason::kInvalidField) const;

  const WorkbookParts& parts_;
  const ReadLimits& limits_;
  XmlStream stream_;
  std::deque<Row> rows_;
  Row row_;
  size_t row_bytes_ = 0;
  bool in_data_ = false;
  bool in_row_ = false;
  bool in_cell_ = false;
  bool in_value_ = false;
  int column_ = 0;  ///< of the cell at hand, from 1
  std::string type_;
  size_t style_ = 0;
  std::string text_;
};

/// The day and time of a workbook's number, "2026-01-31" or "2026-01-31T08:30:00"; empty when it is none.
std::string DateOfSerial(double serial, bool from_1904);

}  // namespace muster::sheet
