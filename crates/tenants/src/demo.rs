//! Demo data, made by the same actions as real data.
