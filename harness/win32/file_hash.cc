#include "harness/win32/file_hash.h"

#include <array>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"

namespace bits::win32 {
namespace {

constexpr std::size_t kBufferSize = 1 << 20;
constexpr std::size_t kSha256Size = 32;

}  // namespace

Result<std::string> Sha256OfFile(HANDLE file) {
  BCRYPT_ALG_HANDLE raw_algorithm = nullptr;
  NTSTATUS status = BCryptOpenAlgorithmProvider(&raw_algorithm, BCRYPT_SHA256_ALGORITHM, nullptr, 0);
  const HashAlgorithm algorithm(raw_algorithm);
  if (!BCRYPT_SUCCESS(status)) return Failure(FromNtStatus(status));

  BCRYPT_HASH_HANDLE raw_hash = nullptr;
  status = BCryptCreateHash(algorithm.get(), &raw_hash, nullptr, 0, nullptr, 0, 0);
  const HashHandle hash(raw_hash);
  if (!BCRYPT_SUCCESS(status)) return Failure(FromNtStatus(status));

  std::vector<BYTE> buffer(kBufferSize);
  for (;;) {
    DWORD read = 0;
    if (!ReadFile(file, buffer.data(), static_cast<DWORD>(buffer.size()), &read, nullptr)) return Failure(LastError());
    if (read == 0) break;
    status = BCryptHashData(hash.get(), buffer.data(), read, 0);
    if (!BCRYPT_SUCCESS(status)) return Failure(FromNtStatus(status));
  }
  std::array<BYTE, kSha256Size> digest{};
  status = BCryptFinishHash(hash.get(), digest.data(), static_cast<ULONG>(digest.size()), 0);
  if (!BCRYPT_SUCCESS(status)) return Failure(FromNtStatus(status));

  std::string text;
  for (const BYTE byte : digest) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

}  // namespace bits::win32
