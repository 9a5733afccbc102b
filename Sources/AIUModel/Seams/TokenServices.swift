/// What the interface needs to count tokens and to meter answers.
package struct TokenServices: Sendable {
    package var counter: any TokenCounting
    /// Nil: answers go through as they come.
    package var metering: (any Metering)?

    package init(counter: any TokenCounting, metering: (any Metering)?) {
        self.counter = counter
        self.metering = metering
    }
}
