// CoSetProxyBlanket and its kin, for pointers that are published here.
#pragma once

#include <span>

#include "fakes/com/import_redirection.h"

namespace bits::fakes::com {

// Replacements of CoSetProxyBlanket, CoQueryProxyBlanket and CoCopyProxy that know every pointer of every Publisher,
// and pass any other on to the system. Valid for the life of the program.
std::span<const RedirectedFunction> ProxySecurityFunctions();

}  // namespace bits::fakes::com
