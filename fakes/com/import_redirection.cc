#include "fakes/com/import_redirection.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <utility>

namespace bits::fakes::com {
namespace {

constexpr char kGetProcAddress[] = "GetProcAddress";

class LastErrorKeeper {
 public:
  LastErrorKeeper() = default;
  ~LastErrorKeeper() { SetLastError(error_); }
  LastErrorKeeper(const LastErrorKeeper&) = delete;
  LastErrorKeeper& operator=(const LastErrorKeeper&) = delete;

 private:
  DWORD error_ = GetLastError();
};

// SRWLOCK for the owners of the standard library. It needs neither memory nor the loader.
class SlimLock {
 public:
  void lock() { AcquireSRWLockExclusive(&lock_); }
  void unlock() { ReleaseSRWLockExclusive(&lock_); }
  void lock_shared() { AcquireSRWLockShared(&lock_); }
  void unlock_shared() { ReleaseSRWLockShared(&lock_); }

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
};

std::system_error SystemError(DWORD error, const char* what) {
  return std::system_error(static_cast<int>(error), std::system_category(), what);
}

// --- The loader ---

// What the loader tells of a module that comes or goes [devnotes-ldrdllnotification]; no header has it.
struct ModuleNotification {
  ULONG flags;
  const void* full_name;
  const void* base_name;
  void* base;
  ULONG size;
};
constexpr ULONG kModuleUnloaded = 2;
using ModuleListener = void(CALLBACK*)(ULONG reason, const ModuleNotification* data, void* context);

template <class Function>
Function To(FARPROC function) {
  return reinterpret_cast<Function>(reinterpret_cast<void*>(function));
}

// The loader's functions themselves, since the imports of this module may be redirected.
struct Loader {
  decltype(&::GetProcAddress) get_proc_address;
  decltype(&::GetModuleHandleExA) get_module_handle;
  decltype(&::LoadLibraryExA) load_library;
  decltype(&::FreeLibrary) free_library;
  LONG(NTAPI* register_listener)(ULONG flags, ModuleListener listener, void* context, void** cookie);
  LONG(NTAPI* unregister_listener)(void* cookie);
};

const Loader& RealLoader() {
  // Made before the first redirection opens, when the imports still are the real ones.
  static const Loader loader = [] {
    const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    const HMODULE native = GetModuleHandleW(L"ntdll.dll");
    Loader found{};
    found.get_proc_address = To<decltype(found.get_proc_address)>(GetProcAddress(kernel, kGetProcAddress));
    const auto find = [&found](auto& function, HMODULE module, const char* name) {
      function = To<std::remove_reference_t<decltype(function)>>(found.get_proc_address(module, name));
    };
    find(found.get_module_handle, kernel, "GetModuleHandleExA");
    find(found.load_library, kernel, "LoadLibraryExA");
    find(found.free_library, kernel, "FreeLibrary");
    find(found.register_listener, native, "LdrRegisterDllNotification");
    find(found.unregister_listener, native, "LdrUnregisterDllNotification");
    return found;
  }();
  return loader;
}

// The module of that name, null for the program; null when there is none.
HMODULE FindModule(const char* name) {
  HMODULE found = nullptr;
  RealLoader().get_module_handle(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &found);
  return found;
}

// A module that stays loaded while this lives.
class ModuleReference {
 public:
  explicit ModuleReference(HMODULE module) {
    HMODULE found = nullptr;
    if (RealLoader().get_module_handle(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, reinterpret_cast<LPCSTR>(module),
                                       &found)) {
      module_.reset(found);
    }
    if (found == nullptr || found != module) throw std::invalid_argument("not the handle of a loaded module");
  }

