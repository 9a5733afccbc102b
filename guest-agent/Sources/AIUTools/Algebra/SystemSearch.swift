internal import Glibc

/// Solutions of several equations by Newton's method from many starts.
struct SystemSearch {
    private static let most = 8
    private static let starts = [0.5, -0.5, 1.7, -1.7, 4.1, -4.1, 11, -11, 47, -47]

    private let equations: [Equation]
    private let variables: [String]

    init(_ equations: [Equation], _ variables: [String]) {
        self.equations = equations
        self.variables = variables
    }

    /// In ascending order of the first unknown; nil when there are not as many equations as unknowns.
    func solutions() -> [[Double]]? {
        guard equations.count == variables.count, variables.count <= 4 else { return nil }
        var found: [[Double]] = []
        var start = [Int](repeating: 0, count: variables.count)
        for _ in 0..<min(400, Int(pow(Double(Self.starts.count), Double(variables.count)))) {
            let point = start.map { Self.starts[$0] }
            if let solution = newton(from: point), found.count < Self.most,
                !found.contains(where: { zip($0, solution).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) } })
            {
                found.append(solution)
            }
            for index in start.indices {
                start[index] += 1
                if start[index] < Self.starts.count { break }
                start[index] = 0
            }
        }
        return found.sorted { $0[0] < $1[0] }
    }

    private func residual(_ point: [Double]) -> [Double] {
        let values = Dictionary(uniqueKeysWithValues: zip(variables, point))
        return equations.map { $0.difference.value(values) }
    }

    private func newton(from start: [Double]) -> [Double]? {
        var point = start
        for _ in 0..<60 {
            let value = residual(point)
            guard value.allSatisfy(\.isFinite) else { return nil }
            var matrix: [[Double]] = []
            for (row, current) in value.enumerated() {
                var line: [Double] = []
                for column in point.indices {
                    let step = 1e-7 * max(1, abs(point[column]))
                    var moved = point
                    moved[column] += step
                    line.append((residual(moved)[row] - current) / step)
                }
                matrix.append(line + [-current])
            }
            guard let step = Self.solve(&matrix) else { return nil }
            point = zip(point, step).map { $0 + $1 }
            if step.allSatisfy({ abs($0) < 1e-12 * max(1, abs(point[0])) }) { break }
        }
        guard residual(point).allSatisfy({ $0.isFinite && abs($0) < 1e-8 }) else { return nil }
        return point.map { value in
            let rounded = (value * 1e9).rounded() / 1e9
            return abs(value - rounded) < 1e-10 ? rounded : value
        }
    }

    /// Gauss' elimination with pivots; nil when the matrix is singular.
    private static func solve(_ matrix: inout [[Double]]) -> [Double]? {
        let count = matrix.count
        for column in 0..<count {
            guard let pivot = (column..<count).max(by: { abs(matrix[$0][column]) < abs(matrix[$1][column]) }),
                abs(matrix[pivot][column]) > 1e-12
            else { return nil }
            matrix.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let factor = matrix[row][column] / matrix[column][column]
                for place in column...count { matrix[row][place] -= factor * matrix[column][place] }
            }
        }
        return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}
