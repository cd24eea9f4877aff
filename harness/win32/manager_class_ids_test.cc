#include "harness/win32/manager_class_ids.h"

#include <gtest/gtest.h>

#include "harness/win32/bits_headers.h"

namespace bits::win32 {
namespace {

TEST(ClassId, IsTheOneOfTheHeaders) {
  struct Row {
    ManagerClass manager_class;
    const CLSID& class_id;
  };
  const Row kRows[] = {
      {ManagerClass::k1_0, __uuidof(::BackgroundCopyManager)},
      {ManagerClass::k1_5, __uuidof(BackgroundCopyManager1_5)},
      {ManagerClass::k2_0, __uuidof(BackgroundCopyManager2_0)},
      {ManagerClass::k2_5, __uuidof(BackgroundCopyManager2_5)},
      {ManagerClass::k3_0, __uuidof(BackgroundCopyManager3_0)},
  };
  for (const Row& row : kRows) EXPECT_TRUE(ClassId(row.manager_class) == row.class_id) << row.manager_class;
}

TEST(ClassId, DiffersForEveryClass) {
  for (const auto& [a, a_name] : EnumNames<ManagerClass>::kNames) {
    for (const auto& [b, b_name] : EnumNames<ManagerClass>::kNames) {
      EXPECT_EQ(ClassId(a) == ClassId(b), a == b) << a_name << " and " << b_name;
    }
  }
}

}  // namespace
}  // namespace bits::win32
