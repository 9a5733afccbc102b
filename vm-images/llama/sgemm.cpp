// Matrix products for processors without AVX2, which mostly are emulated ones: integers only, and few instructions.
//
// An emulator spends about as much on a vector instruction as on calling a function, but runs a 64-bit multiplication as
// it is. Several small numbers fit into one factor: with a = a0 + a1*2^k + a2*2^2k and b = b2 + b1*2^k + b0*2^2k, the
// product has a0*b0 + a1*b1 + a2*b2 at 2^2k. So one multiplication does three products of 8-bit weights (k = 21) or four
// of 4-bit weights (k = 16), and a whole block of 32 is summed up before anything is taken out.
//
// It takes the place of llama.cpp's sgemm.cpp in the back end for such processors, and has its interface: C = A^T * B with
// A the weights (m rows), B the states (n columns), both in blocks of 32 numbers with a scale.
#include "sgemm.h"
#include "ggml-impl.h"
#include "ggml-cpu-impl.h"
#include "simd-mappings.h"
#define GGML_COMMON_DECL_CPP
#include "ggml-common.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

// Numbers in a block, and one half of the range of a byte: what is added to a signed byte to make it unsigned.
constexpr int block = 32;
constexpr int half = 128;
constexpr int most_blocks = 2048;

// The lower half of each second byte.
constexpr uint64_t fours = 0x000f000f000f000fu;

// A scale as a whole number, relative to the largest one of its row: no floats in the inner loop.
constexpr float fixed = 32767.0f;

struct line {
    std::vector<uint64_t> words;
    std::vector<int32_t> scales;
    std::vector<int32_t> sums;
    float unit = 0;

    void prepare(int64_t blocks, int words_of_block) {
        words.resize(blocks * words_of_block);
        scales.resize(blocks);
        sums.resize(blocks);
    }

    // Makes whole numbers of the scales.
    void fix(const std::vector<float> & values) {
        float largest = 0;
        for (float value : values) {
            largest = std::max(largest, std::fabs(value));
        }
        unit = largest / fixed;
        const float factor = largest > 0 ? fixed / largest : 0;
        for (size_t i = 0; i < values.size(); i++) {
            scales[i] = (int32_t) lrintf(values[i] * factor);
        }
    }
};

// Four of eight states, 16 bits apart and in turned order: what a word of weights as they lie is multiplied with.
uint64_t every_second(const int8_t * states) {
    uint64_t word = 0;
    for (int i = 0; i < 4; i++) {
        word |= (uint64_t) (uint8_t) (states[2 * i] + half) << (16 * (3 - i));
    }
    return word;
}

// Weights of 8 bits: three to a word, 21 bits apart, eleven words to a block. Nothing can overflow: the sum of all 32
// products is at most 32 * 255 * 255, just less than 2^21. The topmost bit belongs to the next sum, which is not wanted.
struct bytes {
    typedef block_q8_0 weights;
    static constexpr int words = 11;

    static uint64_t at(const uint8_t * values, int i, int place) {
        return i < block ? (uint64_t) values[i] << place : 0;
    }

    static int32_t unsign(const int8_t * from, uint8_t * to) {
        int32_t sum = 0;
        for (int i = 0; i < block; i++) {
            to[i] = (uint8_t) (from[i] + half);
            sum += to[i];
        }
        return sum;
    }

    static int32_t spread(const weights & from, uint64_t * to) {
        uint8_t values[block];
        const int32_t sum = unsign(from.qs, values);
        for (int w = 0; w < words; w++) {
            to[w] = at(values, 3 * w, 0) | at(values, 3 * w + 1, 21) | at(values, 3 * w + 2, 42);
        }
        return sum;
    }

    static int32_t spread_state(const block_q8_0 & from, uint64_t * to) {
        uint8_t values[block];
        const int32_t sum = unsign(from.qs, values);
        for (int w = 0; w < words; w++) {
            to[w] = at(values, 3 * w, 42) | at(values, 3 * w + 1, 21) | at(values, 3 * w + 2, 0);
        }
        return sum;
    }

    // One weight is two of 4 bits here: each half of each second byte is a word as it lies, so nothing is spread. Four
    // words may be summed up, as with weights of 4 bits.
    static constexpr int direct_words = 8;

