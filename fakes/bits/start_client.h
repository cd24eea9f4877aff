// How the tests of the documented facts start a client: the programs that they are linked into differ in it.
#pragma once

#include <memory>

#include "fakes/world/process.h"

namespace bits::fakes {

// A process whose com() reaches the simulated service in the way that the test program is about: straight
// (start_client.cc), or as real COM objects (fakes/com/start_client_by_com.cc).
std::unique_ptr<Process> StartClient(World& world, TokenPtr token);

// The same; as real COM objects by the whole way of an unchanged program, in real apartments. One at a time.
std::unique_ptr<Process> StartClientInApartment(World& world, TokenPtr token);

}  // namespace bits::fakes
