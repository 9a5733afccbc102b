package import AIUCommandLine
package import AIUModel
internal import AIUSystem
package import AIUWire

/// Models as tables.
package enum ModelTable {
    package static func render(_ views: [ModelView], width: Int?, style: Style) -> String {
        guard !views.isEmpty else { return "there are no models; `aiu model add FILE` adds one\n" }
        var table = Table(
            [
                .init("NAME", mayShrink: true), .init("ARCHITECTURE"), .init("PARAMETERS", .right), .init("TYPE"),
                .init("CONTEXT", .right), .init("SIZE", .right), .init("USED FOR", mayShrink: true), .init("SHA-256"),
            ], style: style)
        for view in views {
            let summary = view.record.summary
            table.add([
                view.record.name.text, SafeText.line(summary.architecture), CountText.approximate(summary.parameters),
                summary.quantisation, summary.contextLength.map(String.init) ?? "",
                SizeText.approximate(view.record.size.bytes), view.roles.map(\.rawValue).joined(separator: ", "),
                view.record.digest.short,
            ])
        }
        return table.render(width: width)
    }

    /// The models in a VM, whose numbers are the guest's own.
    package static func inVM(_ models: [GuestModel], width: Int?, style: Style) -> String {
        guard !models.isEmpty else { return "there are no models in the VM\n" }
        var table = Table(
            [
                .init("NAME", mayShrink: true), .init("ARCHITECTURE"), .init("PARAMETERS", .right),
                .init("CONTEXT", .right), .init("SIZE", .right), .init("USED FOR", mayShrink: true), .init("LOADED"),
                .init("ENGINE"), .init("THREADS", .right),
            ], style: style)
        for model in models {
            table.add([
                model.name, model.architecture, CountText.approximate(UInt64(clamping: model.parameters)),
                String(model.contextLength), SizeText.approximate(UInt64(clamping: model.bytes)),
                model.roles.joined(separator: ", "), model.loaded ? "yes" : "no", model.engine,
                model.threads.map(String.init) ?? "",
            ])
        }
        return table.render(width: width)
    }

    package static func details(_ view: ModelView, _ estimate: ModelEstimate, style: Style) -> String {
        let record = view.record
        let summary = record.summary
        let number = { (value: Int?) in value.map(String.init) ?? "not said" }
        let types = summary.types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var rows = [
            ("Name", record.name.text), ("SHA-256", record.digest.hex),
            ("Size", "\(SizeText.approximate(record.size.bytes)) (\(record.size.bytes) bytes)"),
            ("Added", "\(Timestamp(milliseconds: record.added))"),
            ("Used for", view.roles.isEmpty ? "nothing" : view.roles.map(\.rawValue).joined(separator: ", ")),
        ]
        if !view.vms.isEmpty { rows.append(("Wanted by", view.vms.map(\.text).joined(separator: ", "))) }
        rows += [
            ("Calls itself", summary.name ?? "not said"), ("Licence", summary.licence ?? "not said"),
            ("Architecture", summary.architecture), ("Parameters", CountText.approximate(summary.parameters)),
            (
                "Weights",
                types.map { "\($0.key) \(SizeText.approximate($0.value.bytes))" }.joined(separator: ", ")
                    + " in \(summary.tensors) tensors"
            ),
            ("Context", number(summary.contextLength)), ("Embedding", number(summary.embeddingLength)),
            ("Layers", number(summary.layers)),
            ("Heads", "\(number(summary.heads)), for keys and values \(number(summary.keyValueHeads))"),
            ("Vocabulary", "\(number(summary.vocabularySize)), \(summary.tokenizer ?? "tokenizer not said")"),
            ("Chat", summary.hasChatTemplate ? "has a template" : "has no template"),
            (
                "Memory",
                "\(SizeText.approximate(estimate.total.bytes)) with \(estimate.contextLength) tokens of context "
                    + "(weights \(SizeText.approximate(estimate.weights.bytes)), "
                    + "cache \(SizeText.approximate(estimate.cache.bytes)), "
                    + "computing \(SizeText.approximate(estimate.compute.bytes)))"
            ),
        ]
        return rows.map { name, value in
            style.dim("\(name):") + String(repeating: " ", count: max(1, 14 - name.count)) + SafeText.line(value) + "\n"
        }.joined()
    }
}
