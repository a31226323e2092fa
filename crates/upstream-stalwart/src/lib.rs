//! The stalwart client and its simulator