 private:
  struct Free {
    void operator()(HMODULE module) const { RealLoader().free_library(module); }
  };
  std::unique_ptr<std::remove_pointer_t<HMODULE>, Free> module_;
};

// --- Modules in memory ---

template <class T>
T* At(HMODULE module, std::uintptr_t offset) {
  return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(module) + offset);
}

// All zero when the module has none.
IMAGE_DATA_DIRECTORY Directory(HMODULE module, DWORD index) {
  const auto& header =
      At<const IMAGE_NT_HEADERS>(module, At<const IMAGE_DOS_HEADER>(module, 0)->e_lfanew)->OptionalHeader;
  return index < header.NumberOfRvaAndSizes ? header.DataDirectory[index] : IMAGE_DATA_DIRECTORY{};
}

// Null when the module has none.
template <class T>
const T* DirectoryAs(HMODULE module, DWORD index) {
  const DWORD address = Directory(module, index).VirtualAddress;
  return address == 0 ? nullptr : At<const T>(module, address);
}

// What a module calls itself; empty when it exports nothing.
std::string_view ExportName(HMODULE module) {
  const auto* exports = DirectoryAs<IMAGE_EXPORT_DIRECTORY>(module, IMAGE_DIRECTORY_ENTRY_EXPORT);
  return exports == nullptr ? "" : At<const char>(module, exports->Name);
}

struct Import {
  const char* library;  // null: unknown
  const char* name;     // null: none
  void** slot;
  bool delayed;
};

const char* ImportName(HMODULE module, const IMAGE_THUNK_DATA& import) {
  if (IMAGE_SNAP_BY_ORDINAL(import.u1.Ordinal)) return nullptr;
  return reinterpret_cast<const char*>(At<const IMAGE_IMPORT_BY_NAME>(module, import.u1.AddressOfData)->Name);
}

std::span<const IMAGE_IMPORT_DESCRIPTOR> ImportTables(HMODULE module) {
  const auto* first = DirectoryAs<IMAGE_IMPORT_DESCRIPTOR>(module, IMAGE_DIRECTORY_ENTRY_IMPORT);
  const auto* last = first;
  while (last != nullptr && last->Name != 0) ++last;
  return {first, last};
}

template <std::invocable<const Import&> Visit>
void ForEachImport(HMODULE module, const IMAGE_IMPORT_DESCRIPTOR& table, Visit visit) {
  const char* library = At<const char>(module, table.Name);
  void** slot = At<void*>(module, table.FirstThunk);
  if (table.OriginalFirstThunk == 0) {
    for (; *slot != nullptr; ++slot) visit(Import{library, nullptr, slot, false});
    return;
  }
  const auto* name = At<const IMAGE_THUNK_DATA>(module, table.OriginalFirstThunk);
  for (; name->u1.AddressOfData != 0; ++name, ++slot) visit(Import{library, ImportName(module, *name), slot, false});
}

template <std::invocable<const Import&> Visit>
void ForEachImport(HMODULE module, const IMAGE_DELAYLOAD_DESCRIPTOR& table, Visit visit) {
  if (!table.Attributes.RvaBased) return;  // Visual C++ 6
  void** slot = At<void*>(module, table.ImportAddressTableRVA);
  const auto* name = At<const IMAGE_THUNK_DATA>(module, table.ImportNameTableRVA);
  for (; name->u1.AddressOfData != 0; ++name, ++slot) {
    visit(Import{At<const char>(module, table.DllNameRVA), ImportName(module, *name), slot, true});
  }
}

// GNU ld 2.40 writes no directory of the delayed imports. It keeps the names of all imports in one block and their
// slots in the block after it, in the same order, so theirs are the entries that no table of the module claims. Which
// library they are of stands in the code only.
template <std::invocable<const Import&> Visit>
void ForEachUnlistedImport(HMODULE module, Visit visit) {
  const std::span tables = ImportTables(module);
  const IMAGE_DATA_DIRECTORY slots = Directory(module, IMAGE_DIRECTORY_ENTRY_IAT);
  const auto has_this_form = [&slots](const IMAGE_IMPORT_DESCRIPTOR& table) {
    return table.FirstThunk - table.OriginalFirstThunk == slots.Size;
  };
  if (slots.Size == 0 || tables.empty() || !std::ranges::all_of(tables, has_this_form)) return;
  const std::span names(At<const IMAGE_THUNK_DATA>(module, slots.VirtualAddress - slots.Size),
                        slots.Size / sizeof(IMAGE_THUNK_DATA));
  bool listed = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].u1.AddressOfData == 0) continue;
    void** slot = At<void*>(module, slots.VirtualAddress) + i;
    if (i == 0 || names[i - 1].u1.AddressOfData == 0) {
      listed = std::ranges::any_of(
          tables, [&](const IMAGE_IMPORT_DESCRIPTOR& table) { return At<void*>(module, table.FirstThunk) == slot; });
    }
    if (!listed) visit(Import{nullptr, ImportName(module, names[i]), slot, true});
  }
}

