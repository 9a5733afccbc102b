internal import AIUJSON
internal import AIURouter
internal import AIUSystem
internal import AIUWire

/// The documents in the guest that say what the assistant may do and how it speaks.
struct GuestDocuments {
    private static let longest = 1 << 20

    let places: AssistantPlaces

    /// What the configuration says, under what the host says for this request.
    func policy(_ limits: HostLimits?) throws(AssistantError) -> GuestPolicy {
        let policy = try policy()
        guard limits != nil else { return policy }
        return policy.limited(by: limits, among: try registry(policy).tools.map(\.name))
    }

    private func policy() throws(AssistantError) -> GuestPolicy {
        let text = try read(places.configuration)
        do throws(PolicyError) {
            return try GuestPolicy(document: text)
        } catch {
            throw .broken("\(error)")
        }
    }

    func registry(_ policy: GuestPolicy) throws(AssistantError) -> ToolRegistry {
        let text = try read(places.tools)
        let flavour = try flavour()
        do throws(JSONError) {
            return try ToolRegistry(file: text, enabled: policy.tools, flavour: flavour, denied: policy.denied)
        } catch {
            throw .broken("\(places.tools): \(error)")
        }
    }

    func phrases() throws(AssistantError) -> PhraseBook {
        let text = try read(places.phrases)
        do throws(PhraseError) {
            return try PhraseBook(file: text)
        } catch {
            throw .broken("\(error)")
        }
    }

    private func flavour() throws(AssistantError) -> String {
        String(decoding: try read(places.flavour).filter { $0 > 0x20 }, as: UTF8.self)
    }

    private func read(_ path: String) throws(AssistantError) -> [UInt8] {
        do throws(SystemError) {
            return try Files.read(path, limit: Self.longest)
        } catch {
            throw .broken("the image of this VM is not whole: \(error)")
        }
    }
}
