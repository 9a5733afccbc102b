/// How a program ended, for scripts. Numbers from 64 up follow sysexits.h, those from 124 up the shells.
package enum ExitCode: Int32, CaseIterable, Sendable {
    /// Done.
    case ok = 0
    /// Not done, for a reason that has no number of its own.
    case failure = 1
    /// Some of several were done, some were not.
    case partial = 2
    /// No tool fits the prompt, and no model could answer it.
    case nothingFits = 3
    /// A tool was run and failed.
    case toolFailed = 4
    /// A sensitive tool was not allowed to run.
    case notConfirmed = 5
    /// A budget or a quota is used up.
    case exhausted = 6
    /// The command line could not be understood.
    case usage = 64
    /// A file or an answer was understood, but what it says is wrong.
    case badData = 65
    /// A file, VM, image or model that was named does not exist.
    case noInput = 66
    /// The supervisor, or a part that it needs, is not there.
    case unavailable = 69
    /// A fault of this program.
    case internalError = 70
    /// Something could not be created: the name is taken, the disk is full.
    case cannotCreate = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// Busy; the same command may work in a moment.
    case tryAgain = 75
    /// Not allowed.
    case noPermission = 77
    /// A configuration was refused.
    case configuration = 78
    /// The time that was given ran out.
    case timedOut = 124
    /// The command to run in the VM could not be started, for a reason other than the next two.
    case cannotStart = 125
    /// It was found, but cannot be executed.
    case cannotExecute = 126
    /// It was not found.
    case commandNotFound = 127
    /// Interrupted from the keyboard.
    case interrupted = 130

    /// For help and manual.
    package var summary: String {
        switch self {
        case .ok: "done"
        case .failure: "not done, for a reason that has no number of its own"
        case .partial: "some of several were done, some were not"
        case .nothingFits: "no tool fits the prompt, and no model could answer it"
        case .toolFailed: "a tool was run and failed"
        case .notConfirmed: "a sensitive tool was not allowed to run"
        case .exhausted: "a budget or a quota is used up"
        case .usage: "the command line could not be understood"
        case .badData: "what a file or an answer says is wrong"
        case .noInput: "a file, VM, image or model that was named does not exist"
        case .unavailable: "the supervisor, or a part that it needs, is not there"
        case .internalError: "a fault of this program"
        case .cannotCreate: "something could not be created: the name is taken, the disk is full"
        case .inputOutput: "reading or writing failed"
        case .tryAgain: "busy; the same command may work in a moment"
        case .noPermission: "not allowed"
        case .configuration: "a configuration was refused"
        case .timedOut: "the time that was given ran out"
        case .cannotStart: "the command to run in the VM could not be started"
        case .cannotExecute: "that command was found, but cannot be executed"
        case .commandNotFound: "that command was not found"
        case .interrupted: "interrupted from the keyboard"
        }
    }
}
