// A transfer from outside the simulation, on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "fakes/world/file_store.h"
#include "fakes/world/real_source.h"

namespace bits::fakes {

// It never takes the world's lock, so that it can be stopped and waited for by whoever holds it. What it has to tell it
// tells by the functions that it is given, on its own thread; they must not do more than post.
class RealExchange final : private RealReceiver {
 public:
  // Brings the bytes to the receiver; returns as RealSource::Fetch does.
  using Work = std::function<RealEnd(RealReceiver&, const std::stop_token&)>;

  // `on_head` once the head is there, and only then bytes may be accepted; `on_end` last, in any case.
  RealExchange(Work work, std::function<void(RealHead)> on_head, std::function<void(RealEnd)> on_end);
  // Stops, and waits for the thread.
  ~RealExchange() override;
  RealExchange(const RealExchange&) = delete;
  RealExchange& operator=(const RealExchange&) = delete;

  // Lets the bytes come, into `writer` from `offset` on, or into memory where that is null; no more than so many a
  // second, if that is not 0.
  void Accept(std::unique_ptr<FileWriter> writer, std::uint64_t offset, std::uint64_t bytes_per_second);

  // Nothing is received or written any more once this returns, and the writer is closed. Does not wait for the source.
  void Stop();

  // Bytes that were received, and are in the file.
  std::uint64_t received() const { return received_; }
  // What came into memory; after Stop.
  std::string TakeBytes();
  bool wrote_file() const { return to_file_; }
  // The thread has nothing left to do.
  bool finished() const { return finished_; }

 private:
  bool Begin(RealHead head) override;
  bool Receive(std::string_view bytes) override;
  void Run(const std::stop_token& stop);

  const Work work_;
  const std::function<void(RealHead)> on_head_;
  const std::function<void(RealEnd)> on_end_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  bool accepted_ = false;
  std::unique_ptr<FileWriter> writer_;
  std::uint64_t offset_ = 0;
  std::uint64_t bytes_per_second_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::string bytes_;
  std::optional<std::uint64_t> expected_;  // of `received_` at the end
  HResult local_error_;

  std::atomic<std::uint64_t> received_{0};
  std::atomic<bool> to_file_{false};
  std::atomic<bool> finished_{false};
  std::jthread thread_;  // last: it uses all of the above
};

// The work that reads an open file, or its ranges.
RealExchange::Work ReadWork(std::unique_ptr<FileReader> reader, RealRequest request);

// The parts of a remote file of `size` bytes that make up its ranges; nothing where one begins behind its end. Without
// ranges it is one part, the whole.
struct FilePart {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
std::optional<std::vector<FilePart>> PartsOf(const std::vector<FileRange>& ranges, std::uint64_t size);

// What is left of the parts without their first `bytes` bytes.
std::vector<FilePart> PartsAfter(const std::vector<FilePart>& parts, std::uint64_t bytes);

// Where to go on: behind what is here, or at the beginning when it is of another file.
std::uint64_t OffsetOf(const RealRequest& request, std::uint64_t size, std::string_view version);

}  // namespace bits::fakes
