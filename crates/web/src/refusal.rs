//! What the edge itself refuses, before or beside any slice.

use kernel::{Coded, FieldError, Message};

/// A request that no slice saw, or that none could be made of.
#[derive(Debug, Clone, Coded)]
pub enum Refusal {
    /// The input breaks rules.
    #[coded(Invalid, "invalid-input", fields = _0)]
    Invalid(Vec<FieldError>),
    /// There is no such page or object.
    #[coded(NotFound, "not-found")]
    NotFound,
    /// The address is there, for other methods.
    #[coded(Invalid, "method-not-allowed")]
    Method,
    /// The web library's own refusal, of a path that it can't read.
    #[coded(Invalid, "bad-request", values(why = Message::quoted(_0)))]
    Unread(String),
    /// Nobody is signed in on this surface.
    #[coded(Unauthenticated, "sign-in-needed")]
    NoSession,
    /// A request to the API has no token.
    #[coded(Unauthenticated, "sign-in-needed", text = "token-needed")]
    NoToken,
    /// The token is good and nobody's.
    #[coded(Forbidden, "no-account")]
    NoAccount,
    /// The person was removed.
    #[coded(Forbidden, "account-removed")]
    Removed,
    /// Whether a token is good can't be said now.
    #[coded(Unavailable, "issuer-unavailable")]
    IssuerDown,
    /// The person is in no workspace.
    #[coded(Forbidden, "no-workspace")]
    NoWorkspace,
    /// Another site may have caused it [A10].
    #[coded(Forbidden, "forged-request")]
    Forged,
    /// The address is longer than so many KiB.
    #[coded(AddressTooLong, "address-too-long", values(most = _0))]
    AddressTooLong(usize),
    /// The address has more than so many parameters.
    #[coded(Invalid, "too-many-parameters", values(most = _0))]
    TooManyParameters(usize),
    /// A character that no name holds.
    #[coded(Invalid, "bad-address")]
    BadAddress,
    /// The body is larger than its route takes: the number and its unit.
    #[coded(TooLarge, "body-too-large", values(most = _0, unit = _1))]
    TooLarge(usize, &'static str),
    /// The form has more than so many fields.
    #[coded(TooLarge, "too-many-fields", values(most = _0))]
    TooManyFields(usize),
    /// The body had not come when its time was over.
    #[coded(TooSlow, "too-slow")]
    TooSlow,
    /// The body broke off.
    #[coded(Invalid, "unreadable-body")]
    BrokenOff,
    /// The body is compressed.
    #[coded(MediaType, "content-encoding")]
    Compressed,
    /// The body should be JSON.
    #[coded(MediaType, "not-json")]
    NotJson,
    /// The body should be a form.
    #[coded(MediaType, "not-a-form")]
    NotForm,
    /// The key is no visible ASCII, or too long.
    #[coded(Invalid, "bad-idempotency-key")]
    BadKey,
    /// More than one key.
    #[coded(Invalid, "bad-idempotency-key", text = "idempotency-keys")]
    Keys,
    /// The key was another request's.
    #[coded(Invalid, "idempotency-key-reused")]
    KeyReused,
    /// What was answered was too large to be kept.
    #[coded(Conflict, "answer-not-kept")]
    NotKept,
    /// The first request with the key has no answer yet.
    #[coded(Conflict, "still-running")]
    StillRunning,
    /// As many live pages as there may be.
    #[coded(TooMany, "too-many-streams")]
    TooManyStreams,
    /// The database was restored, and nobody has released it.
    #[coded(Unavailable, "held")]
    Held,
    /// A mistake of ours; what it is is for the log.
    #[coded(Bug, "internal", values(why = _0))]
    Internal(&'static str),
}
