//! The words of mails, and what is filled into them. A mail can be made from a template alone, and what people or other
//! systems wrote goes into it as data: one line, no link, at most 60 characters, never what a mail begins with. So nobody
//! can have us tell strangers something in our name.

use kernel::{DomainName, EmailAddress};
use secrecy::{ExposeSecret as _, SecretString};

use crate::mail::Mail;

/// The most characters of what somebody wrote.
pub const MOST_DATA: usize = 60;

/// The words of one kind of mail. `{name}` is a place to fill; a line with a place that stays empty is left out.
#[derive(Debug)]
pub struct Template {
    /// What it is for.
    pub name: &'static str,
    /// Its words: what it is about, in one line, an empty line, and what it says.
    pub words: &'static str,
}

/// What is filled into a place.
pub enum Fill<'a> {
    /// What somebody wrote.
    Data(&'a str),
    /// A domain name, which mail programs may show as a link: to the customer's own.
    Domain(&'a DomainName),
    /// A link into the product.
    Link(&'a SecretString),
    /// One of these lines for each.
    Lines(&'a [String]),
}

impl Template {
    /// The mail for somebody. Of several mails with the same key one is sent.
    pub fn mail(&'static self, to: EmailAddress, key: String, fills: &[(&str, Fill<'_>)]) -> Mail {
        let (subject, text) = self.shown(fills);
        Mail { to, subject, text, html: None, key }
    }

    /// Subject and text.
    pub fn shown(&self, fills: &[(&str, Fill<'_>)]) -> (String, String) {
        (fill(self.subject(), fills), fill(self.text(), fills) + "\n")
    }

    /// What it is about.
    pub fn subject(&self) -> &'static str {
        self.words.split_once("\n\n").map_or(self.words, |(subject, _)| subject)
    }

    /// What it says.
    pub fn text(&self) -> &'static str {
        self.words.split_once("\n\n").map_or("", |(_, text)| text.trim_end())
    }

    /// The names of its places.
    pub fn places(&self) -> Vec<&'static str> {
        let parts = self.words.split('{').skip(1);
        parts.filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
    }
}

fn fill(words: &str, fills: &[(&str, Fill<'_>)]) -> String {
    let lines = words.lines().filter_map(|line| filled(line, fills));
    lines.collect::<Vec<_>>().join("\n").trim_start_matches('\n').to_owned()
}

/// A line; none where something of it stays empty.
fn filled(line: &str, fills: &[(&str, Fill<'_>)]) -> Option<String> {
    let mut rest = line;
    let mut whole = String::with_capacity(line.len());
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let fill = fills.iter().find(|(known, _)| *known == name).map(|(_, fill)| shown(fill));
        whole.push_str(before);
        whole.push_str(&fill.filter(|text| !text.is_empty())?);
        rest = after;
    }
    Some(whole + rest)
}

fn shown(fill: &Fill<'_>) -> String {
    match fill {
        Fill::Data(text) => data(text),
        Fill::Domain(name) => name.unicode(),
        Fill::Link(link) => link.expose_secret().to_owned(),
        Fill::Lines(lines) => lines.join("\n"),
    }
}

/// What somebody wrote, as it may stand in a mail: nothing that a mail program makes a link of, and no more than a name.
pub fn data(text: &str) -> String {
    let visible: String = text.chars().filter(|letter| !is_invisible(*letter)).map(plain).collect();
    let words: Vec<String> = visible.split_whitespace().map(unlinked).collect();
    // What was taken apart may hold blanks of its own.
    let line = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST_DATA {
        return line;
    }
    let cut: String = line.chars().take(MOST_DATA - 1).collect();
    cut.trim_end().to_owned() + "…"
}

/// Characters that reorder what is read, or that nobody sees.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Control characters are blanks, and the dots that are taken for one in host names are one.
fn plain(letter: char) -> char {
    match letter {
        '。' | '．' | '｡' | '․' => '.',
        '：' | '﹕' | '∶' => ':',
        '＠' | '﹫' => '@',
        '／' | '⁄' | '∕' => '/',
        '{' => '(',
        '}' => ')',
        letter if letter.is_control() => ' ',
        letter => letter,
    }
}

/// A word that no mail program takes for a host, an address or a link: what binds its parts ends a word.
fn unlinked(word: &str) -> String {
    let letters: Vec<char> = word.replace("://", " ").replace('@', " ").chars().collect();
    let mut apart = String::with_capacity(word.len());
    for (at, letter) in letters.iter().enumerate() {
        apart.push(*letter);
        let next = letters.get(at + 1);
        let binds = match letter {
            // “J.R. Hansen” is a name; “evil.test” is a host.
            '.' => letters[at + 1..].iter().take_while(|next| next.is_alphanumeric()).count() > 1,
            ':' => next.is_some(),
            _ => false,
        };
        if binds {
            apart.push(' ');
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GREETING: Template = Template {
        name: "greeting",
        words: "Welcome to {place}\n\nHello {name},\n\nyou are in {place}.\nBy {who}\n\n{link}",
    };

    #[test]
    fn names_stay_names_and_links_are_taken_apart() {
        for (written, read) in [
            ("Mærsk A/S", "Mærsk A/S"),
            ("J.R. Hansen", "J.R. Hansen"),
            ("O'Brien & Søn, Inc.", "O'Brien & Søn, Inc."),
            ("https://evil.test/x", "https evil. test/x"),
            ("www.evil.test", "www. evil. test"),
            ("evil。test", "evil. test"),
            ("eve@evil.test", "eve evil. test"),
            ("mailto:eve", "mailto: eve"),
            ("javascript:alert(1)", "javascript: alert(1)"),
            ("a\r\nBcc: b\u{202e}c\u{200b}d", "a Bcc: bcd"),
            ("{link}", "(link)"),
        ] {
            assert_eq!(data(written), read, "{written}");
        }
        assert_eq!(data(&"ø".repeat(500)).chars().count(), MOST_DATA);
    }

    #[test]
    fn a_line_whose_place_stays_empty_is_left_out_and_nothing_is_filled_in_twice() {
        let link = SecretString::from("https://portal.test/x");
        let fills = [
            ("place", Fill::Data("Acme {name}")),
            ("name", Fill::Data(" \u{200b} ")),
            ("link", Fill::Link(&link)),
        ];
        let mail = GREETING.mail("anna@acme.test".parse().unwrap(), "k".into(), &fills);
        assert_eq!(mail.subject, "Welcome to Acme (name)");
        assert_eq!(mail.text, "you are in Acme (name).\n\nhttps://portal.test/x\n");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_short_line_without_a_link(text in any::<String>()) {
            let line = data(&text);
            prop_assert!(line.chars().count() <= MOST_DATA && !line.contains("://") && !line.contains('@'));
            prop_assert!(!line.chars().any(|letter| letter.is_control() || is_invisible(letter)));
        }
    }
}
