/// One element of an XML document. Text and attribute values are escaped when written, so no value can add markup.
struct XMLElement {
    let name: String
    var attributes: [(name: String, value: String)]
    var text: String?
    var children: [XMLElement]

    init(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String? = nil,
        inside children: [XMLElement] = []
    ) {
        self.name = name
        self.attributes = attributes.map { ($0.key, $0.value) }
        self.text = text
        self.children = children
    }

    func document() -> String {
        var output = ""
        write(to: &output, indent: "")
        return output
    }

    private func write(to output: inout String, indent: String) {
        output += "\(indent)<\(name)"
        for attribute in attributes { output += " \(attribute.name)='\(Self.escaped(attribute.value))'" }
        if let text {
            output += ">\(Self.escaped(text))</\(name)>\n"
        } else if children.isEmpty {
            output += "/>\n"
        } else {
            output += ">\n"
            for child in children { child.write(to: &output, indent: indent + "  ") }
            output += "\(indent)</\(name)>\n"
        }
    }

    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "'": output += "&apos;"
            case "\"": output += "&quot;"
            // Written as themselves, attribute parsing would turn these into spaces.
            case "\n", "\t", "\r": output += "&#\(scalar.value);"
            // No XML document may hold other control characters, not even escaped.
            case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: output += "\u{FFFD}"
            case _: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
