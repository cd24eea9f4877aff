// What an object of harness/api yields, written into the out-parameters of a COM caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "harness/api/job_types.h"
#include "harness/win32/com_call.h"
#include "harness/win32/conversions.h"

namespace bits::fakes::com {

inline HRESULT ToHresult(HResult result) { return static_cast<HRESULT>(result.value()); }

// Memory that the caller frees with CoTaskMemFree. Throws std::bad_alloc.
template <class T>
T* AllocateForCaller(std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  void* memory = CoTaskMemAlloc(count * sizeof(T));
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<T*>(memory);
}

template <class T>
T* CopyForCaller(std::span<const T> values) {
  T* copy = AllocateForCaller<T>(values.size());
  std::memcpy(copy, values.data(), values.size_bytes());
  return copy;
}

// A null-terminated copy in UTF-16. Throws std::bad_alloc.
inline HRESULT Put(std::string_view text, LPWSTR* out) {
  const Result<std::wstring> wide = win32::WideFromUtf8(text);
  if (!wide) return ToHresult(wide.error());
  *out = CopyForCaller(std::span<const wchar_t>(wide->c_str(), wide->size() + 1));
  return S_OK;
}

inline HRESULT Put(const std::string& text, LPWSTR* out) { return Put(std::string_view(text), out); }

// NULL for none.
inline HRESULT Put(const std::optional<std::string>& text, LPWSTR* out) {
  if (text) return Put(std::string_view(*text), out);
  *out = nullptr;
  return S_OK;
}

// Two texts or none, so that a failure leaves nothing behind.
inline HRESULT PutBoth(const std::optional<std::string>& first, LPWSTR* first_out,
                       const std::optional<std::string>& second, LPWSTR* second_out) {
  win32::OutText text;
  if (const HRESULT put = Put(first, text.Receive()); FAILED(put)) return put;
  if (const HRESULT put = Put(second, second_out); FAILED(put)) return put;
  *first_out = text.Release();
  return S_OK;
}

// Numbers and enumerations, whose values mirror the SDK's.
template <class Value, class T>
requires((std::is_enum_v<Value> || std::is_integral_v<Value>)&&(std::is_enum_v<T> || std::is_integral_v<T>)) HRESULT
    Put(Value value, T* out) {
  *out = static_cast<T>(value);
  return S_OK;
}

inline HRESULT Put(const Guid& guid, GUID* out) {
  *out = win32::ToGuid(guid);
  return S_OK;
}

inline HRESULT Put(const JobProgress& progress, BG_JOB_PROGRESS* out) {
  *out = {win32::ToSize(progress.bytes_total), progress.bytes_transferred, progress.files_total,
          progress.files_transferred};
  return S_OK;
}

inline HRESULT Put(const JobTimes& times, BG_JOB_TIMES* out) {
  *out = {win32::ToFileTime(times.creation_time), win32::ToFileTime(times.modification_time), FILETIME{}};
  if (times.transfer_completion_time) out->TransferCompletionTime = win32::ToFileTime(*times.transfer_completion_time);
  return S_OK;
}

inline HRESULT Put(const JobReplyProgress& progress, BG_JOB_REPLY_PROGRESS* out) {
  *out = {win32::ToSize(progress.bytes_total), progress.bytes_transferred};
  return S_OK;
}

inline HRESULT Put(const FileProgress& progress, BG_FILE_PROGRESS* out) {
  *out = {win32::ToSize(progress.bytes_total), progress.bytes_transferred, progress.completed ? TRUE : FALSE};
  return S_OK;
}

}  // namespace bits::fakes::com
