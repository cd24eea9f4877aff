#include "harness/win32/callback_object.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "harness/api/apartment.h"
#include "harness/api/scoped_job.h"
#include "harness/win32/com_object.h"
#include "harness/win32/environment.h"
#include "harness/win32/test_objects.h"

namespace bits::win32 {
namespace {

// Notes what it was told, and answers as it was told.
template <class Base>
class NotingCallback : public Base {
 public:
  HResult JobTransferred(BackgroundCopyJob& job) override { return Note("transferred " + NameOf(job)); }
  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) override {
    return Note("error " + NameOf(job) + (error.GetError() ? "" : " unknown"));
  }
  HResult JobModification(BackgroundCopyJob& job, std::uint32_t reserved) override {
    return Note("modification " + NameOf(job) + " " + std::to_string(reserved));
  }

  std::string noted;
  HResult answer;
  bool throws = false;

 protected:
  static std::string NameOf(BackgroundCopyJob& job) { return job.GetDisplayName().value(); }

  HResult Note(std::string text) {
    noted = std::move(text);
    if (throws) throw std::runtime_error("a client's bug");
    return answer;
  }
};

using OldCallback = NotingCallback<BackgroundCopyCallback>;

class NewCallback final : public NotingCallback<BackgroundCopyCallback2> {
 public:
  HResult FileTransferred(BackgroundCopyJob& job, BackgroundCopyFile& file) override {
    return Note("file " + NameOf(job) + (file.GetProgress() ? "" : " unknown"));
  }
};

// A job of the real service, so that arguments are what the service passes.
class CallbackObjectTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(manager_) << manager_.error();
    job_ = ScopedJob((*manager_)->CreateJob("job", JobType::kDownload).value().job);
    native_job_ = static_cast<IBackgroundCopyJob*>(dynamic_cast<ComPointerHolder&>(*job_).com_pointer());
  }

  template <class Interface>
  static ComPtr<Interface> Ask(const ComPtr<IUnknown>& object) {
    ComPtr<Interface> found;
    object.As(&found);
    return found;
  }

  std::unique_ptr<Environment> environment_ = CreateEnvironment();
  Result<Apartment> apartment_ = Apartment::Enter(environment_->com(), ApartmentType::kMultiThreaded);
  Result<std::unique_ptr<BackgroundCopyManager>> manager_ = environment_->com().CoCreateInstance(ManagerClass::k1_0);
  ScopedJob job_;
  IBackgroundCopyJob* native_job_ = nullptr;
};

TEST_F(CallbackObjectTest, HandsEveryCallOn) {
  const auto client = std::make_shared<NewCallback>();
  const ComPtr<IUnknown> object = ToCom(client);
  const auto callback = Ask<IBackgroundCopyCallback2>(object);
  ASSERT_TRUE(callback);
  HollowError error;
  HollowFile file;

  EXPECT_EQ(callback->JobTransferred(native_job_), S_OK);
  EXPECT_EQ(client->noted, "transferred job");
  EXPECT_EQ(callback->JobError(native_job_, &error), S_OK);
  EXPECT_EQ(client->noted, "error job");
  EXPECT_EQ(callback->JobModification(native_job_, 5), S_OK);
  EXPECT_EQ(client->noted, "modification job 5");
  EXPECT_EQ(callback->FileTransferred(native_job_, &file), S_OK);
  EXPECT_EQ(client->noted, "file job");

  EXPECT_EQ(error.references(), 0U);
  EXPECT_EQ(file.references(), 0U);
}

TEST_F(CallbackObjectTest, ReturnsTheClientsAnswer) {
  const auto client = std::make_shared<OldCallback>();
  const auto callback = Ask<IBackgroundCopyCallback>(ToCom(client));
  client->answer = "S_FALSE"_hr;
  EXPECT_EQ(callback->JobTransferred(native_job_), S_FALSE);
  client->answer = "E_ACCESSDENIED"_hr;
  EXPECT_EQ(callback->JobTransferred(native_job_), E_ACCESSDENIED);
}

