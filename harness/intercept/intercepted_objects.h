// The service's objects, each call of theirs handed to a Dispatcher.
#pragma once

#include <memory>

#include "harness/api/background_copy_manager.h"
#include "harness/intercept/dispatcher.h"

namespace bits::intercept {

// `inner` as an object of its own class (the one whose kInterfaceId is `id`) that tells `dispatcher` of every call, of
// itself now, and of its end. It was got from the pointer `from`.
std::unique_ptr<Unknown> Wrap(InterfaceId id, std::unique_ptr<Unknown> inner, std::shared_ptr<Dispatcher> dispatcher,
                              std::uint64_t from);

template <class T>
std::unique_ptr<T> Wrap(std::unique_ptr<T> inner, const std::shared_ptr<Dispatcher>& dispatcher, std::uint64_t from) {
  return std::unique_ptr<T>(static_cast<T*>(Wrap(T::kInterfaceId, std::move(inner), dispatcher, from).release()));
}

template <class T>
Result<std::unique_ptr<T>> Wrap(Result<std::unique_ptr<T>> inner, const std::shared_ptr<Dispatcher>& dispatcher,
                                std::uint64_t from) {
  if (!inner) return inner;
  return Wrap(std::move(*inner), dispatcher, from);
}

}  // namespace bits::intercept
