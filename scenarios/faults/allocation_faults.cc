#include "scenarios/faults/allocation_faults.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace bits::faults {
namespace {

struct Watch {
  bool on = false;
  int not_the_clients = 0;
  std::uint64_t allocations = 0;
  std::uint64_t fails_at = 0;  // 0: none does
  bool lasting = false;
  const char* secret = nullptr;
  std::size_t secret_size = 0;
  std::uint64_t secrets_found = 0;
};
thread_local constinit Watch watch;

// In front of each block, so that it can be looked through when it is given back; keeps the alignment of new.
struct alignas(__STDCPP_DEFAULT_NEW_ALIGNMENT__) Header {
  std::size_t size;
};

bool Fails() {
  if (!watch.on || watch.not_the_clients > 0) return false;
  ++watch.allocations;
  if (watch.fails_at == 0) return false;
  return watch.lasting ? watch.allocations >= watch.fails_at : watch.allocations == watch.fails_at;
}

}  // namespace

void* TryAllocate(std::size_t size) noexcept {
  if (Fails()) return nullptr;
  auto* const header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
  if (header == nullptr) return nullptr;
  header->size = size;
  // What another owner left in this memory is not what this one leaves.
  if (watch.on) std::memset(header + 1, 0, size);
  return header + 1;
}

void* Allocate(std::size_t size) {
  void* const block = TryAllocate(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void GiveBack(void* block) noexcept {
  if (block == nullptr) return;
  Header* const header = static_cast<Header*>(block) - 1;
  if (watch.on && watch.secret_size != 0 && header->size >= watch.secret_size) {
    const char* const begin = static_cast<const char*>(block);
    const char* const end = begin + header->size;
    if (std::search(begin, end, watch.secret, watch.secret + watch.secret_size) != end) ++watch.secrets_found;
  }
  std::free(header);
}

AllocationWatch::AllocationWatch(std::optional<AllocationFault> fault, std::string_view secret) {
  watch = Watch{};
  watch.fails_at = fault ? fault->nth : 0;
  watch.lasting = fault && fault->lasting;
  watch.secret = secret.data();
  watch.secret_size = secret.size();
  watch.on = true;
}

AllocationWatch::~AllocationWatch() { watch.on = false; }

std::uint64_t AllocationWatch::Allocations() { return watch.allocations; }
std::uint64_t AllocationWatch::SecretsFound() { return watch.secrets_found; }

NotTheClients::NotTheClients() { ++watch.not_the_clients; }
NotTheClients::~NotTheClients() { --watch.not_the_clients; }

// A callback is left out: it is within a call already, and may end in an exception, which After is not told of.
std::optional<HResult> AllocationGate::Before(const intercept::Call& call) {
  if (call.interface_name != "IBackgroundCopyCallback") ++watch.not_the_clients;
  return std::nullopt;
}

void AllocationGate::After(const intercept::Call& call, intercept::Outcome&) {
  if (call.interface_name != "IBackgroundCopyCallback") --watch.not_the_clients;
}

}  // namespace bits::faults

// All forms but the aligned ones: a sanitizer's own would not come here, as the standard's do.
void* operator new(std::size_t size) { return bits::faults::Allocate(size); }
void* operator new[](std::size_t size) { return bits::faults::Allocate(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return bits::faults::TryAllocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return bits::faults::TryAllocate(size); }
void operator delete(void* block) noexcept { bits::faults::GiveBack(block); }
void operator delete[](void* block) noexcept { bits::faults::GiveBack(block); }
void operator delete(void* block, std::size_t) noexcept { bits::faults::GiveBack(block); }
void operator delete[](void* block, std::size_t) noexcept { bits::faults::GiveBack(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { bits::faults::GiveBack(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { bits::faults::GiveBack(block); }
