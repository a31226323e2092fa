//! Every query on sign-ins and generated passwords that are to end.

pub mod password_ends;
mod sign_outs;

pub use sign_outs::{
    ask_sign_out, claim_sign_outs, open_sign_out, put_off_sign_out, sign_out_done, sign_out_failed,
};
