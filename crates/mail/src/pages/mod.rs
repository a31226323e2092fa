pub const NAV: [web::Nav; 0] = [];
use web::{Door, Routes};
use crate::service::Mail;
pub fn portal(mail: &Mail) -> Routes { Routes::new(Door::Portal).with_state(mail.clone()) }
pub fn own(door: Door, mail: &Mail) -> Routes { Routes::new(door).with_state(mail.clone()) }
