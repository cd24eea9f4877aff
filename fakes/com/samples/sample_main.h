/* What every sample client is: a program without its main, which on_bits_main.cc and on_the_fake_main.cc give it. */
#pragma once

#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Arguments as main's: argv[1] is the URL that the sample downloads from ("http://server"), argv[2] the directory that
   it downloads to, the rest is the sample's own. Yields the exit code: 0 done, 1 something failed, 2 wrong usage. What
   it prints is the same in every run: no times, no ids, no full paths. */
int SampleMain(int argc, wchar_t** argv);

#ifdef __cplusplus
}
#endif
