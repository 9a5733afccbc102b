// The peer of the engine in a VM: writes text with the same libraries, set up alike, and says how long it took.
// Usage: decode BACK-END MODEL TOKENS PROMPT; the first back end that the processor can run is taken (paths with ':').
#include <ggml-backend.h>
#include <llama.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int most_prompt = 4096;

static void fail(const char *what) {
    fprintf(stderr, "decode: %s\n", what);
    exit(1);
}

static void quiet(enum ggml_log_level level, const char *text, void *data) {
    (void)level, (void)text, (void)data;
}

static void load_back_end(char *paths) {
    for (char *path = strtok(paths, ":"); path; path = strtok(NULL, ":"))
        if (ggml_backend_load(path)) return;
    fail("no back end fits the processor");
}

// As the engine does it: 8-bit memory of four conversations, 256 tokens at a time, one thread.
static struct llama_context *open_context(struct llama_model *model) {
    struct llama_context_params parameters = llama_context_default_params();
    int trained = llama_model_n_ctx_train(model);
    parameters.n_ctx = trained < most_prompt ? trained : most_prompt;
    parameters.n_batch = parameters.n_ubatch = 256;
    parameters.n_seq_max = 4;
    parameters.kv_unified = true;
    parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
    parameters.type_k = parameters.type_v = GGML_TYPE_Q8_0;
    parameters.no_perf = true;
    struct llama_context *context = llama_init_from_model(model, parameters);
    if (!context) fail("no context");
    llama_set_n_threads(context, 1, 1);
    return context;
}

static llama_token likeliest(struct llama_context *context, int words) {
    const float *scores = llama_get_logits_ith(context, -1);
    int best = 0;
    for (int word = 1; word < words; word++)
        if (scores[word] > scores[best]) best = word;
    return best;
}

int main(int count, char **arguments) {
    if (count != 5) fail("usage: decode BACK-END MODEL TOKENS PROMPT");
    llama_log_set(quiet, NULL);
    load_back_end(arguments[1]);
    llama_backend_init();
    struct llama_model_params parameters = llama_model_default_params();
    parameters.use_extra_bufts = false;
    struct llama_model *model = llama_model_load_from_file(arguments[2], parameters);
    if (!model) fail("the model cannot be opened");
    const struct llama_vocab *vocabulary = llama_model_get_vocab(model);
    struct llama_context *context = open_context(model);

    llama_token prompt[256];
    int length = llama_tokenize(vocabulary, arguments[4], (int)strlen(arguments[4]), prompt, 256, true, false);
    if (length <= 0) fail("the prompt is too long");
    int wanted = atoi(arguments[3]), words = llama_vocab_n_tokens(vocabulary);

    if (llama_decode(context, llama_batch_get_one(prompt, length))) fail("the prompt cannot be read");
    char text[1 << 16];
    size_t written = 0;
    int64_t started = llama_time_us();
    for (int token = 0; token < wanted; token++) {
        llama_token next = likeliest(context, words);
        int piece = llama_token_to_piece(vocabulary, next, text + written, (int)(sizeof text - written), 0, false);
        if (piece < 0) fail("the text is too long");
        written += (size_t)piece;
        if (llama_decode(context, llama_batch_get_one(&next, 1))) fail("a token cannot be read");
    }
    printf("%lld %d %.*s\n", (long long)(llama_time_us() - started), length, (int)written, text);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
