#include "tools/bitsdoctor/matrix_report.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/api/hresult.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

constexpr std::size_t kPiece = 1 << 20;

// Gathers what is written into pieces that are worth a system call.
class Buffer {
 public:
  explicit Buffer(MatrixSink sink) : sink_(std::move(sink)) { text_.reserve(kPiece + 4096); }
  std::string& text() { return text_; }
  void Pass() {
    if (text_.size() >= kPiece) Flush();
  }
  void Flush() {
    if (!text_.empty()) sink_(text_);
    text_.clear();
  }

 private:
  MatrixSink sink_;
  std::string text_;
};

std::string ValueOf(const MatrixColumn& column, const MatrixRow& row) {
  std::string value;
  column.append(row, value);
  return value;
}

// No value of a column needs escaping in JSON: a test says so.
void AppendJsonObject(const MatrixRow& row, std::string& text) {
  char separator = '{';
  for (const MatrixColumn& column : MatrixColumns()) {
    text += separator;
    text += '"';
    text += column.name;
    text += "\":\"";
    column.append(row, text);
    text += '"';
    separator = ',';
  }
  text += '}';
}

class JsonWriter : public MatrixWriter {
 public:
  JsonWriter(MatrixSink sink, bool lines) : buffer_(std::move(sink)), lines_(lines) {}
  void Begin() override {
    if (!lines_) buffer_.text() += "[";
  }
  void Add(const MatrixRow& row) override {
    if (!lines_) buffer_.text() += first_ ? "\n" : ",\n";
    first_ = false;
    AppendJsonObject(row, buffer_.text());
    if (lines_) buffer_.text() += '\n';
    buffer_.Pass();
  }
  void End() override {
    if (!lines_) buffer_.text() += "\n]\n";
    buffer_.Flush();
  }

 private:
  Buffer buffer_;
  bool lines_;
  bool first_ = true;
};

class CsvWriter : public MatrixWriter {
 public:
  explicit CsvWriter(MatrixSink sink) : buffer_(std::move(sink)) {}
  void Begin() override {
    std::string& text = buffer_.text();
    for (const MatrixColumn& column : MatrixColumns()) {
      if (!text.empty()) text += ',';
      text += column.name;
    }
    text += "\r\n";
  }
  void Add(const MatrixRow& row) override {
    std::string& text = buffer_.text();
    bool first = true;
    for (const MatrixColumn& column : MatrixColumns()) {
      if (!std::exchange(first, false)) text += ',';
      value_.clear();
      column.append(row, value_);
      const bool quoted = value_.find_first_of(",;\"") != std::string::npos;
      if (quoted) text += '"';
      text += value_;
      if (quoted) text += '"';
    }
    text += "\r\n";
    buffer_.Pass();
  }
  void End() override { buffer_.Flush(); }

 private:
  Buffer buffer_;
  std::string value_;
};

// A code as people call it.
std::string ShownResult(const MatrixRow& row) {
  const std::string_view name = NameOf(row.verdict.result);
  return name.empty() ? ToHex(row.verdict.result) : std::string(name);
}

class TextWriter : public MatrixWriter {
 public:
  TextWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns, std::string heading)
      : buffer_(std::move(sink)), columns_(columns.begin(), columns.end()), heading_(std::move(heading)) {}
  void Begin() override { buffer_.text() += heading_; }
  void Add(const MatrixRow& row) override {
    std::vector<std::string> line;
    for (const MatrixColumn* column : columns_) {
      line.push_back(column->name == "hresult" ? ShownResult(row) : ValueOf(*column, row));
    }
    lines_.push_back(std::move(line));
  }
  void End() override {
    std::vector<std::size_t> widths;
    std::vector<std::string> header;
    for (const MatrixColumn* column : columns_) {
      header.emplace_back(column->name);
      widths.push_back(column->name.size());
    }
    for (const auto& line : lines_) {
      for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    }
    AppendLine(header, widths);
    for (const auto& line : lines_) AppendLine(line, widths);
    buffer_.text() += fmt::format("\n{} cells\n", Grouped(lines_.size()));
    buffer_.Flush();
  }

 private:
  void AppendLine(const std::vector<std::string>& line, const std::vector<std::size_t>& widths) {
    std::string& text = buffer_.text();
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += i + 1 < line.size() ? fmt::format("{:<{}}  ", line[i], widths[i]) : line[i];
    }
    text += '\n';
    buffer_.Pass();
  }

  Buffer buffer_;
  std::vector<const MatrixColumn*> columns_;
  std::string heading_;
  std::vector<std::vector<std::string>> lines_;
};

