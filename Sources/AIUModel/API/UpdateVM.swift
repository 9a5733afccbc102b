/// Changes to what is only written down about a VM.
package struct UpdateVM: Equatable, Sendable, Codable {
    package var protected: Bool?
    package var labels: [String: String]?
    /// Keys of labels to take away.
    package var removedLabels: [String]?

    package init(protected: Bool? = nil, labels: [String: String]? = nil, removedLabels: [String]? = nil) {
        self.protected = protected
        self.labels = labels
        self.removedLabels = removedLabels
    }
}
