//! What to do about a finding, as data: a code for which each page has a sentence, and the values that belong into it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// What to say about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is the case.
    pub code: Code,
    /// The values for its sentence: exactly those of [`Code::values`].
    pub values: BTreeMap<&'static str, String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $code:ident = $text:literal [$($value:literal),*],)+) => {
        /// What can be the case with a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])+ $code,)+
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// A stable word for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)+
                }
            }

            /// The names of its values.
            pub fn values(self) -> &'static [&'static str] {
                match self {
                    $(Self::$code => &[$($value),*],)+
                }
            }
        }
    };
}

// A record that is right with another code than `Fine` has a hint beside its green mark. Only a needed record that is
// not right changes the state of its domain.
codes! {
    /// All is well.
    Fine = "fine" [],

    // Who answers what.

    /// Nobody gave a usable answer.
    NoAnswer = "no-answer" ["server", "failure"],
    /// The responsible servers can't be asked, and resolvers do not agree.
    ResolversDisagree = "resolvers-disagree" ["server"],
    /// It is right at its source, and this resolver does not have it yet or fails.
    NotEverywhere = "not-everywhere" ["server"],
    /// It is right at its source, and this resolver keeps the old one for so many seconds at most.
    StaleCache = "stale-cache" ["server", "seconds"],
    /// A server that is named as responsible for the zone does not know it.
    AuthorityLame = "authority-lame" ["server"],
    /// A server that is responsible for the zone does not answer.
    AuthorityFails = "authority-fails" ["server", "failure"],
    /// The servers that are responsible for the zone do not say the same.
    AuthoritySplit = "authority-split" ["right", "wrong"],

    // Whether and where it is.

    /// The domain is not there at all: not registered, expired or not delegated.
    DomainNotFound = "domain-not-found" ["domain"],
    /// There is no such record.
    Missing = "missing" ["name", "expected"],
    /// It is at a name to which the host added the domain once more.
    AtDoubledName = "at-doubled-name" ["name", "found_at"],
    /// It is at another name.
    AtOtherName = "at-other-name" ["name", "found_at"],
    /// The domain itself is an alias, which no domain with mail may be.
    AliasAtApex = "alias-at-apex" ["name", "target"],
    /// The name is an alias, so nothing else can be there.
    AliasInTheWay = "alias-in-the-way" ["name", "target"],
    /// The name has an address of its own, so it can't be an alias.
    AddressInTheWay = "address-in-the-way" ["name", "found", "expected"],
    /// The name has our address rather than being an alias: right until the address changes.
    AddressInstead = "address-instead" ["name", "expected"],

    // How it is written.

    /// Quotes of the zone file became part of the value.
    QuotesInValue = "quotes-in-value" ["found", "expected"],
    /// Backslashes of the zone file became part of the value.
    BackslashesInValue = "backslashes-in-value" ["found", "expected"],
    /// It begins with a blank, so it is no record to receivers.
    LeadingBlank = "leading-blank" ["found", "expected"],
    /// Only capital and small letters differ, and here they count.
    LetterCase = "letter-case" ["found", "expected"],
    /// The host added the domain to the target, since the final dot was missing.
    TargetDoubled = "target-doubled" ["found", "expected"],
    /// It leads elsewhere.
    TargetOther = "target-other" ["found", "expected"],
    /// It says something else.
    ValueOther = "value-other" ["found", "expected"],

    /// There is a proof, and it is of another claim.
    OwnershipOtherToken = "ownership-other-token" ["found", "expected"],

    // MX.

    /// Ours with another preference, which changes nothing by itself.
    MxOtherPreference = "mx-other-preference" ["found", "expected"],
    /// Ours, and others beside it, which get a part of the mail.
    MxForeign = "mx-foreign" ["found", "expected"],
    /// Only others.
    MxElsewhere = "mx-elsewhere" ["found", "expected"],
    /// Some of ours, not this one.
    MxIncomplete = "mx-incomplete" ["found", "expected"],
    /// The domain says that it takes no mail.
    MxNull = "mx-null" ["expected"],
    /// An address stands where a name must stand.
    MxAddress = "mx-address" ["found", "expected"],
    /// A name that is an alias for ours, which an exchanger may not be.
    MxAlias = "mx-alias" ["found", "expected"],
    /// Another name with our addresses: mail comes, certificates do not fit.
    MxOtherName = "mx-other-name" ["found", "expected"],
    /// The exchangers come from a wildcard above the domain.
    MxWildcard = "mx-wildcard" ["wildcard", "found", "expected"],

    // SPF.

    /// Several records, which count as none.
    SpfSeveral = "spf-several" ["count", "expected"],
    /// Receivers can't read it.
    SpfSyntax = "spf-syntax" ["problem", "part", "expected"],
    /// A host of ours may not send.
    SpfNotAllowed = "spf-not-allowed" ["sender", "expected"],
    /// A host of ours has no address that could be checked.
    SpfSenderUnknown = "spf-sender-unknown" ["sender"],
    /// Everybody may send.
    SpfAllowsEveryone = "spf-allows-everyone" [],
    /// Far more addresses may send than anybody has.
    SpfAllowsMany = "spf-allows-many" [],
    /// Nothing is said of others.
    SpfNoAll = "spf-no-all" [],
    /// `?all`.
    SpfNeutral = "spf-neutral" [],
    /// `ptr`.
    SpfPtr = "spf-ptr" [],
    /// More look-ups than receivers make.
    SpfTooManyLookups = "spf-too-many-lookups" ["count", "most"],
    /// More look-ups without result than receivers accept.
    SpfTooManyVoid = "spf-too-many-void" ["count", "most"],
    /// A name in it has more exchangers than receivers look at.
    SpfTooManyHosts = "spf-too-many-hosts" ["name"],
    /// Includes lead in a circle.
    SpfLoop = "spf-loop" ["name"],
    /// What is included has no record.
    SpfIncludeMissing = "spf-include-missing" ["name"],
    /// What is included has several records.
    SpfIncludeSeveral = "spf-include-several" ["name"],
    /// What is included can't be read.
    SpfIncludeBroken = "spf-include-broken" ["name", "problem", "part"],
    /// A look-up for it failed for the moment.
    SpfLookupFailed = "spf-lookup-failed" ["name"],

    // DKIM.

    /// Several keys at one name.
    DkimSeveral = "dkim-several" ["count", "expected"],
    /// Receivers can't read it.
    DkimSyntax = "dkim-syntax" ["problem", "part", "expected"],
    /// The key is withdrawn.
    DkimRevoked = "dkim-revoked" ["expected"],
    /// Another key.
    DkimOtherKey = "dkim-other-key" ["found", "expected"],
    /// The end of the key is missing.
    DkimTruncated = "dkim-truncated" ["found_length", "expected_length", "expected"],
    /// It does not take the hash that is used.
    DkimHash = "dkim-hash" ["expected"],
    /// It is not for mail.
    DkimService = "dkim-service" ["expected"],
    /// It says that failures should not count.
    DkimTesting = "dkim-testing" [],
    /// The key is shorter than receivers accept.
    DkimWeak = "dkim-weak" ["bits"],

    // DMARC.

    /// Several records, which count as none.
    DmarcSeveral = "dmarc-several" ["count", "expected"],
    /// Receivers can't read it.
    DmarcSyntax = "dmarc-syntax" ["problem", "part", "expected"],
    /// The policy is weaker than the chosen one.
    DmarcWeaker = "dmarc-weaker" ["found", "expected"],
    /// The policy is stronger than the chosen one.
    DmarcStronger = "dmarc-stronger" ["found", "expected"],
    /// The policy is for a part of the mail only.
    DmarcPartial = "dmarc-partial" ["percent"],
    /// It has no valid policy, so it acts as one of `none`.
    DmarcNoPolicy = "dmarc-no-policy" ["expected"],
    /// It is marked as a test, so the next milder policy applies.
    DmarcTesting = "dmarc-testing" ["effective"],
    /// Some of it can't be read, and is passed over.
    DmarcIgnored = "dmarc-ignored" ["part"],
    /// Subdomains have a weaker policy.
    DmarcSubdomainsWeaker = "dmarc-subdomains-weaker" ["found", "expected"],
    /// The policy is not the second tag; a strict receiver passes the record over.
    DmarcPolicyLate = "dmarc-policy-late" [],
    /// Reports do not come to us.
    DmarcReportsElsewhere = "dmarc-reports-elsewhere" ["found", "expected"],
    /// There is none, and that of a domain above applies, which is strong enough.
    DmarcInherited = "dmarc-inherited" ["name", "found"],
    /// There is none, and that of a domain above applies, which is weaker than the chosen one.
    DmarcInheritedWeaker = "dmarc-inherited-weaker" ["name", "found", "expected"],

    /// There is none, and that of a domain above applies, which is for a part of the mail only.
    DmarcInheritedPartial = "dmarc-inherited-partial" ["name", "percent"],
    /// There is none, and that of a domain above applies, which is marked as a test.
    DmarcInheritedTesting = "dmarc-inherited-testing" ["name", "effective"],
    /// There is none, and a domain above has several, which count as none.
    DmarcInheritedSeveral = "dmarc-inherited-several" ["name", "count"],
    /// There is none, and receivers can't read that of a domain above.
    DmarcInheritedSyntax = "dmarc-inherited-syntax" ["name", "problem", "part"],
    /// There is none, and nobody said what a domain above has.
    DmarcInheritedUnknown = "dmarc-inherited-unknown" ["name"],

    // MTA-STS and TLS-RPT.

    /// Several records, which count as none.
    StsSeveral = "sts-several" ["count", "expected"],
    /// Senders can't read it.
    StsSyntax = "sts-syntax" ["problem", "part", "expected"],
    /// Several records, which count as none.
    TlsRptSeveral = "tls-rpt-several" ["count", "expected"],
    /// Senders can't read it.
    TlsRptSyntax = "tls-rpt-syntax" ["problem", "part", "expected"],
    /// Reports do not come to us.
    TlsRptElsewhere = "tls-rpt-elsewhere" ["found", "expected"],

    // The rest.

    /// The service is declared as not offered.
    SrvNotOffered = "srv-not-offered" ["expected"],
    /// Ours, and others beside it.
    SrvForeign = "srv-foreign" ["found", "expected"],
    /// Ours with another priority or weight, which changes nothing by itself.
    SrvOtherOrder = "srv-other-order" ["found", "expected"],
    /// A certificate is named, and it is not ours: those who check it send no mail.
    TlsaOther = "tlsa-other" ["found", "expected"],
    /// Only others may issue certificates.
    CaaForbids = "caa-forbids" ["found", "expected"],
}

impl Code {
    /// The advice, with its values in the order of [`Code::values`].
    pub(crate) fn with(self, values: &[&dyn Display]) -> Advice {
        debug_assert_eq!(values.len(), self.values().len(), "values of {self}");
        let values = self.values().iter().zip(values).map(|(name, value)| (*name, value.to_string()));
        Advice { code: self, values: values.collect() }
    }
}

impl Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