template <std::invocable<const Import&> Visit>
void ForEachImport(HMODULE module, Visit visit) {
  for (const IMAGE_IMPORT_DESCRIPTOR& table : ImportTables(module)) ForEachImport(module, table, visit);
  const auto* delayed = DirectoryAs<IMAGE_DELAYLOAD_DESCRIPTOR>(module, IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);
  if (delayed == nullptr) return ForEachUnlistedImport(module, visit);
  for (; delayed->DllNameRVA != 0; ++delayed) ForEachImport(module, *delayed, visit);
}

bool IsOneOf(std::string_view library, std::span<const std::string_view> beginnings) {
  const auto lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  return std::ranges::any_of(beginnings, [&](std::string_view beginning) {
    return std::ranges::equal(library.substr(0, beginning.size()), beginning, {}, lower, lower);
  });
}

// --- Slots: the pointers through which a module calls what it imports ---

struct Slot {
  void** address;
  void* replacement;
  void* beneath = nullptr;  // what the slot gets back; set when the redirection closes
};

// Slots that one protection holds for, writable while this lives.
class WritableSlots {
 public:
  // As many of the first of `slots`, which must not be empty and are in the order of their addresses, as there are.
  explicit WritableSlots(std::span<const Slot> slots) : slots_(slots.first(1)) {
    MEMORY_BASIC_INFORMATION region;
    if (VirtualQuery(slots.front().address, &region, sizeof region) == 0) {
      error_ = GetLastError();
      return;
    }
    const void* end = static_cast<const std::byte*>(region.BaseAddress) + region.RegionSize;
    const auto beyond = std::ranges::find_if(slots, [end](const Slot& slot) { return slot.address >= end; });
    slots_ = {slots.begin(), beyond};

    constexpr DWORD kWritable = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    if ((region.Protect & kWritable) != 0) return;
    // Where there is code as well, other threads may be running it.
    constexpr DWORD kExecutable = PAGE_EXECUTE | PAGE_EXECUTE_READ;
    const DWORD wanted = (region.Protect & kExecutable) != 0 ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    if (VirtualProtect(address(), size(), wanted, &protection_)) {
      protected_ = true;
    } else {
      error_ = GetLastError();
    }
  }
  ~WritableSlots() {
    DWORD ignored = 0;
    if (protected_) VirtualProtect(address(), size(), protection_, &ignored);
  }
  WritableSlots(const WritableSlots&) = delete;
  WritableSlots& operator=(const WritableSlots&) = delete;

  // These, when error() is ERROR_SUCCESS.
  std::span<const Slot> slots() const { return slots_; }
  DWORD error() const { return error_; }

 private:
  void* address() const { return slots_.front().address; }
  std::size_t size() const {
    return static_cast<std::size_t>(slots_.back().address + 1 - slots_.front().address) * sizeof(void*);
  }

  std::span<const Slot> slots_;
  DWORD protection_ = 0;
  DWORD error_ = ERROR_SUCCESS;
  bool protected_ = false;
};

