// The tables that error_catalogue.h is made of, and the steps that several of them begin with.
#pragma once

#include <span>
#include <string_view>

#include "harness/explain/error_catalogue.h"

namespace bits::error_families {

std::span<const ErrorEntry> Com();
std::span<const ErrorEntry> Rpc();
std::span<const ErrorEntry> Logon();
std::span<const ErrorEntry> Service();
std::span<const ErrorEntry> File();
std::span<const ErrorEntry> Network();
std::span<const ErrorEntry> BitsJobs();
std::span<const ErrorEntry> BitsTransfer();
std::span<const ErrorEntry> BitsProperties();
std::span<const ErrorEntry> BitsEvents();
std::span<const ErrorEntry> Http();

inline constexpr std::string_view kListJobs =
    "List every job with state, owner and error from an elevated prompt: `bitsadmin /list /allusers /verbose`.";
inline constexpr std::string_view kJobError =
    "Read the job's error and its context (local file, remote file, transport): `bitsadmin /geterror JOB`.";
inline constexpr std::string_view kWhoAmI =
    "Show groups, privileges and integrity level of the account that fails, in its own session: `whoami /all`.";
inline constexpr std::string_view kServiceState =
    "Look at the service's configuration and state: `sc.exe qc BITS` and `sc.exe queryex BITS`.";
inline constexpr std::string_view kBitsLog =
    "Read the BITS log: `wevtutil qe Microsoft-Windows-Bits-Client/Operational /c:20 /rd:true /f:text`.";
inline constexpr std::string_view kSystemLog =
    "Read the Service Control Manager's events in the System log at the time of the failure.";
inline constexpr std::string_view kSecurityLog =
    "Find the failed logon in the Security log (event 4625): its Status and Sub Status say which check failed.";

}  // namespace bits::error_families
