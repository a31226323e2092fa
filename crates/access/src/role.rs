//! Surfaces and roles. A word that is not known gives no access.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// The word in the database and on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value of a word; none for a word that is not known.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}
pub(crate) use words;

words! {
    /// A way into the system, each with its own OIDC client.
    Surface {
        /// Members, tenant admins, partner staff.
        Portal = "portal",
        /// Staff of the platform.
        Operator = "operator",
    }

    /// A person's role in one tenant.
    TenantRole {
        /// Everything, and can't be removed while the last one.
        Owner = "owner",
        /// Runs the workspace.
        Admin = "admin",
        /// Works in it.
        Member = "member",
    }

    /// A person's role in a partner.
    PartnerRole {
        /// Everything.
        Owner = "owner",
        /// Runs customers.
        Admin = "admin",
        /// Reads, and resets passwords.
        Support = "support",
        /// Sees money pages only.
        Billing = "billing",
    }
}

impl Surface {
    /// The OIDC client id, which is the audience of its tokens.
    pub const fn audience(self) -> &'static str {
        match self {
            Self::Portal => "dezky-portal",
            Self::Operator => "dezky-operator",
        }
    }
}
