internal import AIUModel

/// The values that requests and answers carry, by the names under which the OpenAPI document lists them.
enum Schemas {
    static let ordered: [(name: String, schema: Schema)] =
        requests + orders + vms + configurations + network + models + assist + audit + budgets + people + policy
        + system

    static let named = Dictionary(uniqueKeysWithValues: ordered.map { ($0.name, $0.schema) })

    static let time = Schema.count
    static let labels = Schema.map(of: .text(atMost: 63))
    static let digest = Schema.text(pattern: "^[0-9a-f]*$")

    private static let requests: [(name: String, schema: Schema)] = [
        (
            "CreateVM",
            .object([
                maybe("name", .text(atMost: 63), "Chosen by the supervisor when left out."),
                maybe("ephemeral", .boolean, "The VM is deleted when it stops."),
                maybe("flavour", .text(atMost: 63), "`micro` when left out."),
                maybe("preset", .text(atMost: 63), "A built-in preset or a profile."),
                maybe("configuration", .text(atMost: 65536), "The text of an `aiu_config.json`."),
                maybe("processors", .integer(1...1024), "Wins over preset and configuration."),
                maybe("memory", .size, "Wins over preset and configuration."),
                maybe("storage", .size, "Wins over preset and configuration."),
                maybe("encrypt", .boolean, "Its disk is encrypted; so it is where configuration or policy want that."),
                maybe("labels", labels),
                maybe("project", .text(atMost: 256), "Of the policy; the first of its owner when left out."),
                maybe("start", .boolean, "Boots the VM and answers when its agent is ready."),
                maybe("timeoutMilliseconds", .milliseconds),
            ])
        ),
        ("StartVM", .object([maybe("timeoutMilliseconds", .milliseconds, "A minute when left out.")])),
        (
            "StopVM",
            .object([
                maybe("force", .boolean, "Ends the VM at once instead of asking its agent first."),
                maybe("timeoutMilliseconds", .milliseconds, "How long the guest gets; 10 seconds when left out."),
            ])
        ),
        (
            "RestartVM",
            .object([
                maybe("force", .boolean, "Ends the VM at once instead of asking its agent first."),
                maybe("stopTimeoutMilliseconds", .milliseconds, "How long the guest gets; 10 seconds when left out."),
                maybe("timeoutMilliseconds", .milliseconds, "How long the new start may take; a minute when left out."),
            ])
        ),
        (
            "ExecuteVM",
            .object([
                always("command", .array(of: .text(), atLeast: 1, atMost: 1024), "The program and its arguments."),
                maybe("environment", .array(of: .text(), atMost: 1024), "`NAME=value` each."),
                maybe("directory", .text(atMost: 4096)),
                maybe("user", .text(atMost: 63), "The unprivileged `aiu` when left out."),
                maybe("input", .text(), "Standard input as text."),
                maybe("inputBase64", .text(), "Standard input as bytes; at most one of the two."),
                maybe("timeoutMilliseconds", .milliseconds, "A minute when left out."),
                maybe("outputLimit", .integer(0...Int64(ExecuteVM.largestOutput)), "Bytes of output kept."),
            ])
        ),
    ]

