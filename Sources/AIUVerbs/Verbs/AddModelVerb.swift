internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// `aiu model add`: reads a file as the person who types, and sends it to the supervisor.
struct AddModelVerb {
    /// The last write to a slow disk.
    private static let idleLimit: Duration = .seconds(60)

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let source = try session.arguments.required("file")
        let name = try name(for: source)
        let role = try session.arguments.option("use").map(ModelVerb.role)
        let input = try UploadSource(source, of: "a model")
        let size = try input.size()
        let view: ModelView = try input.send(
            Calls.addModel(AddModel(name: name, role: role, size: size)),
            "adding \(source == "-" ? "'\(name)'" : source)",
            whole: size.map { " of \(SizeText.approximate($0.bytes))" } ?? "", idleLimit: Self.idleLimit, session)
        try session.answer(
            try JSON(encoding: view), names: { [name.text] },
            table: { Self.sentence(view, role: role) })
        return 0
    }

    /// What was added, for people.
    static func sentence(_ view: ModelView, role: ModelRole?) -> String {
        let summary = view.record.summary
        let size = SizeText.approximate(view.record.size.bytes)
        let use = role.map { ", used for \($0.rawValue)" } ?? ""
        return "'\(view.record.name)' is added: \(summary.architecture), \(CountText.approximate(summary.parameters)) "
            + "parameters, \(summary.quantisation), \(size)\(use)\n"
    }

    private func name(for source: String) throws -> ModelName {
        if let text = session.arguments.option("name") { return try ModelVerb.name(text) }
        guard source != "-", let name = ModelName(forFile: source) else {
            throw session.arguments.error("name the model with `--name`")
        }
        return name
    }
}
