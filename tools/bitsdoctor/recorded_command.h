// A command in a recording: its options, and what it concluded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/diagnose/diagnosis.h"
#include "harness/intercept/recording.h"
#include "harness/transfer/transfer.h"
#include "tools/bitsdoctor/command.h"

namespace bits::doctor {

// The options of check and transfer that decide which calls are made. Helper and URL are as they were given.
struct RecordedCheck {
  std::vector<std::string> only;
  std::string helper;       // empty: none
  std::string helper_kind;  // empty: none
  ComOptions com{ApartmentType::kMultiThreaded, {}};
};

struct RecordedTransfer {
  std::string url;
  std::string file;
  std::string helper;
  std::string helper_kind;
  LogonType logon_type = LogonType::kInteractive;
  std::uint32_t flags = HelperTokenFlags::kLocalFile;
  bool overwrite = false;
  bool preflight = true;
  std::string sha256;
  std::chrono::nanoseconds timeout{};
  ComOptions com{ApartmentType::kSingleThreaded, {}};
};

intercept::Json OptionsJson(const RecordedCheck& check);
intercept::Json OptionsJson(const RecordedTransfer& transfer);

// Throw intercept::RecordingError for options that are none of the command's.
RecordedCheck CheckOf(const intercept::Recording& recording);
RecordedTransfer TransferOf(const intercept::Recording& recording);

// What counts of a report: {"checks":{id:status},"capabilities":{name:value}}, or {"transfer":"succeeded"|"failed"|
// "unknown","hresult":…,"failed_step":…}.
intercept::Json VerdictOf(const diagnose::Diagnosis& diagnosis);
intercept::Json VerdictOf(const transfer::TransferReport& report);

}  // namespace bits::doctor
