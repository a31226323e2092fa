//! What a configuration may be, and what is said about one that is wrong.

use std::collections::BTreeSet;

use secrecy::ExposeSecret as _;

use super::names::NAMES;
use super::source::parse;
use super::*;

fn whole() -> Values {
    let content = "
        PORTAL_URL=https://portal.example.com
        OPERATOR_URL=https://operator.example.com/
        API_URL=https://api.example.com
        AUTHENTIK_ISSUER=https://id.example.com/application/o/dezky-portal/
        AUTHENTIK_PORTAL_CLIENT_SECRET='p#1'
        AUTHENTIK_OPERATOR_CLIENT_SECRET=hush-hush
        ENCRYPTION_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    ";
    parse(content).unwrap()
}

fn with(change: &[(&str, &str)]) -> Values {
    let mut values = whole();
    values.extend(change.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    values
}

#[test]
fn the_least_configuration_has_surfaces_and_no_upstream_but_the_issuer() {
    let config = Config::read(&whole()).unwrap();
    assert_eq!(config.authentik.issuer_origin, "https://id.example.com");
    assert_eq!(config.authentik.api.as_str(), "https://id.example.com/");
    assert_eq!(config.consoles[1].address.origin, "https://operator.example.com");
    assert_eq!(config.authentik.api_token.err(), Some(NOT_CONFIGURED));
    assert_eq!(config.stalwart.err(), Some(NOT_CONFIGURED));
    assert_eq!(config.ocis.err(), Some(NOT_CONFIGURED));
    assert_eq!(config.platform_slug.as_str(), "dezky");
}

#[test]
fn an_upstream_that_is_switched_off_needs_nothing() {
    let off = [("OCIS_PROVISIONING_ENABLED", "false"), ("OCIS_API_URL", "https://files.example.com")];
    assert_eq!(Config::read(&with(&off)).unwrap().ocis.err(), Some(SWITCHED_OFF));
}

#[test]
fn an_audience_that_is_not_accepted_is_no_surface() {
    let config = Config::read(&with(&[("AUTHENTIK_AUDIENCE", "dezky-portal")])).unwrap();
    assert_eq!(config.consoles.len(), 1);
    assert_eq!(config.consoles[0].surface, Surface::Portal);
    assert_eq!(config.consoles[0].client_secret.expose_secret(), "p#1");
}

#[test]
fn all_that_is_wrong_is_said_at_once_with_an_example() {
    let wrong = [
        ("PORTAL_URL", "portal.example.com"),
        ("AUTHENTIK_ISSUER", ""),
        ("STALWART_API_URL", "https://mail.example.com"),
        ("OCIS_API_URL", "https://files.example.com/graph"),
        ("TRUST_FORWARDED", "perhaps"),
        ("ENCRYPTION_KEYS", "hush"),
        ("PLATFORM_SLUG", "Not A Slug"),
        ("API_LISTEN", "4402"),
        ("METRICS_LISTEN", "9464"),
        ("TERMINATION_GRACE_DAYS", "-1"),
        ("UNORDERED_REMOVALS_AN_HOUR", "-1"),
        ("LEASE_SECONDS", "2"),
        ("IDLE_SECONDS", "0"),
        ("MOST_CONNECTIONS", "none"),
    ];
    let problems = Config::read(&with(&wrong)).unwrap_err();
    let named: BTreeSet<&str> = problems.names().into_iter().collect();
    let mut expected: BTreeSet<&str> = wrong.iter().map(|(name, _)| *name).collect();
    expected.remove("STALWART_API_URL");
    expected.extend(["STALWART_API_KEY", "OCIS_SERVICE_USER", "OCIS_SERVICE_PASSWORD"]);
    // Without a good address nothing else of that upstream is looked at.
    expected.remove("OCIS_SERVICE_USER");
    expected.remove("OCIS_SERVICE_PASSWORD");
    assert_eq!(named, expected);
    let said = problems.to_string();
    assert!(said.contains("for example: https://id.example.com"), "{said}");
    assert!(!said.contains("hush"), "a value is repeated: {said}");
}

#[test]
fn of_a_secret_that_bootstrap_makes_it_is_said_which_part_does() {
    let lacking = [
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", ""),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", ""),
        ("STALWART_API_URL", "https://mail.example.com"),
        ("OCIS_API_URL", "https://files.example.com"),
        ("OCIS_SERVICE_USER", "svc"),
    ];
    let problems = Config::read(&with(&lacking)).unwrap_err();
    assert!(problems.lack_something());
    let said = problems.to_string();
    for (name, part) in [
        ("AUTHENTIK_PORTAL_CLIENT_SECRET", "authentik"),
        ("AUTHENTIK_OPERATOR_CLIENT_SECRET", "authentik"),
        ("STALWART_API_KEY", "stalwart"),
        ("OCIS_SERVICE_PASSWORD", "ocis"),
    ] {
        let line = said.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        let end = format!("`dezky bootstrap {part}` makes it and writes it");
        assert!(line.contains("is not set; ") && line.ends_with(&end), "{line}");
    }
    let wrong = Config::read(&with(&[("TRUST_FORWARDED", "perhaps")])).unwrap_err();
    assert!(!wrong.lack_something());
}

