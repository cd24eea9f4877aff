// An explanation as JSON, schema "bitsdoctor/explain/1".
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "harness/explain/explain.h"

namespace bits {

// {schema, query, kind: "codes"|"search"|"unknown", unknown, matches: [...], suggestions: [...]}, where a match has
// code ("0x80070005"), signed, name (null where there is none), aliases, known, read_as (null), meaning, basis
// ("documented"|"header-message"|"name-only", null), origin, facility {number, name (null)}, win32 (null), http_status
// (null), first_steps, causes, fixes (fixes[i] is for causes[i]), sources [{page, title, url (null)}] and related.
// Members keep this order. Texts that are not UTF-8 are for the writer to replace (dump's error handler).
nlohmann::ordered_json RenderJson(const Explanation& explanation);

}  // namespace bits
