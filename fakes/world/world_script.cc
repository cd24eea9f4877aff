#include "fakes/world/world_script.h"

#include <chrono>
#include <functional>
#include <initializer_list>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace bits::fakes {
namespace {

using Json = nlohmann::json;

// A value of the script and where it stands: "accounts[1].name".
class Node {
 public:
  Node(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

  [[noreturn]] void Refuse(std::string_view problem) const {
    throw std::invalid_argument(fmt::format("world script: {}: {}", path_.empty() ? "the whole" : path_, problem));
  }

  // An object with no other members than these.
  void RequireObject(std::initializer_list<std::string_view> members) const {
    if (!json_.is_object()) Refuse("an object is needed");
    for (const auto& [name, value] : json_.items()) {
      if (std::ranges::find(members, std::string_view(name)) == members.end()) {
        Member(name).Refuse(fmt::format("there is no such member; there are {}", fmt::join(members, ", ")));
      }
    }
  }
  bool Has(std::string_view name) const { return json_.contains(name); }
  Node Member(std::string_view name) const {
    static const Json kNothing;
    const auto found = json_.find(name);
    return {found == json_.end() ? kNothing : *found,
            path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name)};
  }

  std::string Text() const {
    if (!json_.is_string()) Refuse("a string is needed");
    return json_.get<std::string>();
  }
  bool Flag() const {
    if (!json_.is_boolean()) Refuse("true or false is needed");
    return json_.get<bool>();
  }
  std::uint64_t Number() const {
    if (!json_.is_number_unsigned()) Refuse("a whole number, 0 or more, is needed");
    return json_.get<std::uint64_t>();
  }
  void ForEach(const std::function<void(const Node&)>& each) const {
    if (!json_.is_array()) Refuse("an array is needed");
    for (std::size_t i = 0; i < json_.size(); ++i) each({json_[i], fmt::format("{}[{}]", path_, i)});
  }
  void ForEachMember(const std::function<void(const std::string&, const Node&)>& each) const {
    if (!json_.is_object()) Refuse("an object is needed");
    for (const auto& [name, value] : json_.items()) each(name, Member(name));
  }

  bool FlagOf(std::string_view name, bool otherwise) const { return Has(name) ? Member(name).Flag() : otherwise; }
  std::uint64_t NumberOf(std::string_view name, std::uint64_t otherwise) const {
    return Has(name) ? Member(name).Number() : otherwise;
  }

 private:
  const Json& json_;
  std::string path_;
};

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
  return options;
}

}  // namespace

ScriptedWorld MakeWorld(std::string_view script, const RealParts& real) {
  Json json;
  try {
    json = Json::parse(script);
  } catch (const Json::parse_error& error) {
    throw std::invalid_argument(fmt::format("world script: {}", error.what()));
  }
  const Node root(json, "");
  root.RequireObject({"profile", "computer_name", "cast", "standard_servers", "accounts", "http", "services",
                      "policies", "uac", "clock", "real_files", "real_http"});
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
  return made;
}

}  // namespace bits::fakes
