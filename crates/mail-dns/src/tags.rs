//! Lists of `tag=value; tag=value`, as DKIM, DMARC, MTA-STS and TLS-RPT share them (RFC 6376, 3.2).

/// What is wrong with such a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is nothing in it.
    #[error("the record is empty")]
    Empty,
    /// Two semicolons follow each other.
    #[error("there's nothing between two semicolons")]
    EmptyTag,
    /// A part without an equals sign.
    #[error("“{0}” has no “=”")]
    NoValue(String),
    /// What is before the equals sign is no word of letters, digits and underscores.
    #[error("“{0}” isn't a tag name")]
    BadName(String),
    /// A tag is set more than once.
    #[error("the tag {0} appears twice")]
    Twice(String),
    /// A blank stands beside an equals sign where none may.
    #[error("there's a space beside the “=” of the tag {0}")]
    BlankAtEquals(String),
    /// A value has a character that none may have.
    #[error("the value of the tag {0} has a character that isn't allowed")]
    BadValue(String),
}

impl Error {
    /// A short stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::EmptyTag => "empty-tag",
            Self::NoValue(_) => "no-value",
            Self::BadName(_) => "bad-name",
            Self::Twice(_) => "twice",
            Self::BlankAtEquals(_) => "blank-at-equals",
            Self::BadValue(_) => "bad-value",
        }
    }

    /// The part of the record that is meant.
    pub fn part(&self) -> &str {
        match self {
            Self::Empty | Self::EmptyTag => "",
            Self::NoValue(part)
            | Self::BadName(part)
            | Self::Twice(part)
            | Self::BlankAtEquals(part)
            | Self::BadValue(part) => part,
        }
    }
}

/// Tags in the order in which they came. Their names keep their letter case, which counts (RFC 6376, 3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    /// Reads a list.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let text = text.trim_matches(is_space);
        let text = text.strip_suffix(';').unwrap_or(text).trim_matches(is_space);
        if text.is_empty() {
            return Err(Error::Empty);
        }
        let mut tags: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';') {
            let (name, value) = tag(part.trim_matches(is_space))?;
            if tags.iter().any(|(other, _)| *other == name) {
                return Err(Error::Twice(name.to_owned()));
            }
            tags.push((name, value));
        }
        Ok(Self(tags))
    }

    /// Reads a list in which no blank may stand beside an equals sign (RFC 8461, 3.1; RFC 8460, 3).
    pub(crate) fn parse_tight(text: &'a str) -> Result<Self, Error> {
        let tags = Self::parse(text)?;
        let parts = text.split(';').filter_map(|part| part.trim_matches(is_space).split_once('='));
        let mut loose = parts.filter(|(name, value)| name.ends_with(is_space) || value.starts_with(is_space));
        match loose.next() {
            Some((name, _)) => Err(Error::BlankAtEquals(name.trim_matches(is_space).to_owned())),
            None => Ok(tags),
        }
    }

    /// The value of a tag.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// Where a tag is; 0 is the first.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(other, _)| *other == name)
    }

    /// The tags that are none of these.
    pub(crate) fn beyond(&self, known: &[&str]) -> Vec<(String, String)> {
        let others = self.0.iter().filter(|(name, _)| !known.contains(name));
        others.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }
}

fn tag(part: &str) -> Result<(&str, &str), Error> {
    if part.is_empty() {
        return Err(Error::EmptyTag);
    }
    let (name, value) = part.split_once('=').ok_or_else(|| Error::NoValue(part.to_owned()))?;
    let (name, value) = (name.trim_matches(is_space), value.trim_matches(is_space));
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if !starts_well || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Error::BadName(name.to_owned()));
    }
    // A tag value is of visible characters with white space between.
    if !value.chars().all(|letter| letter.is_ascii_graphic() || is_space(letter)) {
        return Err(Error::BadValue(name.to_owned()));
    }
    Ok((name, value))
}

/// White space of RFC 6376, folded lines included.
pub(crate) fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

