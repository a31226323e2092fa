//! What is recorded of this crate in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Platform {
        BackupCreate = "backup.create",
        BackupRestore = "backup.restore",
        BackupRelease = "backup.release",
        KeyRotate = "key.rotate",
    }
}
