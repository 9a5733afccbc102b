#include "tooldata.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

/* The compiler puts the files in: no file has to be found at run time. */
static const char sentiment_words[] = {
#embed "sentiment/english.txt"
    ,
#embed "sentiment/others.txt"
};

const char *aiu_sentiment_words(size_t *length) {
    *length = sizeof sentiment_words;
    return sentiment_words;
}
