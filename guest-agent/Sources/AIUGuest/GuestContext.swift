package import AIUSystem

/// What all parts of the agent share.
package final class GuestContext {
    package let loop: EventLoop
    package let journal: Journal
    package var settings: GuestSettings
    let reaper: Reaper
    let scratch = Scratch()
    let users = UserDatabaseCache()
    /// Nil where control groups do not work.
    var groups: CommandGroups?

    package init(loop: EventLoop, journal: Journal, settings: GuestSettings, reaping: Reaper.Mode) {
        self.loop = loop
        self.journal = journal
        self.settings = settings
        reaper = Reaper(reaping, loop: loop)
    }
}