// --- All redirections of the process ---

using Functions = std::vector<RedirectedFunction>;

// Any thread. Its lock is taken with the loader's lock held, when a module is unloaded: under it nothing may need the
// loader, which is also why no error is thrown there.
class Registry {
 public:
  static Registry& Get() {
    static Registry& registry = *new Registry;  // redirections may be closed by destructors of static objects
    return registry;
  }

  // From here on GetProcAddress of `module` knows `functions`, whose address stands for the redirection. Returns what
  // takes the place of GetProcAddress in that module; null when there are too many modules.
  void* AddModule(HMODULE module, const Functions& functions);

  // Redirects all slots, which are in the order of their addresses, or none and returns the error.
  DWORD Open(std::span<const Slot> slots, const Functions& functions);

  // Undoes both, as far as it was done. Uses `slots` up.
  void Close(std::vector<Slot>& slots, const Functions& functions) noexcept;

  // What is at these addresses is about to be unloaded.
  void Forget(void* base, std::size_t size) noexcept;

  // What the slot held before the first redirection that is open.
  void* Unredirected(void** slot);

  // The replacement, for module number `index`, of what `library` exports as `name`; null when there is none.
  void* Replacement(std::size_t index, HMODULE library, const char* name);

 private:
  struct Layer {
    const Functions* owner;
    void* replacement;
    void* beneath;  // what was in the slot when this was laid over it
  };
  // A module that has, or had, redirections. Its number is part of the code of its GetProcAddress, so it keeps it: a
  // pointer to that may have been stored.
  struct Module {
    HMODULE handle = nullptr;
    std::vector<const Functions*> open;  // oldest first
  };

  // Whether `slot` is to be written. Not when the layer is gone with its module, or lies below another.
  bool TakeLayer(Slot& slot, const Functions& functions);

  SlimLock lock_;
  std::map<void**, std::vector<Layer>> layers_;  // of each slot, lowest first
  std::array<Module, 64> modules_;

  friend struct Resolvers;
};

// What takes the place of GetProcAddress, once for each module, as a function cannot tell surely who called it: by the
// return address, a function of the module that ends with the call is mistaken for its own caller.
struct Resolvers {
  static constexpr std::size_t kCount = std::tuple_size_v<decltype(Registry::modules_)>;

  template <std::size_t kIndex>
  static FARPROC WINAPI Resolve(HMODULE library, LPCSTR name) {
    const FARPROC found = RealLoader().get_proc_address(library, name);
    // A null library is the program.
    if (found == nullptr || library == nullptr || IS_INTRESOURCE(name)) return found;
    const LastErrorKeeper keeper;
    void* replacement = Registry::Get().Replacement(kIndex, library, name);
    return replacement == nullptr ? found : reinterpret_cast<FARPROC>(replacement);
  }

  static void* Get(std::size_t index) {
    static constexpr auto kAll = []<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      return std::array{&Resolve<kIndex>...};
    }
    (std::make_index_sequence<kCount>());
    return reinterpret_cast<void*>(kAll[index]);
  }
};

void* Registry::AddModule(HMODULE module, const Functions& functions) {
  const std::scoped_lock guard(lock_);
  auto found = std::ranges::find(modules_, module, &Module::handle);
  if (found == modules_.end()) found = std::ranges::find(modules_, nullptr, &Module::handle);
  if (found == modules_.end()) found = std::ranges::find_if(modules_, [](const Module& m) { return m.open.empty(); });
  if (found == modules_.end()) return nullptr;
  found->open.push_back(&functions);
  found->handle = module;
  return Resolvers::Get(static_cast<std::size_t>(found - modules_.begin()));
}

