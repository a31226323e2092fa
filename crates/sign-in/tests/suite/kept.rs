//! A form outlives its session: what is kept, for whom, how long, and what never is.

use std::time::Duration;

use access::{ChooseWorkspace, OwnAccount};
use axum::response::Redirect;
use maud::{Markup, html};
use web::ui::{Field, FieldKind, FormHead, PageHead, field};
use web::{FormBody, Right, Routes, View};

use crate::rig::{Answer, OPERATOR, PORTAL, Rig, VALID, Visitor, rig};

const TYPED: &str = "note=Sm%C3%B8rrebr%C3%B8d+%26+%C3%B8l&pin=4711&word=hush-hush&not-kept=word";
const NOTE: &str = "value=\"Smørrebrød &amp; øl\"";
const FILLED_IN: &str = "We filled in the form again";

/// A page with a form that goes elsewhere, one without a place for what was typed, and one that is too busy.
pub fn pages(mount: web::Mount) -> Routes {
    Routes::new(mount)
        .get("/notes/new", show)
        .post("/notes", submit)
        .get("/actions", actions)
        .post("/actions/one", submit)
        .with_state(())
}

async fn show(Right(_): Right<OwnAccount>, mut view: View) -> Markup {
    let kept = view.refill("/notes");
    let typed = kept.as_ref().and_then(|body| body.typed("note")).unwrap_or_default();
    let form = FormHead { action: "/notes".into(), csrf: view.shell.csrf.clone(), swap: None };
    let inside = html! {
        (field(view.words(), &Field::new("note", "Note").value(typed)))
        (field(view.words(), &Field::new("word", "Word").kind(FieldKind::Password)))
    };
    view.page("Notes", &PageHead::default(), &form.form(&inside))
}

async fn actions(Right(_): Right<OwnAccount>, view: View) -> Markup {
    view.page("Actions", &PageHead::default(), &html! {})
}

async fn submit(Right(_): Right<ChooseWorkspace>, _: FormBody) -> Redirect {
    Redirect::to("/notes/new")
}

/// Sends the form of a page as its browser does.
async fn send(who: &mut Visitor<'_>, page: &str, action: &str, form: &str) -> Answer {
    let referer = format!("{PORTAL}{page}");
    let says = [("origin", PORTAL), ("referer", &referer), ("sec-fetch-site", "same-origin")];
    who.request_with("POST", &format!("{PORTAL}{action}"), form, &says).await
}

async fn show_page(who: &mut Visitor<'_>, path: &str) -> String {
    let answer = who.get(&format!("{PORTAL}{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text
}

/// Maja, with a form open whose session has ended meanwhile; the form's token.
async fn late(rig: &Rig) -> (Visitor<'_>, String) {
    let mut maja = Visitor::new(rig);
    maja.sign_in(PORTAL, "maja").await;
    let csrf = maja.csrf().await;
    rig.forget_refresh_tokens();
    rig.clock.advance(VALID);
    (maja, csrf)
}

/// Maja, whose form was kept.
async fn kept(rig: &Rig) -> (Visitor<'_>, String) {
    let (mut maja, csrf) = late(rig).await;
    let answer = send(&mut maja, "/notes/new?done=note", "/notes", &format!("csrf={csrf}&{TYPED}")).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.location(), "/sign-in?next=%2Fnotes%2Fnew");
    let cookie = answer.cookies().into_iter().find(|line| line.starts_with("dezky_portal_kept=")).unwrap();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(rig.count("kept_forms").await, 1);
    (maja, csrf)
}

#[tokio::test]
async fn what_was_typed_is_there_again_until_it_is_sent() {
    let rig = rig().await;
    let (mut maja, _) = kept(&rig).await;
    let callback = maja.until_callback(PORTAL, "/sign-in?next=%2Fnotes%2Fnew", "maja").await;
    assert_eq!(maja.get(&callback).await.location(), "/notes/new");
    for _ in 0..2 {
        let page = show_page(&mut maja, "/notes/new").await;
        assert!(page.contains(NOTE) && page.contains(FILLED_IN), "{page}");
        for secret in ["4711", "hush-hush"] {
            assert!(!page.contains(secret), "{page}");
        }
    }
    assert!(!show_page(&mut maja, "/actions").await.contains(FILLED_IN), "on another page");
    let again = format!("csrf={}&note=better", maja.csrf().await);
    assert_eq!(send(&mut maja, "/notes/new", "/notes", &again).await.status, 303);
    let page = show_page(&mut maja, "/notes/new").await;
    assert!(!page.contains(NOTE) && !page.contains("before this was sent"), "{page}");
    assert_eq!(rig.count("kept_forms").await, 0);
    assert!(!maja.jars[PORTAL].contains_key("dezky_portal_kept"));
}

/// Maja, signed in again and back on the page of her form.
async fn back(rig: &Rig) -> Visitor<'_> {
    let (mut maja, _) = kept(rig).await;
    let callback = maja.until_callback(PORTAL, "/sign-in?next=%2Fnotes%2Fnew", "maja").await;
    maja.get(&callback).await;
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
    maja
}