/// The words of a list with colons between.
pub(crate) fn words(value: &str) -> Vec<String> {
    value.split(':').map(|word| word.trim_matches(is_space).to_owned()).collect()
}

/// What follows the version of a record, where the text begins with it: `v=`, these letters in this case, then the end
/// or a semicolon. What begins with a blank is no record.
pub(crate) fn after_version<'t>(text: &'t str, version: &str, is_loose: bool) -> Option<&'t str> {
    let blanks = |text: &'t str| if is_loose { text.trim_start_matches([' ', '\t']) } else { text };
    let rest = blanks(blanks(text.strip_prefix('v')?).strip_prefix('=')?);
    let rest = rest.strip_prefix(version)?.trim_start_matches([' ', '\t']);
    (rest.is_empty() || rest.starts_with(';')).then_some(rest)
}

/// True when a text is meant to be a record of this version, letter case and spaces aside: `v = dmarc1; ...`.
/// Text that a form put into quotes counts as well.
pub(crate) fn is_meant_as(text: &str, version: &str) -> bool {
    let letters = text.chars().filter(|letter| !is_space(*letter) && !matches!(letter, '"' | '\\' | '\''));
    let start: String = letters.take(version.len() + 2).collect();
    start
        .strip_prefix(['v', 'V'])
        .and_then(|rest| rest.strip_prefix('='))
        .is_some_and(|rest| rest.eq_ignore_ascii_case(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_any_white_space_and_one_final_semicolon() {
        let tags = Tags::parse(" v = X1 ;\tp=a b\r\n c;").unwrap();
        assert_eq!((tags.get("v"), tags.get("p")), (Some("X1"), Some("a b\r\n c")));
        assert_eq!((tags.position("p"), tags.get("P")), (Some(1), None));
    }

    #[test]
    fn what_is_wrong_with_a_list_is_named() {
        for (text, error) in [
            ("", Error::Empty),
            (" ; ", Error::Empty),
            ("a=1;;b=2", Error::EmptyTag),
            ("a=1; b", Error::NoValue("b".to_owned())),
            ("a=1; b c=2", Error::BadName("b c".to_owned())),
            ("=1", Error::BadName(String::new())),
            ("a=1; a=2", Error::Twice("a".to_owned())),
            ("a=ø", Error::BadValue("a".to_owned())),
        ] {
            assert_eq!(Tags::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_record_begins_with_its_version() {
        for text in ["v=X1", "v=X1;", "v=X1; a=1", "v=X1 ; a=1", "v=X1\t;a=1"] {
            assert!(after_version(text, "X1", false).is_some(), "{text}");
        }
        for text in ["v = X1;", "v\t=X1", "v= X1 ;"] {
            assert!(after_version(text, "X1", true).is_some(), "{text}");
            assert!(after_version(text, "X1", false).is_none(), "{text}");
        }
        for text in [" v=X1", "\tv=X1;", "V=X1", "v=x1", "v=X1 a=1", "v=X11", "v=X1, a=1", "a=1; v=X1", ""] {
            assert!(after_version(text, "X1", true).is_none(), "{text}");
        }
    }

    #[test]
    fn blanks_beside_an_equals_sign_can_be_forbidden() {
        assert!(Tags::parse_tight("v=X1 ; a=1 2;").is_ok());
        for text in ["v=X1; a =1", "v=X1; a= 1", "v=X1; a = 1"] {
            assert_eq!(Tags::parse_tight(text), Err(Error::BlankAtEquals("a".to_owned())), "{text}");
        }
    }

    #[test]
    fn a_text_can_be_meant_as_a_record_without_being_one() {
        for text in ["v=DMARC1; p=none", "V = dmarc1", "\"v=DMARC1\"", "v=DMARC1, p=none"] {
            assert!(is_meant_as(text, "DMARC1"), "{text}");
        }
        for text in ["", "v", "v=", "v=spf1", "p=none; v=DMARC1", "ø=DMARC1"] {
            assert!(!is_meant_as(text, "DMARC1"), "{text}");
        }
    }
}
