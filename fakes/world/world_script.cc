#include "fakes/world/world_script.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fakes/world/script_node.h"
#include "fakes/world/world_script_faults.h"

namespace bits::fakes {
namespace {

using Node = ScriptNode;

struct AccountFlag {
  std::string_view name;
  bool Account::*field;
};
constexpr AccountFlag kAccountFlags[] = {
    {"administrator", &Account::administrator},
    {"built_in_administrator", &Account::built_in_administrator},
    {"disabled", &Account::disabled},
    {"locked_out", &Account::locked_out},
    {"expired", &Account::expired},
    {"password_expired", &Account::password_expired},
    {"must_change_password", &Account::must_change_password},
    {"restricted_hours", &Account::restricted_hours},
};

void AddAccount(const Node& node, World& world) {
  node.RequireObject({"name", "password", "logged_on", "administrator", "built_in_administrator", "disabled",
                      "locked_out", "expired", "password_expired", "must_change_password", "restricted_hours"});
  const std::string name = node.Member("name").Text();
  Account& account = world.AddUser(name, node.Member("password").Text());
  for (const AccountFlag& flag : kAccountFlags) account.*flag.field = node.FlagOf(flag.name, false);
  if (account.built_in_administrator) account.administrator = true;
  if (node.FlagOf("logged_on", false)) static_cast<void>(world.LogOn(name));
}

void AddHttpServer(const Node& node, World& world) {
  node.RequireObject({"server", "latency_ms", "bytes_per_second", "resources"});
  const std::string url = node.Member("server").Text();
  world.Change([&] {
    HttpServer& server = world.network().AddHttpServer(url);
    server.latency = std::chrono::milliseconds(node.NumberOf("latency_ms", 0));
    if (node.Has("bytes_per_second")) server.bytes_per_second = node.Member("bytes_per_second").Number();
    if (!node.Has("resources")) return;
    node.Member("resources").ForEach([&](const Node& resource) {
      resource.RequireObject({"path", "size", "seed"});
      world.network().AddHttpResource(
          url + resource.Member("path").Text(),
          FileContent::Synthetic(resource.Member("size").Number(), resource.NumberOf("seed", 0)));
    });
  });
}

void SetService(const Node& node, World& world) {
  node.RequireObject({"name", "start_type", "stopped", "missing"});
  const std::string name = node.Member("name").Text();
  if (node.FlagOf("missing", false)) {
    world.RemoveService(name);
    return;
  }
  if (node.Has("start_type")) {
    const auto type = FromName<ServiceStartType>(node.Member("start_type").Text());
    if (!type) node.Member("start_type").Refuse("boot, system, automatic, demand or disabled is needed");
    world.SetStartType(name, *type);
  }
  if (node.FlagOf("stopped", false)) {
    if (name != "BITS") node.Member("stopped").Refuse("only BITS can be stopped");
    world.StopBits();
  }
}

constexpr std::string_view kNeedsWindows =
    "nothing can be real in this build; run the Windows build (fakebits_server.exe), on Windows or under Wine";

void AddRealParts(const Node& root, World& world, const RealParts& real) {
  if (real.left_out) return;
  if (root.Has("real_files")) {
    const Node files = root.Member("real_files");
    std::vector<ScriptedRoot> roots;
    files.ForEach([&](const Node& node) {
      node.RequireObject({"root", "allowed", "sddl"});
      ScriptedRoot& added = roots.emplace_back();
      added.directory = node.Member("root").Text();
      if (node.Has("sddl")) added.sddl = node.Member("sddl").Text();
      if (!node.Has("allowed")) return;
      std::vector<std::string> sids;
      node.Member("allowed").ForEach(
          [&](const Node& name) { world.Change([&] { sids.push_back(world.accounts().Get(name.Text()).sid); }); });
      added.security = AllowOnly(std::move(sids));
    });
    if (!real.files) files.Refuse(kNeedsWindows);
    try {
      world.AttachRealFiles(real.files(std::move(roots)));
    } catch (const std::invalid_argument& error) {
      files.Refuse(error.what());
    }
  }
  if (!root.FlagOf("real_http", false)) return;
  if (!real.http) root.Member("real_http").Refuse(kNeedsWindows);
  if (!world.options().real_time) root.Member("real_http").Refuse("clock.real_time: true is needed");
  world.AttachRealHttp(real.http());
}

struct DecisionFlag {
  std::string_view name;
  bool rules::Decisions::*field;
};
constexpr DecisionFlag kDecisionFlags[] = {
    {"error_in_transient_state", &rules::Decisions::error_in_transient_state},
    {"elevated_job_readable", &rules::Decisions::elevated_job_readable},
    {"ignore_unknown_flags", &rules::Decisions::ignore_unknown_flags},
    {"token_survives_take_ownership", &rules::Decisions::token_survives_take_ownership},
    {"resume_needs_token", &rules::Decisions::resume_needs_token},
};

void SetDecisions(const Node& node, rules::Decisions& decisions) {
  node.RequireObject({"ordinary_call_level", "identify_result", "error_in_transient_state", "elevated_job_readable",
                      "ignore_unknown_flags", "token_survives_take_ownership", "resume_needs_token"});
  if (node.Has("ordinary_call_level")) {
    const auto level = FromName<ImpersonationLevel>(node.Member("ordinary_call_level").Text());
    if (!level) node.Member("ordinary_call_level").Refuse("anonymous, identify, impersonate or delegate is needed");
    decisions.ordinary_call_level = *level;
  }
  if (node.Has("identify_result")) decisions.identify_result = node.Member("identify_result").FailureCode();
  for (const DecisionFlag& flag : kDecisionFlags) {
    if (node.Has(flag.name)) decisions.*flag.field = node.Member(flag.name).Flag();
  }
}

WorldOptions OptionsOf(const Node& root, const RealParts& real) {
  WorldOptions options;
  options.profile = root.Member("profile").Text();
  if (root.Has("computer_name")) options.computer_name = root.Member("computer_name").Text();
  if (root.Has("clock")) {
    const Node clock = root.Member("clock");
    clock.RequireObject({"real_time", "call_cost_us"});
    options.real_time = clock.FlagOf("real_time", false) && !real.left_out;
    options.call_cost = std::chrono::microseconds(clock.NumberOf("call_cost_us", 100));
  }
  if (root.Has("decisions")) SetDecisions(root.Member("decisions"), options.decisions);
  return options;
}

}  // namespace

ScriptedWorld MakeWorld(std::string_view script, const RealParts& real) {
  Node::Json json;
  try {
    json = Node::Json::parse(script);
  } catch (const Node::Json::parse_error& error) {
    throw std::invalid_argument(fmt::format("world script: {}", error.what()));
  }
  const Node root(json, "");
  root.RequireObject({"profile", "computer_name", "cast", "standard_servers", "accounts", "http", "services",
                      "policies", "uac", "clock", "decisions", "faults", "real_files", "real_http"});
  ScriptedWorld made;
  made.world = std::make_unique<World>(OptionsOf(root, real));
  World& world = *made.world;
  if (root.Has("uac")) world.Change([&] { world.accounts().uac = root.Member("uac").Flag(); });
  if (root.FlagOf("cast", false)) made.cast = std::make_unique<Cast>(world);
  if (root.FlagOf("standard_servers", false)) AddStandardServers(world);
  if (root.Has("accounts")) root.Member("accounts").ForEach([&](const Node& node) { AddAccount(node, world); });
  if (root.Has("http")) root.Member("http").ForEach([&](const Node& node) { AddHttpServer(node, world); });
  if (root.Has("policies")) {
    root.Member("policies").ForEachMember([&](const std::string& name, const Node& value) {
      world.SetPolicy(name, value.Number());
    });
  }
  AddRealParts(root, world, real);
  if (root.Has("services")) root.Member("services").ForEach([&](const Node& node) { SetService(node, world); });
  if (root.Has("faults")) {
    auto of_calls = AddFaults(root.Member("faults"), world);
    if (!of_calls.empty()) made.call_faults = std::make_shared<intercept::FaultInjector>(std::move(of_calls));
  }
  return made;
}

}  // namespace bits::fakes
