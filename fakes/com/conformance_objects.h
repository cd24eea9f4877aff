// One object of each kind, for tests that go through all methods.
#pragma once

#include "fakes/com/conformance_test.h"

namespace bits::fakes::com {

struct Objects {
  ComPtr<IBackgroundCopyManager> manager;
  ComPtr<IBackgroundCopyJob4> job;
  ComPtr<IBackgroundCopyJob4> upload_reply;
  ComPtr<IBackgroundCopyJobHttpOptions> http;
  ComPtr<IBitsTokenOptions> tokens;
  ComPtr<IEnumBackgroundCopyJobs> jobs;
  ComPtr<IEnumBackgroundCopyFiles> files;
  ComPtr<IBackgroundCopyFile2> file;
  ComPtr<IBackgroundCopyError> error;
};

// The job has failed, and has one file.
class ObjectsTest : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    made_.manager = NewManager();
    const auto job = FailedJob(made_.manager.Get());
    made_.job = As<IBackgroundCopyJob4>(job);
    made_.upload_reply = As<IBackgroundCopyJob4>(NewJob(made_.manager.Get(), BG_JOB_TYPE_UPLOAD_REPLY));
    made_.http = As<IBackgroundCopyJobHttpOptions>(job);
    made_.tokens = As<IBitsTokenOptions>(job);
    EXPECT_HRESULT(made_.manager->EnumJobs(0, made_.jobs.GetAddressOf()), S_OK);
    EXPECT_HRESULT(job->EnumFiles(made_.files.GetAddressOf()), S_OK);
    ComPtr<IBackgroundCopyFile> file;
    EXPECT_HRESULT(made_.files->Next(1, file.GetAddressOf(), nullptr), S_OK);
    EXPECT_HRESULT(made_.files->Reset(), S_OK);
    made_.file = As<IBackgroundCopyFile2>(file);
    EXPECT_HRESULT(job->GetError(made_.error.GetAddressOf()), S_OK);
  }
  void TearDown() override {
    made_ = {};
    ConformanceTest::TearDown();
  }

  Objects made_;
};

}  // namespace bits::fakes::com
