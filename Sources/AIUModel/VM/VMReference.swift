/// A VM by its name, or by its identifier where several deleted ones may have had the same name.
package struct VMReference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard VMName(text) != nil || VMID(text) != nil else { return nil }
        self.text = text
    }

    package var name: VMName? { VMName(text) }
    package var id: VMID? { VMID(text) }
    package var description: String { text }
}
