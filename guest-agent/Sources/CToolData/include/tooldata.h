#pragma once
#include <stddef.h>

/* Words with what they weigh, of all languages; see sentiment/README.md. */
const char *aiu_sentiment_words(size_t *length);