TEST_F(CallbackObjectTest, AnExceptionBecomesEFail) {
  const auto client = std::make_shared<NewCallback>();
  client->throws = true;
  const auto callback = Ask<IBackgroundCopyCallback2>(ToCom(client));
  HollowError error;
  HollowFile file;
  EXPECT_EQ(callback->JobTransferred(native_job_), E_FAIL);
  EXPECT_EQ(callback->JobError(native_job_, &error), E_FAIL);
  EXPECT_EQ(callback->JobModification(native_job_, 0), E_FAIL);
  EXPECT_EQ(callback->FileTransferred(native_job_, &file), E_FAIL);
}

TEST_F(CallbackObjectTest, RefusesNullArguments) {
  const auto client = std::make_shared<OldCallback>();
  const auto callback = Ask<IBackgroundCopyCallback>(ToCom(client));
  EXPECT_EQ(callback->JobTransferred(nullptr), E_POINTER);
  EXPECT_EQ(callback->JobError(native_job_, nullptr), E_POINTER);
  EXPECT_EQ(client->noted, "");
}

TEST_F(CallbackObjectTest, OffersFileTransferredOnlyForAClientThatHasIt) {
  EXPECT_TRUE(Ask<IBackgroundCopyCallback2>(ToCom(std::make_shared<NewCallback>())));
  EXPECT_FALSE(Ask<IBackgroundCopyCallback2>(ToCom(std::make_shared<OldCallback>())));
}

TEST_F(CallbackObjectTest, SharesTheClientUntilItsLastReference) {
  auto client = std::make_shared<OldCallback>();
  const std::weak_ptr<OldCallback> watch = client;
  auto callback = Ask<IBackgroundCopyCallback>(ToCom(std::move(client)));
  EXPECT_FALSE(watch.expired());
  callback.Reset();
  EXPECT_TRUE(watch.expired());
}

TEST_F(CallbackObjectTest, IsRecognised) {
  const auto client = std::make_shared<OldCallback>();
  EXPECT_EQ(FromCom(ToCom(client).Get()).value(), client);
}

TEST_F(CallbackObjectTest, IsNullForNull) {
  EXPECT_EQ(ToCom(nullptr), nullptr);
  EXPECT_EQ(FromCom(nullptr).value(), nullptr);
}

class ForeignObject final : public TestObject<IBackgroundCopyCallback> {
 public:
  HRESULT STDMETHODCALLTYPE JobTransferred(IBackgroundCopyJob* job) override { return Note(job); }
  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob* job, IBackgroundCopyError* error) override {
    return error != nullptr ? Note(job) : E_POINTER;
  }
  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob* job, DWORD) override { return Note(job); }

  ComPtr<IBackgroundCopyJob> noted;

 private:
  HRESULT Note(IBackgroundCopyJob* job) {
    noted = job;
    return S_FALSE;
  }
};

TEST_F(CallbackObjectTest, CallsAForeignObject) {
  ForeignObject foreign;
  HollowError native_error;
  {
    const auto callback = FromCom(&foreign).value();
    const auto error = Adapt(ComPtr<IBackgroundCopyError>(&native_error));
    EXPECT_EQ(callback->JobTransferred(*job_), "S_FALSE"_hr);
    EXPECT_EQ(foreign.noted.Get(), native_job_);
    EXPECT_EQ(callback->JobError(*job_, *error), "S_FALSE"_hr);
    EXPECT_EQ(callback->JobModification(*job_, 0), "S_FALSE"_hr);
    // Given back to the service it is the foreign object again, without a wrapper around it.
    EXPECT_EQ(ToCom(callback).Get(), static_cast<IUnknown*>(&foreign));
  }
  EXPECT_EQ(foreign.references(), 0U);
  EXPECT_EQ(native_error.references(), 0U);
}

TEST_F(CallbackObjectTest, RefusesAnObjectThatIsNoCallback) {
  HollowError object;
  EXPECT_EQ(HResultOf(FromCom(&object)), "E_NOINTERFACE"_hr);
  EXPECT_EQ(object.references(), 0U);
}

}  // namespace
}  // namespace bits::win32
