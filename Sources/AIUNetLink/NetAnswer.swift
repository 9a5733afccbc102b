package import AIUModel

/// What the program with the privileges over networks answers.
package struct NetAnswer: Codable, Equatable, Sendable {
    /// A process that was started; a handle of it comes along.
    package struct Entered: Codable, Equatable, Sendable {
        package var pid: Int32
        /// Which namespace it was put into, whatever the name leads to later.
        package var identity: String

        package init(pid: Int32, identity: String) {
            self.pid = pid
            self.identity = identity
        }
    }

    /// Why it was not done; nothing else is said then.
    package var problem: String?
    package var entered: Entered?
    /// By device: cards that have rules.
    package var used: [String: CardUse]?
    /// Why names will not be found, where all else works.
    package var warning: String?

    package init(problem: String? = nil, entered: Entered? = nil) {
        self.problem = problem
        self.entered = entered
    }

    package init(used: [String: CardUse]) { self.used = used }
    package init(warning: String?) { self.warning = warning }
}
