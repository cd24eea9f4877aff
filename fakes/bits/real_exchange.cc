#include "fakes/bits/real_exchange.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace bits::fakes {
namespace {

constexpr std::size_t kPieceSize = std::size_t{256} * 1024;

RealEnd ReadParts(FileReader& reader, const RealRequest& request, RealReceiver& receiver, const std::stop_token& stop) {
  const std::optional<std::vector<FilePart>> parts = PartsOf(request.ranges, reader.size());
  if (!parts) return {"BG_E_INVALID_RANGE"_hr, ErrorContext::kRemoteFile};
  RealHead head;
  head.version = reader.version();
  for (const FilePart& part : *parts) head.size += part.length;
  head.offset = OffsetOf(request, head.size, head.version);
  if (!receiver.Begin(head)) return {};
  std::vector<char> buffer(kPieceSize);
  for (FilePart part : PartsAfter(*parts, head.offset)) {
    while (part.length > 0) {
      if (stop.stop_requested()) return {};
      const std::span piece(buffer.data(),
                            static_cast<std::size_t>(std::min<std::uint64_t>(part.length, buffer.size())));
      if (const HResult read = reader.Read(part.offset, piece); read.Failed()) {
        return {read, ErrorContext::kRemoteFile, read == "ERROR_SHARING_VIOLATION"_hr};
      }
      if (!receiver.Receive({piece.data(), piece.size()})) return {};
      part.offset += piece.size();
      part.length -= piece.size();
    }
  }
  return {};
}

}  // namespace

RealExchange::RealExchange(Work work, std::function<void(RealHead)> on_head, std::function<void(RealEnd)> on_end)
    : work_(std::move(work)),
      on_head_(std::move(on_head)),
      on_end_(std::move(on_end)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

RealExchange::~RealExchange() { Stop(); }

void RealExchange::Run(const std::stop_token& stop) {
  RealEnd end;
  try {
    end = work_(*this, stop);
  } catch (const std::bad_alloc&) {
    end = {"E_OUTOFMEMORY"_hr, ErrorContext::kGeneralTransport, true};
  }
  bool stopped = false;
  {
    const std::lock_guard lock(mutex_);
    stopped = stopped_;
    if (local_error_.Failed()) {
      end = {local_error_, ErrorContext::kLocalFile, local_error_ == "BG_E_DESTINATION_LOCKED"_hr};
    } else if (end.error.Succeeded() && received_.load() != expected_) {
      end = {"BG_E_CONNECTION_CLOSED"_hr, ErrorContext::kGeneralTransport, true};
    }
    writer_.reset();
  }
  if (!stopped) on_end_(end);
  finished_ = true;
}

bool RealExchange::Begin(RealHead head) {
  std::unique_lock lock(mutex_);
  if (stopped_) return false;
  expected_ = head.size - head.offset;
  lock.unlock();
  on_head_(std::move(head));
  lock.lock();
  changed_.wait(lock, [this] { return stopped_ || accepted_; });
  began_ = std::chrono::steady_clock::now();
  return !stopped_;
}

void RealExchange::Accept(std::unique_ptr<FileWriter> writer, std::uint64_t offset, std::uint64_t bytes_per_second) {
  const std::lock_guard lock(mutex_);
  if (stopped_) return;
  writer_ = std::move(writer);
  to_file_ = writer_ != nullptr;
  offset_ = offset;
  bytes_per_second_ = bytes_per_second;
  accepted_ = true;
  changed_.notify_all();
}

bool RealExchange::Receive(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (stopped_ || received_ + bytes.size() > expected_) return false;
  if (to_file_) {
    local_error_ = writer_->Write(offset_ + received_, bytes);
    if (local_error_.Failed()) return false;
  } else {
    bytes_ += bytes;
  }
  received_ += bytes.size();
  if (bytes_per_second_ == 0) return true;
  const std::chrono::duration<double> due(static_cast<double>(received_) / static_cast<double>(bytes_per_second_));
  changed_.wait_until(lock, began_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due),
                      [this] { return stopped_; });
  return !stopped_;
}

void RealExchange::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    writer_.reset();
  }
  thread_.request_stop();
  changed_.notify_all();
}

std::string RealExchange::TakeBytes() {
  const std::lock_guard lock(mutex_);
  return std::move(bytes_);
}

RealExchange::Work ReadWork(std::unique_ptr<FileReader> reader, RealRequest request) {
  return
      [reader = std::shared_ptr<FileReader>(std::move(reader)), request = std::move(request)](
          RealReceiver& receiver, const std::stop_token& stop) { return ReadParts(*reader, request, receiver, stop); };
}

std::optional<std::vector<FilePart>> PartsOf(const std::vector<FileRange>& ranges, std::uint64_t size) {
  if (ranges.empty()) return std::vector<FilePart>{{0, size}};
  std::vector<FilePart> parts;
  for (const FileRange& range : ranges) {
    if (range.initial_offset >= size) return std::nullopt;
    const std::uint64_t left = size - range.initial_offset;
    parts.push_back({range.initial_offset, std::min(range.length.value_or(left), left)});
  }
  return parts;
}

std::vector<FilePart> PartsAfter(const std::vector<FilePart>& parts, std::uint64_t bytes) {
  std::vector<FilePart> rest;
  for (const FilePart& part : parts) {
    const std::uint64_t skipped = std::min(bytes, part.length);
    bytes -= skipped;
    if (part.length > skipped) rest.push_back({part.offset + skipped, part.length - skipped});
  }
  return rest;
}

std::uint64_t OffsetOf(const RealRequest& request, std::uint64_t size, std::string_view version) {
  const bool same = request.size == size && request.version == version && request.offset <= size;
  return same ? request.offset : 0;
}

}  // namespace bits::fakes
