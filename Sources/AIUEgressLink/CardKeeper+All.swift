internal import AIUModel
internal import AIUSystem

extension CardKeeper {
    /// Those that an earlier process has left, whose machines may still run.
    static func all(_ settings: EgressSettings) -> [VMID: CardKeeper] {
        // A folder that cannot be read holds no card.
        let names = (try? Files.names(in: settings.folder)) ?? []
        var found: [VMID: CardKeeper] = [:]
        for name in names where name.hasSuffix(".card") {
            guard let id = VMID(String(name.dropLast(".card".count))) else { continue }
            found[id] = CardKeeper(id, settings)
        }
        return found
    }
}
