// Evaluates expressions with libqalculate, one a line on standard input, one answer a line on standard output.
//
// A program of its own: libqalculate is large and old C++, and what it does with a hostile expression must end
// with it. It is linked with everything it needs, so that the image gets neither curl nor ICU's 30 MB of data.
//
// A request is FLAGS TAB MILLISECONDS TAB EXPRESSION. Flags: `e` exact, `a` approximate, `f` factorised,
// `x` expanded, `i` imaginary numbers allowed, `p` precision of 50 digits, `u` with unknowns and without units.
// An answer is STATUS TAB RESULT TAB MESSAGES, STATUS being `exact`, `approximate`, `timeout` or `error`.
#include <libqalculate/qalculate.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

constexpr size_t longestRequest = 64 * 1024;
constexpr int defaultPrecision = 16;
constexpr int highPrecision = 50;

// What reaches out of the process, waits for people or keeps state; none of it is arithmetic.
const char *const forbidden[] = {"command", "load", "export", "plot", "message", "warning", "error", "register", "stack", "uptime"};

std::string oneLine(std::string text) {
    for (char &c : text) {
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
    }
    return text;
}

std::string takeMessages() {
    std::string all;
    while (CalculatorMessage *message = CALCULATOR->message()) {
        if (message->type() != MESSAGE_INFORMATION && all.size() < 1000) {
            if (!all.empty()) all += "; ";
            all += message->message();
        }
        CALCULATOR->nextMessage();
    }
    return oneLine(all);
}

EvaluationOptions evaluation(const std::string &flags) {
    EvaluationOptions options = default_user_evaluation_options;
    options.parse_options.angle_unit = ANGLE_UNIT_RADIANS;
    // Algebra has unknowns; in arithmetic a word that is no unit and no function is a mistake, not a product of letters.
    bool algebra = flags.find('u') != std::string::npos;
    options.parse_options.unknowns_enabled = algebra;
    options.parse_options.limit_implicit_multiplication = !algebra;
    options.parse_options.units_enabled = !algebra;
    options.parse_options.rpn = false;
    options.parse_options.base = 10;
    options.approximation = flags.find('e') != std::string::npos ? APPROXIMATION_EXACT : APPROXIMATION_TRY_EXACT;
    if (flags.find('a') != std::string::npos) options.approximation = APPROXIMATION_APPROXIMATE;
    options.structuring = STRUCTURING_SIMPLIFY;
    if (flags.find('f') != std::string::npos) options.structuring = STRUCTURING_FACTORIZE;
    if (flags.find('x') != std::string::npos) options.structuring = STRUCTURING_NONE;
    options.allow_complex = flags.find('i') != std::string::npos;
    options.auto_post_conversion = POST_CONVERSION_NONE;
    options.mixed_units_conversion = MIXED_UNITS_CONVERSION_NONE;
    return options;
}

PrintOptions printing(const std::string &flags) {
    PrintOptions options = default_print_options;
    bool exact = flags.find('e') != std::string::npos;
    options.number_fraction_format = exact ? FRACTION_FRACTIONAL : FRACTION_DECIMAL;
    options.min_exp = EXP_NONE;
    // Digits beyond the precision are noise, and whole numbers are written in full.
    options.max_decimals = -1;
    options.use_max_decimals = false;
    options.use_unicode_signs = false;
    options.multiplication_sign = MULTIPLICATION_SIGN_ASTERISK;
    options.division_sign = DIVISION_SIGN_SLASH;
    options.digit_grouping = DIGIT_GROUPING_NONE;
    options.short_multiplication = false;
    options.limit_implicit_multiplication = true;
    options.spell_out_logical_operators = true;
    options.abbreviate_names = true;
    options.use_unit_prefixes = false;
    options.restrict_fraction_length = false;
    options.indicate_infinite_series = false;
    options.interval_display = INTERVAL_DISPLAY_MIDPOINT;
    options.time_zone = TIME_ZONE_UTC;
    options.decimalpoint_sign = ".";
    return options;
}

// In algebra letters are unknowns, also those that name constants of nature; only these stay.
void setConstants(Calculator &calculator, bool active) {
    for (Variable *variable : calculator.variables) {
        if (!variable->isKnown()) continue;
        const std::string &name = variable->referenceName();
        if (name == "pi" || name == "e" || name == "i" || name == "undefined" || name == "infinity" || name == "plus_infinity"
            || name == "minus_infinity" || name == "euler" || name == "percent") {
            continue;
        }
        if (variable->isActive() != active) variable->setActive(active);
    }
}

void answer(const std::string &flags, int milliseconds, const std::string &expression) {
    CALCULATOR->setPrecision(flags.find('p') != std::string::npos ? highPrecision : defaultPrecision);
    EvaluationOptions options = evaluation(flags);
    static bool constants = true;
    bool wanted = flags.find('u') == std::string::npos;
    if (constants != wanted) setConstants(*CALCULATOR, constants = wanted);
    MathStructure result;
    takeMessages();
    bool finished = CALCULATOR->calculate(&result, expression, milliseconds, options);
    if (!finished) {
        CALCULATOR->abort();
        std::printf("timeout\t\t%s\n", takeMessages().c_str());
        return;
    }
    std::string messages = takeMessages();
    std::string text = CALCULATOR->print(result, milliseconds, printing(flags));
    const char *status = result.isAborted() ? "timeout" : result.isApproximate() ? "approximate" : "exact";
    std::printf("%s\t%s\t%s\n", status, oneLine(text).c_str(), messages.c_str());
}

} // namespace

int main() {
    Calculator calculator;
    calculator.setExchangeRatesWarningEnabled(false);
    calculator.useDecimalPoint(false);
    bool loaded = calculator.loadGlobalPrefixes() && calculator.loadGlobalUnits() && calculator.loadGlobalVariables()
        && calculator.loadGlobalFunctions();
    if (!loaded) {
        std::fprintf(stderr, "the definitions of libqalculate could not be read\n");
        return 1;
    }
    for (const char *name : forbidden) {
        if (MathFunction *function = calculator.getFunction(name)) function->setActive(false);
    }
    calculator.useIntervalArithmetic(true);

    std::string line;
    while (std::getline(std::cin, line)) {
        size_t first = line.find('\t');
        size_t second = first == std::string::npos ? first : line.find('\t', first + 1);
        if (second == std::string::npos || line.size() > longestRequest) {
            std::printf("error\t\tthe request is not well formed\n");
        } else {
            int milliseconds = std::atoi(line.substr(first + 1, second - first - 1).c_str());
            answer(line.substr(0, first), milliseconds > 0 ? milliseconds : 1000, line.substr(second + 1));
        }
        std::fflush(stdout);
    }
    // The library's own clean-up frees some of it twice.
    std::fflush(stdout);
    std::_Exit(0);
}
