//! The closed list of what the log can tell. Each has its words in the catalogues, as `action-<noun>-<verb>`.

/// Where rows of an action are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In a tenant's chain, though perhaps in the platform's too.
    Tenant,
    /// In the platform's chain alone.
    Platform,
}

macro_rules! actions {
    ($($place:ident { $($name:ident = $word:literal,)* })*) => {
        /// What happened, as `noun.verb` in the database and on the wire.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the word says it; the catalogues say it to people")]
        pub enum Action {
            $($($name,)*)*
        }

        impl Action {
            /// All of them, by noun.
            pub const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// The word in the database and on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $word,)*)*
                }
            }

            /// Where its rows are.
            pub fn place(self) -> Where {
                match self {
                    $($(Self::$name => Where::$place,)*)*
                }
            }
        }
    };
}

actions! {
    Tenant {
        TenantCreate = "tenant.create",
        TenantUpdate = "tenant.update",
        TenantActivate = "tenant.activate",
        TenantSuspend = "tenant.suspend",
        TenantResume = "tenant.resume",
        TenantTerminate = "tenant.terminate",
        TenantBeginPurge = "tenant.begin_purge",
        TenantPurge = "tenant.purge",
        TenantReconcile = "tenant.reconcile",
        TenantApply = "tenant.apply",
        TenantAllowRemovals = "tenant.allow_removals",
        MemberCreate = "member.create",
        MemberUpdate = "member.update",
        MemberAdopt = "member.adopt",
        MemberMailbox = "member.mailbox",
        MemberSuspend = "member.suspend",
        MemberResume = "member.resume",
        MemberOffboard = "member.offboard",
        MemberRemove = "member.remove",
        MemberResetPassword = "member.reset_password",
        MemberEndPassword = "member.end_password",
        MemberForceLogout = "member.force_logout",
        MemberEndSession = "member.end_session",
        MemberRemindMfa = "member.remind_mfa",
        InvitationCreate = "invitation.create",
        InvitationResend = "invitation.resend",
        InvitationRevoke = "invitation.revoke",
        InvitationAccept = "invitation.accept",
        LookUpAnswer = "look_up.answer",
        ImportCheck = "import.check",
        ImportStart = "import.start",
        ImportCancel = "import.cancel",
        ImportEnd = "import.end",
        ImportPasswords = "import.passwords",
        GroupCreate = "group.create",
        GroupUpdate = "group.update",
        GroupRemove = "group.remove",
        GroupAddMembers = "group.add_members",
        GroupRemoveMembers = "group.remove_members",
        DomainAdd = "domain.add",
        DomainProve = "domain.prove",
        DomainVouch = "domain.vouch",
        DomainVerified = "domain.verified",
        DomainAttention = "domain.attention",
        DomainPrimary = "domain.primary",
        DomainDmarc = "domain.dmarc",
        DomainMail = "domain.mail",
        DomainPublish = "domain.publish",
        DomainKeep = "domain.keep",
        DomainLapse = "domain.lapse",
        DomainRemove = "domain.remove",
        AliasAdd = "alias.add",
        AliasRemove = "alias.remove",
        ListCreate = "list.create",
        ListUpdate = "list.update",
        ListRemove = "list.remove",
        SharedCreate = "shared.create",
        SharedUpdate = "shared.update",
        SharedRemove = "shared.remove",
        AppPasswordCreate = "app_password.create",
        AppPasswordRemove = "app_password.remove",
        StorageGive = "storage.give",
        StorageGiveSpace = "storage.give_space",
        RoleGrant = "role.grant",
        DriftFind = "drift.find",
        DriftRevert = "drift.revert",
        DriftAdopt = "drift.adopt",
        DriftAccept = "drift.accept",
        DriftWithdraw = "drift.withdraw",
        UserSetPassword = "user.set_password",
    }
    Platform {
        DriftScan = "drift.scan",
        PartnerCreate = "partner.create",
        UserCreate = "user.create",
        UserUpdate = "user.update",
        UserEndPassword = "user.end_password",
        SessionSignIn = "session.sign_in",
        SessionSignOut = "session.sign_out",
        SessionExpire = "session.expire",
        SessionEnd = "session.end",
        SessionEndAll = "session.end_all",
        AccessDenied = "access.denied",
    }
}

impl Action {
    /// The key of its words in the catalogues.
    pub fn key(self) -> String {
        format!("action-{}", self.as_str().replace(['.', '_'], "-"))
    }

    /// What it is done to, as a word: the part before the dot.
    pub fn noun(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }

    /// The action of a word, such as one that the database has.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_is_one_noun_and_one_verb_of_one_action() {
        let words: BTreeSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(words.len(), Action::ALL.len());
        for action in Action::ALL {
            assert_eq!(action.as_str().matches('.').count(), 1, "{}", action.as_str());
            assert_eq!(Action::of_word(action.as_str()), Some(*action));
        }
    }
}
