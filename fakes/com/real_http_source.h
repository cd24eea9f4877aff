// Real HTTP servers, asked through WinHTTP.
#pragma once

#include <chrono>

#include "fakes/world/real_source.h"
#include "harness/win32/handles.h"

namespace bits::fakes::com {

// Asks as BITS does: HEAD, which must tell the size; then GET, with a Range header for anything but a whole file from
// its beginning. An answer to a range is taken only when its Content-Range is the one asked for, of the same file (by
// size, and ETag or Last-Modified); a server without ranges sends the whole file again. Bytes are passed on as they
// come, from quick servers 64 KB at a time, and no more of them are held.
//
// User names and passwords are given to a server that asks for them (401), by the scheme that they are meant for; the
// identity of the token only with credentials that have no name. Not simulated: certificates, proxies that ask, the
// flags of IBackgroundCopyJobHttpOptions.
class RealHttpSource final : public RealSource {
 public:
  // How long a server may be silent, at each step.
  explicit RealHttpSource(std::chrono::milliseconds patience = std::chrono::seconds(60));
  ~RealHttpSource() override;

  RealEnd Fetch(const RealRequest& request, RealReceiver& receiver, const std::stop_token& stop) override;

 private:
  win32::InternetHandle session_;
};

}  // namespace bits::fakes::com
