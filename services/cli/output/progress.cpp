#include "services/cli/output/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace muster::cli {
namespace {

constexpr int kBarColumns = 28;
constexpr Duration kRedrawEvery = std::chrono::milliseconds(100);
constexpr Duration kLineEvery = std::chrono::seconds(2);

double PartOf(double done, double total) { return total <= 0 ? 1 : std::clamp(done / total, 0.0, 1.0); }

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::string Thousands(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return number < 0 ? "-" + digits : digits;
}

std::string ProgressLine(const std::string& label, const std::string& unit, double done, double total,
                         double elapsed_seconds) {
  const double part = PartOf(done, total);
  const int filled = static_cast<int>(part * kBarColumns);
  std::string line =
      fmt::format("{} [{:#<{}}{:.<{}}] {:3.0f}%", label, "", filled, "", kBarColumns - filled, part * 100);
  if (elapsed_seconds > 0.5 && done > 0) {
    const double rate = done / elapsed_seconds;
    line += fmt::format("  {} {}/s  {:.0f} s", Thousands(static_cast<int64_t>(rate)), unit, (total - done) / rate);
  }
  return line;
}

Progress::Progress(Output& output, Text label, Text unit, double total, const Clock& clock)
    : output_(output),
      label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      clock_(clock),
      start_(clock.Steady()),
      drawn_(start_) {}

Progress::~Progress() {
  if (output_.shows_progress()) {
    output_.Redraw("");
  }
}

void Progress::Update(double done) {
  const Duration now = clock_.Steady();
  if (now - drawn_ < (output_.shows_progress() ? kRedrawEvery : kLineEvery)) {
    return;
  }
  drawn_ = now;
  if (!output_.shows_progress()) {
    const std::string percent = fmt::format(" {:.0f}%", PartOf(done, total_) * 100);
    output_.Note({label_.zh + percent, label_.en + percent});
    return;
  }
  output_.Redraw(ProgressLine(output_.In(label_), output_.In(unit_), done, total_, Seconds(now - start_)));
}

Steps::~Steps() {
  if (output_.shows_progress()) {
    output_.Redraw("");
  }
}

void Steps::Begin(const std::string& part) {
  ++begun_;
  if (output_.shows_progress()) {
    output_.Redraw(fmt::format("{} {} ({}/{})", output_.In(doing_), part, begun_, total_));
  }
}

}  // namespace muster::cli
