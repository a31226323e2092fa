//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        MemberEndPassword = "member.end_password",
        MemberEndSession = "member.end_session",
        UserSetPassword = "user.set_password",
    }
    Platform {
        UserEndPassword = "user.end_password",
    }
}
