internal import AIULedger
internal import AIUModel
internal import Synchronization

/// One request's cell of the meter's file.
final class FileMeterCell: MeterCell {
    let id: CellID
    private let file: MeterFile
    private let lease: Atomic<Int>

    init(_ id: CellID, in file: MeterFile, leased: Int) {
        self.id = id
        self.file = file
        lease = Atomic(leased)
    }

    var delivered: Int { file.count(of: id) ?? 0 }
    var leased: Int { lease.load(ordering: .acquiring) }

    func count(_ tokens: Int) -> Bool { file.add(tokens, to: id, most: leased) }

    /// Only when it is on the disk.
    func raise(to leased: Int) { lease.max(leased, ordering: .acquiringAndReleasing) }

    func close() -> Int { file.close(id) }
}

/// The cell of a request that has ended.
struct EndedMeterCell: MeterCell {
    let delivered: Int
    var leased: Int { delivered }

    func count(_ tokens: Int) -> Bool { false }
}
