//! Connecting, transactions, secrets at rest, test databases
