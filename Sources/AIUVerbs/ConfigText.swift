internal import AIUClient
internal import AIUCommandLine
package import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc

/// Configurations as texts: fields, assignments and files of the command line.
package enum ConfigText {
    package static func path(_ text: String) throws(Problem) -> ConfigPath {
        do throws(Failure) { return try ConfigPath(parsing: text) } catch { throw Problem(.usage, error.message) }
    }

    package static func assignment(_ text: String) throws(Problem) -> ConfigAssignment {
        do throws(Failure) { return try ConfigAssignment(parsing: text) } catch { throw Problem(.usage, error.message) }
    }

    static func parse(_ document: String) throws(Problem) -> JSON {
        do throws(JSONError) { return try JSON(parsing: document) } catch {
            throw Problem(.internalError, "aiud sent a configuration that is no JSON: \(error)")
        }
    }

    /// For scripts: a text without its quotes, nothing for what is not there.
    package static func plain(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.stringValue.map { SafeText.line($0) } ?? value.text()
    }

    /// In what a preset differs from what is usual.
    static func sayings(of preset: Preset) -> String {
        let usual = AIUConfig.default.json
        let members = (preset.config.json.membersValue ?? []).compactMap { member -> JSON.Member? in
            guard member.value != usual[member.name] else { return nil }
            guard let inner = member.value.membersValue else { return member }
            return .init(member.name, .object(inner.filter { $0.value != usual[member.name]?[$0.name] }))
        }
        return JSON.object(members).text()
    }

    /// A file that was named, or standard input.
    static func read(_ path: String) throws -> String {
        try StandardInput.text(orOfFile: path, "a configuration", limit: VMWish.longestConfiguration)
    }
}
