// IBackgroundCopyFile and IBackgroundCopyFile2 over COM.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/api/background_copy_file.h"
#include "harness/win32/com_object.h"
#include "harness/win32/conversions.h"

namespace bits::win32 {

template <class Base>
class FileMethods : public Base {
 public:
  using Base::Base;

  Result<std::string> GetRemoteName() override { return GetText(this->com(), &IBackgroundCopyFile::GetRemoteName); }
  Result<std::string> GetLocalName() override { return GetText(this->com(), &IBackgroundCopyFile::GetLocalName); }

  Result<FileProgress> GetProgress() override {
    BG_FILE_PROGRESS progress{};
    const HResult result = FromHresult(this->com()->GetProgress(&progress));
    if (result.Failed()) return Failure(result);
    return FileProgress{FromSize(progress.BytesTotal), progress.BytesTransferred, progress.Completed != FALSE};
  }
};

template <class Base>
class File2Methods : public Base {
 public:
  using Base::Base;

  Result<std::vector<FileRange>> GetFileRanges() override {
    DWORD count = 0;
    BG_FILE_RANGE* ranges = nullptr;
    const HResult result = FromHresult(this->com()->GetFileRanges(&count, &ranges));
    const CoTaskMemory<BG_FILE_RANGE[]> owned(ranges);
    if (result.Failed()) return Failure(result);
    if (!owned) return std::vector<FileRange>();
    return FromRanges({owned.get(), count});
  }

  HResult SetRemoteName(std::string_view remote_name) override {
    return WithWide([this](LPCWSTR name) { return this->com()->SetRemoteName(name); }, remote_name);
  }
};

}  // namespace bits::win32
