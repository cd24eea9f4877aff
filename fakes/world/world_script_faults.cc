#include "fakes/world/world_script_faults.h"

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace bits::fakes {
namespace {

using Node = ScriptNode;
using Action = std::function<void()>;

// Something that holds for a while: what makes it so, and what makes it as it was before.
struct Change {
  Action begin;
  Action end;
};

// A member of a fault that sets a field, of a server say, for a while.
template <class Target>
struct Field {
  std::string_view name;
  Change (*change)(Target&, const Node& value);
};

// The field is set to what `read` makes of the member.
template <auto kField, auto kRead, class Target>
Change Set(Target& target, const Node& value) {
  auto* const field = &(target.*kField);
  using Value = std::remove_pointer_t<decltype(field)>;
  const auto wanted = std::make_shared<Value>(kRead(value));
  const Action swap = [field, wanted] { std::swap(*field, *wanted); };
  return {swap, swap};
}

std::chrono::nanoseconds Milliseconds(const Node& value) {
  constexpr std::uint64_t kMost = 1ULL << 42U;  // more than a century
  const std::uint64_t number = value.Number();
  if (number > kMost) value.Refuse("so many milliseconds are more than a century");
  return std::chrono::milliseconds(number);
}
std::uint64_t Number(const Node& value) { return value.Number(); }
std::uint64_t Speed(const Node& value) {
  if (value.Number() == 0) value.Refuse("1 or more is needed; 0 would never end");
  return value.Number();
}
bool Flag(const Node& value) { return value.Flag(); }
HResult Failure(const Node& value) { return value.FailureCode(); }
std::uint32_t Status(const Node& value) {
  constexpr std::uint64_t kFirst = 100;
  constexpr std::uint64_t kLast = 599;
  if (value.Number() < kFirst || value.Number() > kLast) value.Refuse("an HTTP status from 100 to 599 is needed");
  return static_cast<std::uint32_t>(value.Number());
}
std::string Text(const Node& value) { return value.Text(); }

constexpr Field<HttpServer> kServerFields[] = {
    {"failure", &Set<&HttpServer::failure, Failure>},
    {"latency_ms", &Set<&HttpServer::latency, Milliseconds>},
    {"bytes_per_second", &Set<&HttpServer::bytes_per_second, Speed>},
    {"needs_client_certificate", &Set<&HttpServer::needs_client_certificate, Flag>},
};
constexpr Field<HttpResource> kResourceFields[] = {
    {"status", &Set<&HttpResource::status, Status>},
    {"cut_after", &Set<&HttpResource::cut_after, Number>},
    {"redirect", &Set<&HttpResource::redirect, Text>},
    {"announces_length", &Set<&HttpResource::announces_length, Flag>},
    {"ranges", &Set<&HttpResource::ranges, Flag>},
    {"merges_ranges", &Set<&HttpResource::merges_ranges, Flag>},
    {"head_allowed", &Set<&HttpResource::head_allowed, Flag>},
};
constexpr Field<HttpProxy> kProxyFields[] = {
    {"failure", &Set<&HttpProxy::failure, Failure>},
    {"latency_ms", &Set<&HttpProxy::latency, Milliseconds>},
};
constexpr Field<SmbServer> kFileServerFields[] = {
    {"failure", &Set<&SmbServer::failure, Failure>},
    {"latency_ms", &Set<&SmbServer::latency, Milliseconds>},
    {"bytes_per_second", &Set<&SmbServer::bytes_per_second, Speed>},
};

// A service, for the fields that are no plain ones.
struct Service {
  World& world;
  std::string name;
};

// That it stops is an event, that it is started again is another: in between the next client starts it, as on Windows.
Change StateOfService(Service& service, const Node& value) {
  if (value.Text() != "stopped") value.Refuse("stopped is needed; until_ms says when it is started again");
  if (service.name != "BITS") value.Refuse("only BITS can be stopped");
  World& world = service.world;
  return {[&world] { world.StopBitsLocked(); }, [&world] { static_cast<void>(world.EnsureBitsRuns()); }};
}

Change StartTypeOfService(Service& service, const Node& value) {
  const auto type = FromName<ServiceStartType>(value.Text());
  if (!type) value.Refuse("boot, system, automatic, demand or disabled is needed");
  const auto wanted = std::make_shared<ServiceStartType>(*type);
  // Looked for each time: the service may be removed meanwhile.
  const Action swap = [&world = service.world, name = service.name, wanted] {
    if (const auto found = world.services().find(name); found != world.services().end()) {
      std::swap(found->second.start_type, *wanted);
    }
  };
  return {swap, swap};
}

constexpr Field<Service> kServiceFields[] = {
    {"state", &StateOfService},
    {"start_type", &StartTypeOfService},
};

Change StateOfNetwork(World& world, const Node& value) {
  if (value.Text() != "disconnected") value.Refuse("disconnected is needed; until_ms says when it is back");
  return {[&world] { world.SetNetworkConnectedLocked(false); }, [&world] { world.SetNetworkConnectedLocked(true); }};
}
constexpr Field<World> kNetworkFields[] = {{"network", &StateOfNetwork}};

// Plans faults, and sees to it that no two set one thing at one time.
class Plan {
 public:
  explicit Plan(World& world) : world_(world) {}

  void Add(const Node& fault) {
    Network& network = world_.network();
    if (fault.Has("path") || fault.Has("server")) {
      const Node name = fault.Member("server");
      HttpServer& server =
          Named<HttpServer>(name, [&](const std::string& text) -> HttpServer& { return network.GetHttpServer(text); });
      if (!fault.Has("path")) return AddFields(fault, {"server", "path"}, kServerFields, &server, server);
      HttpResource& resource = ResourceOf(fault.Member("path"), server);
      return AddFields(fault, {"server", "path"}, kResourceFields, &resource, resource);
    }
    if (fault.Has("proxy")) {
      const Node name = fault.Member("proxy");
      HttpProxy& proxy =
          Named<HttpProxy>(name, [&](const std::string& text) -> HttpProxy& { return network.GetProxy(text); });
      return AddFields(fault, {"proxy"}, kProxyFields, &proxy, proxy);
    }
    if (fault.Has("file_server")) {
      const Node name = fault.Member("file_server");
      SmbServer& server =
          Named<SmbServer>(name, [&](const std::string& text) -> SmbServer& { return network.GetSmbServer(text); });
      return AddFields(fault, {"file_server"}, kFileServerFields, &server, server);
    }
    if (fault.Has("service")) {
      Service service{world_, fault.Member("service").Text()};
      const auto known = world_.services().find(service.name);
      if (known == world_.services().end()) fault.Member("service").Refuse("there is no such service");
      return AddFields(fault, {"service"}, kServiceFields, &known->second, service);
    }
    if (fault.Has("network")) return AddFields(fault, {}, kNetworkFields, &world_, world_);
    fault.RequireObject({"server", "proxy", "file_server", "service", "network", "call"});
    fault.Refuse("what is it about? Needed is server, proxy, file_server, service, network or call");
  }

 private:
  struct Period {
    Time from;
    Time until;
    std::string path;  // of the fault
  };

  template <class Server, class Find>
  static Server& Named(const Node& name, Find find) {
    const std::string text = name.Text();
    try {
      return find(text);
    } catch (const std::invalid_argument& error) {
      name.Refuse(error.what());
    }
  }

  static HttpResource& ResourceOf(const Node& path, HttpServer& server) {
    const auto found = server.resources.find(path.Text());
    if (found != server.resources.end()) return found->second;
    std::vector<std::string_view> known;
    for (const auto& [name, resource] : server.resources) known.push_back(name);
    path.Refuse(fmt::format("there is no such resource; there are {}", fmt::join(known, ", ")));
  }

  // `about` are the members that say what the fault is about, `what` is that thing.
  template <class Target, std::size_t kCount>
  void AddFields(const Node& fault, std::initializer_list<std::string_view> about,
                 const Field<Target> (&fields)[kCount], const void* what, Target& target) {
    std::vector<std::string_view> names;
    for (const Field<Target>& field : fields) names.push_back(field.name);
    std::vector<std::string_view> members(about);
    members.insert(members.end(), names.begin(), names.end());
    members.insert(members.end(), {"from_ms", "until_ms"});
    fault.RequireObject(members);
    Period period{Time::zero(), Time::max(), fault.path()};
    if (fault.Has("from_ms")) period.from = Milliseconds(fault.Member("from_ms"));
    if (fault.Has("until_ms")) period.until = Milliseconds(fault.Member("until_ms"));
    if (period.until <= period.from) fault.Member("until_ms").Refuse("it must be later than from_ms");
    bool sets = false;
    for (const Field<Target>& field : fields) {
      if (!fault.Has(field.name)) continue;
      const Node value = fault.Member(field.name);
      Claim({what, field.name}, period, value);
      Schedule(period, field.change(target, value));
      sets = true;
    }
    if (!sets) fault.Refuse(fmt::format("what goes wrong? Needed is one of {}", fmt::join(names, ", ")));
  }

  // What is set: the field of that name of the thing at that address.
  using Claimed = std::pair<const void*, std::string_view>;

  void Claim(const Claimed& what, const Period& period, const Node& value) {
    std::vector<Period>& others = claimed_[what];
    for (const Period& other : others) {
      if (period.from < other.until && other.from < period.until) {
        value.Refuse(fmt::format("{} sets the same at the same time", other.path));
      }
    }
    others.push_back(period);
  }

  void Schedule(const Period& period, Change change) {
    if (period.from > Time::zero()) {
      world_.events().At(period.from, std::move(change.begin));
    } else {
      change.begin();
    }
    if (period.until != Time::max()) world_.events().At(period.until, std::move(change.end));
  }

  World& world_;
  std::map<Claimed, std::vector<Period>> claimed_;
};

}  // namespace

std::vector<intercept::Fault> AddFaults(const ScriptNode& faults, World& world) {
  std::vector<intercept::Fault> of_calls;
  world.Change([&] {
    Plan plan(world);
    faults.ForEach([&](const Node& fault) {
      if (!fault.Has("call")) return plan.Add(fault);
      fault.RequireObject({"call"});
      const auto read = intercept::ParseFault(fault.Member("call").Text());
      if (!read) fault.Member("call").Refuse(read.error());
      of_calls.push_back(*read);
    });
  });
  return of_calls;
}

}  // namespace bits::fakes
