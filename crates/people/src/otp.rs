//! One-time passwords: shown once, never stored, never logged [E1].

use kernel::id::random;
use secrecy::SecretString;

/// Letters and digits that nobody takes for one another, in print or by voice; 32 of them are 5 bits each.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
/// Groups of letters.
const GROUPS: usize = 4;
/// Letters in a group.
const LONG: usize = 4;

/// A new password of 16 letters in four groups, about 79 bits.
pub fn generate() -> SecretString {
    let mut text = String::with_capacity(GROUPS * (LONG + 1));
    let mut letters = 0;
    while letters < GROUPS * LONG {
        for byte in random::<32>() {
            // The last of the 32 stands between groups, so it is thrown again.
            let Some(letter) = LETTERS.get(usize::from(byte & 31)).filter(|letter| **letter != b'-') else {
                continue;
            };
            if letters == GROUPS * LONG {
                break;
            }
            if letters > 0 && letters % LONG == 0 {
                text.push('-');
            }
            text.push(char::from(*letter));
            letters += 1;
        }
    }
    text.into()
}

/// True for a text of the form of [`generate`]'s: a one-time password must not become the lasting one, and none is kept
/// to be compared with.
pub(crate) fn looks_generated(text: &str) -> bool {
    let is_group =
        |group: &str| group.len() == LONG && group.bytes().all(|b| b != b'-' && LETTERS.contains(&b));
    let groups: Vec<&str> = text.trim().split('-').collect();
    groups.len() == GROUPS && groups.into_iter().all(is_group)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn passwords_are_long_readable_and_never_the_same() {
        let all: BTreeSet<String> = (0..200).map(|_| generate().expose_secret().to_owned()).collect();
        assert_eq!(all.len(), 200);
        for one in &all {
            let groups: Vec<&str> = one.split('-').collect();
            assert_eq!((groups.len(), one.len()), (4, 19), "{one}");
            assert!(!one.contains(['i', 'l', 'o', '0', '1']), "{one}");
            assert!(looks_generated(one));
        }
    }
}