    static void order_state(const block_q8_0 & from, uint64_t * to) {
        for (int w = 0; w < direct_words; w++) {
            to[w] = every_second(from.qs + 8 * (w / 2) + w % 2);
        }
    }

    static inline __attribute__((always_inline)) int32_t product(const weights & from, const uint64_t * x, int32_t & sum) {
        uint64_t low = 0, high = 0, pairs = 0;
        int32_t lows = 0, highs = 0;
        #pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            uint64_t eight;
            memcpy(&eight, from.qs + 8 * i, 8);
            eight ^= 0x8080808080808080u;
            const uint64_t even = eight & 0x00ff00ff00ff00ffu, odd = eight >> 8 & 0x00ff00ff00ff00ffu;
            pairs += even + odd;
            low += (eight & fours) * x[2 * i] + (eight >> 8 & fours) * x[2 * i + 1];
            high += (eight >> 4 & fours) * x[2 * i] + (eight >> 12 & fours) * x[2 * i + 1];
            if (i % 2) {
                lows += low >> 48;
                highs += high >> 48;
                low = high = 0;
            }
        }
        sum = (int32_t) (pairs * 0x0001000100010001u >> 48);
        return lows + 16 * highs;
    }

    // The sum of (w - half) * (x - half), from that of w * x.
    static int32_t correct(int32_t product, int32_t weight_sum, int32_t state_sum) {
        return product - half * (weight_sum + state_sum) + block * half * half;
    }
};

// Weights of 4 bits: four to a word, 16 bits apart, eight words to a block. Four words may be summed up: 4 * 4 * 15 * 255
// are less than 2^16.
struct nibbles {
    typedef block_q4_0 weights;
    static constexpr int words = 8;

    static uint64_t apart(uint32_t four) {
        uint64_t x = four;
        x = (x | x << 16) & 0x0000ffff0000ffffu;
        return (x | x << 8) & 0x00ff00ff00ff00ffu;
    }

    static int32_t spread(const weights & from, uint64_t * to) {
        uint64_t sums = 0;
        for (int w = 0; w < 4; w++) {
            uint32_t four;
            memcpy(&four, from.qs + 4 * w, 4);
            to[w] = apart(four & 0x0f0f0f0fu);
            to[w + 4] = apart(four >> 4 & 0x0f0f0f0fu);
            sums += to[w] + to[w + 4];
        }
        return (int32_t) (sums * 0x0001000100010001u >> 48);
    }

    static int32_t spread_state(const block_q8_0 & from, uint64_t * to) {
        int32_t sum = 0;
        for (int w = 0; w < words; w++) {
            uint64_t word = 0;
            for (int i = 0; i < 4; i++) {
                const uint8_t value = (uint8_t) (from.qs[4 * w + i] + half);
                sum += value;
                word |= (uint64_t) value << (16 * (3 - i));
            }
            to[w] = word;
        }
        return sum;
    }

    static constexpr int direct_words = 8;

    // As the weights lie: eight bytes hold the numbers 0 to 7 in their lower and 16 to 23 in their upper halves.
    static void order_state(const block_q8_0 & from, uint64_t * to) {
        for (int w = 0; w < direct_words; w++) {
            to[w] = every_second(from.qs + 8 * (w / 4) + w % 2 + (w % 4 >= 2 ? block / 2 : 0));
        }
    }

    static inline __attribute__((always_inline)) int32_t product(const weights & from, const uint64_t * x, int32_t & sum) {
        int32_t total = 0;
        uint64_t sums = 0;
        #pragma GCC unroll 2
        for (int i = 0; i < 2; i++) {
            uint64_t eight;
            memcpy(&eight, from.qs + 8 * i, 8);
            const uint64_t a = eight & fours, b = eight >> 8 & fours, c = eight >> 4 & fours, d = eight >> 12 & fours;
            sums += a + b + c + d;
            total += (a * x[4 * i] + b * x[4 * i + 1] + c * x[4 * i + 2] + d * x[4 * i + 3]) >> 48;
        }
        sum = (int32_t) (sums * 0x0001000100010001u >> 48);
        return total;
    }

