//! Proofs of ownership and keys.
#![cfg(test)]

use super::world::{RSA, World};
use crate::cases;

const ED: &str = "sWQ9O/CcMqWmCwMxgm3N4hJax/F8Cdi3632go4l2tnc=";
/// 512 bits.
const SHORT: &str = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==";

/// The Ed25519 key's record with this text.
fn ed(text: &str) -> World {
    World::new().put(&format!("v1-ed25519._domainkey TXT \"{text}\""))
}

/// A key's record in strings of this length.
fn split(selector: &str, start: &str, key: &str, length: usize) -> World {
    let text = format!("{start}{key}");
    let string = |piece: &[u8]| format!("\"{}\"", String::from_utf8_lossy(piece).replace('"', "\\\""));
    let strings: Vec<String> = text.as_bytes().chunks(length).map(string).collect();
    World::new().put(&format!("{selector}._domainkey TXT {}", strings.join(" ")))
}

/// The RSA key's record in strings of this length.
fn rsa(start: &str, key: &str, length: usize) -> World {
    split("v1-rsa", start, key, length)
}

cases! {
    a_proof_as_it_should_be: Ownership, World::new() => Ok, Fine;
    a_proof_among_other_texts: Ownership, World::new().add("_word-challenge TXT \"other=1\"") => Ok, Fine;
    no_proof: Ownership, World::new().without("_word-challenge") => Missing, Missing;
    a_proof_of_another_claim: Ownership,
        World::new().put("_word-challenge TXT \"word-verification=old\"") => Mismatch, OwnershipOtherToken;
    a_proof_in_other_letters: Ownership,
        World::new().put("_word-challenge TXT \"word-verification=k3v9A\"") => Mismatch, LetterCase;
    a_proof_in_quotes: Ownership,
        World::new().put(r#"_word-challenge TXT "\"word-verification=k3V9a\"""#) => Mismatch, QuotesInValue;
    a_proof_with_spaces_around: Ownership,
        World::new().put("_word-challenge TXT \" word-verification=k3V9a \"") => Ok, Fine;
    a_proof_at_the_domain: Ownership,
        World::new().without("_word-challenge").add("@ TXT \"word-verification=k3V9a\"") => Missing, AtOtherName;
    a_proof_at_the_doubled_name: Ownership,
        World::new().without("_word-challenge").put("_word-challenge.acme.test TXT \"word-verification=k3V9a\"")
        => Missing, AtDoubledName;
    a_proof_without_underscore: Ownership,
        World::new().without("_word-challenge").put("word-challenge TXT \"word-verification=k3V9a\"")
        => Missing, AtOtherName;
    a_proof_by_an_alias: Ownership,
        World::new().without("_word-challenge").put("_word-challenge CNAME proof.b.test.")
            .put("proof.b.test. TXT \"word-verification=k3V9a\"") => Ok, Fine;

    no_key: Dkim, World::new().without("v1-ed25519._domainkey") => Missing, Missing;
    a_key_in_short_strings: Dkim, rsa("v=DKIM1; k=rsa; h=sha256; p=", RSA.trim(), 60) => Ok, Fine;
    a_key_with_spaces: Dkim, ed("v=DKIM1;k=ed25519 ; p= sWQ9O/CcMqWmCwMxgm3N4hJa x/F8Cdi3632go4l2tnc= ;") => Ok, Fine;
    a_key_without_version: Dkim, ed(&format!("k=ed25519; p={ED}")) => Ok, Fine;
    another_key: Dkim,
        ed("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") => Mismatch, DkimOtherKey;
    the_other_kind_of_key: Dkim, split("v1-ed25519", "v=DKIM1; k=rsa; p=", RSA.trim(), 255) => Mismatch, DkimOtherKey;
    two_keys_at_one_name: Dkim,
        World::new().add(&format!("v1-rsa._domainkey TXT \"v=DKIM1; k=ed25519; p={ED}\"")) => Conflict, DkimSeveral;
    a_key_and_another_text: Dkim, World::new().add("v1-rsa._domainkey TXT \"hello\"") => Ok, Fine;
    a_withdrawn_key: Dkim, ed("v=DKIM1; k=ed25519; p=") => Mismatch, DkimRevoked;
    a_key_that_was_cut: Dkim, rsa("v=DKIM1; k=rsa; p=", &RSA.trim()[..220], 255) => Mismatch, DkimTruncated;
    a_key_in_small_letters: Dkim,
        ed(&format!("v=DKIM1; k=ed25519; p={}", ED.to_lowercase())) => Mismatch, LetterCase;
    a_key_with_garbage: Dkim, ed("v=DKIM1; k=ed25519; p=%%%") => Mismatch, DkimSyntax;
    a_key_of_an_unknown_kind: Dkim, ed(&format!("v=DKIM1; k=dsa; p={ED}")) => Mismatch, DkimSyntax;
    a_key_with_a_late_version: Dkim, ed(&format!("k=ed25519; v=DKIM1; p={ED}")) => Mismatch, DkimSyntax;
    a_key_in_quotes: Dkim, ed(&format!(r#"\"v=DKIM1; k=ed25519; p={ED}\""#)) => Mismatch, QuotesInValue;
    a_key_with_quotes_between_its_strings: Dkim,
        rsa("v=DKIM1; k=rsa; p=", &format!(r#"{}" "{}"#, &RSA.trim()[..100], &RSA.trim()[100..]), 255)
        => Mismatch, QuotesInValue;
    a_key_with_backslashes: Dkim, ed(&format!(r"v=DKIM1\\; k=ed25519\\; p={ED}")) => Mismatch, BackslashesInValue;
    a_key_for_an_old_hash: Dkim, ed(&format!("v=DKIM1; k=ed25519; h=sha1; p={ED}")) => Mismatch, DkimHash;
    a_key_that_is_not_for_mail: Dkim, ed(&format!("v=DKIM1; k=ed25519; s=tlsrpt; p={ED}")) => Mismatch, DkimService;
    a_key_under_test: Dkim, ed(&format!("v=DKIM1; k=ed25519; t=y; p={ED}")) => Ok, DkimTesting;
    a_key_that_is_too_short: Dkim,
        World::new().expecting(&format!("old._domainkey TXT \"v=DKIM1; k=rsa; p={SHORT}\""))
            .put(&format!("old._domainkey TXT \"v=DKIM1; k=rsa; p={SHORT}\"")) => Ok, DkimWeak;
    a_key_at_the_doubled_name: Dkim,
        World::new().without("v1-ed25519._domainkey")
            .put(&format!("v1-ed25519._domainkey.acme.test TXT \"v=DKIM1; k=ed25519; p={ED}\""))
        => Missing, AtDoubledName;
    a_key_without_the_part_for_keys: Dkim,
        World::new().without("v1-ed25519._domainkey")
            .put(&format!("v1-ed25519 TXT \"v=DKIM1; k=ed25519; p={ED}\"")) => Missing, AtOtherName;
    a_key_by_an_alias: Dkim,
        World::new().without("v1-ed25519._domainkey").put("v1-ed25519._domainkey CNAME k.b.test.")
            .put(&format!("k.b.test. TXT \"v=DKIM1; k=ed25519; p={ED}\"")) => Ok, Fine;
    an_alias_to_nothing_where_a_key_should_be: Dkim,
        World::new().without("v1-ed25519._domainkey").put("v1-ed25519._domainkey CNAME gone.b.test.")
        => Conflict, AliasInTheWay;
}
