// Whom a thread of the simulation acts as outside of it.
#pragma once

#include "harness/api/hresult.h"
#include "harness/win32/handles.h"

namespace bits::fakes::com {

// While it lives, the calling thread is the user of a real token, or this program itself; whoever it impersonated
// before (a program's own thread may be a helper at that moment) it impersonates again afterwards.
class ThreadIdentity {
 public:
  // `token` is an impersonation token; null: this program.
  explicit ThreadIdentity(HANDLE token);
  // Ends the program where the thread cannot become again who it was: it must not go on as somebody else.
  ~ThreadIdentity();
  ThreadIdentity(const ThreadIdentity&) = delete;
  ThreadIdentity& operator=(const ThreadIdentity&) = delete;

  // A failure: the thread is still who it was.
  HResult result() const { return result_; }

 private:
  win32::KernelHandle before_;
  bool changed_ = false;
  HResult result_;
};

}  // namespace bits::fakes::com
