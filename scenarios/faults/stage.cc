#include "scenarios/faults/stage.h"

#include <mutex>

#include "fakes/bits/bits_service.h"

namespace bits::faults {
namespace {

// What a world remembers (sessions, ids) grows with every run.
constexpr int kRunsOfAWorld = 2000;
constexpr std::string_view kDrive = "C:";

}  // namespace

Stage::Stage(rules::TokenKind client, Prepare prepare) : client_(client), prepare_(prepare) { Make(); }
Stage::~Stage() = default;

void Stage::Make() {
  process_.reset();
  cast_.reset();
  token_.reset();
  world_ = std::make_unique<fakes::World>();
  cast_.emplace(*world_);
  fakes::AddStandardServers(*world_);
  if (prepare_ != nullptr) prepare_(*world_);
  token_ = cast_->Owner(client_);
  files_.clear();
  world_->Change([this] {
    for (std::string& path : world_->disk().Files(kDrive)) files_.emplace(path, *world_->disk().Find(path));
  });
  runs_ = 0;
}

void Stage::Begin() {
  if (++runs_ > kRunsOfAWorld) Make();
  process_ = world_->Start(token_);
}

void Stage::Restart() { process_ = world_->Start(token_); }

Remains Stage::Look() {
  Remains remains;
  remains.leaks = process_->Leaks();
  world_->Change([&] {
    if (world_->bits().job_count() > 0) {
      for (const fakes::JobPtr& job : world_->bits().List(nullptr)) remains.jobs.push_back(job->id);
    }
    const fakes::Disk& disk = world_->disk();
    for (std::string& path : disk.Files(kDrive)) {
      if (files_.contains(path)) continue;
      (disk.Find(path)->hidden ? remains.temporary : remains.made).push_back(std::move(path));
    }
    for (const auto& [path, before] : files_) {
      const fakes::DiskFile* const now = disk.Find(path);
      if (now == nullptr || now->content != before.content || now->hidden) remains.gone.push_back(path);
    }
  });
  return remains;
}

std::optional<fakes::FileContent> Stage::ContentOf(std::string_view path) {
  std::optional<fakes::FileContent> content;
  world_->Change([&] {
    if (const fakes::DiskFile* const file = world_->disk().Find(path)) content = file->content;
  });
  return content;
}

void Stage::End() {
  const Remains remains = Look();
  process_.reset();
  world_->Change([&] {
    for (const fakes::JobPtr& job : world_->bits().List(nullptr)) static_cast<void>(world_->bits().Cancel(job));
    fakes::Disk& disk = world_->disk();
    const fakes::TokenPtr system = world_->accounts().ServiceToken(kLocalSystemSid);
    for (const std::string& path : remains.made) {
      if (disk.Find(path) != nullptr) static_cast<void>(disk.Remove(system->facts, path));
    }
    for (const std::string& path : remains.gone) {
      const fakes::DiskFile& before = files_.at(path);
      disk.AddFile(before.path, before.content, before.security);
    }
  });
}

}  // namespace bits::faults
