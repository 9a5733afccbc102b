import AIUJSON
import AIUTools
import AIUWire
import Testing

/// What people ask to be computed, and what comes out.
@Suite struct CalculatorTests {
    @Test(
        "arithmetic, in signs and in words",
        arguments: [
            ("17.5% of 248", "43.4"), ("what's 15% of 80?", "12"), ("square root of 1764", "42"),
            ("12 * (3 + 4) - 5", "79"), ("2 to the power of 10", "1024"), ("7 × 8", "56"), ("15 ÷ 4", "3.75"),
            ("√144 + 5²", "37"), ("half of 246", "123"), ("2/3 of 90", "60"), ("12!", "479001600"), ("0.1+0.2", "0.3"),
            ("1/3 + 1/7", "0.47619047619"), ("one hundred and twenty five times four", "500"), ("10 choose 3", "120"),
            ("sin(30 degrees)", "0.5"), ("log 1000", "3"), ("log base 2 of 8", "3"), ("ln(e^2)", "2"),
            ("gcd of 12 and 18", "6"), ("sum of 2, 3 and 4", "9"), ("subtract 15 from 100", "85"), ("23 mod 5", "3"),
            ("255 in hex", "0xff"), ("0xff + 1", "256"), ("0.75 as a percentage", "75%"), ("1,234,567 * 2", "2469134"),
            ("1/2 + 1/3 as a fraction", "5/6"), ("is 97 prime", "true"), ("prime factors of 360", "2^3 × 3^2 × 5"),
            ("2^200", "1606938044258990275541962092341162602522202993782792835301376"), ("-5 + 3", "-2"),
            ("3 * -2", "-6"), ("round(3.14159, 2)", "3.14"), ("10% of 20% of 500", "10"), ("pi", "3.14159265359"),
            ("5 eggs plus 3", "8"), ("16 books at 4 each", "64"), ("5 from 12", "7"), ("86 among 4 people", "21.5"),
            ("2 to the 10", "1024"), ("fourth root of 81", "3"), ("two thirds of 90", "60"), ("12 por 3", "36"),
            ("remainder of 21 divided by 10", "1"), ("18 years at 4% interest 1,025", "2076.46"),
            ("12h30 + 4h45 in minutes", "1035 minutes"),
            ("45 add 12", "57"), ("45 divide by 3", "15"), ("8 hours at 15 an hour", "120"),
            ("compound interest on 1000 at 5% for 10 years", "628.89"),
        ])
    func arithmetic(expression: String, result: String) throws {
        try #require(ToolCall.engines != nil)
        let text = try ToolCall.text("calculator", ["expression": .string(expression)])
        #expect(text == result)
    }

    @Test(
        "percentages that are questions",
        arguments: [
            ("20% off 85", "68"), ("18% tip on $64.50", "11.61"), ("what percent of 250 is 40", "16%"),
            ("40 is what percent of 250", "16%"), ("percent change from 80 to 100", "25%"),
            ("increase 80 by 15%", "92"),
            ("200 + 15%", "230"), ("add 19% to 250", "297.5"), ("€120 + 19%", "142.8"), ("decrease 80 by 10%", "72"),
        ])
    func percentages(expression: String, result: String) throws {
        try #require(ToolCall.engines != nil)
        let text = try ToolCall.text("calculator", ["expression": .string(expression)])
        #expect(text == result)
    }

    @Test(
        "units",
        arguments: [
            ("5 miles in km", "8.04672 km"), ("how many feet are in 2 miles", "10560 feet"), ("30 C to F", "86 °F"),
            ("5 feet 11 inches in cm", "180.34 cm"), ("5'11\" in cm", "180.34 cm"),
            ("1.5 hours in minutes", "90 minutes"),
            ("how many ounces in a pound", "16 ounces"), ("60 mph * 2.5 hours in miles", "150 miles"),
            ("8 GB / 100 Mbps in minutes", "10.6666666667 minutes"), ("seconds in a day", "86400 seconds"),
            ("20 meters per second to km/h", "72 km/h"), ("1 acre in square meters", "4046.8564224 square meters"),
            ("5 km + 300 m", "5300 m"), ("0 celsius in kelvin", "273.15 kelvin"),
            ("2 1/2 cups in ml", "591.47059125 ml"),
        ])
    func units(expression: String, result: String) throws {
        try #require(ToolCall.engines != nil)
        let text = try ToolCall.text("calculator", ["expression": .string(expression)])
        #expect(text == result)
    }

