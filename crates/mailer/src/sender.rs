//! Whom mails are from.

use std::str::FromStr;

use kernel::EmailAddress;

/// Whom mails are from, as `no-reply@example.com` or `Dezky <no-reply@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name for people.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

/// The text names no sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be an address such as no-reply@example.com or Dezky <no-reply@example.com>")]
pub struct BadSender;

impl FromStr for Sender {
    type Err = BadSender;

    fn from_str(text: &str) -> Result<Self, BadSender> {
        let text = text.trim();
        let (name, address) = match text.split_once('<') {
            None => ("", text),
            Some((name, rest)) => (name, rest.strip_suffix('>').ok_or(BadSender)?),
        };
        let name = name.trim().trim_matches('"').trim();
        if name.chars().any(char::is_control) {
            return Err(BadSender);
        }
        let address = address.parse().map_err(|_| BadSender)?;
        Ok(Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let bare: Sender = "no-reply@example.test".parse().unwrap();
        assert_eq!(bare.name, None);
        let named: Sender = "\"Dezky, Ærø\" <no-reply@example.test>".parse().unwrap();
        assert_eq!((named.name.as_deref(), named.address), (Some("Dezky, Ærø"), bare.address));
        for bad in ["", "Dezky", "Dezky <no-reply@example.test", "a\nb <c@d.test>", "<a@b.test> c"] {
            assert!(bad.parse::<Sender>().is_err(), "{bad:?}");
        }
    }
}
