#include "fakes/com/marshaler_cache.h"

#include <algorithm>

#include "fakes/com/interfaces.h"
#include "harness/win32/com_call.h"

namespace bits::fakes::com {

MarshalerCache::MarshalerCache() {
  std::vector<CLSID> known;
  for (const IID& iid : PublishedInterfaces()) {
    CLSID class_id = {};
    if (FAILED(CoGetPSClsid(iid, &class_id)) || FAILED(CoRegisterPSClsid(iid, class_id))) continue;
    if (std::ranges::find(known, class_id) != known.end()) continue;
    known.push_back(class_id);
    win32::ComPtr<IPSFactoryBuffer> factory;
    DWORD registration = 0;
    if (SUCCEEDED(CoGetClassObject(class_id, CLSCTX_INPROC_SERVER, nullptr, IID_PPV_ARGS(factory.GetAddressOf()))) &&
        SUCCEEDED(
            CoRegisterClassObject(class_id, factory.Get(), CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE, &registration)) &&
        registration != 0) {
      registrations_.push_back(registration);
    }
  }
}

MarshalerCache::~MarshalerCache() {
  for (const DWORD registration : registrations_) CoRevokeClassObject(registration);
}

}  // namespace bits::fakes::com
