//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Platform {
        FlagCreate = "flag.create",
        FlagUpdate = "flag.update",
        FlagKill = "flag.kill",
        FlagRevive = "flag.revive",
        FlagRemove = "flag.remove",
    }
}
