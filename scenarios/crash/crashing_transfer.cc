// A transfer that ends its own process before one of its calls, as a crash does: nothing is cleaned up.
//
// usage: crashing_transfer CALL URL FILE [SERVER_ID SCRIPT_FILE [helper]]
//
// CALL is the number of the call, or the name of a method: the first call after one of that. With a server: over the
// fakebits_server of that class, whose world script is in the file; `helper`: with a helper token. Exit codes: 0 the
// transfer made fewer calls and succeeded, 1 it failed, 2 wrong usage, 99 it crashed.
#include "harness/win32/windows_headers.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "harness/intercept/intercepted_environment.h"
#include "harness/transfer/transfer.h"
#include "harness/win32/environment.h"
#include "scenarios/crash/attached_bits.h"

namespace {

class Crash final : public bits::intercept::Interceptor {
 public:
  // A number, or a method.
  explicit Crash(std::string call) : left_(std::atoi(call.c_str())), method_(std::move(call)) {}

  std::optional<bits::HResult> Before(const bits::intercept::Call& call) override {
    constexpr UINT kExitCode = 99;
    if (--left_ == 0) TerminateProcess(GetCurrentProcess(), kExitCode);
    if (call.method == method_) left_ = 1;
    return std::nullopt;
  }

 private:
  std::atomic<int> left_;
  const std::string method_;
};

std::string Read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int Run(int argc, char** argv) {
  bits::transfer::TransferRequest request;
  request.url = argv[2];
  request.file = argv[3];
  request.overwrite = true;
  request.apartment = bits::ApartmentType::kMultiThreaded;
  std::optional<bits::crash::AttachedBits> attached;
  if (argc > 4) {
    const std::optional<bits::Guid> server = bits::ParseGuid(argv[4]);
    if (!server) return 2;
    attached.emplace(*server, Read(argv[5]));
    if (argc > 6) {
      request.helper.emplace().user_name = argv[6];
      request.helper->open = [&](bits::LogonApi&) -> bits::Result<bits::Token> { return attached->OpenHelper(); };
    }
  }
  const auto windows = bits::win32::CreateEnvironment();
  Crash crash(argv[1]);
  const auto environment = bits::intercept::Intercept(*windows, {&crash});
  bits::transfer::TransferObserver observer;
  const auto report = bits::transfer::Transfer(*environment, request, observer, {});
  if (report.Succeeded()) return 0;
  std::fprintf(stderr, "crashing_transfer: %s: %s %s\n", std::string(FactsOf(report.FailedStep()->step).id).c_str(),
               ToString(report.result).c_str(), report.FailedStep()->detail.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6 && argc != 7) return 2;
  CO_MTA_USAGE_COOKIE apartment = nullptr;
  CoIncrementMTAUsage(&apartment);  // Wine 8 hangs at the end of an apartment whose server lives on
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "crashing_transfer: %s\n", error.what());
    return 1;
  }
}
