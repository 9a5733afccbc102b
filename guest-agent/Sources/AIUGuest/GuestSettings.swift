/// How the agent behaves; the tests change what would need a VM.
package struct GuestSettings: Sendable {
    /// Who runs commands when the request does not say; nil keeps the agent's own user.
    package var defaultUser: String? = "aiu"
    package var workspace = "/workspace"
    /// Its file system is flushed before a copy is confirmed: what was acknowledged survives the end of the VM.
    package var flushedFolder: String? = "/"
    package var userDatabase = "/etc/passwd"
    /// Of one process of a command.
    package var mostOpenFiles: UInt64 = 65_536
    package var mostOperations = 256
    /// How long a new connection may take to say what it is for.
    package var requestLimit: Duration = .seconds(10)
    /// Between SIGTERM and SIGKILL of a command that ran out of time.
    package var killDelay: Duration = .seconds(2)
    /// How long the outputs of an ended command are waited for while something else keeps them open.
    package var drainDelay: Duration = .seconds(1)
    /// How long a finished connection waits for the other end to read its last frame and close.
    package var lingerLimit: Duration = .seconds(5)
    package var welcomeLimit: Duration = .seconds(5)
    package var environment: [String] = []
    /// What tells programs the way out, while there is one.
    package var networkEnvironment: [String] = []
    package var door = "/usr/lib/aiu/aiu-door"
    /// Nobody else's, so that no other program can act in its place; nil keeps the agent's own.
    package var doorUser: UInt32? = 991
    package var proxyPort: UInt16 = 3128
    package var namePort: UInt16 = 53
    package var resolverFile = "/etc/resolv.conf"
    package var assistant = "/usr/lib/aiu/aiu-assistant"
    package var inference = "/usr/lib/aiu/aiu-inference"
    /// Who the assistant and the engine run as: neither root nor the user whose commands they order.
    package var assistantUser: String? = "aiu-mind"
    package var toolDoor = "/run/aiu/agent.sock"
    package var inferenceDoor = "/run/aiu/inference.sock"

    package init() {}
}
