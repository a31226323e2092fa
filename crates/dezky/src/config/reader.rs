//! Reads settings one by one and remembers all that is wrong with them.

use std::fmt::Display;
use std::str::FromStr;

use secrecy::SecretString;
use url::Url;

use super::names::NAMES;
use super::problem::{NOT_SET, Problems};
use super::source::{Values, text};

/// Reads settings; what is wrong is collected, not returned.
pub struct Reader<'a> {
    values: &'a Values,
    pub problems: Problems,
}

impl<'a> Reader<'a> {
    pub fn new(values: &'a Values) -> Self {
        Self { values, problems: Problems::default() }
    }

    /// A setting as it stands.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        debug_assert!(NAMES.iter().any(|(known, _)| *known == name), "{name}");
        text(self.values, name)
    }

    /// A setting that must be there; `why` says what for.
    pub fn needed(&mut self, name: &str, why: &str) -> Option<&'a str> {
        let found = self.text(name);
        if found.is_none() {
            self.problems.add(name, format!("{NOT_SET}; {why}"));
        }
        found
    }

    /// A secret that must be there.
    fn secret(&mut self, name: &str, why: &str) -> Option<SecretString> {
        self.needed(name, why).map(SecretString::from)
    }

    /// A secret that must be there, and that a part of `dezky bootstrap` makes.
    pub fn made(&mut self, name: &str, why: &str, part: &str) -> Option<SecretString> {
        self.secret(name, &format!("{why}. `dezky bootstrap {part}` makes it and writes it"))
    }

    /// A setting of a type that reads itself.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str, usual: T) -> T {
        match self.text(name).map(str::parse) {
            None => usual,
            Some(Ok(value)) => value,
            Some(Err(why)) => {
                self.problems.add(name, format!("can't be read: {why}"));
                usual
            }
        }
    }

    /// The same, when it is set.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let read = self.text(name)?.parse();
        read.map_err(|why| self.problems.add(name, format!("can't be read: {why}"))).ok()
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str, usual: bool) -> bool {
        match self.text(name).map(str::to_ascii_lowercase).as_deref() {
            None => usual,
            Some("true" | "1" | "yes" | "on") => true,
            Some("false" | "0" | "no" | "off") => false,
            Some(_) => {
                self.problems.add(name, "must be true or false");
                usual
            }
        }
    }

    /// An `http` or `https` address without a path, when it is set.
    pub fn url(&mut self, name: &str) -> Option<Url> {
        match self.text(name).map(origin_only)? {
            Ok(url) => Some(url),
            Err(why) => {
                self.problems.add(name, why);
                None
            }
        }
    }

    /// An `http` or `https` address of any page, when it is set.
    pub fn link(&mut self, name: &str) -> Option<Url> {
        let url = self.text(name)?.parse::<Url>().ok();
        let fits = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if fits.is_none() {
            self.problems.add(name, "must be the address of a page, such as https://mail.example.com/");
        }
        fits
    }

    /// An address as [`Reader::url`] reads it, that must be there.
    pub fn needed_url(&mut self, name: &str, why: &str) -> Option<Url> {
        self.needed(name, why)?;
        self.url(name)
    }
}

fn origin_only(text: &str) -> Result<Url, String> {
    // Authentik has an issuer per application; what people copy from it is one of those.
    let text = text.split("/application/o/").next().unwrap_or(text);
    let url = Url::parse(text).map_err(|error| format!("isn't an address: {error}"))?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https") {
        Err("must begin with http:// or https://".to_owned())
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("must not have a username or password".to_owned())
    } else if !plain {
        Err("must be an address without a path".to_owned())
    } else {
        Ok(url)
    }
}

/// The origin of an address, as browsers send it.
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
