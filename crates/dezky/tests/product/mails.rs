//! What mails say: every template of every slice, filled with what nobody should be able to write to a stranger.

use std::path::Path;

use mailer::{Fill, MOST_DATA, Template};
use outbound::Method;
use secrecy::SecretString;
use serde_json::{Value, json as value};

use crate::harness::Product;
use crate::tenant_api::{ANNA, TenantApi, eventually, text};

const LINK: &str = "https://portal.example.test/x";

fn templates() -> Vec<&'static Template> {
    let of_members = memberships::mails::MAILS.into_iter().chain(members::MAILS);
    of_members.chain(domains::mails::MAILS).chain(partner_staff::mails::MAILS).collect()
}

/// What somebody may have written where a name belongs.
const WRITTEN: [&str; 9] = [
    "https://evil.test/login",
    "Your mailbox is full. Sign in at www.evil.test or it is deleted. This is the last warning that you get.",
    "a\r\n\r\nClick http://evil.test/\r\n",
    "evil\u{3002}test eve\u{ff20}evil.test mailto:eve@evil.test javascript:alert(1)",
    "\u{202e}tset.live\u{200b}",
    "{link} {name} {workspace}",
    "EVIL.TEST/x?y=z",
    "http:evil.test https:/\u{2060}/evil.test",
    "evil.test.",
];

/// Whether a mail program would make a link of a part of a line.
fn has_link(line: &str) -> bool {
    let is_host = |word: &str| {
        let parts: Vec<&str> = word.split('.').collect();
        let long = |part: &&str| part.chars().filter(|letter| letter.is_alphanumeric()).count() > 1;
        parts.windows(2).any(|pair| !pair[0].is_empty() && long(&pair[1]))
    };
    line.contains("://") || line.contains('@') || line.split_whitespace().any(is_host)
}

#[test]
fn no_mail_says_to_a_stranger_what_somebody_wrote_in_place_of_a_name() {
    let link = SecretString::from(LINK);
    let domain = "acme-widgets.test".parse().unwrap();
    for template in templates() {
        for written in WRITTEN {
            let fill = |place: &'static str| match place {
                "link" => (place, Fill::Link(&link)),
                "domain" => (place, Fill::Domain(&domain)),
                "wrong" => (place, Fill::Lines(&[])),
                _ => (place, Fill::Data(written)),
            };
            let fills: Vec<_> = template.places().into_iter().map(fill).collect();
            let (subject, text) = template.shown(&fills);
            let shown = format!("{subject}\n{text}");
            for line in shown.lines().map(|line| line.replace(LINK, "").replace("acme-widgets.test", "")) {
                assert!(!has_link(&line), "{}: {line}", template.name);
                assert!(!line.contains(written) || written.chars().count() <= MOST_DATA, "{line}");
            }
            let words = |text: &str| text.split_whitespace().next().unwrap().to_owned();
            assert_eq!(words(&subject), words(template.subject()), "{}: its own first word", template.name);
            assert!(
                template.text().starts_with(&words(&text)) || text.starts_with("You"),
                "{}",
                template.name
            );
        }
    }
}

#[test]
fn every_mail_begins_with_our_own_words_and_every_template_is_looked_at() {
    for template in templates() {
        assert!(
            !template.subject().starts_with('{') && !template.text().starts_with('{'),
            "{}",
            template.name
        );
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = 0;
    for slice in std::fs::read_dir(crates).unwrap() {
        let mails = slice.unwrap().path().join("text/mails");
        found += std::fs::read_dir(mails).into_iter().flatten().count();
    }
    assert_eq!(found, templates().len(), "a template that is not in the list of its slice is not looked at");
}

#[tokio::test]
async fn a_name_that_holds_a_link_is_sent_as_a_name() {
    let product = Product::start("small").await;
    let anna = TenantApi::of(&product, ANNA, "acme");
    let name = "https://evil.test/prize Win";
    anna.ok(Method::Patch, "", value!({"name": name})).await;
    let invited = value!({"email": "stranger@elsewhere.test", "name": "See evil.test"});
    anna.ok(Method::Post, "/invitations", invited).await;
    let mail: Value = eventually("the mail is caught", async || {
        let mails = product.objects("mail", "mails").await;
        let found = mails.iter().find(|mail| mail["to"].to_string().contains("stranger@elsewhere.test"));
        found.cloned().ok_or_else(|| value!(mails))
    })
    .await;
    assert_eq!(mail["subject"], "Invitation to https evil. test/prize Win", "{mail}");
    assert!(text(&mail["text"]).starts_with("Hello See evil. test,"), "{mail}");
    assert!(!mail.to_string().contains("evil.test"), "{mail}");
}
