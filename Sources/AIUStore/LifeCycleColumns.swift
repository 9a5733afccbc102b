/// What the whole life cycle adds to the table of VMs. SQLite cannot change a CHECK, so the table is built anew.
enum LifeCycleColumns {
    static let migration = Migration(
        "life-cycle",
        """
        CREATE TABLE vm_new (
            id TEXT PRIMARY KEY CHECK (length(id) = 12 AND id NOT GLOB '*[^0-9a-f]*'),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^a-z0-9-]*'),
            ephemeral INTEGER NOT NULL CHECK (ephemeral IN (0, 1)),
            flavour TEXT NOT NULL CHECK (length(flavour) BETWEEN 1 AND 64),
            image TEXT NOT NULL CHECK (length(image) BETWEEN 1 AND 64),
            processors INTEGER NOT NULL CHECK (processors BETWEEN 1 AND 4096),
            memory INTEGER NOT NULL CHECK (memory > 0),
            storage INTEGER NOT NULL CHECK (storage > 0),
            configuration TEXT NOT NULL CHECK (length(configuration) <= 32768),
            configuration_digest TEXT NOT NULL CHECK (length(configuration_digest) = 64),
            phase TEXT NOT NULL CHECK (
                phase IN ('creating', 'stopped', 'starting', 'running', 'paused', 'stopping', 'failed', 'deleting',
                    'deleted')),
            failure TEXT CHECK (length(failure) <= 4096),
            context_id INTEGER NOT NULL CHECK (context_id BETWEEN 0 AND 4294967295),
            created INTEGER NOT NULL CHECK (created >= 0),
            started INTEGER CHECK (started >= 0),
            protected INTEGER NOT NULL CHECK (protected IN (0, 1)),
            labels TEXT NOT NULL CHECK (length(labels) <= 8192),
            deleted INTEGER CHECK (deleted >= 0),
            kept_until INTEGER CHECK (kept_until >= 0),
            configuration_on_disk TEXT NOT NULL CHECK (length(configuration_on_disk) = 64),
            configuration_revision INTEGER NOT NULL CHECK (configuration_revision >= 1)
        ) STRICT;
        INSERT INTO vm_new
            SELECT id, name, ephemeral, flavour, image, processors, memory, storage, configuration,
                configuration_digest, phase, failure, context_id, created, started, 0, '', NULL, NULL,
                configuration_digest, 1
            FROM vm;
        DROP TABLE vm;
        ALTER TABLE vm_new RENAME TO vm;
        CREATE UNIQUE INDEX vm_name ON vm (name) WHERE phase <> 'deleted';
        """)
}
