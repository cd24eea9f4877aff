// bitsdoctor matrix: what must happen in every combination of Windows version, accounts and COM security.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/api/ascii_case.h"
#include "harness/rules/decisions.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/matrix_columns.h"
#include "tools/bitsdoctor/matrix_report.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

// More rows than these are no table that a person reads, or a browser shows.
constexpr std::size_t kLongestText = 2'000;
constexpr std::size_t kLongestHtml = 50'000;

struct MatrixArguments {
  std::map<std::string_view, std::vector<std::string>> filters;  // by column
  bool decisions = false;
  ReportOptions report;
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor matrix                                                  how many cells each rule decides
  bitsdoctor matrix --profile win10-1507 win10-1607 --owner user --helper user --method SetHelperToken
      --authentication-level connect --impersonation-level impersonate --caller-at-query owner --flags none
  bitsdoctor matrix --rule HT-07 --format csv --output ht-07.csv
  bitsdoctor matrix --profile server2019 --owner network-service --format jsonl
  bitsdoctor matrix --decisions                                      where the documentation is silent

In a cell the client's process runs as the job's owner. Its thread is the caller at query when it asks the job for
IBitsTokenOptions, then sets the blanket on the new proxy as itself, then impersonates the helper and calls the method.
For the methods after SetHelperToken the job carries the helper's token already, where anybody may set it.

Exit code: 0 fine, 2 wrong usage, 3 could not run.
)";

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ToLowerAscii);
  return lower;
}

// The spelling of the column for what the user wrote: any case, and codes by name too.
std::string Spelled(const MatrixColumn& column, const std::string& text) {
  const std::vector<std::string> values = column.values();
  for (const std::string& value : values) {
    if (EqualsIgnoringCase(value, text)) return value;
  }
  if (column.name == "hresult") {
    for (const rules::HelperTokenRule& rule : rules::HelperTokenRules()) {
      if (EqualsIgnoringCase(NameOf(rule.then), text)) return ToHex(rule.then);
    }
  }
  throw Refusal(ExitCode::kWrongUsage, fmt::format("{} {}: there is no such value; choose from {}", column.option, text,
                                                   fmt::join(values, ", ")));
}

// One filter, ready to be asked.
struct Filter {
  const MatrixColumn* column;
  std::vector<std::string> values;
  bool any_text;  // values are parts of the text, in lower case

  bool Admits(const MatrixRow& row, std::string& scratch) const {
    scratch.clear();
    column->append(row, scratch);
    if (!any_text) return std::ranges::find(values, scratch) != values.end();
    const std::string text = Lower(scratch);
    return std::ranges::any_of(values, [&](const std::string& v) { return text.find(v) != std::string::npos; });
  }
};

// The rows that every filter admits. The first columns are the axes of the decision space, in its order; the others are
// what the rules say.
class Selection {
 public:
  explicit Selection(const MatrixArguments& arguments) {
    const rules::Places sizes = rules::AxisSizes();
    for (std::size_t i = 0; i < MatrixColumns().size(); ++i) {
      const MatrixColumn& column = MatrixColumns()[i];
      const auto given = arguments.filters.find(column.name);
      const std::optional<Filter> filter = given == arguments.filters.end() || given->second.empty()
                                               ? std::nullopt
                                               : std::optional(MakeFilter(column, given->second));
      if (filter && filter->values.size() == 1 && !filter->any_text) fixed_[&column] = filter->values.front();
      if (i >= sizes.size()) {
        if (filter) verdict_filters_.push_back(*filter);
        continue;
      }
      std::string scratch;
      for (std::size_t place = 0; place < sizes[i]; ++place) {
        rules::Places places{};
        places[i] = place;
        if (!filter || filter->Admits({rules::CellAt(places), {}}, scratch)) admitted_[i].push_back(place);
      }
    }
  }

  template <class Visit>
  void ForEach(Visit visit) const {
    std::string scratch;
    rules::Places turn{};
    for (;;) {
      rules::Places places;
      for (std::size_t axis = 0; axis < places.size(); ++axis) places[axis] = admitted_[axis][turn[axis]];
      MatrixRow row{rules::CellAt(places), {}};
      row.verdict = rules::Judge(row.cell);
      if (std::ranges::all_of(verdict_filters_, [&](const Filter& filter) { return filter.Admits(row, scratch); })) {
        visit(row);
      }
      std::size_t axis = turn.size();
      while (axis > 0 && ++turn[axis - 1] == admitted_[axis - 1].size()) turn[--axis] = 0;
      if (axis == 0) return;
    }
  }

  std::size_t Count() const {
    std::size_t count = 1;
    if (verdict_filters_.empty()) {
      for (const std::vector<std::size_t>& places : admitted_) count *= places.size();
      return count;
    }
    count = 0;
    ForEach([&](const MatrixRow&) { ++count; });
    return count;
  }