DWORD Registry::Open(std::span<const Slot> slots, const Functions& functions) {
  const std::scoped_lock guard(lock_);
  std::deque<WritableSlots> all;  // what can fail comes first
  for (std::span<const Slot> rest = slots; !rest.empty(); rest = rest.subspan(all.back().slots().size())) {
    all.emplace_back(rest);
    if (all.back().error() != ERROR_SUCCESS) return all.back().error();
  }
  for (const Slot& slot : slots) {
    Layer& layer = layers_[slot.address].emplace_back(Layer{&functions, slot.replacement, nullptr});
    layer.beneath = std::atomic_ref(*slot.address).exchange(slot.replacement);
  }
  return ERROR_SUCCESS;
}

void Registry::Close(std::vector<Slot>& slots, const Functions& functions) noexcept {
  const std::scoped_lock guard(lock_);
  for (Module& module : modules_) std::erase(module.open, &functions);
  std::erase_if(slots, [&](Slot& slot) { return !TakeLayer(slot, functions); });
  for (std::span<const Slot> rest = slots; !rest.empty();) {
    const WritableSlots writable(rest);
    // An error leaves the replacement where it is, which must be callable anyway.
    if (writable.error() == ERROR_SUCCESS) {
      for (const Slot& slot : writable.slots()) {
        void* expected = slot.replacement;
        std::atomic_ref(*slot.address).compare_exchange_strong(expected, slot.beneath);
      }
    }
    rest = rest.subspan(writable.slots().size());
  }
}

bool Registry::TakeLayer(Slot& slot, const Functions& functions) {
  const auto found = layers_.find(slot.address);
  if (found == layers_.end()) return false;
  std::vector<Layer>& layers = found->second;
  const auto layer = std::ranges::find(layers, &functions, &Layer::owner);
  if (layer == layers.end()) return false;
  slot.beneath = layer->beneath;
  const auto above = layers.erase(layer);
  if (above != layers.end()) {
    if (above->beneath == slot.replacement) above->beneath = slot.beneath;
    return false;
  }
  if (layers.empty()) layers_.erase(found);
  return true;
}

void Registry::Forget(void* base, std::size_t size) noexcept {
  const std::scoped_lock guard(lock_);
  const auto module = static_cast<HMODULE>(base);
  layers_.erase(layers_.lower_bound(At<void*>(module, 0)), layers_.lower_bound(At<void*>(module, size)));
  for (Module& known : modules_) {
    if (known.handle == module) known = Module();
  }
}

void* Registry::Unredirected(void** slot) {
  const std::shared_lock guard(lock_);
  const auto found = layers_.find(slot);
  return found == layers_.end() ? std::atomic_ref(*slot).load() : found->second.front().beneath;
}

void* Registry::Replacement(std::size_t index, HMODULE library, const char* name) {
  const std::shared_lock guard(lock_);
  const auto& open = modules_[index].open;
  if (open.empty()) return nullptr;
  for (auto functions = open.rbegin(); functions != open.rend(); ++functions) {
    for (const RedirectedFunction& function : **functions) {
      if (std::strcmp(function.name, name) == 0 && IsOneOf(ExportName(library), function.libraries)) {
        return function.replacement;
      }
    }
  }
  if (std::strcmp(name, kGetProcAddress) != 0 || !IsOneOf(ExportName(library), kKernelLibraries)) return nullptr;
  return Resolvers::Get(index);
}

// Tells the registry of modules that are unloaded, before they are unmapped.
class UnloadListener {
 public:
  // From the first call to the end of the module that this code is part of. It is older than every redirection, so it
  // is still there when one that is a static object closes.
  static void Start() { static const UnloadListener listener; }

  UnloadListener() {
    const ModuleListener listener = [](ULONG reason, const ModuleNotification* module, void*) {
      if (reason == kModuleUnloaded) Registry::Get().Forget(module->base, module->size);
    };
    const Loader& loader = RealLoader();
    if (loader.register_listener == nullptr || loader.unregister_listener == nullptr) {
      throw SystemError(ERROR_PROC_NOT_FOUND, "LdrRegisterDllNotification");
    }
    if (loader.register_listener(0, listener, nullptr, &cookie_) < 0) {
      throw SystemError(ERROR_NOT_ENOUGH_MEMORY, "LdrRegisterDllNotification");
    }
  }
  ~UnloadListener() { RealLoader().unregister_listener(cookie_); }
  UnloadListener(const UnloadListener&) = delete;
  UnloadListener& operator=(const UnloadListener&) = delete;

