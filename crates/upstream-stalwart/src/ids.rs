//! Ids on the wire: numbers in Stalwart's own base 32, lower case, most significant digit first.

/// The digits, in their order.
pub const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz792013";

/// The text of an id.
pub fn encode(mut id: u64) -> String {
    let mut text = Vec::new();
    loop {
        text.push(char::from(DIGITS[usize::try_from(id % 32).unwrap_or(0)]));
        id /= 32;
        if id == 0 {
            return text.iter().rev().collect();
        }
    }
}
