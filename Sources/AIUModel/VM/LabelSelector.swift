/// Which VMs are meant: those that have all of these labels. Written `team=docs,tier=test`.
package struct LabelSelector: Equatable, Sendable, CustomStringConvertible {
    package let labels: Labels

    package init(parsing text: String) throws(Failure) {
        var wanted: [String: String?] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else {
                throw Failure(.invalid, "'\(part.prefix(80))' selects nothing: a selector is KEY=VALUE")
            }
            guard wanted.updateValue(String(sides[1]), forKey: String(sides[0])) == nil else {
                throw Failure(.invalid, "the selector names the label '\(sides[0].prefix(80))' twice")
            }
        }
        labels = try Labels().changed(by: wanted)
    }

    package func matches(_ labels: Labels) -> Bool { labels.match(self.labels.values) }

    package var description: String {
        labels.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