    // The sum of (w - 8) * (x - half), from that of w * x.
    static int32_t correct(int32_t product, int32_t weight_sum, int32_t state_sum) {
        return product - half * weight_sum - 8 * (state_sum - block * half);
    }
};

// Two rows by two columns at once: each word that is read is used twice.
struct square {
    uint64_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;

    inline __attribute__((always_inline)) void add(
        const uint64_t * a, const uint64_t * b, const uint64_t * x, const uint64_t * y, int w
    ) {
        s00 += a[w] * x[w];
        s01 += a[w] * y[w];
        s10 += b[w] * x[w];
        s11 += b[w] * y[w];
    }
};

template <typename kind>
inline __attribute__((always_inline)) void multiply_block(
    const uint64_t * a, const uint64_t * b, const uint64_t * x, const uint64_t * y, int32_t out[4]
) {
    if (kind::words == 8) {
        square first, second;
        #pragma GCC unroll 4
        for (int w = 0; w < 4; w++) {
            first.add(a, b, x, y, w);
        }
        out[0] = first.s00 >> 48;
        out[1] = first.s01 >> 48;
        out[2] = first.s10 >> 48;
        out[3] = first.s11 >> 48;
        #pragma GCC unroll 4
        for (int w = 4; w < 8; w++) {
            second.add(a, b, x, y, w);
        }
        out[0] += second.s00 >> 48;
        out[1] += second.s01 >> 48;
        out[2] += second.s10 >> 48;
        out[3] += second.s11 >> 48;
    } else {
        square all;
        #pragma GCC unroll 11
        for (int w = 0; w < kind::words; w++) {
            all.add(a, b, x, y, w);
        }
        out[0] = all.s00 >> 42 & 0x1fffff;
        out[1] = all.s01 >> 42 & 0x1fffff;
        out[2] = all.s10 >> 42 & 0x1fffff;
        out[3] = all.s11 >> 42 & 0x1fffff;
    }
}

template <typename kind>
void multiply_lines(const line & a, const line & b, const line & x, const line & y, int64_t blocks, float out[4]) {
    int64_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;
    for (int64_t i = 0; i < blocks; i++) {
        int32_t sums[4];
        const int64_t w = i * kind::words;
        multiply_block<kind>(&a.words[w], &b.words[w], &x.words[w], &y.words[w], sums);
        const int64_t first = a.scales[i], second = b.scales[i];
        s00 += kind::correct(sums[0], a.sums[i], x.sums[i]) * (first * x.scales[i]);
        s01 += kind::correct(sums[1], a.sums[i], y.sums[i]) * (first * y.scales[i]);
        s10 += kind::correct(sums[2], b.sums[i], x.sums[i]) * (second * x.scales[i]);
        s11 += kind::correct(sums[3], b.sums[i], y.sums[i]) * (second * y.scales[i]);
    }
    out[0] = (float) s00 * (a.unit * x.unit);
    out[1] = (float) s01 * (a.unit * y.unit);
    out[2] = (float) s10 * (b.unit * x.unit);
    out[3] = (float) s11 * (b.unit * y.unit);
}

template <typename kind, bool is_state, typename source>
void load(line & to, const source * from, int64_t blocks) {
    static thread_local std::vector<float> scales;
    scales.resize(blocks);
    to.prepare(blocks, kind::words);
    for (int64_t i = 0; i < blocks; i++) {
        uint64_t * words = &to.words[i * kind::words];
        if constexpr (is_state) {
            to.sums[i] = kind::spread_state(from[i], words);
        } else {
            to.sums[i] = kind::spread(from[i], words);
        }
        scales[i] = GGML_CPU_FP16_TO_FP32(from[i].d);
    }
    to.fix(scales);
}

// Sums of products with scales of 16 bits, a sum for each exponent: floats are made of them only at the end of a row.
struct scaled {
    int64_t sums[32] = {};
    uint32_t used = 0;

    inline __attribute__((always_inline)) void add(int64_t value, uint16_t scale) {
        const uint32_t exponent = scale >> 10 & 31;
        const int64_t size = (scale & 0x3ff) | (exponent ? 0x400 : 0);
        sums[exponent] += scale & 0x8000 ? -value * size : value * size;
        used |= 1u << exponent;
    }

