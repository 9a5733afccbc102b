/// What is known of the numbers, dates or words of one column in one group of rows.
struct Aggregate: Sendable {
    var sum = DecimalSum()
    /// Values that count: numbers in a column of numbers.
    var count = 0
    /// Neither a number nor empty.
    var ignored = 0
    var least: Extreme?
    var greatest: Extreme?

    /// The smallest or largest value, and where it stood.
    struct Extreme: Sendable {
        var order: Double
        /// For what is no number.
        var text: String?
        var row: [String]
    }
}
