#include "tools/bitsdoctor/transfer_progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/bitsdoctor/platform.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

constexpr std::chrono::seconds kPlainInterval{5};

std::string Duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string ProgressLine(std::uint64_t transferred, std::optional<std::uint64_t> total,
                         std::chrono::nanoseconds elapsed, int width) {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(transferred) / seconds : 0;
  std::string text = Bytes(static_cast<double>(transferred));
  if (total) text += fmt::format(" of {}", Bytes(static_cast<double>(*total)));
  if (rate > 0) text += fmt::format("  {}/s", Bytes(rate));
  if (!total) return text;
  if (rate > 0 && transferred < *total) {
    text += fmt::format("  {} left", Duration(static_cast<double>(*total - transferred) / rate));
  }
  const double part = *total == 0 ? 1.0 : std::min(1.0, static_cast<double>(transferred) / static_cast<double>(*total));
  text = fmt::format("{:3.0f} %  {}", part * 100, text);
  const int room = std::min(40, width - 1 - static_cast<int>(text.size()) - 4);
  if (room < 10) return text;
  const auto filled = static_cast<std::size_t>(part * room);
  return fmt::format("[{}{}]  {}", std::string(filled, '#'), std::string(static_cast<std::size_t>(room) - filled, '.'),
                     text);
}

TransferProgress::TransferProgress(Clock& clock)
    : clock_(clock), terminal_(IsTerminal(Stream::kError)), width_(TerminalWidth(Stream::kError)) {}

TransferProgress::~TransferProgress() { EraseBar(); }

void TransferProgress::EraseBar() {
  if (!bar_shown_) return;
  WriteText(Stream::kError, fmt::format("\r{:{}}\r", "", width_ - 1));
  bar_shown_ = false;
}

void TransferProgress::OnStep(const transfer::StepReport& step) {
  EraseBar();
  if (step.step == transfer::TransferStep::kResume) began_ = clock_.SteadyNow();
}

void TransferProgress::OnPreflight(const transfer::PreflightFacts& facts) { announced_ = facts.length; }

void TransferProgress::OnProgress(JobState state, const JobProgress& progress) {
  const auto now = clock_.SteadyNow();
  const std::string line =
      ProgressLine(progress.bytes_transferred, progress.bytes_total ? progress.bytes_total : announced_,
                   now - began_.value_or(now), width_);
  if (terminal_) {
    WriteText(Stream::kError, fmt::format("\r{:<{}}", line, width_ - 1));
    bar_shown_ = true;
    return;
  }
  const bool first = !last_state_;
  if (state == last_state_ && now - last_shown_ < kPlainInterval) return;
  last_state_ = state;
  last_shown_ = now;
  if (!first) WriteText(Stream::kError, fmt::format("{}: {}\n", ToString(state), line));
}

}  // namespace bits::doctor
