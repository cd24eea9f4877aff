#include "tools/bitsdoctor/simulated_backend.h"

namespace bits::doctor {

std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string&, rules::TokenKind,
                                                       const std::optional<TransferNames>&) {
  return nullptr;
}

}  // namespace bits::doctor
