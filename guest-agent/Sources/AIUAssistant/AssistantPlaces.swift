internal import AIUWire

/// Where the assistant finds what it works with; the tests have other places.
package struct AssistantPlaces: Sendable {
    package var configuration = "/etc/aiu_config.json"
    package var tools = "/usr/share/aiu/tools.json"
    package var phrases = "/usr/share/aiu/phrases.json"
    package var flavour = "/usr/share/aiu/flavour"
    package var conversations = "/var/lib/aiu/conversations"
    package var attachedModels = AttachedModel.list
    package var memory = "/var/lib/aiu/memory"
    package var toolDoor = "/run/aiu/agent.sock"
    package var inferenceDoor = "/run/aiu/inference.sock"
    package var toolProgram = "/usr/lib/aiu/aiu-tool"
    package var workspace = "/workspace"
    /// Who runs tools.
    package var toolUser = "aiu"

    package init() {}
}
