//! What is not as it should be, as data.

/// Something that isn't as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// What it is about: an address, permissions, times. Which of these, the code says.
    pub names: Vec<String>,
}

impl Finding {
    pub(super) fn of(code: Code) -> Self {
        Self { code, names: Vec::new() }
    }

    pub(super) fn new<T: Into<String>>(code: Code, names: impl IntoIterator<Item = T>) -> Self {
        Self { code, names: names.into_iter().map(Into::into).collect() }
    }
}

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It will be made.
    Create,
    /// It will be changed.
    Change,
    /// It will be removed.
    Remove,
    /// Nothing is done until a person has changed it.
    Blocked,
    /// It stays as it is.
    Noted,
}

/// What isn't as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Who runs this is no administrator: the names are the permissions that they lack.
    AdministratorRights,
    /// The server's settings name no domain of its own.
    NoDefaultDomain,
    /// There is no account for Dezky; the name is its address.
    AccountMissing,
    /// An account has that address without being marked as Dezky's.
    AccountForeign,
    /// Something that is no account, or an alias, has that address; the names are its type and id.
    AddressTaken,
    /// The account has other roles than mailboxes have.
    AccountRoles,
    /// The account lacks these permissions; without `authenticate` it is frozen.
    AccountRightsMissing,
    /// The account has these permissions, which Dezky has no use for.
    AccountRightsSurplus,
    /// Somebody can sign in at the account with a password, that of a program included.
    AccountPassword,
    /// The account lacks permissions, and with these keys somebody else would get them; the names are their descriptions.
    AccountKeys,
    /// Dezky has no key.
    KeyMissing,
    /// Dezky's key is not accepted: it is wrong or was destroyed.
    KeyRefused,
    /// Dezky's key is not accepted from here; the names are the addresses that it works from.
    KeyBlocked,
    /// Dezky's key belongs to the account with this address, and stays there.
    KeyForeign,
    /// Dezky's key works, but which of the account's keys it is can't be told.
    KeyUntold,
    /// Dezky's key lacks these permissions.
    KeyRightsMissing,
    /// Dezky's key has ended or will soon; the name is the time.
    KeyExpires,
    /// Dezky's key will end, but not soon; the name is the time.
    KeyExpiresLater,
    /// Dezky's key works from other addresses than wanted: from these, or from all.
    KeyAddresses,
    /// Dezky's key works from here, and otherwise only from these addresses.
    KeyRestricted,
    /// These keys were made by earlier runs and are superseded; the names are the times they were made.
    KeysSuperseded,
    /// These keys were made by earlier runs, and which of them Dezky has isn't known, so they stay; the names are the times
    /// they were made.
    KeysKept,
    /// The account has as many keys as it may have, and none of them may be removed; the names are their descriptions.
    KeysFull,
    /// What the role of mailboxes gives can't be read with this key, so neither can it be checked.
    RolesUnread,
    /// When the key ends can't be read with it.
    KeyUnread,
}

impl Code {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::AdministratorRights,
        Self::NoDefaultDomain,
        Self::AccountMissing,
        Self::AccountForeign,
        Self::AddressTaken,
        Self::AccountRoles,
        Self::AccountRightsMissing,
        Self::AccountRightsSurplus,
        Self::AccountPassword,
        Self::AccountKeys,
        Self::KeyMissing,
        Self::KeyRefused,
        Self::KeyBlocked,
        Self::KeyForeign,
        Self::KeyUntold,
        Self::KeyRightsMissing,
        Self::KeyExpires,
        Self::KeyExpiresLater,
        Self::KeyAddresses,
        Self::KeyRestricted,
        Self::KeysSuperseded,
        Self::KeysKept,
        Self::KeysFull,
        Self::RolesUnread,
        Self::KeyUnread,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AdministratorRights => "administrator-rights",
            Self::NoDefaultDomain => "no-default-domain",
            Self::AccountMissing => "account-missing",
            Self::AccountForeign => "account-foreign",
            Self::AddressTaken => "address-taken",
            Self::AccountRoles => "account-roles",
            Self::AccountRightsMissing => "account-rights-missing",
            Self::AccountRightsSurplus => "account-rights-surplus",
            Self::AccountPassword => "account-password",
            Self::AccountKeys => "account-keys",
            Self::KeyMissing => "key-missing",
            Self::KeyRefused => "key-refused",
            Self::KeyBlocked => "key-blocked",
            Self::KeyForeign => "key-foreign",
            Self::KeyUntold => "key-untold",
            Self::KeyRightsMissing => "key-rights-missing",
            Self::KeyExpires => "key-expires",
            Self::KeyExpiresLater => "key-expires-later",
            Self::KeyAddresses => "key-addresses",
            Self::KeyRestricted => "key-restricted",
            Self::KeysSuperseded => "keys-superseded",
            Self::KeysKept => "keys-kept",
            Self::KeysFull => "keys-full",
            Self::RolesUnread => "roles-unread",
            Self::KeyUnread => "key-unread",
        }
    }

    /// What becomes of it.
    pub fn standing(self) -> Standing {
        match self {
            Self::AccountMissing | Self::KeyMissing => Standing::Create,
            Self::AccountRoles
            | Self::AccountRightsMissing
            | Self::AccountRightsSurplus
            | Self::KeyRefused
            | Self::KeyForeign
            | Self::KeyUntold
            | Self::KeyRightsMissing
            | Self::KeyExpires
            | Self::KeyAddresses => Standing::Change,
            Self::KeysSuperseded => Standing::Remove,
            Self::AdministratorRights
            | Self::NoDefaultDomain
            | Self::AccountForeign
            | Self::AddressTaken
            | Self::AccountPassword
            | Self::AccountKeys
            | Self::KeyBlocked
            | Self::KeysFull => Standing::Blocked,
            Self::KeysKept
            | Self::KeyExpiresLater
            | Self::KeyRestricted
            | Self::RolesUnread
            | Self::KeyUnread => Standing::Noted,
        }
    }

    /// Whether it is put right by another key.
    pub(super) fn wants_a_key(self) -> bool {
        matches!(
            self,
            Self::KeyMissing
                | Self::KeyRefused
                | Self::KeyForeign
                | Self::KeyUntold
                | Self::KeyRightsMissing
                | Self::KeyExpires
                | Self::KeyAddresses
        )
    }
}
