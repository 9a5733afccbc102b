/// Groups of points that are near each other: k-means with spread starts, the same in every run.
package struct Clustering: Sendable {
    package var assignments: [Int]
    package var centres: [[Double]]
    /// Sum of the squared distances to the centres.
    package var cost: Double

    private static let mostRounds = 100
    private static let restarts = 6
    private static let silhouetteSample = 400

    /// - Parameter points: standardised, all with as many numbers.
    package init(_ points: [[Double]], count: Int, seed: UInt64 = 42) {
        var random = SeededRandom(seed)
        var best: Clustering?
        for _ in 0..<Self.restarts {
            let run = Clustering(points, starts: Self.starts(points, count, &random))
            if run.cost < best?.cost ?? .infinity { best = run }
        }
        self = best ?? Clustering(points, starts: [points.first ?? []])
    }

    private init(_ points: [[Double]], starts: [[Double]]) {
        centres = starts
        assignments = [Int](repeating: -1, count: points.count)
        cost = .infinity
        for _ in 0..<Self.mostRounds {
            var changed = false
            var sum = 0.0
            for (index, point) in points.enumerated() {
                let (nearest, distance) = Self.nearest(point, centres)
                if assignments[index] != nearest {
                    assignments[index] = nearest
                    changed = true
                }
                sum += distance
            }
            cost = sum
            guard changed else { break }
            move(points)
        }
    }

    private mutating func move(_ points: [[Double]]) {
        let width = points.first?.count ?? 0
        var sums = centres.map { _ in [Double](repeating: 0, count: width) }
        var counts = [Int](repeating: 0, count: centres.count)
        for (index, point) in points.enumerated() {
            let group = assignments[index]
            counts[group] += 1
            for place in 0..<width { sums[group][place] += point[place] }
        }
        for group in centres.indices where counts[group] > 0 {
            centres[group] = sums[group].map { $0 / Double(counts[group]) }
        }
    }

    /// k-means++: each start is far from the others with high probability.
    private static func starts(_ points: [[Double]], _ count: Int, _ random: inout SeededRandom) -> [[Double]] {
        var starts = [points[Int(random.next() * Double(points.count))]]
        var distances = points.map { distance($0, starts[0]) }
        while starts.count < count {
            let total = distances.reduce(0, +)
            var target = random.next() * total
            var chosen = points.count - 1
            for (index, distance) in distances.enumerated() {
                target -= distance
                if target < 0 {
                    chosen = index
                    break
                }
            }
            starts.append(points[chosen])
            for (index, point) in points.enumerated() {
                distances[index] = min(distances[index], distance(point, points[chosen]))
            }
        }
        return starts
    }

    package static func nearest(_ point: [Double], _ centres: [[Double]]) -> (Int, Double) {
        var best = (0, Double.infinity)
        for (index, centre) in centres.enumerated() {
            let distance = distance(point, centre)
            if distance < best.1 { best = (index, distance) }
        }
        return best
    }

    private static func distance(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices {
            let difference = left[index] - right[index]
            sum += difference * difference
        }
        return sum
    }

    /// How well points are within their group and not in the next: from -1 to 1.
    package func silhouette(_ points: [[Double]]) -> Double {
        let step = max(1, points.count / Self.silhouetteSample)
        let sample = stride(from: 0, to: points.count, by: step).map { $0 }
        var total = 0.0
        for index in sample {
            var sums = [Double](repeating: 0, count: centres.count)
            var counts = [Int](repeating: 0, count: centres.count)
            for other in sample where other != index {
                sums[assignments[other]] += Self.distance(points[index], points[other]).squareRoot()
                counts[assignments[other]] += 1
            }
            let own = assignments[index]
            guard counts[own] > 0 else { continue }
            let inside = sums[own] / Double(counts[own])
            let outside =
                centres.indices.filter { $0 != own && counts[$0] > 0 }.map { sums[$0] / Double(counts[$0]) }.min()
                ?? inside
            let larger = max(inside, outside)
            if larger > 0 { total += (outside - inside) / larger }
        }
        return total / Double(max(1, sample.count))
    }
}

/// Numbers from 0 to 1 that are the same in every run.
package struct SeededRandom: Sendable {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    /// SplitMix64.
    package mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((value ^ (value >> 31)) >> 11) / Double(1 << 53)
    }
}
