internal import AIUJSON
internal import AIUModel
internal import AIUNetLink
internal import AIUSystem
internal import Glibc

/// One VM's network card, made for the machine's start, and held to the VM's rules from then on. On the loop's thread.
final class CardKeeper {
    private let settings: EgressSettings
    private let path: String
    /// What the machine was started with. Written down: the machine may outlive this process.
    private(set) var card: NetworkCard?
    /// Whether anything passes it.
    private(set) var isOpen = false
    /// Why nothing does, or why the machine has none, although the rules ask for one.
    private(set) var problem: String?
    private var rules: EgressRules?
    private var seen: CardUse?
    private var day: Int64 = -1
    /// The machine has ended, but its tap is still held.
    private(set) var isDropped = false

    static func path(of id: VMID, _ settings: EgressSettings) -> String { "\(settings.folder)/\(id).card" }

    init(_ id: VMID, _ settings: EgressSettings) {
        self.settings = settings
        path = Self.path(of: id, settings)
        // Nearly no VM has one.
        guard let bytes = try? Files.read(path, limit: 4096) else { return }
        card = try? JSONText.decode(NetworkCard.self, from: bytes)
    }

    /// For a machine that is about to start.
    func make(_ wish: NetworkCard?, _ rules: EgressRules, _ used: EgressCounters?) -> NetworkCard? {
        guard let wish else {
            problem = "it has no network card: all addresses are taken"
            return nil
        }
        do {
            try Files.replace(path, with: try JSONText.encode(wish))
            card = wish
            isDropped = false
            follow(rules, used)
            if isOpen { return card }
            // A machine never gets a card whose rules are not in force.
            card = nil
            try Files.remove(path)
        } catch {
            problem = "it has no network card: \(error)"
            card = nil
        }
        return nil
    }

    /// Holds the card to these rules: others are in force, or nothing passes, when this returns.
    func follow(_ rules: EgressRules, _ used: EgressCounters?) {
        self.rules = rules
        problem = nil
        day = used?.day ?? -1
        switch CardRules.verdict(rules) {
        case .none: close()
        case .refused(let why):
            close()
            problem = why
        case .granted(var granted):
            guard let card else {
                problem = "it gets its network card when it is started anew"
                return
            }
            if let limit = granted.bytesLeft {
                granted.bytesLeft = limit - (used?.bytesToday ?? 0)
                guard limit > used?.bytesToday ?? 0 else {
                    close()
                    problem = "nothing passes its network card: the day's bytes are used up"
                    return
                }
            }
            do throws(NetProblem) {
                problem = try settings.networks.get().put(card, granted, owner: geteuid())
                isOpen = true
            } catch {
                close()
                problem = "nothing passes its network card: \(error)"
            }
        }
    }

    /// Nothing passes when it returns.
    func close() {
        isOpen = false
        guard let card else { return }
        do throws(NetProblem) {
            try settings.networks.get().cut(card)
        } catch {
            problem = "its network card cannot be cut: \(error); stop the VM"
            Log("egress").error("\(card.device): \(error)")
        }
    }

    /// The machine has ended. False: try again, its QEMU still holds the tap.
    func drop() -> Bool {
        guard let card else { return true }
        isDropped = true
        isOpen = false
        problem = nil
        do {
            try settings.networks.get().drop(card)
            try Files.remove(path)
        } catch {
            Log("egress").debug("\(card.device): \(error)")
            return false
        }
        self.card = nil
        return true
    }

    /// What has passed since the last time. Rules that somebody else has removed are put back, and a new day has new bytes.
    func news(_ all: [String: CardUse], _ used: EgressCounters?) -> CardUse? {
        guard isOpen, let card, let rules else { return nil }
        guard let now = all[card.device] else {
            Log("egress").warning("the rules of \(card.device) were removed by somebody else; they are put back")
            seen = nil
            follow(rules, used)
            return nil
        }
        // Whoever begins to look does not know what was counted already.
        let former = seen ?? now
        seen = now
        if let used, used.day != day { follow(rules, used) }
        let more = now.since(former)
        return more == CardUse() ? nil : more
    }

    /// Where the day's bytes are used up by whatever way.
    func obeyQuota(_ used: EgressCounters?) {
        guard isOpen, let rules, let used, case .granted(let granted) = CardRules.verdict(rules),
            let limit = granted.bytesLeft, used.bytesToday >= limit
        else { return }
        follow(rules, used)
    }
}
