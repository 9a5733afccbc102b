// The ledger's state machine comes here.
