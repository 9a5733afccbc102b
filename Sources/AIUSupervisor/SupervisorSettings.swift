/// What an administrator chose for the supervisor.
package struct SupervisorSettings: Equatable, Sendable {
    /// How long the disk of a deleted VM is kept for a recovery. Zero keeps none.
    package var keepDeleted: Duration
    /// How long a connected agent may say nothing before it counts as lost.
    package var agentSilence: Duration
    /// How long work waits for an agent that is not connected: after a restart of the supervisor it dials anew at once.
    package var redialPatience: Duration
    /// Where the files are of the models that every image has; nil where there are none.
    package var imageModels: String?

    package init(
        keepDeleted: Duration = .seconds(7 * 24 * 3600), agentSilence: Duration = .seconds(30),
        redialPatience: Duration = .seconds(5), imageModels: String? = nil
    ) {
        self.keepDeleted = keepDeleted
        self.agentSilence = agentSilence
        self.redialPatience = redialPatience
        self.imageModels = imageModels
    }
}
