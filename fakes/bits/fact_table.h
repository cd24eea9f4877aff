// The documented facts about BITS, and where each is tested.
#pragma once

#include <span>
#include <string_view>

namespace bits::fakes {

// One fact. Either `test` names the test that holds the simulation to it ("JobStates.ResumeNeedsAFile"), or `why_not`
// says why it cannot be simulated.
struct Fact {
  std::string_view id;         // "STATE-01"
  std::string_view statement;  // in a sentence
  std::string_view source;     // the page
  std::string_view test;
  std::string_view why_not;
};

// By subject; each in the file named after it, beside the tests.
std::span<const Fact> JobStateFacts();      // facts_job_states_test.cc
std::span<const Fact> ManagerFacts();       // facts_manager_test.cc
std::span<const Fact> JobFacts();           // facts_job_test.cc
std::span<const Fact> JobExtensionFacts();  // facts_job_extensions_test.cc
std::span<const Fact> NotificationFacts();  // facts_notifications_test.cc
std::span<const Fact> HelperTokenFacts();   // facts_helper_tokens_test.cc
std::span<const Fact> AccessFacts();        // facts_access_test.cc
std::span<const Fact> PolicyFacts();        // facts_policies_test.cc

}  // namespace bits::fakes
