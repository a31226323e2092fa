//! How long to wait before trying again.

use std::time::Duration;

/// Exponential back-off with full jitter above half: waits grow from `first` to `most`.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
}

impl Backoff {
    /// The wait after `failures` failures in a row (1 is the first). `dice` is any random number; it spreads the
    /// waits between half of the full wait and all of it, so that many failures at once don't come back at once.
    pub fn wait(&self, failures: u32, dice: u32) -> Duration {
        let doubled =
            self.first.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
        let full = doubled.min(self.most);
        full / 2 + full.mul_f64(f64::from(dice) / f64::from(u32::MAX) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_wait_stays_between_half_of_the_first_and_the_most(failures in 1_u32..100, dice: u32) {
            let backoff = Backoff { first: Duration::from_millis(200), most: Duration::from_secs(10) };
            let wait = backoff.wait(failures, dice);
            prop_assert!(wait >= Duration::from_millis(100) && wait <= Duration::from_secs(10));
        }
    }
}
