/// How a request for tokens ended.
package enum TokenEnd: String, Codable, CaseIterable, Sendable {
    /// The answer was complete.
    case done
    /// The client went away, or stopped it.
    case cancelled
    /// The last granted token was let through, and there was more.
    case cut
    /// The guest failed or went away.
    case guestGone
    /// The prompt never reached the guest: nothing is charged.
    case unsent
    /// Nobody ended it in time; charged by what was let through.
    case expired
    /// The supervisor was killed; charged by what was let through.
    case crashed
    /// The machine lost power; charged by all that could have been let through.
    case powerLost
}
