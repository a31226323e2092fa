//! Ink on a brand's colour, by WCAG 2 contrast. Pure; the sheet derives everything else from `--brand`.

use std::fmt;

/// A colour of 8 bits a channel, as `#rrggbb` gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// What is written on a brand's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// `#ffffff`
    White,
    /// `#000000`
    Black,
}

impl Ink {
    /// Its colour.
    pub fn rgb(self) -> Rgb {
        match self {
            Self::White => Rgb(255, 255, 255),
            Self::Black => Rgb(0, 0, 0),
        }
    }
}

impl Rgb {
    /// Reads `#rrggbb`; anything else is refused, so that nothing foreign gets into a style element.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self(channel(0)?, channel(2)?, channel(4)?))
    }

    /// The WCAG 2 relative luminance, 0 to 1.
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The WCAG 2 contrast ratio, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    /// The ink to write on it with: white where white reaches 4.5, else black, which then always does.
    pub fn ink(self) -> Ink {
        if self.contrast(Ink::White.rgb()) >= 4.5 { Ink::White } else { Ink::Black }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ink_on_any_colour_can_be_read(r: u8, g: u8, b: u8) {
            let brand = Rgb(r, g, b);
            prop_assert!(brand.contrast(brand.ink().rgb()) >= 4.5, "{brand}");
            prop_assert_eq!(Rgb::parse(&brand.to_string()), Some(brand));
        }

        #[test]
        fn nothing_but_a_colour_is_read(text in "\\PC{0,12}") {
            if let Some(rgb) = Rgb::parse(&text) {
                prop_assert_eq!(rgb.to_string(), text.to_lowercase());
            }
        }
    }

    #[test]
    fn contrast_is_as_wcag_says() {
        assert!((Rgb(255, 255, 255).contrast(Rgb(0, 0, 0)) - 21.0).abs() < 1e-9);
        assert!((Rgb(0x77, 0x77, 0x77).contrast(Rgb(255, 255, 255)) - 4.48).abs() < 0.01);
        assert_eq!(Rgb::parse("#123456;}"), None);
        assert_eq!(Rgb::parse("#é2345"), None);
    }
}