    float take() {
        float total = 0;
        for (; used; used &= used - 1) {
            const int exponent = __builtin_ctz(used);
            total += ldexpf((float) sums[exponent], std::max(exponent, 1) - 25);
            sums[exponent] = 0;
        }
        return total;
    }
};

// One column: each weight is used once, so it is multiplied as it lies.
template <typename kind>
void multiply_one(
    int64_t m, int64_t k, const typename kind::weights * A, int64_t lda, const block_q8_0 * B, float * C, int ith, int nth
) {
    static thread_local line column;
    static thread_local std::vector<float> scales;
    column.prepare(k, kind::direct_words);
    scales.resize(k);
    for (int64_t b = 0; b < k; b++) {
        kind::order_state(B[b], &column.words[b * kind::direct_words]);
        column.sums[b] = 0;
        for (int8_t state : B[b].qs) {
            column.sums[b] += state + half;
        }
        scales[b] = GGML_CPU_FP16_TO_FP32(B[b].d);
    }
    column.fix(scales);
    scaled total;
    for (int64_t i = m * ith / nth; i < m * (ith + 1) / nth; i++) {
        const typename kind::weights * row = A + i * lda;
        for (int64_t b = 0; b < k; b++) {
            int32_t sum;
            const int32_t product = kind::product(row[b], &column.words[b * kind::direct_words], sum);
            total.add((int64_t) kind::correct(product, sum, column.sums[b]) * column.scales[b], row[b].d);
        }
        C[i] = total.take() * column.unit;
    }
}

template <typename kind>
void multiply(
    int64_t m, int64_t n, int64_t k, const typename kind::weights * A, int64_t lda, const block_q8_0 * B, int64_t ldb,
    float * C, int64_t ldc, int ith, int nth
) {
    if (n == 1) {
        multiply_one<kind>(m, k, A, lda, B, C, ith, nth);
        return;
    }
    static thread_local std::vector<line> columns;
    static thread_local line rows[2];
    if ((int64_t) columns.size() < n) {
        columns.resize(n);
    }
    for (int64_t j = 0; j < n; j++) {
        load<kind, true>(columns[j], B + j * ldb, k);
    }
    const int64_t pairs = (m + 1) / 2;
    for (int64_t pair = pairs * ith / nth; pair < pairs * (ith + 1) / nth; pair++) {
        // An odd last row or column is its own neighbour.
        const int64_t i0 = 2 * pair, i1 = std::min(i0 + 1, m - 1);
        load<kind, false>(rows[0], A + i0 * lda, k);
        load<kind, false>(rows[1], A + i1 * lda, k);
        for (int64_t j0 = 0; j0 < n; j0 += 2) {
            const int64_t j1 = std::min(j0 + 1, n - 1);
            float out[4];
            multiply_lines<kind>(rows[0], rows[1], columns[j0], columns[j1], k, out);
            C[j0 * ldc + i0] = out[0];
            C[j1 * ldc + i0] = out[1];
            C[j0 * ldc + i1] = out[2];
            C[j1 * ldc + i1] = out[3];
        }
    }
}

}  // namespace

bool llamafile_sgemm(
    const struct ggml_compute_params * params, int64_t m, int64_t n, int64_t k, const void * A, int64_t lda,
    const void * B, int64_t ldb, void * C, int64_t ldc, int Atype, int Btype, int Ctype
) {
    if (Ctype != GGML_TYPE_F32 || Btype != GGML_TYPE_Q8_0 || k > most_blocks || m < 1 || n < 1) {
        return false;
    }
    const block_q8_0 * states = (const block_q8_0 *) B;
    switch (Atype) {
        case GGML_TYPE_Q8_0:
            multiply<bytes>(m, n, k, (const block_q8_0 *) A, lda, states, ldb, (float *) C, ldc, params->ith, params->nth);
            return true;
        case GGML_TYPE_Q4_0:
            multiply<nibbles>(m, n, k, (const block_q4_0 *) A, lda, states, ldb, (float *) C, ldc, params->ith, params->nth);
            return true;
        default:
            return false;
    }
}
