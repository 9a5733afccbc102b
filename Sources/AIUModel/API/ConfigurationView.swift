/// What a VM lives by, and how far it has got there.
package struct ConfigurationView: Equatable, Sendable, Codable {
    /// The canonical text of its `aiu_config.json`.
    package var document: String
    package var digest: String
    /// Rises by one with every accepted change; 1 for the document of the creation.
    package var revision: Int
    /// What the agent said it lives by; nil when the VM does not run.
    package var digestInGuest: String?
    /// Fields whose new value waits for the next start.
    package var waiting: [String]

    package init(document: String, digest: String, revision: Int, digestInGuest: String?, waiting: [String]) {
        self.document = document
        self.digest = digest
        self.revision = revision
        self.digestInGuest = digestInGuest
        self.waiting = waiting
    }
}
