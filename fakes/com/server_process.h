// A fakebits_server that was started here, and does not outlive this.
#pragma once

#include <string>
#include <string_view>

#include "harness/api/guid.h"
#include "harness/win32/handles.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

class ServerProcess {
 public:
  // Starts the program at `path` (UTF-8) with a world script, under a class of its own, and waits until it is ready.
  // Throws std::runtime_error, which says what the server said, when it is not there or does not come up.
  ServerProcess(std::string_view path, std::string_view script);
  // Ends it: by closing its input, or by force when that does not help for some seconds.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const Guid& id() const { return id_; }
  DWORD process_id() const { return process_id_; }
  // Ends it as a crash does.
  void Kill();

 private:
  Guid id_;
  DWORD process_id_ = 0;
  win32::KernelHandle job_;  // ends the server with this process, however that ends
  win32::KernelHandle process_;
  win32::KernelHandle input_;
  win32::KernelHandle output_;
};

// The path of fakebits_server beside the running program.
std::string ServerPath();

}  // namespace bits::fakes::com
