#pragma once

#include <string>

#include "services/cli/output/output.h"

namespace muster::cli {

/// Tells a story on the terminal: numbered chapters, sentences, and how to do the same by hand. With --json it is
/// silent: the story ends with one JSON summary.
class Narrator {
 public:
  /// `pause`: waits for Enter before each chapter, where a person sits at the terminal.
  Narrator(Output& output, bool pause) : output_(output), pause_(pause) {}

  /// Begins a chapter. `may_pause` is false where the time is running.
  void Chapter(const Text& title, bool may_pause = true);
  void Tell(const Text& sentence);
  /// Something that was refused, as it should be.
  void TellRefusal(const absl::Status& status);
  /// The command that does by hand what was just done.
  void ByHand(const std::string& command);
  void Show(const Table& table);

  Output& output() { return output_; }
  int chapters() const { return chapters_; }

 private:
  Output& output_;
  const bool pause_;
  int chapters_ = 0;
};

}  // namespace muster::cli
