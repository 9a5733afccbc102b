/// A place in the meter's file, and the random number by which it is known to belong to one request and to no earlier one.
package struct CellID: Hashable, Sendable {
    package var slot: Int
    package var tag: Int64

    package init(slot: Int, tag: Int64) {
        self.slot = slot
        self.tag = tag
    }
}
