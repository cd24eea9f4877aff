// Memory that runs out, and what is left in memory: by way of a global operator new that counts.
//
// A program that links bits_faults has it; outside a watch it costs a look at a thread-local flag.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/intercept/interceptor.h"

namespace bits::faults {

// Which of the client's allocations fails.
struct AllocationFault {
  std::uint64_t nth = 1;  // from 1
  bool lasting = false;   // all later ones as well

  friend bool operator==(const AllocationFault&, const AllocationFault&) = default;
};

// While it lives, the calling thread's allocations are counted, and the chosen one throws std::bad_alloc; memory that
// the thread gives back is looked through for a secret. One a thread.
class AllocationWatch {
 public:
  // `secret`, unless empty, must not be in any block that is given back; it must outlive the watch.
  AllocationWatch(std::optional<AllocationFault> fault, std::string_view secret);
  ~AllocationWatch();
  AllocationWatch(const AllocationWatch&) = delete;
  AllocationWatch& operator=(const AllocationWatch&) = delete;

  // The client's, so far.
  static std::uint64_t Allocations();
  // Blocks given back with the secret in them.
  static std::uint64_t SecretsFound();
};

// While it lives, the calling thread's allocations are not the client's: they neither count nor fail.
class NotTheClients {
 public:
  NotTheClients();
  ~NotTheClients();
  NotTheClients(const NotTheClients&) = delete;
  NotTheClients& operator=(const NotTheClients&) = delete;
};

// The same for all that happens inside a call: what the system allocates there fails with E_OUTOFMEMORY, which is a
// code like any other. First in the list of interceptors.
class AllocationGate : public intercept::Interceptor {
 public:
  std::optional<HResult> Before(const intercept::Call& call) override;
  void After(const intercept::Call& call, intercept::Outcome& outcome) override;
};

}  // namespace bits::faults
