//! The ocis client and its simulator
