/// What a command line asks for.
package enum Invocation: Sendable {
    case run(Arguments)
    /// The commands from the program down to the one that is asked about.
    case help([Command])
    case version
    /// A script that teaches a shell to complete.
    case completionScript(Shell)
    /// Asked by such a script: what could stand in place of the last word.
    case complete([String])
}