 private:
  void* cookie_ = nullptr;
};

bool Is(const Import& import, const char* name, std::span<const std::string_view> libraries) {
  if (import.name != nullptr && std::strcmp(import.name, name) != 0) return false;
  if (import.library != nullptr && !IsOneOf(import.library, libraries)) return false;
  if (import.name != nullptr) return true;
  if (import.delayed) return false;
  const HMODULE library = FindModule(import.library);
  if (library == nullptr) return false;
  const FARPROC function = RealLoader().get_proc_address(library, name);
  return function != nullptr && reinterpret_cast<void*>(function) == Registry::Get().Unredirected(import.slot);
}

}  // namespace

class ImportRedirection::State {
 public:
  explicit State(Functions functions) : functions_(std::move(functions)) {
    for (const RedirectedFunction& function : functions_) {
      if (function.name == nullptr || function.replacement == nullptr) {
        throw std::invalid_argument("a redirected function without name or replacement");
      }
      if (std::strcmp(function.name, kGetProcAddress) == 0) {
        throw std::invalid_argument("GetProcAddress is redirected anyway");
      }
    }
  }
  ~State() { Registry::Get().Close(slots_, functions_); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Each module once.
  void Add(HMODULE module) {
    void* resolver = Registry::Get().AddModule(module, functions_);
    if (resolver == nullptr) throw SystemError(ERROR_TOO_MANY_MODULES, "ImportRedirection");
    ForEachImport(module, [&](const Import& import) {
      const auto function = std::ranges::find_if(functions_, [&import](const RedirectedFunction& candidate) {
        return Is(import, candidate.name, candidate.libraries);
      });
      if (function != functions_.end()) {
        slots_.push_back({import.slot, function->replacement});
        ++redirected_;
      } else if (Is(import, kGetProcAddress, kKernelLibraries)) {
        slots_.push_back({import.slot, resolver});
      }
    });
  }

  void Open() {
    std::ranges::sort(slots_, {}, &Slot::address);
    if (const DWORD error = Registry::Get().Open(slots_, functions_); error != ERROR_SUCCESS) {
      throw SystemError(error, "VirtualProtect");
    }
  }

  std::size_t redirected() const { return redirected_; }

 private:
  const Functions functions_;
  std::vector<Slot> slots_;
  std::size_t redirected_ = 0;
};

ImportRedirection::ImportRedirection(std::span<const HMODULE> modules, std::vector<RedirectedFunction> functions) {
  const LastErrorKeeper keeper;
  std::vector<HMODULE> chosen(modules.begin(), modules.end());
  if (chosen.empty()) chosen.push_back(FindModule(nullptr));
  std::ranges::sort(chosen);
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  UnloadListener::Start();
  const std::deque<ModuleReference> held(chosen.begin(), chosen.end());

  state_ = std::make_unique<State>(std::move(functions));
  for (const HMODULE module : chosen) state_->Add(module);
  state_->Open();
}

ImportRedirection::~ImportRedirection() {
  const LastErrorKeeper keeper;
  state_.reset();
}

std::size_t ImportRedirection::redirected() const { return state_->redirected(); }

void* RealFunction(const char* library, const char* name) {
  const LastErrorKeeper keeper;
  const Loader& loader = RealLoader();
  HMODULE module = FindModule(library);
  if (module == nullptr) module = loader.load_library(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  return module == nullptr ? nullptr : reinterpret_cast<void*>(loader.get_proc_address(module, name));
}

}  // namespace bits::fakes::com
