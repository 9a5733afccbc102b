package import AIUCommandLine
package import AIUSystem
package import AIUWire

/// Facts for people.
package enum MemoryText {
    package static func table(_ facts: [MemoryFact], now: Timestamp, width: Int?, style: Style) -> String {
        guard !facts.isEmpty else { return "nothing is remembered\n" }
        var table = Table([.init("NUMBER", .right), .init("TOLD"), .init("FACT", mayShrink: true)], style: style)
        for fact in facts {
            // A guest's number may be anything.
            let isTime = (0..<253_402_300_800_000).contains(fact.time)
            let told = isTime ? DurationText.ago(.milliseconds(now.milliseconds - fact.time)) : "?"
            table.add([String(fact.number), told, fact.text])
        }
        return table.render(width: width)
    }
}
