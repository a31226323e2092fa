//! Who may do what: people, roles, permissions, sessions and the proof of a right
