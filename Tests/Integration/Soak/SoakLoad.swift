import AIUSystem
import Glibc
import Testing

/// Everybody who works during a long run: users of VMs that come and go, and users of the witness, which stays.
struct SoakLoad {
    private static let patience: Duration = .seconds(180)

    private let slots = ["red", "green"].map { LoadSlot($0) }
    private let users: [ScriptedUser]
    /// Open all along: a stream of many small pieces.
    private let stream: Held

    var acknowledged: Int { slots.map(\.acknowledged).reduce(0, +) + users.map(\.acknowledged).reduce(0, +) }

    init(_ machine: borrowing Machine) throws {
        let state = machine.state
        try Files.replace("\(state)/sent", with: [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }))
        users = [
            ScriptedUser("visitor", Self.visits(state)), ScriptedUser("impatient", Self.abandonments(state)),
            ScriptedUser("archivist", Self.archives(state)),
        ]
        stream = Held(try machine.start(["exec", "witness", "--", "sh", "-c", "while :; do date; sleep 0.1; done"]))
    }

    /// Commands and copies in the witness, changes of what it lives by, and what is refused.
    private static func visits(_ state: String) -> [ScriptedUser.Command] {
        [
            .init(arguments: ["exec", "witness", "--", "true"]),
            .init(arguments: ["cp", "\(state)/sent", "witness:/workspace/sent"]),
            .init(arguments: ["exec", "witness", "--", "sh", "-c", "cat /workspace/sent /workspace/sent"]),
            .init(arguments: ["cp", "witness:/workspace/sent", "\(state)/received"]),
            .init(arguments: ["exec", "witness", "--", "sh", "-c", "exit 3"], ending: .status(3)),
            .init(arguments: ["config", "set", "witness", "token_limits.response_max=200"]),
            .init(arguments: ["config", "set", "witness", "token_limits.response_max=300"]),
            .init(arguments: ["ping", "witness", "--count", "3"]),
            .init(arguments: ["logs", "witness"]),
            .init(arguments: ["inspect", "witness"]),
            .init(arguments: ["start", "nobody"], ending: .status(66)),
        ]
    }

    /// Clients that are killed: nobody says good-bye to aiud and to the agent.
    private static func abandonments(_ state: String) -> [ScriptedUser.Command] {
        [
            .init(arguments: ["exec", "witness", "--", "sleep", "600"], ending: .abandoned(after: .milliseconds(300))),
            .init(
                arguments: ["exec", "witness", "--", "cat", "/dev/zero"],
                ending: .abandoned(after: .milliseconds(200))),
            .init(arguments: ["events", "--follow"], ending: .abandoned(after: .milliseconds(300))),
            .init(arguments: ["logs", "--follow", "witness"], ending: .abandoned(after: .milliseconds(300))),
        ]
    }

    /// One VM's way through everything that the other users do not do.
    private static func archives(_ state: String) -> [ScriptedUser.Command] {
        [
            .init(arguments: ["create", "black", "--memory", "128MB", "--label", "team=soak"]),
            .init(arguments: ["protect", "black"]),
            .init(arguments: ["delete", "black"], ending: .status(1)),
            .init(arguments: ["unprotect", "black"]),
            .init(arguments: ["start", "black"]),
            .init(arguments: ["export", "black", "--live", "--force", "-o", "\(state)/black.aiu"]),
            .init(arguments: ["clone", "black", "white", "--live"]),
            .init(arguments: ["delete", "black", "--force"]),
            .init(arguments: ["recover", "black"]),
            .init(arguments: ["delete", "black", "--purge"]),
            .init(arguments: ["import", "\(state)/black.aiu", "--name", "brown"]),
            .init(arguments: ["start", "brown"]),
            .init(arguments: ["rename", "brown", "grey"]),
            .init(arguments: ["ping", "grey"]),
            .init(arguments: ["stop", "grey"]),
            .init(arguments: ["delete", "grey", "white", "--purge"]),
        ]
    }

    func work(until moment: ContinuousClock.Instant, on machine: borrowing Machine, _ generator: inout SeededGenerator)
        throws
    {
        while .now < moment {
            for slot in slots { try slot.go(on: machine, &generator) }
            for user in users { try user.go(on: machine) }
            usleep(5_000)
        }
    }

    /// Lets everybody end what they do, and takes away every VM but the witness.
    func rest(on machine: borrowing Machine) throws {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            for user in users { try user.finish(on: machine) }
            let areIdle = try slots.allSatisfy { try $0.collect(isInterrupted: false, on: machine) }
            if areIdle, users.allSatisfy(\.isAtRest) { break }
            let working = slots.filter(\.isBusy).map(\.description) + users.filter { !$0.isAtRest }.map(\.description)
            try #require(.now < deadline, "a command does not end: \(working)")
            usleep(5_000)
        }
        for slot in slots {
            for belief in slot.beliefs.prefix(1) {
                if belief.exists { try remove(slot.name, machine) }
                if belief.hasClone { try remove(slot.cloneName, machine) }
                slot.did(.delete)
                slot.did(.dropClone)
            }
        }
        #expect(try machine.names() == ["witness"])
        #expect(try stream.child.poll() == nil, "a command's stream ended by itself")
        // What clients that were killed had started must not go on in the guest.
        let look = "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'sleep 6[0]0' || true"
        let leftOver = ["exec", "witness", "--", "sh", "-c", look]
        #expect(try machine.eventually { try machine.aiu(leftOver).output.isEmpty })
        #expect(try Files.read("\(machine.state)/sent") == Files.read("\(machine.state)/received"))
    }

    private func remove(_ name: String, _ machine: borrowing Machine) throws {
        let result = try machine.aiu("delete", "--force", "--purge", name)
        #expect(result.status == 0, "\(result.errors)")
    }
}
