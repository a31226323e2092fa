//! The orders of a list of members.

/// By what a list of members is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// Their name.
    #[default]
    Name,
    /// Their role, owners first.
    Role,
    /// Their state, those who are in first.
    Status,
    /// Their last sign-in, who never came first.
    LastSignIn,
}

/// An order of members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: By,
    /// From the other end.
    pub is_down: bool,
}

impl Order {
    const WORDS: [(&'static str, By); 4] =
        [("name", By::Name), ("role", By::Role), ("status", By::Status), ("lastSignIn", By::LastSignIn)];

    /// By its word, with a dash before it from the other end.
    pub fn parse(word: &str) -> Option<Self> {
        let (name, is_down) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
        let (_, by) = Self::WORDS.into_iter().find(|(known, _)| *known == name)?;
        Some(Self { by, is_down })
    }

    /// The word in addresses.
    pub fn word(self) -> String {
        let name = Self::WORDS.iter().find(|(_, by)| *by == self.by).map_or("name", |(name, _)| name);
        if self.is_down { format!("-{name}") } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_its_word() {
        for word in ["name", "-name", "role", "-role", "status", "-status", "lastSignIn", "-lastSignIn"] {
            assert_eq!(Order::parse(word).unwrap().word(), word);
        }
        assert_eq!((Order::parse("mfa"), Order::parse("--name"), Order::parse("")), (None, None, None));
    }
}
