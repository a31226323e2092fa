//! Ids as they come in.

use crate::ids::DIGITS;
pub use crate::ids::encode;

/// The number that the id `singleton` is, that of every settings object.
pub const SINGLETON: u64 = 20_080_258_862_541;

/// The id that a text means; none when it is malformed.
pub fn decode(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u64, |id, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        id.checked_mul(32)?.checked_add(u64::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_their_text() {
        assert_eq!((encode(1).as_str(), encode(2).as_str()), ("b", "c"));
        assert_eq!(encode(SINGLETON), "singleton");
        for id in [0, 31, 32, 1_795_252_695_123_456_512] {
            assert_eq!(decode(&encode(id)), Some(id));
        }
        assert_eq!(decode("!bad!"), None);
    }
}
