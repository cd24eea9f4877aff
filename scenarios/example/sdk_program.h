// A program that was written before there was a harness.
#pragma once

// Downloads a file and prints what became of it; its exit code.
int RunSdkProgram(const wchar_t* url, const wchar_t* file);