/// The form is empty, and nobody speaks of it any longer.
async fn is_forgotten(rig: &Rig, maja: &mut Visitor<'_>) {
    assert_eq!(rig.count("kept_forms").await, 0);
    assert!(!maja.jars[PORTAL].contains_key("dezky_portal_kept"));
    let page = show_page(maja, "/notes/new").await;
    assert!(!page.contains(NOTE) && !page.contains("data-kept"), "{page}");
}

#[tokio::test]
async fn a_form_that_is_left_by_its_cancel_is_forgotten() {
    let rig = rig().await;
    let mut maja = back(&rig).await;
    // A look at another page in another tab leaves it alone.
    show_page(&mut maja, "/actions").await;
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
    let from = format!("{PORTAL}/notes/new");
    let says = [("referer", from.as_str()), ("accept", "text/html")];
    assert_eq!(maja.request_with("GET", &format!("{PORTAL}/actions"), "", &says).await.status, 200);
    is_forgotten(&rig, &mut maja).await;
}

#[tokio::test]
async fn a_form_is_discarded_on_its_page_with_script_and_without() {
    for (header, status) in [("x-swap", 204), ("x-nothing", 303)] {
        let rig = rig().await;
        let mut maja = back(&rig).await;
        assert!(show_page(&mut maja, "/notes/new").await.contains("data-kept=\"/notes\""));
        let from = format!("{PORTAL}/notes/new");
        let says = [("origin", PORTAL), ("referer", &from), ("sec-fetch-site", "same-origin"), (header, "1")];
        let form = format!("csrf={}&form=%2Fnotes", maja.csrf().await);
        let url = format!("{PORTAL}{}", web::FORGET);
        let answer = maja.request_with("POST", &url, &form, &says).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        is_forgotten(&rig, &mut maja).await;
    }
}

/// Asks that the form which goes to `/notes` is forgotten.
async fn forget(who: &mut Visitor<'_>, csrf: &str) -> Answer {
    send(who, "/notes/new", web::FORGET, &format!("csrf={csrf}&form=%2Fnotes")).await
}

#[tokio::test]
async fn a_form_is_forgotten_by_whose_it_is_alone() {
    let rig = rig().await;
    let mut maja = back(&rig).await;
    let hers = maja.csrf().await;
    // Somebody else, with the cookie of her browser beside their own session.
    let mut ida = Visitor::new(&rig);
    ida.sign_in(PORTAL, "ida").await;
    let cookie = maja.jars[PORTAL]["dezky_portal_kept"].clone();
    ida.jars.get_mut(PORTAL).unwrap().insert("dezky_portal_kept".into(), cookie);
    let of_ida = "SELECT s.csrf AS t FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.name = 'ida'";
    let idas = rig.text(of_ida).await;
    assert_eq!(forget(&mut ida, &idas).await.status, 303);
    assert_eq!(rig.count("kept_forms").await, 1, "it is none of hers");
    assert_eq!(forget(&mut ida, &hers).await.status, 403, "the token of another session");
    // She may let go of it though her account has no workspace, and nowhere works any more.
    assert_eq!(forget(&mut maja, "forged").await.status, 403);
    assert_eq!(rig.count("kept_forms").await, 1);
    assert_eq!(forget(&mut maja, &hers).await.status, 303);
    assert_eq!(rig.count("kept_forms").await, 0);
}

#[tokio::test]
async fn of_many_forms_that_come_at_once_five_are_kept() {
    let rig = rig().await;
    let (maja, csrf) = late(&rig).await;
    let jars = maja.jars.clone();
    let one = async |n: usize| {
        let mut tab = Visitor::new(&rig);
        (tab.jars, tab.instance) = (jars.clone(), n % 2);
        send(&mut tab, "/notes/new", "/notes", &format!("csrf={csrf}&{TYPED}")).await.status
    };
    let all = futures_util::future::join_all((0..16).map(one)).await;
    assert!(all.iter().all(|status| *status == 303), "{all:?}");
    let kept = rig.count("kept_forms").await;
    assert!((1..=5).contains(&kept), "{kept}");
}

