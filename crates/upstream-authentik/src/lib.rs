//! The authentik client and its simulator
