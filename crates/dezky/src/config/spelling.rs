//! Names that nearly are those of settings. What Dezky doesn't know it doesn't read, and files and environments are shared
//! with other programs, so such a name is pointed out and nothing is refused.

use std::collections::BTreeSet;
use std::fmt;

use strsim::osa_distance;

use super::names::NAMES;

/// A shorter name is too like those of other programs: it must begin with the same word, and differ by one letter.
const LONG: usize = 10;
/// How many letters a long one may differ by.
const MOST: usize = 2;
/// What people put before a name that has none of it.
const PREFIX: &str = "DEZKY_";

/// A name that is not read, and the one that was probably meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Misspelt {
    /// Where it is set.
    pub place: String,
    /// As it is written.
    pub name: String,
    /// What was probably meant.
    pub meant: &'static str,
}

impl fmt::Display for Misspelt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, name, meant } = self;
        write!(f, "{name} in {place} isn't a setting of Dezky and is ignored. Did you mean {meant}?")
    }
}

/// Those of a place; `set` are all names that are set, there and elsewhere.
pub fn slips<'a>(place: &str, names: impl Iterator<Item = &'a str>, set: &BTreeSet<String>) -> Vec<Misspelt> {
    let found = names.filter_map(|name| {
        let meant = meant(name, set)?;
        Some(Misspelt { place: place.to_owned(), name: name.to_owned(), meant })
    });
    found.collect()
}

/// The setting that a name was probably meant to be; none for a setting, and for a name that is like none.
fn meant(name: &str, set: &BTreeSet<String>) -> Option<&'static str> {
    let known = || NAMES.iter().map(|(known, _)| *known);
    let name = name.to_ascii_uppercase();
    if known().any(|known| known == name) && set.contains(&name) {
        return None;
    }
    let (distance, near) = known().map(|known| (osa_distance(&name, known), known)).min()?;
    let most = if near.len() < LONG { 1 } else { MOST };
    if distance <= most && (near.len() >= LONG || first(&name) == first(near)) {
        return Some(near);
    }
    let bare = name.strip_prefix(PREFIX).unwrap_or(&name);
    // A word that is left out, as in `STALWART_KEY`: other programs have such names too, and where the whole name is set,
    // this one is theirs.
    known().filter(|known| !set.contains(*known) && lacks_words(bare, known)).min_by_key(|known| known.len())
}

fn first(name: &str) -> Option<&str> {
    name.split('_').next()
}

/// Whether a name is a longer one, from its first word to its last, with words left out, or the same.
fn lacks_words(name: &str, whole: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let mut rest = whole.split('_');
    words.len() > 1
        && first(name) == first(whole)
        && words.last().copied() == whole.rsplit('_').next()
        && words.iter().all(|word| rest.any(|one| one == *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, set: &[&str]) -> Option<&'static str> {
        meant(name, &set.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_name_with_a_slip_is_told_what_was_meant() {
        for (name, known) in [
            ("STALWART_API_KYE", "STALWART_API_KEY"),
            ("AUTHENTIK_API_TOKN", "AUTHENTIK_API_TOKEN"),
            ("STALWRT_API_KEY", "STALWART_API_KEY"),
            ("DATABASE_URI", "DATABASE_URL"),
            ("MAIL_FORM", "MAIL_FROM"),
            ("stalwart_api_key", "STALWART_API_KEY"),
            ("STALWART_KEY", "STALWART_API_KEY"),
            ("AUTHENTIK_TOKEN", "AUTHENTIK_API_TOKEN"),
            ("DEZKY_MAIL_URL", "MAIL_URL"),
        ] {
            assert_eq!(of(name, &[name]), Some(known), "{name}");
        }
        // A slip is one even where the right name is set too: one of the two isn't what somebody expects.
        assert_eq!(
            of("STALWART_API_KYE", &["STALWART_API_KEY", "STALWART_API_KYE"]),
            Some("STALWART_API_KEY")
        );
    }

    #[test]
    fn each_setting_is_none_and_each_slip_of_one_letter_in_a_long_one_is() {
        let all: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        for name in &all {
            assert_eq!(of(name, &all), None, "{name}");
            let shortened = &name[..name.len() - 1];
            assert!(of(shortened, &all).is_some(), "{shortened}");
        }
    }

    /// What stands beside Dezky's settings in files and environments: of the stack, of the upstreams, of shells, systemd and
    /// Kubernetes.
    #[test]
    fn names_of_other_programs_are_left_alone() {
        let stack = include_str!("../../../../deploy/.env.example").lines();
        let stack = stack.filter_map(|line| line.trim_start_matches('#').split_once('='));
        let stack = stack.map(|(name, _)| name).filter(|name| !name.contains(' '));
        let others = "PATH HOME HOSTNAME TZ LANG USER LOGNAME SHELL PWD TERM HTTPS_PROXY NO_PROXY SSL_CERT_FILE \
                      RUST_BACKTRACE INVOCATION_ID STATE_DIRECTORY CREDENTIALS_DIRECTORY API_KEY APP_URL MAIL_HOST \
                      DATABASE_USER DATABASE_NAME POSTGRES_USER AUTHENTIK_HOST AUTHENTIK_INSECURE \
                      AUTHENTIK_LISTEN__TRUSTED_PROXY_CIDRS AUTHENTIK_POSTGRESQL__HOST STALWART_PUBLIC_URL \
                      STALWART_RECOVERY_ADMIN OCIS_INSECURE OCIS_OIDC_ISSUER OCIS_EXCLUDE_RUN_SERVICES \
                      AUTHENTIK_SERVICE_HOST AUTHENTIK_PORT_9000_TCP_ADDR STALWART_SERVICE_PORT DEZKY_PORT \
                      DEZKY_SERVICE_HOST OTEL_RESOURCE_ATTRIBUTES OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
        for name in stack.chain(others.split_whitespace()) {
            assert_eq!(of(name, &["PLATFORM_NAME"]).filter(|known| *known != name), None, "{name}");
        }
        assert_eq!(of("OCIS_URL", &["OCIS_URL", "OCIS_API_URL"]), None, "oCIS has it itself");
    }
}
