package import AIUNetLink
package import AIUSeal

/// How VMs' proxies are run.
package struct EgressSettings: Sendable {
    package var program: String
    /// Where each VM has a folder of sockets.
    package var runDirectory: String
    /// Logs and counters.
    package var folder: String
    package var secretsFolder: String
    /// What secrets are kept under; nil: as they are, for nobody else to read.
    package var seal: SecretSeal?
    /// A file of certificates that are trusted beside the host's own.
    package var roots: String?
    /// Who starts proxies in other network namespaces, or why nobody does.
    package var networks: Result<NetHelper, NetProblem> = .failure(
        NetProblem("proxies are not started in network namespaces here"))
    /// Between two looks whether a proxy's namespace is still there.
    package var lookEvery: Duration = .milliseconds(250)
    /// How long a proxy that runs may take to put new rules in force, before it is ended.
    package var applyLimit: Duration = .milliseconds(900)
    /// The same for one that is being started.
    package var startLimit: Duration = .seconds(5)
    /// How long it may take to make a VM's authority, which takes milliseconds.
    package var authorityLimit: Duration = .seconds(3)
    package var firstDelay: Duration = .milliseconds(100)
    package var longestDelay: Duration = .seconds(30)
    /// Between two questions for what was used.
    package var countEvery: Duration = .seconds(5)
    /// The same for what passes network cards.
    package var countCardsEvery: Duration = .seconds(1)
    /// How long a proxy that is to end may take for its last count.
    package var lastCount: Duration = .milliseconds(200)
    /// Until a log that could not be written is tried again.
    package var logRetry: Duration = .seconds(1)

    package init(
        program: String, runDirectory: String, folder: String, secretsFolder: String
    ) {
        self.program = program
        self.runDirectory = runDirectory
        self.folder = folder
        self.secretsFolder = secretsFolder
    }
}