  // Columns fixed to one value go into the heading, the others into the table.
  std::vector<const MatrixColumn*> FreeColumns() const {
    std::vector<const MatrixColumn*> columns;
    for (const MatrixColumn& column : MatrixColumns()) {
      if (!fixed_.contains(&column)) columns.push_back(&column);
    }
    return columns;
  }
  std::string Heading() const {
    std::vector<std::string> parts;
    for (const auto& [column, value] : fixed_) parts.push_back(fmt::format("{} {}", column->name, value));
    return fmt::format("{}", fmt::join(parts, ", "));
  }

 private:
  static Filter MakeFilter(const MatrixColumn& column, const std::vector<std::string>& texts) {
    Filter filter{&column, {}, column.values().empty()};
    for (const std::string& text : texts)
      filter.values.push_back(filter.any_text ? Lower(text) : Spelled(column, text));
    return filter;
  }

  std::array<std::vector<std::size_t>, std::tuple_size_v<rules::Places>> admitted_;
  std::vector<Filter> verdict_filters_;
  std::map<const MatrixColumn*, std::string> fixed_;  // in the order of the columns, which are an array
};

void WriteDecisions(const MatrixArguments& arguments) {
  const auto output = arguments.report.Open();
  if (arguments.report.format == "json") {
    intercept::Json rows = intercept::Json::array();
    for (const rules::Decision& decision : rules::DecisionTable()) {
      rows.push_back({{"id", decision.id},
                      {"question", decision.question},
                      {"taken", decision.taken},
                      {"others", decision.others},
                      {"option", decision.option}});
    }
    output->Write(JsonText({{"schema", "bitsdoctor/decisions/1"}, {"decisions", rows}}));
    return;
  }
  if (arguments.report.format != "text") {
    throw Refusal(ExitCode::kWrongUsage,
                  fmt::format("--decisions has the formats text and json, not {}", arguments.report.format));
  }
  std::string text;
  for (const rules::Decision& decision : rules::DecisionTable()) {
    text +=
        fmt::format("{:<5} {}\n      {}\n", decision.id, Wrap(decision.question, 6, 100), Wrap(decision.taken, 6, 100));
    if (!decision.others.empty()) {
      text += fmt::format("      {}\n", Wrap(fmt::format("or: {} ({})", decision.others, decision.option), 6, 100));
    }
  }
  output->Write(text);
}

std::unique_ptr<MatrixWriter> WriterFor(const std::string& format, const Selection& selection, MatrixSink sink) {
  if (format == "json") return MakeJsonWriter(std::move(sink));
  if (format == "jsonl") return MakeJsonLinesWriter(std::move(sink));
  if (format == "csv") return MakeCsvWriter(std::move(sink));
  const std::size_t count = selection.Count();
  const std::string heading = selection.Heading();
  if (format == "html") {
    if (count > kLongestHtml) {
      throw Refusal(ExitCode::kWrongUsage,
                    fmt::format("--format html: {} cells are more than a browser shows, {} at most; fix columns, as "
                                "with --profile and --method",
                                Grouped(count), Grouped(kLongestHtml)));
    }
    return MakeHtmlWriter(std::move(sink), selection.FreeColumns(), heading.empty() ? "Every cell." : heading + ".");
  }
  if (count > kLongestText) {
    return MakeSummaryWriter(std::move(sink),
                             fmt::format("{} or fewer are listed one a line: fix columns, as with --profile and "
                                         "--method, or take --format jsonl.",
                                         Grouped(kLongestText)));
  }
  return MakeTextWriter(std::move(sink), selection.FreeColumns(), heading.empty() ? "" : heading + "\n\n");
}

ExitCode Run(const MatrixArguments& arguments) {
  if (arguments.decisions) {
    WriteDecisions(arguments);
    return ExitCode::kFine;
  }
  const Selection selection(arguments);
  const auto output = arguments.report.Open();
  const auto writer =
      WriterFor(arguments.report.format, selection, [&](std::string_view piece) { output->Append(piece); });
  writer->Begin();
  selection.ForEach([&](const MatrixRow& row) { writer->Add(row); });
  writer->End();
  output->Close();
  return ExitCode::kFine;
}

}  // namespace

void AddMatrixCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<MatrixArguments>();
  CLI::App& command =
      *app.add_subcommand("matrix", "Tell what must happen for every Windows version, account and COM setting");
  CLI::Option* decisions =
      command.add_flag("--decisions", arguments->decisions, "List what was decided where the documentation is silent");
  for (const MatrixColumn& column : MatrixColumns()) {
    command
        .add_option(std::string(column.option), arguments->filters[column.name],
                    fmt::format("Only cells with these: {}", column.description))
        ->type_name("VALUE...")
        ->excludes(decisions);
  }
  arguments->report.AddTo(command, {"text", "json", "jsonl", "csv", "html"});
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
