// How the api's values look in a failure's text, for GoogleTest and Trompeloeil alike: both find operator<<.
//
// Every header of fakes/mocks includes this one. A test program that prints api values in several of its files includes
// it in all of them: a value must not be printed in two ways in one program.
#pragma once

#include <concepts>
#include <ostream>

#include <gtest/gtest-printers.h>

#include "harness/api/background_copy_error.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_manager.h"
#include "harness/api/com_security.h"
#include "harness/api/http_client.h"
#include "harness/api/job_types.h"
#include "harness/api/logon_api.h"
#include "harness/api/machine.h"
#include "harness/api/result.h"
#include "harness/api/secret.h"
#include "harness/api/token.h"
#include "harness/api/token_facts.h"
#include "harness/api/unknown.h"

namespace bits {

std::ostream& operator<<(std::ostream& out, const JobError& error);
std::ostream& operator<<(std::ostream& out, const JobProgress& progress);
std::ostream& operator<<(std::ostream& out, const JobReplyProgress& progress);
std::ostream& operator<<(std::ostream& out, const FileProgress& progress);
std::ostream& operator<<(std::ostream& out, const FileInfo& file);
std::ostream& operator<<(std::ostream& out, const FileRange& range);
std::ostream& operator<<(std::ostream& out, const ProxyBlanket& blanket);
std::ostream& operator<<(std::ostream& out, const ProcessSecurity& security);
std::ostream& operator<<(std::ostream& out, const AccountName& account);
std::ostream& operator<<(std::ostream& out, const HttpRequest& request);
std::ostream& operator<<(std::ostream& out, const HttpResponse& response);
std::ostream& operator<<(std::ostream& out, const CreatedJob& created);
std::ostream& operator<<(std::ostream& out, const OsBuild& build);
std::ostream& operator<<(std::ostream& out, const Token& token);

// Who it is and how it stands to BUILTIN\Administrators; groups and privileges are left out.
std::ostream& operator<<(std::ostream& out, const TokenFacts& facts);

// Never the password.
std::ostream& operator<<(std::ostream& out, const Secret& secret);
std::ostream& operator<<(std::ostream& out, const AuthCredentials& credentials);

// An object of the service by its interface's name: what it is beyond that, only calls could tell.
template <class T>
requires std::derived_from<T, Unknown> && requires { T::kInterfaceId; }
std::ostream& operator<<(std::ostream& out, const T& object) {
  static_cast<void>(object);
  return out << NameOf(T::kInterfaceId);
}

// The value as GoogleTest prints it, or "failed with " and the code.
template <class T>
std::ostream& operator<<(std::ostream& out, const tl::expected<T, HResult>& result) {
  if (!result) return out << "failed with " << result.error();
  return out << testing::PrintToString(*result);
}

}  // namespace bits
