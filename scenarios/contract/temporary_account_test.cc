#include "harness/win32/windows_headers.h"

#include <lm.h>

#include "scenarios/contract/temporary_account.h"

#include <gtest/gtest.h>

#include "harness/win32/environment.h"

namespace bits::contract {
namespace {

// Accounts of this machine that begin with the prefix.
int Count() {
  BYTE* memory = nullptr;
  DWORD read = 0;
  DWORD total = 0;
  EXPECT_EQ(NetUserEnum(nullptr, 0, FILTER_NORMAL_ACCOUNT, &memory, MAX_PREFERRED_LENGTH, &read, &total, nullptr), 0U);
  int count = 0;
  const auto* const users = reinterpret_cast<const USER_INFO_0*>(memory);
  const std::wstring prefix(kTemporaryAccountPrefix.begin(), kTemporaryAccountPrefix.end());
  for (DWORD i = 0; i < read; ++i) count += std::wstring_view(users[i].usri0_name).starts_with(prefix) ? 1 : 0;
  if (memory != nullptr) NetApiBufferFree(memory);
  return count;
}

TEST(TemporaryAccountTest, NothingStays) {
  const auto environment = win32::CreateEnvironment();
  const int before = Count();
  {
    const auto account = TemporaryAccount::Make(environment->logon(), TemporaryAccount::Kind::kStandardUser);
    if (account) {
      EXPECT_EQ(Count(), before + 1);
      EXPECT_GE((*account)->password().Reveal().size(), 28U);
      const Token token = environment->logon()
                              .LogonUser((*account)->name(), ".", (*account)->password(), LogonType::kInteractive,
                                         LogonProvider::kDefault)
                              .value();
      EXPECT_EQ(environment->logon().GetTokenFacts(token)->user.sid,
                environment->logon().LookupAccountName((*account)->name()).value());
    } else if (environment->machine().GetOsVersion()->wine_version) {
      EXPECT_EQ(account.error(), "ERROR_NONE_MAPPED"_hr) << "Wine makes no accounts, and it must be noticed";
    } else {
      EXPECT_EQ(account.error(), "E_ACCESSDENIED"_hr) << "without elevation";
    }
  }
  EXPECT_EQ(Count(), before);
}

}  // namespace
}  // namespace bits::contract
