//! A small stand-in for the server's strength estimate: it refuses what was seen to be refused, and what is of
//! the same kind. Many a password that the real estimate finds weak passes here.

const LEAST: usize = 8;
const MOST: usize = 128;
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "letmein",
    "welcome",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "dragon",
    "monkey",
    "shadow",
    "master",
    "admin",
    "administrator",
    "changeme",
    "secret",
    "qwerty",
    "computer",
    "internet",
    "whatever",
    "starwars",
];
const ROWS: [&str; 4] =
    ["0123456789012345", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiop"];

/// The server's reason against a password.
pub fn check(password: &str) -> Result<(), String> {
    let letters = password.chars().count();
    if letters < LEAST {
        return Err(format!("Password must be at least {LEAST} characters long."));
    }
    if letters > MOST {
        return Err(format!("Password must be at most {MOST} characters long."));
    }
    let Some((warning, advice)) = weakness(&password.to_lowercase()) else {
        return Ok(());
    };
    Err(format!("Password is too weak. {warning} Add another word or two. {advice}"))
}

fn weakness(password: &str) -> Option<(&'static str, &'static str)> {
    let stem = password.trim_end_matches(|letter: char| letter.is_ascii_digit() || "!?.".contains(letter));
    let tail = password.len() - stem.len();
    if COMMON.contains(&password) || COMMON.contains(&stem) && tail <= 4 {
        return Some(("This is a very common password.", "Uncommon words are better."));
    }
    if repeats(password) {
        return Some(("Repeats like \"aaa\" are easy to guess.", "Avoid repeated words and characters."));
    }
    if ROWS
        .iter()
        .any(|row| row.contains(password) || row.chars().rev().collect::<String>().contains(password))
    {
        return Some(("Sequences like abc or 6543 are easy to guess.", "Avoid sequences."));
    }
    None
}

/// Whether it is a few letters over and over.
fn repeats(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    (1..=3).any(|period| letters.iter().zip(letters.iter().skip(period)).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in
            ["abc", "password1", "Welcome2024", "aaaaaaaa", "abcabcabc", "12345678", "87654321", "qwertyuiop"]
        {
            assert!(check(weak).is_err(), "{weak}");
        }
        let why = "Password is too weak. This is a very common password. Add another word or two. Uncommon \
                   words are better.";
        assert_eq!(check("password1").unwrap_err(), why);
        assert!(check(&"Zq7".repeat(50)).unwrap_err().contains("at most 128"));
        for good in ["fake-alice-password-1", "correct horse battery", "N7$kd02!qq"] {
            assert!(check(good).is_ok(), "{good}");
        }
    }
}
