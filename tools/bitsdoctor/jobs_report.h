// What `jobs` reports: text for a terminal, JSON for programs. `sweep` shows its jobs the same way.
#pragma once

#include <span>
#include <string>

#include "harness/intercept/json_values.h"
#include "harness/jobs/job_facts.h"
#include "harness/jobs/queue.h"
#include "tools/bitsdoctor/check_report.h"

namespace bits::doctor {

// Throws the Refusal for a queue that could not be asked.
[[noreturn]] void RefuseQueue(const jobs::FailedCall& failed, bool all_users);

// "transfer of process 1234, which has ended, made 2026-11-26T21:13:58Z".
std::string MarkText(const jobs::JobFacts& job);

// One job; `detailed` with all that is known of it. Ends with a line feed.
std::string JobText(const jobs::JobFacts& job, bool detailed, const TextStyle& style);

// "3 jobs: 1 in ERROR, 1 left behind by bitsdoctor". Ends with a line feed.
std::string JobsSummary(std::span<const jobs::JobFacts> jobs);

intercept::Json JobJson(const jobs::JobFacts& job);

// {"schema": "bitsdoctor/jobs/1", ...}
intercept::Json JobsJson(std::span<const jobs::JobFacts> jobs, bool all_users);

// A label and a text that is wrapped beside it; nothing for an empty text.
std::string Field(std::string_view name, std::string_view text, int indent, int width);

}  // namespace bits::doctor