    @Test(
        "other languages",
        arguments: [
            ("de", "Wurzel aus 144", "12"), ("de", "15 Prozent von 80", "12"), ("de", "3,5 mal 2", "7"),
            ("de", "2 hoch 8", "256"),
            ("de", "wie viele Meter sind 3 Meilen", "4828.032 Meter"), ("fr", "racine carrée de 81", "9"),
            ("fr", "20 % de 150", "30"), ("fr", "5 pouces en cm", "12.7 cm"), ("es", "raíz cuadrada de 64", "8"),
            ("es", "cuántos kilómetros son 10 millas", "16.09344 kilómetros"), ("it", "il 15% di 80", "12"),
            ("it", "5 miglia in km", "8.04672 km"), ("pt", "10 milhas em km", "16.09344 km"),
            ("nl", "vierkantswortel van 25", "5"),
            ("pl", "pierwiastek z 36", "6"), ("de", "1.234,5 + 0,5", "1235"),
        ])
    func languages(language: String, expression: String, result: String) throws {
        try #require(ToolCall.engines != nil)
        let text = try ToolCall.text("calculator", ["expression": .string(expression)], languages: [language])
        #expect(text == result)
    }

    @Test(
        "dates and times, on 21 November 2026",
        arguments: [
            ("how many days until Christmas", "34"), ("days between 2024-01-15 and 2024-03-01", "46"),
            ("90 days from today", "2027-02-19"), ("what day of the week is July 4, 2026", "Saturday"),
            ("3 weeks before March 3, 2025", "2025-02-10"), ("how long from 9:15 to 17:45", "8:30"),
            ("3:45 pm plus 90 minutes", "17:15"), ("19:30 minus 45 minutes", "18:45"), ("is 2024 a leap year", "true"),
            ("how old is someone born on 12 May 1990", "36"), ("45 days before Christmas what date", "2026-11-10"),
            ("wie viele Tage bis Weihnachten", "34"), ("combien de jours jusqu'à Noël", "34"),
            ("tomorrow", "2026-11-22"),
            ("how many weeks between 2026-01-01 and 2026-01-29", "4"), ("2026-01-31 plus 1 month", "2026-02-28"),
            ("5 business days after 2026-11-20", "2026-11-27"), ("how many days in February 2024", "29"),
            ("days until Easter", "127"), ("next Friday", "2026-11-27"), ("2 months ago what date", "2026-09-21"),
        ])
    func dates(expression: String, result: String) throws {
        let day = try #require(CalendarDay(2026, 11, 21))
        let tool = Calculator(now: { Moment(day, 10, 0) })
        let reply = try tool.run(ToolCall.invocation("calculator", ["expression": .string(expression)]))
        #expect(reply.text == result)
    }

    @Test(
        "what cannot be computed is said in one sentence",
        arguments: [
            ("1/0", "invalid: \"1/0\" divides by zero"),
            ("5 plus eggs", "invalid: The calculator does not understand \"eggs\""),
            ("6 by 7", "invalid: \"6 by 7\" can be a product or a quotient"),
            ("100 USD in EUR", "unavailable: Exchange rates change every day"), ("3 +", "invalid"), ("2^^3", "invalid"),
            ("sqrt(-4)", "invalid: \"sqrt(-4)\" has no result among the real numbers."),
            ("5 kg in meters", "invalid: \"5 kg in meters\" converts between things of different kinds"),
            ("hello", "invalid"), ("   ", "invalid"), ("load(/etc/passwd)", "invalid"), ("command(\"id\")", "invalid"),
            (String(repeating: "9", count: 9000), "tooLarge"), (String(repeating: "(", count: 5000), ""),
            ("?", "invalid"),
        ])
    func refusals(expression: String, start: String) throws {
        try #require(ToolCall.engines != nil)
        let reply = try ToolCall.reply("calculator", ["expression": .string(expression)])
        if let failure = reply.failure {
            #expect("\(failure.reason): \(failure.message)".hasPrefix(start))
            #expect(failure.message.utf8.count < 400)
        } else {
            #expect(start.isEmpty, "\(reply.text)")
        }
    }

    @Test("what is too large to be written out is written with a power of ten, or takes too long")
    func huge() throws {
        try #require(ToolCall.engines != nil)
        let reply = try ToolCall.reply("calculator", ["expression": "10000000!"])
        #expect(reply.failure?.reason == .timedOut || reply.text == "1.20242340052e65657059", "\(reply.text)")
    }
}
