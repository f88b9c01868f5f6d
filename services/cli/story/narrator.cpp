#include "services/cli/story/narrator.h"

#include <unistd.h>

#include <iostream>

#include "muster/domain/reason.h"

namespace muster::cli {

void Narrator::Chapter(const Text& title, bool may_pause) {
  ++chapters_;
  if (output_.json()) {
    return;
  }
  if (pause_ && may_pause && chapters_ > 1 && isatty(STDIN_FILENO) != 0) {
    output_.Note({"（按回车继续）", "(press Enter)"});
    std::string line;
    std::getline(std::cin, line);
  }
  output_.Line("");
  output_.Line(output_.Paint(Color::kBold, std::to_string(chapters_) + ". " + output_.In(title)));
}

void Narrator::Tell(const Text& sentence) {
  if (!output_.json()) {
    output_.Line("   " + output_.In(sentence));
  }
}

void Narrator::TellRefusal(const absl::Status& status) {
  const ErrorInfo info = GetErrorInfo(status);
  const std::string name(RowOf(info.reason).name);
  Tell({output_.Paint(Color::kYellow, "被拒绝 " + name) + "：" + info.message_zh,
        output_.Paint(Color::kYellow, "refused, " + name) + ": " + info.message_en});
}

void Narrator::ByHand(const std::string& command) {
  if (!output_.json()) {
    output_.Line("   " + output_.Paint(Color::kBlue, "$ " + command));
  }
}

void Narrator::Show(const Table& table) {
  if (!output_.json()) {
    for (const std::string& line : table.Lines(0)) {
      output_.Line("   " + line);
    }
  }
}

}  // namespace muster::cli
