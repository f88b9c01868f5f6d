#pragma once

#include <google/protobuf/message.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/app/language.h"
#include "services/cli/output/table.h"

namespace muster::cli {

enum class Color { kNone, kBold, kDim, kRed, kGreen, kYellow, kBlue };

/// Where and how this program speaks: data on `out`, everything else on `err`.
struct OutputOptions {
  std::ostream& out;
  std::ostream& err;
  Language language = Language::kEnglish;
  bool json = false;
  bool quiet = false;
  bool color = false;     ///< on a terminal, unless switched off
  bool progress = false;  ///< a terminal reads `err`, so that a line may be drawn over
  size_t width = 0;       ///< of the terminal; 0: not a terminal, nothing is cut
};

/// Prints results for people or as JSON, and messages beside them. Not thread-safe.
class Output {
 public:
  explicit Output(OutputOptions options) : options_(options) {}

  Language language() const { return options_.language; }
  bool json() const { return options_.json; }
  bool shows_progress() const { return options_.progress && !options_.quiet; }
  bool quiet() const { return options_.quiet; }

  /// The sentence in the language of this output.
  const std::string& In(const Text& text) const { return text.In(options_.language); }

  /// A line of data.
  void Line(std::string_view line);
  void Line(const Text& line) { Line(In(line)); }
  /// Hands on what was written: a reader of a live feed does not wait for a full buffer.
  void Flush() { options_.out.flush(); }
  /// A table without rows is a remark that there is nothing.
  void Print(const Table& table);
  void Print(const Card& card);
  /// A message as JSON on lines of its own, by the proto3 mapping.
  void Json(const google::protobuf::Message& message);
  /// Messages as one JSON array.
  template <class Message>
  void Json(const std::vector<Message>& messages) {
    std::vector<std::string> items;
    for (const Message& message : messages) {
      items.push_back(AsJson(message));
    }
    JsonArray(items);
  }
  /// The same on one line, for streams.
  void JsonLine(const google::protobuf::Message& message);

  /// A remark on `err`; none with -q.
  void Note(const Text& note);
  /// What went wrong: the reason, the sentence, the field and what to do; as JSON with --json.
  void Error(const absl::Status& status);
  /// Redraws the last line of `err`; the caller checks shows_progress().
  void Redraw(std::string_view line);

  /// `text` between the codes of a colour, where colours are on.
  std::string Paint(Color color, std::string_view text) const;

 private:
  static std::string AsJson(const google::protobuf::Message& message);
  void JsonArray(const std::vector<std::string>& items);
  void ErrorForPeople(const absl::Status& status);
  void ErrorAsJson(const absl::Status& status);

  OutputOptions options_;
};

}  // namespace muster::cli