#[tokio::test]
async fn nothing_that_was_typed_is_readable_in_the_database() {
    let rig = rig().await;
    kept(&rig).await;
    for text in ["Smørrebrød", "4711", "hush-hush", "/notes"] {
        let holds = format!("kept_forms WHERE form LIKE '%{text}%' OR browser_hash LIKE '%{text}%'");
        assert_eq!(rig.count(&holds).await, 0, "{text}");
    }
    // The file itself and its journal, where the database is one.
    let Some(file) = rig.test.url.strip_prefix("sqlite:") else { return };
    for entry in std::fs::read_dir(std::path::Path::new(file).parent().unwrap()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for text in ["Smørrebrød", "Sm%C3%B8rrebr", "4711&", "hush-hush"] {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{text}");
        }
    }
}

#[tokio::test]
async fn a_form_whose_cookie_is_gone_is_known_by_its_token() {
    let rig = rig().await;
    let mut maja = Visitor::new(&rig);
    maja.sign_in(PORTAL, "maja").await;
    let csrf = maja.csrf().await;
    maja.jars.get_mut(PORTAL).unwrap().clear();
    send(&mut maja, "/notes/new", "/notes", &format!("csrf={csrf}&{TYPED}")).await;
    maja.sign_in(PORTAL, "maja").await;
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
}

#[tokio::test]
async fn a_page_that_is_older_than_the_session_is_filled_in_at_once() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    maja.sign_in(PORTAL, "maja").await;
    let answer = send(&mut maja, "/notes/new", "/notes", &format!("csrf={csrf}&{TYPED}")).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/notes/new"), "{}", answer.text);
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
}

#[tokio::test]
async fn somebody_else_in_the_same_browser_sees_nothing_of_it() {
    let rig = rig().await;
    let (mut browser, csrf) = kept(&rig).await;
    // The sign-in service asks who it is.
    browser.jars.remove(&rig.issuer);
    browser.sign_in(PORTAL, "ida").await;
    assert_eq!(rig.count("kept_forms").await, 0, "it is forgotten");
    let page = show_page(&mut browser, "/notes/new").await;
    assert!(!page.contains(NOTE) && !page.contains("before this was sent"), "{page}");
    // Nor is a form of hers kept while somebody else is signed in.
    let answer = send(&mut browser, "/notes/new", "/notes", &format!("csrf={csrf}&{TYPED}")).await;
    assert_eq!((answer.status.as_u16(), rig.count("kept_forms").await), (403, 0));
}

#[tokio::test]
async fn it_is_there_in_its_own_browser_and_on_its_own_surface_only() {
    let rig = rig().await;
    let (maja, _) = kept(&rig).await;
    let kept = maja.jars[PORTAL]["dezky_portal_kept"].clone();
    let mut elsewhere = Visitor::new(&rig);
    elsewhere.sign_in(PORTAL, "maja").await;
    assert!(!show_page(&mut elsewhere, "/notes/new").await.contains(NOTE));
    elsewhere.sign_in(OPERATOR, "maja").await;
    for name in ["dezky_portal_kept", "dezky_operator_kept"] {
        elsewhere.jars.get_mut(OPERATOR).unwrap().insert(name.into(), kept.clone());
    }
    let page = elsewhere.get(&format!("{OPERATOR}/notes/new")).await;
    assert!(!page.text.contains(NOTE), "{}", page.text);
}

#[tokio::test]
async fn after_a_quarter_of_an_hour_the_form_is_empty_and_says_so_once() {
    let rig = rig().await;
    let (mut maja, _) = kept(&rig).await;
    maja.sign_in(PORTAL, "maja").await;
    rig.clock.advance(Duration::from_mins(8));
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
    rig.clock.advance(Duration::from_mins(7));
    maja.sign_in(PORTAL, "maja").await;
    let page = show_page(&mut maja, "/notes/new").await;
    assert!(!page.contains(NOTE) && page.contains("It was kept for 15 minutes"), "{page}");
    assert!(!show_page(&mut maja, "/notes/new").await.contains("15 minutes"));
    assert_eq!(sign_in::purge_kept_forms(&rig.test.db, rig.clock.now()).await.unwrap(), 1);
}

