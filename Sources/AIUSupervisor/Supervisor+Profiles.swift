internal import AIUJSON
package import AIUModel

extension Supervisor {
    private static let mostProfiles = 200

    package func profiles() async throws(Failure) -> [Profile] { try effects.profiles() }

    package func setProfile(_ profile: Profile) async throws(Failure) -> Profile {
        guard profile.configuration.utf8.count <= ConfigBounds.documentBytes else {
            throw Failure(
                .invalid, "the profile '\(profile.name)' is longer than \(ConfigBounds.documentBytes) bytes")
        }
        do {
            _ = try AIUConfig.parse(Array(profile.configuration.utf8))
        } catch {
            throw Failure(.invalid, "the profile '\(profile.name)' is refused: \(error)")
        }
        let known = try effects.profiles()
        if known.contains(profile) { return profile }
        guard known.count < Self.mostProfiles || known.contains(where: { $0.name == profile.name }) else {
            throw Failure(.conflict, "there are \(Self.mostProfiles) profiles already; delete one that is not used")
        }
        try effects.setProfile(profile)
        await hub.post(.profileSaved, detail: profile.name.text)
        return profile
    }

    package func deleteProfile(_ name: ProfileName) async throws(Failure) {
        guard try effects.removeProfile(name) else {
            let close = NearestName.find(name.text, in: try effects.profiles().map(\.name.text))
            throw Failure(
                .notFound, "there is no profile '\(name)'" + (close.map { "; did you mean '\($0)'?" } ?? ""))
        }
        await hub.post(.profileDeleted, detail: name.text)
    }
}
