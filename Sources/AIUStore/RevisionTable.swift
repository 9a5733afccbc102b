package import AIUModel

/// The table of what VMs have lived by: a bounded number of revisions each, gone with the VM.
package enum RevisionTable {
    package static let capacity: Int64 = 100
    private static let maxNote = 4096

    static let migration = Migration(
        "configuration-revisions",
        """
        CREATE TABLE configuration_revision (
            vm TEXT NOT NULL REFERENCES vm (id) ON DELETE CASCADE,
            revision INTEGER NOT NULL CHECK (revision >= 1),
            time INTEGER NOT NULL CHECK (time >= 0),
            state TEXT NOT NULL CHECK (state IN ('pending', 'applied', 'waiting', 'refused')),
            document TEXT NOT NULL CHECK (length(document) <= 32768),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            note TEXT CHECK (length(note) <= 4096),
            PRIMARY KEY (vm, revision)
        ) STRICT, WITHOUT ROWID;
        """)

    /// What a VM lives by stands in its row; only a change needs a history, which begins with what was before it.
    package static func save(
        _ revision: ConfigurationRevision, of id: VMID, _ database: borrowing Database
    ) throws(StoreError) {
        let attempt = "record revision \(revision.revision) of the VM \(id)"
        try database.run(
            """
            INSERT OR IGNORE INTO configuration_revision
                SELECT id, configuration_revision, created, 'applied', configuration, configuration_digest, NULL
                FROM vm WHERE id = ?
            """, to: attempt, [.text(id.text)])
        try database.run(
            """
            INSERT INTO configuration_revision (vm, revision, time, state, document, digest, note)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (vm, revision) DO UPDATE SET
                time = excluded.time, state = excluded.state, document = excluded.document, digest = excluded.digest,
                note = excluded.note
            """, to: attempt,
            [
                .text(id.text), .integer(Int64(revision.revision)), .integer(revision.time),
                .text(revision.state.rawValue), .text(revision.document), .text(revision.digest),
                SQLValue(revision.note.map { String($0.prefix(maxNote)) }),
            ])
        try database.run(
            """
            DELETE FROM configuration_revision WHERE vm = ? AND revision <= ?
                AND revision <> (SELECT configuration_revision FROM vm WHERE id = vm)
            """, to: attempt, [.text(id.text), .integer(Int64(revision.revision) - capacity)])
    }

    package static func revisions(
        of id: VMID, limit: Int, _ database: borrowing Database
    ) throws(StoreError) -> [ConfigurationRevision] {
        var statement = try Statement(
            database,
            """
            SELECT revision, time, state, document, digest, note FROM configuration_revision WHERE vm = ?1
            UNION ALL
            SELECT configuration_revision, created, 'applied', configuration, configuration_digest, NULL FROM vm
                WHERE id = ?1 AND NOT EXISTS (
                    SELECT 1 FROM configuration_revision WHERE vm = ?1 AND revision = configuration_revision)
            ORDER BY revision DESC LIMIT ?2
            """, to: "read the revisions of the VM \(id)",
            [.text(id.text), .integer(min(Int64(max(limit, 0)), capacity + 1))])
        var revisions: [ConfigurationRevision] = []
        while try statement.step() { revisions.append(try revision(statement)) }
        return revisions
    }

    private static func revision(_ row: borrowing Statement) throws(StoreError) -> ConfigurationRevision {
        guard let number = Int(exactly: try row.integer(0)) else { throw row.badColumn(0, "is out of range") }
        guard let state = ConfigurationRevision.State(rawValue: try row.text(2)) else {
            throw row.badColumn(2, "is not known")
        }
        return ConfigurationRevision(
            revision: number, time: try row.integer(1), state: state, document: try row.text(3),
            digest: try row.text(4), note: try row.optionalText(5))
    }
}
