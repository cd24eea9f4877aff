#include "tools/bitsdoctor/simulated_backend.h"

namespace bits::doctor {

std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string&, rules::TokenKind) { return nullptr; }

}  // namespace bits::doctor