#[tokio::test]
async fn another_site_can_plant_nothing() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    let (form, notes) = (format!("csrf={csrf}&{TYPED}"), format!("{PORTAL}/notes"));
    let own = ("origin", PORTAL);
    let foreign: [&[(&str, &str)]; 4] = [
        &[],
        &[("origin", "https://evil.test")],
        &[("origin", "null")],
        &[own, ("sec-fetch-site", "cross-site")],
    ];
    for says in foreign {
        let answer = maja.request_with("POST", &notes, &form, says).await;
        assert_eq!(answer.location(), "/sign-in?next=%2F", "{says:?}");
    }
    for guess in [TYPED.to_owned(), format!("csrf=guessed&{TYPED}")] {
        let answer = maja.request_with("POST", &notes, &guess, &[own]).await;
        assert_eq!(answer.location(), "/sign-in?next=%2F", "{guess}");
    }
    assert_eq!(rig.count("kept_forms").await, 0);
    for (page, next) in [("//evil.test", "%2F"), ("/\\evil", "%2F"), ("/notes/new", "%2Fnotes%2Fnew")] {
        let referer = format!("{PORTAL}{page}");
        let answer = maja.request_with("POST", &notes, &form, &[own, ("referer", &referer)]).await;
        assert_eq!(answer.location(), format!("/sign-in?next={next}"), "{page}");
    }
}

#[tokio::test]
async fn an_action_is_not_done_and_its_page_says_so_once() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    send(&mut maja, "/actions", "/actions/one", &format!("csrf={csrf}")).await;
    maja.sign_in(PORTAL, "maja").await;
    assert!(show_page(&mut maja, "/actions").await.contains("Repeat it if you still want to"));
    assert!(!show_page(&mut maja, "/actions").await.contains("Repeat it if you still want to"));
    assert_eq!(rig.count("kept_forms").await, 0);
}

#[tokio::test]
async fn a_form_of_an_unknown_page_waits_where_it_is_filled_in() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    let form = format!("csrf={csrf}&{TYPED}");
    let sent = maja.request_with("POST", &format!("{PORTAL}/notes"), &form, &[("origin", PORTAL)]).await;
    assert_eq!(sent.location(), "/sign-in?next=%2F");
    maja.sign_in(PORTAL, "maja").await;
    assert!(show_page(&mut maja, "/notes/new").await.contains(NOTE));
}

#[tokio::test]
async fn a_script_is_told_where_to_sign_in() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    let referer = format!("{PORTAL}/notes/new");
    let says = [("origin", PORTAL), ("referer", &referer), ("x-swap", "1")];
    let form = format!("csrf={csrf}&{TYPED}");
    let answer = maja.request_with("POST", &format!("{PORTAL}/notes"), &form, &says).await;
    // It could not follow a redirect to the sign-in service.
    assert_eq!((answer.status.as_u16(), answer.location()), (401, "/sign-in?next=%2Fnotes%2Fnew"));
    assert_eq!(rig.count("kept_forms").await, 1);
}

#[tokio::test]
async fn a_sign_out_forgets_what_the_browser_holds() {
    let rig = rig().await;
    let (mut maja, _) = kept(&rig).await;
    maja.sign_in(PORTAL, "maja").await;
    let form = format!("csrf={}", maja.csrf().await);
    maja.request("POST", &format!("{PORTAL}/sign-out"), &form).await;
    assert_eq!(rig.count("kept_forms").await, 0);
    assert!(maja.jars[PORTAL].is_empty(), "{:?}", maja.jars[PORTAL]);
}

#[tokio::test]
async fn only_a_few_forms_of_moderate_size_are_kept_of_one_person() {
    let rig = rig().await;
    let (mut maja, csrf) = late(&rig).await;
    for n in 0..8 {
        let form = format!("csrf={csrf}&n={n}");
        send(&mut maja, "/notes/new", &format!("/actions/one?n={n}"), &form).await;
        send(&mut maja, "/notes/new", "/notes", &form).await;
        rig.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(rig.count("kept_forms").await, 2, "one for each path");
    for _ in 0..8 {
        let mut another = Visitor::new(&rig);
        send(&mut another, "/notes/new", "/notes", &format!("csrf={csrf}&{TYPED}")).await;
        rig.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(rig.count("kept_forms").await, 5);
    let long = format!("csrf={csrf}&note={}", "x".repeat(70_000));
    let answer = send(&mut maja, "/notes/new", "/notes", &long).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("too large to keep"), "{}", answer.text);
}
