internal import AIUModel

extension Routes {
    private static let profile = Schema.reference("Profile")

    /// Presets that users made.
    static let profiles: [Route] = [
        Route(
            method: .get, template: "/v1/profiles", identifier: "listProfiles", permission: .see,
            summary: "All profiles, by name.",
            answer: .json(200, .array(of: profile))
        ) { _, context async throws(Failure) in
            try .value(try await context.control.profiles())
        },
        Route(
            method: .get, template: "/v1/profiles/{profile}", identifier: "readProfile", permission: .see,
            summary: "One profile.",
            answer: .json(200, profile), refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            let name = try request.profileName()
            let all = try await context.control.profiles()
            guard let profile = all.first(where: { $0.name == name }) else {
                let nearest = Nearest.word(to: name.text, in: all.map(\.name.text))
                let way = nearest.map { "did you mean '\($0)'?" } ?? "`aiu profile ls` shows them"
                throw Failure(.notFound, "there is no profile '\(name)'; \(way)")
            }
            return try .value(profile)
        },
        Route(
            method: .put, template: "/v1/profiles/{profile}", identifier: "setProfile", permission: .operate,
            summary: "Makes a profile or changes it.", body: .json("SetProfile", optional: false),
            answer: .json(200, profile), refusals: [.invalid]
        ) { request, context async throws(Failure) in
            let name = try request.profileName()
            let wish = try request.decode(SetProfile.self)
            return try .value(
                try await context.control.setProfile(Profile(name: name, configuration: wish.configuration)))
        },
        Route(
            method: .delete, template: "/v1/profiles/{profile}", identifier: "deleteProfile", permission: .operate,
            summary: "Removes a profile; VMs that were made with it stay.", answer: .none(204),
            refusals: [.invalid, .notFound]
        ) { request, context async throws(Failure) in
            try await context.control.deleteProfile(try request.profileName())
            return .empty
        },
    ]
}
