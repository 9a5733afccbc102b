/// When a budget runs out if things go on as in the last days.
package struct TokenForecast: Equatable, Sendable, Codable {
    package var account: TokenAccount
    /// Over how many days the rate was taken; the first of them is the first with any use.
    package var days: Int
    package var tokensPerDay: Int
    /// Milliseconds since 1970; `nil` when it does not run out in its window.
    package var runsOut: Int64?
    /// The same for people.
    package var sentence: String

    package init(
        account: TokenAccount, days: Int, tokensPerDay: Int, runsOut: Int64?, sentence: String
    ) {
        self.account = account
        self.days = days
        self.tokensPerDay = tokensPerDay
        self.runsOut = runsOut
        self.sentence = sentence
    }
}
