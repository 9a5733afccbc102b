/// What a stream from a guest may cost besides its tokens.
package struct MeterLimits: Sendable {
    /// Everything that is not the answer's text: so much, and more with each granted token, up to the most.
    package var beside = 16 * 1024
    package var besidePerToken = 32
    package var mostBeside = 192 * 1024
    /// The text of one answer. What a guest keeps of one fits a frame.
    package var text = 256 * 1024
    package var frames = 1_000_000
    /// A guest that says nothing for so long.
    package var silence: Duration = .seconds(600)
    /// From the first byte to the last.
    package var whole: Duration = .seconds(3600)
    /// After the last token a guest may still say how it came to the answer.
    package var closing: Duration = .seconds(1)

    package init() {}

    func beside(for tokens: Int) -> Int {
        let (more, overflow) = tokens.multipliedReportingOverflow(by: besidePerToken)
        return overflow || more > mostBeside - beside ? mostBeside : beside + more
    }
}
