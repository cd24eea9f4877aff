// Clang's analysis of objects that were moved from (-Wconsumed), as attributes; nothing for other compilers.
#pragma once

// A class with BITS_NO_USE_AFTER_MOVE, whose constructors are marked BITS_MAKES_USABLE, and its methods that may not be
// called on an object that was moved from, BITS_NOT_AFTER_MOVE. Within one function clang then warns of such a call;
// scenarios/misuse shows it.
#if defined(__clang__)
#define BITS_NO_USE_AFTER_MOVE [[clang::consumable(unknown)]]
#define BITS_MAKES_USABLE [[clang::return_typestate(unconsumed)]]
#define BITS_NOT_AFTER_MOVE [[clang::callable_when("unconsumed", "unknown")]]
#else
#define BITS_NO_USE_AFTER_MOVE
#define BITS_MAKES_USABLE
#define BITS_NOT_AFTER_MOVE
#endif
