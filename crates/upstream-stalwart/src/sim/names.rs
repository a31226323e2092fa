//! Which domain names and local parts the server takes, and how it stores them (sections 6 and 7). Laxer
//! than `DomainName` and `EmailAddress`.

/// The endings for private use that the server knows.
const PRIVATE: [&str; 10] =
    ["test", "local", "internal", "lan", "home", "corp", "intranet", "private", "localdomain", "localhost"];

/// Stands for the built-in list of public suffixes, besides all endings of two letters. What is missing here is
/// refused although the real server knows it.
const PUBLIC: [&str; 42] = [
    "com",
    "net",
    "org",
    "info",
    "biz",
    "name",
    "pro",
    "edu",
    "gov",
    "mil",
    "int",
    "mobi",
    "tel",
    "travel",
    "app",
    "dev",
    "page",
    "cloud",
    "shop",
    "online",
    "site",
    "store",
    "tech",
    "xyz",
    "agency",
    "studio",
    "email",
    "group",
    "company",
    "consulting",
    "design",
    "digital",
    "finance",
    "services",
    "solutions",
    "systems",
    "team",
    "work",
    "world",
    "berlin",
    "hamburg",
    "coop",
];

/// The stored form: lower case, without blanks, international labels as `xn--...`. None when it is refused.
pub fn normalise(text: &str) -> Option<String> {
    let text: String =
        text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    let name = idna::domain_to_ascii(&text).ok()?;
    let (rest, suffix) = name.rsplit_once('.')?;
    let labels_ok = rest.split('.').all(|label| (1..=63).contains(&label.len()));
    let country = suffix.len() == 2 && suffix.bytes().all(|byte| byte.is_ascii_lowercase());
    let known = country || PRIVATE.contains(&suffix) || PUBLIC.contains(&suffix);
    (labels_ok && known && name.len() <= 253).then_some(name)
}

/// The stored form of what stands before an `@`: lower case, inner blanks removed, not refused (section 7).
pub fn local_part(text: &str) -> Option<String> {
    let name: String =
        text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    let dots_ok = !name.starts_with('.') && !name.ends_with('.') && !name.contains("..");
    (!name.is_empty() && !name.contains('@') && dots_ok).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_parts_are_stored_in_one_form() {
        assert_eq!(local_part("Bob.Example").as_deref(), Some("bob.example"));
        assert_eq!(local_part("in ner").as_deref(), Some("inner"));
        for bad in ["", "has space@", ".dot", "dot.", "a..b", "x@acme-widgets.test"] {
            assert_eq!(local_part(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_are_stored_in_one_form() {
        assert_eq!(normalise("Full-Options.Test").as_deref(), Some("full-options.test"));
        assert_eq!(normalise("with space.test").as_deref(), Some("withspace.test"));
        assert_eq!(normalise("bücher.test").as_deref(), Some("xn--bcher-kva.test"));
        for lax in ["under_score.test", "-dash.test", "acme.dk", "acme.co.uk"] {
            assert!(normalise(lax).is_some(), "{lax}");
        }
        for bad in ["nodots", "example.notatld", "a..b.test", "trailing.test.", "bücher.example", ".test"] {
            assert_eq!(normalise(bad), None, "{bad}");
        }
    }
}