#[test]
fn a_database_alone_is_no_deployment() {
    assert!(!is_deployed(&parse("DATABASE_URL=postgres://db/dezky").unwrap()));
    assert!(is_deployed(&parse("STALWART_API_URL=https://mail.example.com").unwrap()));
    assert!(!is_deployed(&parse("STALWART_API_URL=").unwrap()));
}

#[test]
fn no_secret_shows_when_a_configuration_is_printed() {
    let secrets = [
        ("DATABASE_URL", "postgres://dezky:hush@db/dezky"),
        ("AUTHENTIK_API_TOKEN", "hush"),
        ("STALWART_API_URL", "https://mail.example.com"),
        ("STALWART_API_KEY", "hush"),
        ("OCIS_API_URL", "https://files.example.com"),
        ("OCIS_SERVICE_USER", "svc"),
        ("OCIS_SERVICE_PASSWORD", "hush"),
    ];
    let config = Config::read(&with(&secrets)).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains("hush") && !printed.contains("AAAA"), "{printed}");
}

#[test]
fn the_file_services_user_signs_in_in_one_of_two_ways() {
    let ocis = |more: &[(&str, &str)]| {
        let base = [("OCIS_API_URL", "https://files.example.com"), ("OCIS_SERVICE_USER", "svc")];
        Config::read(&with(&[&base, more].concat()))
    };
    let refreshing = ocis(&[("OCIS_CREDENTIAL", "refresh_token")]).unwrap().ocis.unwrap();
    assert!(matches!(refreshing.credential, OcisCredential::RefreshToken { password: None }));
    let usual = ocis(&[("OCIS_SERVICE_PASSWORD", "hush")]).unwrap().ocis.unwrap();
    assert!(matches!(usual.credential, OcisCredential::ClientCredentials { .. }));
    assert_eq!(ocis(&[("OCIS_CREDENTIAL", "guess")]).unwrap_err().names(), ["OCIS_CREDENTIAL"]);
}

#[test]
fn a_file_may_have_comments_quotes_and_exports_and_substitutes_nothing() {
    let values = parse("# first\nexport A=1 # one\n\nB=\"x y\"\nC='$A'\nD=a#b\n").unwrap();
    let found: Vec<_> = values.values().map(String::as_str).collect();
    assert_eq!(found, ["1", "x y", "$A", "a#b"]);
    assert!(parse("no equals sign").unwrap_err().contains("line 1"));
}

#[test]
fn the_example_file_has_every_name_and_no_other() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.env.example");
    let content = std::fs::read_to_string(file).unwrap();
    let lines = content.lines().map(|line| line.trim_start_matches('#').trim());
    let written: BTreeSet<&str> = lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    let known: BTreeSet<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(written, known);
}
