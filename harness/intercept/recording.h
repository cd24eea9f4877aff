// A recording: every call that a program made, in a file of JSON lines.
//
// The first line says what was recorded and where; each further line is one call, written when it returned; the last
// one, which a program that crashed does not write, says that this is all:
//   {"line":1,"schema":"bitsdoctor/recording/1","program":"bitsdoctor 1.0","command":"check","options":{…},…}
//   {"line":2,"sequence":1,"thread":1,"interface":"Machine","method":"ComputerName","arguments":{},"caller":"…",
//    "hresult":"0x00000000","value":"host-1","begin_ns":0,"elapsed_ns":52000}
//   {"line":3,"closed":true,"calls":1,"verdict":{…}}
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/intercept/json_values.h"

namespace bits::intercept {

inline constexpr std::string_view kRecordingSchema = "bitsdoctor/recording/1";

// What is recorded: the first line, without what the recorder itself finds out.
struct RecordedProgram {
  std::string program = {};       // "bitsdoctor 1.0"
  std::string command = {};       // "check"
  Json options = Json::object();  // of the command: name -> value; never a password
  std::string backend = {};       // "windows", "sim", "com-fake"
  std::string profile = {};       // of the simulation; empty for a real Windows
};

struct RecordedCall {
  std::size_t line = 0;
  std::uint64_t sequence = 0;  // by which call began first
  std::uint64_t thread = 0;    // 1, 2, 3 … as they made their first call
  std::uint64_t object = 0;    // the pointer called on; 0 for a part of the Environment, and in a callback
  std::string interface_name;
  std::string method;
  Json arguments;
  std::string caller;
  HResult result;
  Json value;
  std::chrono::nanoseconds begin{};  // since the recording began
  std::chrono::nanoseconds elapsed{};
};

struct Recording {
  RecordedProgram program;
  bool pseudonymised = true;
  std::string computer;
  std::optional<OsVersion> os;     // absent when the system did not tell
  std::optional<TokenFacts> user;  // of the process; absent when not told
  std::chrono::system_clock::time_point started;
  std::vector<RecordedCall> calls;  // in the order of their ends
  bool closed = false;              // whether the program lived to write the last line
  Json verdict;                     // what the command concluded; null when not closed
};

// A file that is no recording, or a damaged one. what() is a sentence's end that begins with the line: "line 7: …".
class RecordingError : public std::runtime_error {
 public:
  RecordingError(std::size_t line, const std::string& what);
  std::size_t line() const { return line_; }

 private:
  std::size_t line_;
};

// Reads to the end. A file without a last line is read as far as it goes; anything else that the recorder does not
// write is refused with RecordingError: lines that are missing, doubled, out of order or cut off, what is no JSON, has
// a wrong type, or is larger than any recording needs (1 MiB a line, 32 levels, 64 fields an object, 64 MiB in all),
// and control characters, which would reach a terminal.
Recording ReadRecording(std::istream& file);

}  // namespace bits::intercept
