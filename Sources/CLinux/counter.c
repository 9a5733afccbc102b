#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#if defined(__x86_64__)
enum { ATTEMPTS = 64 };

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

long aiu_counter_sample(uint64_t *ticks, uint64_t *nanoseconds) {
    uint64_t best = UINT64_MAX;
    // Whoever is interrupted in between takes longer: the shortest attempt is the one that was not.
    for (int i = 0; i < ATTEMPTS; i++) {
        uint64_t before = now(), count = __rdtsc(), after = now();
        if (after - before >= best) continue;
        best = after - before;
        *ticks = count;
        *nanoseconds = before + best / 2;
    }
    return (long)best;
}
#else
long aiu_counter_sample(uint64_t *ticks, uint64_t *nanoseconds) {
    *ticks = *nanoseconds = 0;
    return -ENOTSUP;
}
#endif
