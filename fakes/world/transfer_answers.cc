#include "fakes/world/transfer_answers.h"

namespace bits::fakes {
namespace {

void Fail(TransferAnswer& answer, HResult error, ErrorContext context, Persistence persistence) {
  answer.error = error;
  answer.context = context;
  answer.transient = persistence == Persistence::kTransient;
}

}  // namespace

void FailTransport(TransferAnswer& answer, HResult error, Persistence persistence) {
  Fail(answer, error, ErrorContext::kGeneralTransport, persistence);
}

void FailRemoteFile(TransferAnswer& answer, HResult error, Persistence persistence) {
  Fail(answer, error, ErrorContext::kRemoteFile, persistence);
}

void AnswerFrom(TransferAnswer& answer, const FileContent& content, std::uint64_t offset) {
  answer.offset = offset <= content.size() ? offset : 0;
  answer.content = content.Slice(answer.offset, content.size() - answer.offset);
  answer.total = content.size();
}

}  // namespace bits::fakes
