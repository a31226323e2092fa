//! What is recorded of this slice in the log. Each action has its words in the catalogues, as `action-<noun>-<verb>`.

audit::actions! {
    Tenant {
        MemberCreate = "member.create",
        MemberAdopt = "member.adopt",
        MemberMailbox = "member.mailbox",
        MemberRemove = "member.remove",
        InvitationResend = "invitation.resend",
    }
}
