// A transfer, for people and for programs.
#pragma once

#include <string>

#include "harness/intercept/json_values.h"
#include "harness/transfer/transfer.h"
#include "tools/bitsdoctor/check_report.h"

namespace bits::doctor {

std::string TransferText(const transfer::TransferRequest& request, const transfer::TransferReport& report,
                         const TextStyle& style);

// Schema bitsdoctor/transfer/1.
intercept::Json TransferJson(const transfer::TransferRequest& request, const transfer::TransferReport& report);

}  // namespace bits::doctor
