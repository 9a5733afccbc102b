/// Whether a VM's disk is encrypted. None was, before there was this column.
enum EncryptionColumn {
    static let migration = Migration(
        "encryption",
        """
        ALTER TABLE vm ADD COLUMN encrypted INTEGER NOT NULL DEFAULT 0 CHECK (encrypted IN (0, 1));
        """)
}
