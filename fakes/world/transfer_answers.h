// The ends that a request of BITS can have, whatever the protocol.
#pragma once

#include <cstdint>

#include "fakes/world/network.h"

namespace bits::fakes {

// Whether BITS may try again by itself.
enum class Persistence { kFatal, kTransient };

// Makes the answer a failure of the way to the server: context GENERAL_TRANSPORT.
void FailTransport(TransferAnswer& answer, HResult error, Persistence persistence);

// Makes the answer a failure of the remote file: context REMOTE_FILE.
void FailRemoteFile(TransferAnswer& answer, HResult error, Persistence persistence = Persistence::kFatal);

// Answers with the content from `offset` on. From its start when it has become shorter than that.
void AnswerFrom(TransferAnswer& answer, const FileContent& content, std::uint64_t offset);

}  // namespace bits::fakes