class SummaryWriter : public MatrixWriter {
 public:
  SummaryWriter(MatrixSink sink, std::string hint) : sink_(std::move(sink)), hint_(std::move(hint)) {}
  void Begin() override {}
  void Add(const MatrixRow& row) override { ++cells_[row.verdict.rule]; }
  void End() override {
    std::string text;
    std::size_t total = 0;
    for (const rules::HelperTokenRule& rule : rules::HelperTokenRules()) {
      const auto found = cells_.find(&rule);
      if (found == cells_.end()) continue;
      total += found->second;
      text += fmt::format("{:<7} {:<25} {:>10} cells  {}\n{:<9}{}\n", rule.id, NameOf(rule.then),
                          Grouped(found->second), rule.source, "", Wrap(rule.statement, 9, 110));
    }
    sink_(text + fmt::format("\n{} cells. {}\n", Grouped(total), hint_));
  }

 private:
  MatrixSink sink_;
  std::string hint_;
  std::map<const rules::HelperTokenRule*, std::size_t> cells_;
};

constexpr std::string_view kHtmlHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>BITS helper tokens: what must happen</title>
<style>
body { font: 14px/1.4 system-ui, "Segoe UI", sans-serif; margin: 2em; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; }
th, td { padding: .25em .7em; text-align: left; border-bottom: 1px solid #ddd; white-space: nowrap; }
th { position: sticky; top: 0; background: #f3f3f3; }
td.ok { background: #dff3e0; }
td.refused { background: #fbe0de; }
td.wrong { background: #fdf1cf; }
p { max-width: 60em; }
</style>
</head>
<body>
<h1>BITS helper tokens: what must happen</h1>
)";

// Green for a success, yellow for one that captured another token than the helper's, red for a refusal.
std::string_view ClassOf(const MatrixRow& row) {
  if (row.verdict.result.Failed()) return "refused";
  const bool captured_other =
      row.verdict.rule->effect == rules::TokenEffect::kCapturesProcess && !row.cell.helper_same_as_owner;
  return captured_other ? "wrong" : "ok";
}

class HtmlWriter : public MatrixWriter {
 public:
  HtmlWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns, std::string heading)
      : buffer_(std::move(sink)), columns_(columns.begin(), columns.end()), heading_(std::move(heading)) {}
  void Begin() override {
    std::string& text = buffer_.text();
    text += kHtmlHead;
    text += "<p>" + HtmlText(heading_) + "</p>\n<table>\n<thead><tr>";
    for (const MatrixColumn* column : columns_) {
      text += fmt::format("<th title=\"{}\">{}</th>", HtmlText(column->description), column->name);
    }
    text += "</tr></thead>\n<tbody>\n";
  }
  void Add(const MatrixRow& row) override {
    std::string& text = buffer_.text();
    text += "<tr>";
    for (const MatrixColumn* column : columns_) {
      if (column->name == "hresult") {
        text += fmt::format("<td class=\"{}\" title=\"{}\">{}</td>", ClassOf(row), ToHex(row.verdict.result),
                            HtmlText(ShownResult(row)));
      } else if (column->name == "rule") {
        text += fmt::format("<td title=\"{}\">{}</td>", HtmlText(row.verdict.rule->statement), row.verdict.rule->id);
      } else {
        text += "<td>" + HtmlText(ValueOf(*column, row)) + "</td>";
      }
    }
    text += "</tr>\n";
    buffer_.Pass();
  }
  void End() override {
    buffer_.text() += "</tbody>\n</table>\n</body>\n</html>\n";
    buffer_.Flush();
  }

 private:
  Buffer buffer_;
  std::vector<const MatrixColumn*> columns_;
  std::string heading_;
};

}  // namespace

std::unique_ptr<MatrixWriter> MakeTextWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns,
                                             std::string heading) {
  return std::make_unique<TextWriter>(std::move(sink), columns, std::move(heading));
}
std::unique_ptr<MatrixWriter> MakeSummaryWriter(MatrixSink sink, std::string hint) {
  return std::make_unique<SummaryWriter>(std::move(sink), std::move(hint));
}
std::unique_ptr<MatrixWriter> MakeJsonWriter(MatrixSink sink) {
  return std::make_unique<JsonWriter>(std::move(sink), false);
}
std::unique_ptr<MatrixWriter> MakeJsonLinesWriter(MatrixSink sink) {
  return std::make_unique<JsonWriter>(std::move(sink), true);
}
std::unique_ptr<MatrixWriter> MakeCsvWriter(MatrixSink sink) { return std::make_unique<CsvWriter>(std::move(sink)); }
std::unique_ptr<MatrixWriter> MakeHtmlWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns,
                                             std::string heading) {
  return std::make_unique<HtmlWriter>(std::move(sink), columns, std::move(heading));
}

}  // namespace bits::doctor
