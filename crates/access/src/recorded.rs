//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        LookUpAnswer = "look_up.answer",
    }
    Platform {
        UserCreate = "user.create",
        UserUpdate = "user.update",
        SessionSignIn = "session.sign_in",
        SessionSignOut = "session.sign_out",
        SessionExpire = "session.expire",
        SessionEnd = "session.end",
        SessionEndAll = "session.end_all",
        AccessDenied = "access.denied",
    }
}
