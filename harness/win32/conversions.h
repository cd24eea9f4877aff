// Plain values of the SDK as the project's, and back.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/api/guid.h"
#include "harness/api/job_types.h"
#include "harness/win32/bits_headers.h"

namespace bits::win32 {

inline GUID ToGuid(const Guid& guid) { return std::bit_cast<GUID>(guid); }
inline Guid FromGuid(const GUID& guid) { return std::bit_cast<Guid>(guid); }

// 1601-01-01 to 1970-01-01 in steps of 100 ns.
inline constexpr std::int64_t kFileTimeEpoch = 116'444'736'000'000'000;

inline FileTime FromFileTime(const FILETIME& time) {
  const auto ticks = static_cast<std::int64_t>((std::uint64_t{time.dwHighDateTime} << 32) | time.dwLowDateTime);
  return FileTime(FileTime::duration(ticks - kFileTimeEpoch));
}

inline FILETIME ToFileTime(FileTime time) {
  const auto ticks = static_cast<std::uint64_t>(time.time_since_epoch().count() + kFileTimeEpoch);
  return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

// Absent for BG_SIZE_UNKNOWN, and BG_LENGTH_TO_EOF, which is the same number.
static_assert(BG_SIZE_UNKNOWN == BG_LENGTH_TO_EOF);
inline std::optional<std::uint64_t> FromSize(UINT64 size) {
  if (size == BG_SIZE_UNKNOWN) return std::nullopt;
  return size;
}

inline UINT64 ToSize(std::optional<std::uint64_t> size) { return size.value_or(BG_SIZE_UNKNOWN); }

// The array has an address even when it is empty, so that the service judges it, not the marshalling.
inline std::vector<BG_FILE_RANGE> ToRanges(std::span<const FileRange> ranges) {
  std::vector<BG_FILE_RANGE> native;
  native.reserve(ranges.size() + 1);
  for (const FileRange& range : ranges)
    native.push_back({range.initial_offset, range.length.value_or(BG_LENGTH_TO_EOF)});
  return native;
}

inline std::vector<FileRange> FromRanges(std::span<const BG_FILE_RANGE> native) {
  std::vector<FileRange> ranges;
  ranges.reserve(native.size());
  for (const BG_FILE_RANGE& range : native) ranges.push_back({range.InitialOffset, FromSize(range.Length)});
  return ranges;
}

}  // namespace bits::win32
