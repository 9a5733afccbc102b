#pragma once
#if !__has_include("../../build/llama/include/llama.h")
#error "llama.cpp is not built yet: run scripts/llama, then build again"
#endif
#include "../../build/llama/include/llama.h"
#include "../../build/llama/include/ggml-backend.h"
#include "../../build/llama/include/gguf.h"
