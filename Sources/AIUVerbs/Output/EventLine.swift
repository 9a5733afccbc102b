internal import AIUCommandLine
package import AIUModel
internal import AIUSystem

/// One event as a line.
package enum EventLine {
    package static func render(_ event: VMEvent) -> String {
        var words = ["\(Timestamp(milliseconds: event.time))", event.kind.rawValue]
        if let vm = event.vm { words.append(vm.text) }
        if let detail = event.detail { words.append(SafeText.line(detail)) }
        return words.joined(separator: "  ") + "\n"
    }
}
