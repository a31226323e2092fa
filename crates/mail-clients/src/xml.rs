//! Reads small XML documents of servers that are not ours: elements with their text, without namespaces. Entities of a
//! document's own are left out, so none can grow.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The most elements of a document, and how deep they may lie.
const MOST: usize = 2000;
const DEEPEST: usize = 16;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name in lower case, without a prefix.
    pub name: String,
    /// Its attribute `type`, in lower case.
    pub kind: String,
    /// The text that is directly in it.
    pub text: String,
    /// The elements that are directly in it.
    pub inside: Vec<Self>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let kind = start.try_get_attribute("type").ok().flatten();
        Self {
            name: start.local_name().as_ref().to_ascii_lowercase(),
            kind: kind.map(|found| found.value.trim().to_ascii_lowercase()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The elements of that name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.inside.iter().filter(move |one| one.name == name)
    }

    /// The text of the first element of that name in it.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let named = self.inside.iter().filter(|one| one.name == name);
        named.map(|one| one.text.trim()).find(|text| !text.is_empty())
    }
}

/// Reads a document; none when it is no XML, or larger than such a document has a reason to be.
pub fn read(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    // The first stands for the document itself.
    let mut open = vec![Element::default()];
    for _ in 0..MOST * 4 {
        let event = reader.read_event().ok()?;
        let is_end = matches!(event, Event::Empty(_) | Event::End(_));
        match event {
            Event::Start(start) | Event::Empty(start) if open.len() <= DEEPEST => {
                open.push(Element::of(&start));
            }
            Event::Start(_) | Event::Empty(_) => return None,
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let known = match reference.as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().ok()?,
                };
                open.last_mut()?.text.extend(known);
            }
            Event::Eof => break,
            Event::End(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if is_end {
            let closed = open.pop()?;
            open.last_mut()?.inside.push(closed);
        }
    }
    let [document] = open.try_into().ok()?;
    document.inside.into_iter().next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_are_read_without_prefixes_and_case() {
        let text = "\u{feff}<?xml version=\"1.0\"?><!-- a --><x:Root xmlns:x='u'>\
                    <Server TYPE='no' type='IMAP'> a&amp;b&#x63;<![CDATA[<d>]]>&own; </Server><e/></x:Root>";
        let root = read(text).unwrap();
        assert_eq!(root.name, "root");
        assert_eq!(root.text_of("server"), Some("a&bc<d>"));
        assert_eq!(root.inside[0].kind, "imap");
        assert_eq!(root.inside[1].name, "e");
    }

    #[test]
    fn what_is_no_document_or_too_deep_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(40), "</a>".repeat(40));
        for bad in ["", "hello", "<a>", "<a></b>", "</a>", "<a><b></a></b>", &deep] {
            assert_eq!(read(bad), None, "{bad}");
        }
        let long = format!("<a>{}</a>", "<b></b>".repeat(MOST * 3));
        assert_eq!(read(&long), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall(text in "(<|>|/|&|;|!|\\[|\\]|-|a|b|'|\"|=| |\\PC){0,60}") {
            let _ = read(&text);
        }
    }
}
