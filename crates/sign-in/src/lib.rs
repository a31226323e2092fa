//! Sign-in, sign-out, sessions and the caller's own account
