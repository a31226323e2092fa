//! What is recorded of this crate in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        BackupRestore = "backup.restore",
    }
    Platform {
        BackupCreate = "backup.create",
        BackupRelease = "backup.release",
        KeyRotate = "key.rotate",
    }
}
