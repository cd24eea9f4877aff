// The forms in which the matrix is written.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tools/bitsdoctor/matrix_columns.h"

namespace bits::doctor {

// Takes the report piece by piece.
using MatrixSink = std::function<void(std::string_view)>;

// One form of the report. Begin, Add for each row, End; what is written goes to the sink.
class MatrixWriter {
 public:
  virtual ~MatrixWriter() = default;
  virtual void Begin() = 0;
  virtual void Add(const MatrixRow& row) = 0;
  virtual void End() = 0;
};

// `columns` are those that differ between rows, for the forms that people read; `heading` says what the others are
// fixed to.
std::unique_ptr<MatrixWriter> MakeTextWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns,
                                             std::string heading);
// How many cells each rule decides, with its statement: what there is to say of a matrix too long to read.
std::unique_ptr<MatrixWriter> MakeSummaryWriter(MatrixSink sink, std::string hint);
std::unique_ptr<MatrixWriter> MakeJsonWriter(MatrixSink sink);       // an array of objects, one a line
std::unique_ptr<MatrixWriter> MakeJsonLinesWriter(MatrixSink sink);  // an object a line
std::unique_ptr<MatrixWriter> MakeCsvWriter(MatrixSink sink);        // RFC 4180, with a header line
std::unique_ptr<MatrixWriter> MakeHtmlWriter(MatrixSink sink, std::span<const MatrixColumn* const> columns,
                                             std::string heading);

}  // namespace bits::doctor
