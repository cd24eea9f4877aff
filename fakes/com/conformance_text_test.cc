// Texts that a caller passes in: broken ones, empty ones, and far too long ones.
#include <span>

#include "fakes/com/conformance_objects.h"

namespace bits::fakes::com {
namespace {

class TextTest : public ObjectsTest {};

struct TextCall {
  const char* name;
  HRESULT (*call)(Objects&, LPCWSTR);
  HRESULT too_long;  // what a text of kFarTooLong characters yields
};

constexpr std::size_t kFarTooLong = 1'000'000;
constexpr HRESULT kTooLong = static_cast<HRESULT>(0x80200021);       // BG_E_STRING_TOO_LONG
constexpr HRESULT kListTooLarge = static_cast<HRESULT>(0x80200018);  // BG_E_PROXY_LIST_TOO_LARGE
constexpr HRESULT kBypassTooLarge = static_cast<HRESULT>(0x80200019);
constexpr HRESULT kUserTooLarge = static_cast<HRESULT>(0x80200025);      // BG_E_USERNAME_TOO_LARGE
constexpr HRESULT kPasswordTooLarge = static_cast<HRESULT>(0x80200026);  // BG_E_PASSWORD_TOO_LARGE
constexpr HRESULT kNoCertificate = static_cast<HRESULT>(0x80092004);     // CRYPT_E_NOT_FOUND

BG_FILE_RANGE some_range = {0, 1};
BYTE some_hash[20];

HRESULT SetCredentials(Objects& o, LPCWSTR user, LPCWSTR password) {
  BG_AUTH_CREDENTIALS credentials = {BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC, {}};
  credentials.Credentials.Basic = {const_cast<LPWSTR>(user), const_cast<LPWSTR>(password)};
  return o.job->SetCredentials(&credentials);
}

HRESULT AddFileSet(Objects& o, LPCWSTR remote, LPCWSTR local) {
  BG_FILE_INFO info = {const_cast<LPWSTR>(remote), const_cast<LPWSTR>(local)};
  return o.job->AddFileSet(1, &info);
}

// Every text of every method.
constexpr TextCall kTexts[] = {
    {"CreateJob",
     [](Objects& o, LPCWSTR text) {
       GUID id{};
       ComPtr<IBackgroundCopyJob> job;
       return o.manager->CreateJob(text, BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf());
     },
     E_INVALIDARG},
    {"AddFile: remote", [](Objects& o, LPCWSTR text) { return o.job->AddFile(text, kLocal); }, E_INVALIDARG},
    {"AddFile: local", [](Objects& o, LPCWSTR text) { return o.job->AddFile(kUrl, text); }, E_INVALIDARG},
    {"AddFileSet: remote", [](Objects& o, LPCWSTR text) { return AddFileSet(o, text, kLocal); }, E_INVALIDARG},
    {"AddFileSet: local", [](Objects& o, LPCWSTR text) { return AddFileSet(o, kUrl, text); }, E_INVALIDARG},
    {"SetDisplayName", [](Objects& o, LPCWSTR text) { return o.job->SetDisplayName(text); }, kTooLong},
    {"SetDescription", [](Objects& o, LPCWSTR text) { return o.job->SetDescription(text); }, kTooLong},
    {"SetProxySettings: list",
     [](Objects& o, LPCWSTR text) { return o.job->SetProxySettings(BG_JOB_PROXY_USAGE_OVERRIDE, text, nullptr); },
     kListTooLarge},
    {"SetProxySettings: bypass",
     [](Objects& o, LPCWSTR text) { return o.job->SetProxySettings(BG_JOB_PROXY_USAGE_OVERRIDE, L"a", text); },
     kBypassTooLarge},
    {"SetNotifyCmdLine: program", [](Objects& o, LPCWSTR text) { return o.job->SetNotifyCmdLine(text, L"a"); },
     kTooLong},
    {"SetNotifyCmdLine: parameters",
     [](Objects& o, LPCWSTR text) { return o.job->SetNotifyCmdLine(L"C:\\a.exe", text); }, kTooLong},
    {"SetReplyFileName", [](Objects& o, LPCWSTR text) { return o.upload_reply->SetReplyFileName(text); }, E_INVALIDARG},
    {"SetCredentials: user", [](Objects& o, LPCWSTR text) { return SetCredentials(o, text, L"secret"); },
     kUserTooLarge},
    {"SetCredentials: password", [](Objects& o, LPCWSTR text) { return SetCredentials(o, L"user", text); },
     kPasswordTooLarge},
    {"ReplaceRemotePrefix: old", [](Objects& o, LPCWSTR text) { return o.job->ReplaceRemotePrefix(text, L"http://b"); },
     S_FALSE},
    {"ReplaceRemotePrefix: new",
     [](Objects& o, LPCWSTR text) { return o.job->ReplaceRemotePrefix(L"http://files.contoso.test", text); },
     E_INVALIDARG},
    {"AddFileWithRanges: remote",
     [](Objects& o, LPCWSTR text) { return o.job->AddFileWithRanges(text, kLocal, 1, &some_range); }, E_INVALIDARG},
    {"AddFileWithRanges: local",
     [](Objects& o, LPCWSTR text) { return o.job->AddFileWithRanges(kUrl, text, 1, &some_range); }, E_INVALIDARG},
    {"SetRemoteName", [](Objects& o, LPCWSTR text) { return o.file->SetRemoteName(text); }, E_INVALIDARG},
    {"SetCustomHeaders", [](Objects& o, LPCWSTR text) { return o.http->SetCustomHeaders(text); }, kTooLong},
    {"SetClientCertificateByID",
     [](Objects& o, LPCWSTR text) {
       return o.http->SetClientCertificateByID(BG_CERT_STORE_LOCATION_CURRENT_USER, text, some_hash);
     },
     kNoCertificate},
    {"SetClientCertificateByName: store",
     [](Objects& o, LPCWSTR text) {
       return o.http->SetClientCertificateByName(BG_CERT_STORE_LOCATION_CURRENT_USER, text, L"a");
     },
     kNoCertificate},
    {"SetClientCertificateByName: subject",
     [](Objects& o, LPCWSTR text) {
       return o.http->SetClientCertificateByName(BG_CERT_STORE_LOCATION_CURRENT_USER, L"MY", text);
     },
     kNoCertificate},
};

TEST_F(TextTest, LoneSurrogatesAreRefused) {
  for (const wchar_t* const broken : {L"C:\\a\xD800", L"C:\\\xDC00z", L"C:\\\xDC00\xD800z", L"\xD83D"}) {
    for (const TextCall& text : kTexts) EXPECT_HRESULT(text.call(made_, broken), E_INVALIDARG) << text.name;
  }
}

TEST_F(TextTest, FarTooLongTextsAreRefusedAndHarmNobody) {
  const std::wstring text(kFarTooLong, L'a');
  for (const TextCall& call : kTexts) EXPECT_HRESULT(call.call(made_, text.c_str()), call.too_long) << call.name;
}

TEST_F(TextTest, PairsOfSurrogatesComeBack) {
  const std::wstring text = L"\xD83D\xDE00 \x00E4 \x4E2D";
  EXPECT_HRESULT(made_.job->SetDisplayName(text.c_str()), S_OK);
  win32::OutText name;
  EXPECT_HRESULT(made_.job->GetDisplayName(name.Receive()), S_OK);
  EXPECT_EQ(std::wstring(*name.Receive()), text);
}

TEST_F(TextTest, TheLongestNamesAreCountedInUtf16) {
  // 128 characters of two units each are as long as it gets.
  std::wstring text;
  for (int i = 0; i < 128; ++i) text += L"\xD83D\xDE00";
  EXPECT_HRESULT(made_.job->SetDisplayName(text.c_str()), S_OK);
  EXPECT_HRESULT(made_.job->SetDisplayName((text + L"a").c_str()), kTooLong);
  EXPECT_HRESULT(made_.job->SetDisplayName(L""), S_OK);
  win32::OutText name;
  EXPECT_HRESULT(made_.job->GetDisplayName(name.Receive()), S_OK);
  ASSERT_NE(*name.Receive(), nullptr) << "an empty text is a text";
  EXPECT_EQ(std::wstring(*name.Receive()), L"");
}

}  // namespace
}  // namespace bits::fakes::com
