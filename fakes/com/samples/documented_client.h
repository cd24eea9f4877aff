// A program in the style of the documented example of helper tokens. It knows nothing of this project.
#pragma once

// Downloads `url` to `file` with `user`'s token as the helper, or without one where BITS has none; `level` is the
// RPC_C_IMP_LEVEL_* that it gives to COM. Prints what it does; 0 when the file is there, else 1, and no job is left.
int RunDocumentedClient(const wchar_t* url, const wchar_t* file, const wchar_t* domain, const wchar_t* user,
                        const wchar_t* password, unsigned long level);
