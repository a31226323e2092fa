//! Typed, prefixed ids: `ten_019a...`. The body is a `UUIDv7`, so that ids sort by the time they were made.

use std::fmt;

use uuid::Uuid;

use crate::Explain;

/// The text is not an id of this type.
#[derive(Debug, Clone, PartialEq, Eq, Explain)]
#[explain("input-id")]
pub struct BadId {
    prefix: &'static str,
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give: nothing here can be safe without it.
#[expect(clippy::expect_used, reason = "no safe way on without the system's randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A secret for cookies, tokens and links: 32 random bytes in base64url.
pub fn random_token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

/// Bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// True for a UUID as servers write it, with its dashes.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// What [`ids!`](crate::ids) is made of.
#[doc(hidden)]
pub mod private {
    pub use ::serde;
    pub use uuid::Uuid;

    use super::{BadId, random};
    use crate::Clock;

    /// The body of a new id.
    pub fn new(clock: &Clock) -> Uuid {
        let millis = u64::try_from(clock.now().micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
    }

    /// The body of an id in a text.
    pub fn parse(prefix: &'static str, text: &str) -> Result<Uuid, BadId> {
        text.strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|body| body.len() == 32)
            .and_then(|body| Uuid::try_parse(body).ok())
            .ok_or(BadId { prefix })
    }
}

/// Makes types of ids. Each is a line `Name = "prefix";` after its doc comment; the prefix has three letters, and no
/// other type has it.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::id::private::Uuid);

        impl $name {
            /// A new id.
            pub fn new(clock: &$crate::Clock) -> Self {
                Self($crate::id::private::new(clock))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::write!(f, ::std::concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::id::BadId;

            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::id::BadId> {
                $crate::id::private::parse($prefix, text).map(Self)
            }
        }

        impl $crate::id::private::serde::Serialize for $name {
            fn serialize<S: $crate::id::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::id::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::id::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text: ::std::string::String =
                    $crate::id::private::serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err($crate::id::private::serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A tenant.
    TenantId = "ten";
    /// A partner.
    PartnerId = "par";
    /// A person.
    UserId = "usr";
    /// A person's membership in a tenant.
    MemberId = "mem";
    /// A browser session.
    SessionId = "ses";
    /// One upstream object that Dezky wants.
    ResourceId = "res";
    /// A difference between what should be and what is, or one that was accepted.
    DriftId = "dri";
    /// One check of a domain.
    CheckId = "chk";
    /// A record that was published.
    PublishedId = "pub";
    /// A mail domain of a tenant, claimed or proven.
    DomainId = "dom";
    /// A distribution list.
    ListId = "lst";
    /// A mailbox that several people read.
    SharedId = "shm";
    /// A group of people inside a tenant.
    GroupId = "gro";
    /// A row of the audit log.
    AuditId = "aud";
    /// An invitation to a tenant.
    InvitationId = "inv";
    /// An import of many people.
    ImportId = "imp";
    /// The closing of all ways in of a person in a tenant.
    OffboardingId = "off";
    /// A mail in the outbox.
    MailId = "mai";
    /// One request, in logs, problems and the audit log.
    RequestId = "req";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn an_id_survives_its_text_and_refuses_another_prefix() {
        let id = TenantId::new(&Clock::System);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<UserId>().is_err());
        assert!("ten_".parse::<TenantId>().is_err());
    }

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }

    #[test]
    fn later_ids_sort_later() {
        let clock = Clock::manual(crate::Timestamp::from_seconds(1_000));
        let first = TenantId::new(&clock);
        clock.advance(std::time::Duration::from_millis(1));
        assert!(first.to_string() < TenantId::new(&clock).to_string());
    }
}