    private static let vms: [(name: String, schema: Schema)] = [
        (
            "ExecuteResult",
            .object([
                always("exit", .reference("ExitReport")),
                always(
                    "stdout", .text(), "Bytes that are not UTF-8 are replaced; `stdoutBase64` then has them exactly."),
                maybe("stdoutBase64", .text()),
                always("stderr", .text()),
                maybe("stderrBase64", .text()),
                always("truncated", .boolean, "Output over the limit was thrown away."),
            ])
        ),
        (
            "ExitReport",
            .object([
                maybe("status", .integer(0...255)), maybe("signal", .integer(1...64)), always("timedOut", .boolean),
                always("truncated", .boolean),
            ])
        ),
        ("PingResult", .object([always("milliseconds", .number, "From the host to the VM's agent and back.")])),
        (
            "VMView",
            .object([
                always("record", .reference("VMRecord")), maybe("accelerator", .reference("Accelerator")),
                maybe("readyMilliseconds", .number, "From the request to start to the agent's hello."),
                maybe("uptimeMilliseconds", .count, "Since its start; absent while it does not run."),
                maybe("agent", .reference("Agent"), "What its agent said of itself, while it runs."),
            ])
        ),
        (
            "VMRecord",
            .object([
                always("id", .text(pattern: "^[0-9a-f]{12}$")),
                always("name", .text(pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")),
                always("ephemeral", .boolean), always("flavour", .text()), always("image", .text()),
                always("resources", .reference("VMResources")),
                always("configuration", .text(), "The canonical text of its `aiu_config.json`."),
                always("configurationDigest", digest), always("phase", .choice(VMPhase.self)),
                maybe("failure", .text()),
                always("contextID", .integer(0...4_294_967_295)), always("created", time), maybe("started", time),
                always("protected", .boolean, "Neither deleted nor purged until that is taken back."),
                always("labels", labels), maybe("deleted", time, "When it was deleted."),
                maybe("keptUntil", time, "Until when it can be recovered."),
                always("configurationOnDisk", digest, "The digest of the document that its state disk holds."),
                always("configurationRevision", .count),
                always("models", .array(of: .text()), "The models of the host that it was given when it started last."),
                maybe("owner", .integer(0...4_294_967_295), "The number of the user who made it."),
                maybe("project", .text(), "The project of the policy that it counts in."),
                always("encrypted", .boolean, "Its disk is encrypted, under a key of its own."),
            ])
        ),
        (
            "VMResources",
            .object([always("processors", .integer(1...1024)), always("memory", .count), always("storage", .count)])
        ),
        ("Accelerator", .object([always("kind", .choice(["kvm", "tcg"])), always("reason", .text())])),
        (
            "Agent",
            .object([
                always("hello", .reference("Hello")), maybe("heartbeat", .reference("Heartbeat")),
                always("lastSeen", time),
                always("silent", .boolean, "It is connected, but has said nothing for longer than is waited for."),
            ])
        ),
        (
            "Hello",
            .object([
                always("protocolVersion", .count), always("agentVersion", .text()), always("kernel", .text()),
                always("bootID", .text()),
                always(
                    "bootTimes",
                    .object([
                        always("agentStarted", .number), always("filesMounted", .number), always("dialled", .number),
                    ])
                ),
                always("configurationDigest", .text()), maybe("configurationProblem", .text()),
                always("processors", .count), always("memoryBytes", .count),
                maybe("features", .array(of: .text(), atMost: 64)),
            ])
        ),
        (
            "Heartbeat",
            .object([
                always("uptimeMilliseconds", .count), always("memoryTotal", .count), always("memoryAvailable", .count),
                always("load", .count, "Running average over a minute, times 100."), always("processes", .count),
                always("diskTotal", .count), always("diskFree", .count),
            ])
        ),
    ]

    private static let system: [(name: String, schema: Schema)] = [
        (
            "VMEvent",
            .object([
                always("sequence", .count, "Rises by one with every event."), always("time", time),
                always("kind", .choice(VMEvent.Kind.self)), maybe("vm", .text()), maybe("id", .text()),
                maybe("detail", .text()),
            ])
        ),
        (
            "SystemStatus",
            .object([
                always("version", .text()), always("apiVersion", .count), always("processID", .count),
                always("started", time), always("uptimeMilliseconds", .count), always("stateDirectory", .text()),
                always("hypervisor", .text()),
                maybe("accelerator", .reference("Accelerator")),
                always("vms", .map(of: .count), "How many VMs are in which phase."), always("residentBytes", .count),
                always("repairs", .array(of: .text()), "What was put right after an earlier supervisor's sudden end."),
            ])
        ),
        (
            "DiskUsage",
            .object([
                always("images", .count), always("stamps", .count),
                always("cache", .count, "What is made anew when it is missing, most of it libguestfs's appliance."),
                always("models", .count),
                always("vms", .map(of: .count)), always("free", .count),
            ])
        ),
        (
            "HealthCheck",
            .object([
                always("name", .text()), always("verdict", .choice(["good", "warning", "bad"])),
                always("detail", .text()), maybe("remedy", .text()),
            ])
        ),
        ("VersionAnswer", .object([always("version", .text()), always("apiVersion", .count)])),
        (
            "ErrorAnswer",
            .object([
                always("error", .object([always("reason", .choice(Failure.Reason.self)), always("message", .text())]))
            ])
        ),
    ]
}
