// Real directories as a part of a simulated machine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/world/access_control.h"
#include "fakes/world/file_store.h"

namespace bits::fakes::com {

// A directory whose files are real, those below it too.
struct RealRoot {
  std::string directory;  // its full path, UTF-8
  // What people of the simulation may do with everything in it. What this program may not do, they cannot either.
  SecurityDescriptor security = {};
  // What real tokens may do with everything in it, as SDDL. Empty: what the file system says of each file; but Wine's
  // keeps no access lists (8.0), nor does FAT.
  std::string sddl = {};
};

// A token that was imported (TokenData::native) may open what the system's own AccessCheck lets it open, and the calls
// are made as its user. Wine enforces nothing when a file is opened, so there that check is all there is. People of the
// simulation are let in by their root, and the calls are this program's own.
//
// Names are taken as they are spelled: a trailing dot or space is a part of the name, and "..", streams and devices are
// in no root. Links and junctions are followed.
class RealFileStore final : public FileStore {
 public:
  // Throws std::invalid_argument for what is no directory, and for wrong SDDL.
  explicit RealFileStore(std::vector<RealRoot> roots);
  ~RealFileStore() override;

  bool Owns(std::string_view path) const override;
  HResult CheckDirectory(const TokenData& token, std::string_view path, std::uint32_t rights) const override;
  Result<FileContent> Read(const TokenData& token, std::string_view path) const override;
  // A new file with the protection of its directory takes the old one's place.
  HResult Write(const TokenData& token, std::string_view path, FileContent content, bool hidden) override;
  Result<std::string> CreateTemporary(const TokenData& token, std::string_view directory,
                                      std::uint16_t number) override;
  HResult Rename(const TokenData& token, std::string_view from, std::string_view to, ReplaceExisting replace,
                 const TokenData* new_owner) override;
  HResult Remove(const TokenData& token, std::string_view path) override;
  Result<std::unique_ptr<FileReader>> OpenForReading(const TokenData& token, std::string_view path) const override;
  Result<std::unique_ptr<FileWriter>> OpenForWriting(const TokenData& token, std::string_view path,
                                                     std::uint64_t size) override;

 private:
  class Root;
  class Place;

  std::vector<Root> roots_;  // the deepest first
};

}  // namespace bits::fakes::com
