internal import AIUSystem
package import AIUWire
internal import Glibc

/// A terminal in raw mode, put back as it was when this goes away.
package final class RawTerminal {
    private let descriptor: Int32
    private let original: termios

    /// Nil when the descriptor is not a terminal.
    package init?(_ descriptor: Int32) {
        var settings = termios()
        guard isatty(descriptor) == 1, unsafe tcgetattr(descriptor, &settings) == 0 else { return nil }
        self.descriptor = descriptor
        original = settings
        enter()
    }

    deinit { restore() }

    package func enter() {
        var raw = original
        unsafe cfmakeraw(&raw)
        _ = unsafe tcsetattr(descriptor, TCSADRAIN, &raw)
    }

    package func restore() {
        var settings = original
        _ = unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
    }

    /// Stops this process as Ctrl-Z does, with the terminal as it was meanwhile.
    package func suspend() {
        restore()
        _ = kill(getpid(), SIGSTOP)
        enter()
    }

    /// The size of the terminal behind a descriptor; 24 × 80 when it does not know.
    package static func size(of descriptor: Int32) -> ExecuteRequest.Terminal {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return .init(rows: 24, columns: 80)
        }
        return .init(rows: size.ws_row, columns: size.ws_col)
    }

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
